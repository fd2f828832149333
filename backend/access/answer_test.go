package access

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestARepeatedRequestIsAnsweredLikeTheFirst(t *testing.T) {
	t.Parallel()
	clock := newHands()
	a := &Answers{Store: newMemory(), Clock: clock}
	once := Once{Scope: "key_1 POST /x", Key: "k", Fingerprint: "f"}

	first, err := a.Begin(t.Context(), once)
	require.NoError(t, err)
	require.Nil(t, first, "the first does the work")

	_, err = a.Begin(t.Context(), once)
	require.ErrorIs(t, err, notify.ErrInFlight)

	require.NoError(t, a.Finish(t.Context(), once, 200, []byte("body")))
	again, err := a.Begin(t.Context(), once)
	require.NoError(t, err)
	require.Equal(t, []byte("body"), again.Body)

	_, err = a.Begin(t.Context(), Once{Scope: once.Scope, Key: "k", Fingerprint: "other"})
	require.ErrorIs(t, err, notify.ErrKeyReused)

	other, err := a.Begin(t.Context(), Once{Scope: "key_2 POST /x", Key: "k", Fingerprint: "other"})
	require.NoError(t, err)
	require.Nil(t, other, "another caller's key is another key")
}

func TestAClaimWhoseOwnerDiedIsTakenOver(t *testing.T) {
	t.Parallel()
	clock := newHands()
	a := &Answers{Store: newMemory(), Clock: clock}
	once := Once{Scope: "s", Key: "k", Fingerprint: "f"}
	_, err := a.Begin(t.Context(), once)
	require.NoError(t, err)
	clock.move(staleAfter + time.Second)
	var won atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if answer, err := a.Begin(t.Context(), once); err == nil && answer == nil {
				won.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, won.Load())
}
