package fresh_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/fresh"
)

func TestValue(t *testing.T) {
	t.Parallel()
	var now time.Time
	loads, fail := 0, false
	v := fresh.New(time.Second, func() time.Time { return now }, func(context.Context) (int, error) {
		if fail {
			return 0, errors.New("away")
		}
		loads++
		return loads, nil
	})
	get := func() int {
		got, err := v.Get(t.Context())
		require.NoError(t, err)
		return got
	}
	require.Equal(t, 1, get())
	require.Equal(t, 1, get(), "a fresh value is not loaded again")
	now = now.Add(time.Second)
	require.Equal(t, 2, get(), "an old value is")
	v.Forget()
	require.Equal(t, 3, get(), "a forgotten value is")
	now, fail = now.Add(time.Minute), true
	require.Equal(t, 3, get(), "an old value is better than none")
	v.Forget()
	_, err := v.Get(t.Context())
	require.Error(t, err)
}

func TestAValueThatIsReadAllTheTimeIsRenewedBehindItsReaders(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		loads, slow := 0, time.Duration(0)
		v := fresh.New(time.Second, time.Now, func(context.Context) (int, error) {
			loads++
			got := loads
			pause(slow)
			return got, nil
		})
		get := func() int {
			got, err := v.Get(t.Context())
			require.NoError(t, err)
			return got
		}
		require.Equal(t, 1, get())
		slow = 100 * time.Millisecond
		pause(800 * time.Millisecond)
		began := time.Now()
		require.Equal(t, 1, get(), "the reader does not wait")
		require.Equal(t, 1, get(), "nor does the next, and it starts no other load")
		require.Equal(t, began, time.Now())
		pause(slow)
		synctest.Wait()
		require.Equal(t, 2, get())
		require.Equal(t, 2, loads)

		pause(800 * time.Millisecond)
		require.Equal(t, 2, get())
		synctest.Wait()
		v.Forget()
		pause(slow)
		require.Equal(t, 4, get(), "what was loaded before it was forgotten does not come back")
		require.Equal(t, 4, get())
	})
}

func TestTwentyReadersLoadOnce(t *testing.T) {
	t.Parallel()
	loads := 0
	v := fresh.New(time.Hour, time.Now, func(context.Context) (int, error) { loads++; return loads, nil })
	var readers sync.WaitGroup
	for range 20 {
		readers.Go(func() { _, _ = v.Get(t.Context()) })
	}
	readers.Wait()
	require.Equal(t, 1, loads)
}

// pause lets time go by inside a synctest bubble, where it costs none.
func pause(d time.Duration) { <-time.After(d) }
