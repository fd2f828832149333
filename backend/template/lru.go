package template

import (
	"container/list"
	"sync"
)

// lru keeps the most recently used values. Each is made once, even when many
// ask for it at the same time; a value whose making failed is kept too, since
// what it is made from never changes.
type lru[K comparable, V any] struct {
	mu      sync.Mutex
	limit   int
	order   *list.List
	entries map[K]*list.Element
}

type lruEntry[K comparable, V any] struct {
	key   K
	once  sync.Once
	value V
	err   error
}

func newLRU[K comparable, V any](limit int) *lru[K, V] {
	return &lru[K, V]{limit: limit, order: list.New(), entries: map[K]*list.Element{}}
}

// get returns the value of key, made by build when it is not there.
func (c *lru[K, V]) get(key K, build func() (V, error)) (V, error) {
	e := c.entry(key)
	e.once.Do(func() { e.value, e.err = build() })
	return e.value, e.err
}

func (c *lru[K, V]) entry(key K) *lruEntry[K, V] {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at, ok := c.entries[key]; ok {
		c.order.MoveToFront(at)
		return at.Value.(*lruEntry[K, V])
	}
	e := &lruEntry[K, V]{key: key}
	c.entries[key] = c.order.PushFront(e)
	if c.order.Len() > c.limit {
		oldest := c.order.Back()
		c.order.Remove(oldest)
		delete(c.entries, oldest.Value.(*lruEntry[K, V]).key)
	}
	return e
}

// drop forgets the value of key.
func (c *lru[K, V]) drop(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at, ok := c.entries[key]; ok {
		c.order.Remove(at)
		delete(c.entries, key)
	}
}

func (c *lru[K, V]) len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.order.Len()
}
