package queue

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// went runs f; the time at which it returned is in the channel already when no
// time had to pass for it.
func went(f func()) <-chan time.Time {
	done := make(chan time.Time, 1)
	go func() {
		f()
		done <- time.Now()
	}()
	synctest.Wait()
	return done
}

func TestBulkTakesTurnsAtTheDatabaseAndTheOthersDoNot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		turns := newTurns()
		var held []func()
		for range cap(turns.bulk) {
			held = append(held, turns.Take(notify.Low))
		}
		waiting := went(func() { turns.Take(notify.Low)() })
		for _, p := range []notify.Priority{notify.High, notify.Medium} {
			for range cap(turns.bulk) + 1 {
				require.Len(t, went(func() { turns.Take(p) }), 1, p)
			}
		}
		require.Empty(t, waiting, "bulk went past bulk")
		held[0]()
		<-waiting
	})
}

func TestTheOthersGiveWayToUrgentWorkAndGoOnSoonAfterIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		turns := newTurns()
		turns.Begin(notify.Medium)
		require.Len(t, went(func() { turns.Yield(notify.Low) }), 1, "only urgent work has the right of way")
		ends := []func(){turns.Begin(notify.High), turns.Begin(notify.High)}
		require.Len(t, went(func() { turns.Yield(notify.High); turns.Take(notify.High)(); turns.Call(notify.High)() }), 1)
		var waiting []<-chan time.Time
		for _, p := range []notify.Priority{notify.Medium, notify.Low} {
			for _, step := range []func(){
				func() { turns.Yield(p) }, func() { turns.Take(p)() }, func() { turns.Call(p)() },
			} {
				waiting = append(waiting, went(step))
			}
		}
		for _, end := range ends {
			<-time.After(time.Millisecond)
			for _, w := range waiting {
				require.Empty(t, w)
			}
			end()
		}
		over := time.Now()
		for _, w := range waiting {
			require.Equal(t, linger, (<-w).Sub(over), "the steps of one urgent message are joined")
		}
	})
}

func TestAFloodOfUrgentWorkSlowsTheOthersAndDoesNotStopThem(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		turns := newTurns()
		defer turns.Begin(notify.High)()
		start := time.Now()
		for n := 1; n <= 3; n++ {
			turns.Take(notify.Low)()
			require.Equal(t, time.Duration(n)*giveWay, time.Since(start))
		}
	})
}

func TestOneLongAudienceGoesBeforeTheBulkThatIsSaved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		turns := newTurns()
		end, ok := turns.Lead(notify.Low)
		require.True(t, ok)
		_, second := turns.Lead(notify.Low)
		require.False(t, second, "one at a time")
		start := time.Now()
		turns.Take(notify.Low)()
		require.Equal(t, leadWay, time.Since(start), "bulk is slower and does not stop")
		for _, p := range []notify.Priority{notify.High, notify.Medium} {
			require.Len(t, went(func() { turns.Take(p)(); turns.Call(p)() }), 1, p)
		}
		waiting := went(func() { turns.Call(notify.Low)() })
		require.Empty(t, waiting)
		end()
		<-waiting
		_, again := turns.Lead(notify.Low)
		require.True(t, again)
		_, other := turns.Lead(notify.Medium)
		require.True(t, other, "only bulk waits for its turn")
	})
}

func TestFewBulkCallsStartAtATimeHoweverManyAreOnTheWire(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		turns := newTurns()
		var ends []func()
		for range cap(turns.starts) {
			ends = append(ends, turns.Call(notify.Low))
		}
		waiting := went(func() { ends = append(ends, turns.Call(notify.Low)) })
		require.Empty(t, waiting)
		require.Len(t, went(func() { turns.Call(notify.Medium)() }), 1)
		ends[0]()
		<-waiting
		start := time.Now()
		for range 10 * cap(turns.starts) {
			ends = append(ends, turns.Call(notify.Low))
		}
		require.Equal(t, 10*calling, time.Since(start), "calls that wait for the vendor let the next ones start")
		for _, end := range ends {
			end()
			end()
		}
		synctest.Wait()
		require.Empty(t, turns.starts, "a place is given back once, whether by time or by the answer")
	})
}

func TestAnnouncedUrgentWorkHasTheRightOfWayBeforeItArrives(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := &Queue{turns: newTurns(), fetcher: newFetcher(nil), announcer: &announcer{self: "me"}}
		for _, sender := range []string{"me low", "other low", "me high"} {
			q.hear(&redis.Message{Payload: sender})
			require.Len(t, went(func() { q.turns.Yield(notify.Low) }), 1, sender)
		}
		start := time.Now()
		q.hear(&redis.Message{Payload: "other high"})
		require.Equal(t, arrival+linger, (<-went(func() { q.turns.Yield(notify.Low) })).Sub(start))
	})
}

func TestExpectedUrgentWorkIsAnnouncedToTheOtherProcesses(t *testing.T) {
	t.Parallel()
	q := openQueue(t, Config{URL: startRedis(t).url}, nil)
	sub := q.plain.Subscribe(t.Context(), wakeChannel)
	defer func() { _ = sub.Close() }()
	_, err := sub.Receive(t.Context())
	require.NoError(t, err)
	q.Expect(notify.Medium)()
	q.Expect(notify.High)()
	message, err := sub.ReceiveMessage(t.Context())
	require.NoError(t, err)
	require.Equal(t, q.announcer.self+" high", message.Payload)
}

func TestUrgentTasksHaveTheRightOfWayWhileTheyAreHandled(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		q := open(Config{})
		urgent := make(chan int, 2)
		running(t, q, Handlers{Dispatch: func(context.Context, notify.Priority, []string) error {
			q.turns.urgent.mu.Lock()
			defer q.turns.urgent.mu.Unlock()
			urgent <- q.turns.urgent.inside
			return nil
		}})
		require.NoError(t, q.EnqueueDispatch(t.Context(), notify.Low, idList(1)))
		require.Zero(t, <-urgent)
		require.NoError(t, q.EnqueueDispatch(t.Context(), notify.High, idList(1)))
		require.Equal(t, 1, <-urgent)
	})
}
