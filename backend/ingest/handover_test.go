package ingest

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// slowQueue notes every hand-over and lets each go when told.
type slowQueue struct {
	mu   sync.Mutex
	got  [][]string
	next chan struct{}
}

func (q *slowQueue) EnqueueDispatch(_ context.Context, p notify.Priority, ids []string) error {
	q.mu.Lock()
	q.got = append(q.got, append([]string{string(p)}, ids...))
	q.mu.Unlock()
	<-q.next
	return nil
}

func (q *slowQueue) Expect(notify.Priority) func() { return func() {} }

func (q *slowQueue) seen() [][]string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.got)
}

func TestWhatIsSavedDuringAHandOverJoinsTheNextOneWithTheUrgentFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := &slowQueue{next: make(chan struct{})}
		b := newBatcher(&Acceptor{Deps: Deps{Queue: q}})
		b.handOver(map[notify.Priority][]string{notify.Medium: {"a"}})
		synctest.Wait()
		for _, id := range []string{"b", "c", "d"} {
			b.handOver(map[notify.Priority][]string{notify.Medium: {id}})
		}
		b.handOver(map[notify.Priority][]string{notify.High: {"urgent"}})
		synctest.Wait()
		require.Equal(t, [][]string{{"medium", "a"}}, q.seen())
		close(q.next)
		b.wait()
		require.Equal(t, [][]string{{"medium", "a"}, {"high", "urgent"}, {"medium", "b", "c", "d"}}, q.seen())
	})
}
