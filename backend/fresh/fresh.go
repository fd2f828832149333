// Package fresh keeps a value that is read often and changes seldom, such as
// the live workflows, no older than a stated age. It knows nothing of what it
// keeps and imports nothing of ours.
package fresh

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// Value is a value that is loaded again once it is older than its age. Readers
// never wait for one another while it is fresh.
type Value[T any] struct {
	load func(context.Context) (T, error)
	age  time.Duration
	now  func() time.Time

	current atomic.Pointer[loaded[T]]
	loading sync.Mutex
}

type loaded[T any] struct {
	value T
	at    time.Time
}

// New returns a Value that calls load when it is first read and whenever it is
// older than age by now.
func New[T any](age time.Duration, now func() time.Time, load func(context.Context) (T, error)) *Value[T] {
	return &Value[T]{load: load, age: age, now: now}
}

// Get returns the value, loading it when it is missing or too old. When loading
// fails a value that is merely old is still returned: a database that is away
// for a moment must not stop work that needs only what we know already.
func (v *Value[T]) Get(ctx context.Context) (T, error) {
	if c := v.current.Load(); c != nil {
		if age := v.now().Sub(c.at); age < v.age {
			if age >= v.age-v.age/4 && v.loading.TryLock() {
				go v.renew(context.WithoutCancel(ctx), c)
			}
			return c.value, nil
		}
	}
	v.loading.Lock()
	defer v.loading.Unlock()
	old := v.current.Load()
	if old != nil && v.now().Sub(old.at) < v.age {
		return old.value, nil
	}
	value, err := v.load(ctx)
	if err != nil {
		if old != nil {
			return old.value, nil
		}
		return value, err
	}
	v.current.Store(&loaded[T]{value, v.now()})
	return value, nil
}

// renew loads ahead of time, so that those who read all the time need not wait
// once per age. A value that was changed or forgotten meanwhile wins. The caller
// holds loading for it.
func (v *Value[T]) renew(ctx context.Context, old *loaded[T]) {
	defer v.loading.Unlock()
	ctx, cancel := context.WithTimeout(ctx, v.age)
	defer cancel()
	if value, err := v.load(ctx); err == nil {
		v.current.CompareAndSwap(old, &loaded[T]{value, v.now()})
	}
}

// Reload loads the value now, whatever its age.
func (v *Value[T]) Reload(ctx context.Context) (T, error) {
	v.loading.Lock()
	defer v.loading.Unlock()
	value, err := v.load(ctx)
	if err != nil {
		return value, err
	}
	v.current.Store(&loaded[T]{value, v.now()})
	return value, nil
}

// Forget makes the next Get load. Call it after a change of one's own.
func (v *Value[T]) Forget() { v.current.Store(nil) }
