package queue

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func idList(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = notify.NewID(notify.MessageID)
	}
	return ids
}

// ledger counts how often each id was handled, and keeps the chunk sizes.
type ledger struct {
	mu     sync.Mutex
	seen   map[string]int
	chunks []int
}

func (l *ledger) note(ids []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen == nil {
		l.seen = map[string]int{}
	}
	for _, id := range ids {
		l.seen[id]++
	}
	l.chunks = append(l.chunks, len(ids))
}

func (l *ledger) total() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, times := range l.seen {
		n += times
	}
	return n
}

func (l *ledger) handlers() Handlers {
	return Handlers{
		Dispatch: func(_ context.Context, _ notify.Priority, ids []string) error { l.note(ids); return nil },
		Deliver: func(_ context.Context, _ notify.Priority, _ notify.Channel, ids []string) error {
			l.note(ids)
			return nil
		},
	}
}

func TestEveryIDIsHandledExactlyOnceInChunksOfItsPriority(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		q := open(Config{})
		for _, tc := range []struct {
			priority notify.Priority
			chunks   []int
		}{
			{notify.High, append(slices.Repeat([]int{16}, 18), 12)},
			{notify.Medium, []int{128, 128, 44}},
			{notify.Low, []int{128, 128, 44}},
		} {
			require.NoError(t, q.EnqueueDeliver(t.Context(), tc.priority, notify.Email, idList(300)))
		}
		events := idList(5)
		require.NoError(t, q.EnqueueDispatch(t.Context(), notify.Medium, events))
		var l ledger
		var channels sync.Map
		h := l.handlers()
		h.Deliver = func(_ context.Context, _ notify.Priority, ch notify.Channel, ids []string) error {
			channels.Store(ch, true)
			l.note(ids)
			return nil
		}
		var dispatched []string
		h.Dispatch = func(_ context.Context, _ notify.Priority, ids []string) error {
			dispatched = ids
			l.note(ids)
			return nil
		}
		stop := running(t, q, h)
		require.Eventually(t, func() bool { return l.total() == 905 }, patience, time.Millisecond)
		stop()
		require.Equal(t, 905, l.total())
		require.Len(t, l.seen, 905, "no id twice")
		require.Equal(t, events, dispatched)
		_, email := channels.Load(notify.Email)
		require.True(t, email)
		slices.Sort(l.chunks)
		require.Equal(t, append(append([]int{5, 12}, slices.Repeat([]int{16}, 18)...), 44, 44, 128, 128, 128, 128), l.chunks)
		depths, err := q.Depths(t.Context())
		require.NoError(t, err)
		for _, d := range depths {
			require.Equal(t, Depth{Priority: d.Priority}, d, "nothing is left behind")
		}
	})
}

func TestAFailedOrPanickedChunkComesBackAndIsLoggedOnce(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		var log journal
		q := open(Config{Log: log.logger()})
		var calls atomic.Int32
		done := make(chan []string, 1)
		running(t, q, Handlers{Dispatch: func(_ context.Context, _ notify.Priority, ids []string) error {
			switch calls.Add(1) {
			case 1:
				return errors.New("the database is away")
			case 2:
				panic("a bug")
			}
			done <- ids
			return nil
		}})
		ids := idList(3)
		require.NoError(t, q.EnqueueDispatch(t.Context(), notify.High, ids))
		select {
		case got := <-done:
			require.Equal(t, ids, got)
		case <-time.After(patience):
			require.Fail(t, "the chunk did not come back", log.String())
		}
		require.Equal(t, 1, strings.Count(log.String(), `error="the database is away"`), log.String())
		require.Contains(t, log.String(), "panic")
	})
}

func TestWorkEnqueuedByAnotherProcessIsAnnounced(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		here, there := open(Config{}), open(Config{})
		pollSeldom(here)
		there.announcer.within = patience
		pickups(t, here, pickupRun{sender: there, priority: notify.High, times: 21})
	})
}

func TestWorkEnqueuedHereIsSeenAtOnceWhateverThePollInterval(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		q := open(Config{})
		pollSeldom(q)
		pickups(t, q, pickupRun{sender: q, priority: notify.Low, times: 21})
	})
}

// pollSeldom leaves q only announcements to find work by: what one is missed for
// takes an hour.
func pollSeldom(q *Queue) {
	for _, l := range q.fetcher.lanes {
		l.poll, l.rest, l.wait = time.Hour, time.Hour, time.Hour
	}
}

type pickupRun struct {
	sender   *Queue
	priority notify.Priority
	times    int
}

// pickups returns the sorted times from before the enqueue to the handler.
func pickups(t testing.TB, worker *Queue, r pickupRun) []time.Duration {
	t.Helper()
	seen := make(chan time.Time)
	stop := running(t, worker, Handlers{Dispatch: func(context.Context, notify.Priority, []string) error {
		seen <- time.Now()
		return nil
	}})
	defer stop()
	if worker != r.sender { // an announcement that nobody hears is lost
		require.Eventually(t, worker.fetcher.listening.Load, patience, time.Millisecond)
	}
	took := make([]time.Duration, r.times)
	for i := range took {
		start := time.Now()
		require.NoError(t, r.sender.EnqueueDispatch(t.Context(), r.priority, []string{"evt_1"}))
		select {
		case at := <-seen:
			took[i] = at.Sub(start)
		case <-time.After(patience):
			require.FailNow(t, "not picked up")
		}
		// Let the loop find the queue empty, so that each pick-up is an idle one.
		require.Eventually(t, func() bool {
			return worker.plain.LLen(t.Context(), keyOf(r.priority, "active")).Val() == 0
		}, patience, time.Millisecond)
	}
	slices.Sort(took)
	t.Logf("picked up within %s, half of them within %s", took[len(took)-1], took[len(took)/2])
	return took
}

func TestAStopWaitsForHandlersAndFetchesNoMore(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		q := open(Config{Concurrency: map[notify.Priority]int{notify.Low: 1}})
		started, release := make(chan struct{}), make(chan struct{})
		var finished atomic.Int32
		var alive atomic.Bool
		ctx, cancel := context.WithCancel(context.Background())
		returned := make(chan error, 1)
		go func() {
			returned <- q.Run(ctx, Handlers{Dispatch: func(ctx context.Context, _ notify.Priority, _ []string) error {
				close(started)
				<-release
				alive.Store(ctx.Err() == nil)
				finished.Add(1)
				return nil
			}})
		}()
		require.NoError(t, q.EnqueueDispatch(t.Context(), notify.Low, idList(129)))
		<-started
		cancel()
		select {
		case <-returned:
			require.Fail(t, "Run left a handler behind")
		case <-q.fetcher.stop:
		}
		close(release)
		require.NoError(t, <-returned)
		require.EqualValues(t, 1, finished.Load(), "the second chunk stays in the queue")
		require.True(t, alive.Load(), "a running handler's context outlives the stop")
		depths, err := q.Depths(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, depths[2].Pending)
		require.Positive(t, depths[2].Oldest)
		require.Error(t, q.Run(t.Context(), Handlers{}), "a Queue runs once")
	})
}

func TestAStopPutsBackWhatDoesNotEndInTime(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		q := open(Config{ShutdownTimeout: 20 * time.Millisecond})
		started, ended := make(chan struct{}), make(chan struct{})
		stop := running(t, q, Handlers{Dispatch: func(ctx context.Context, _ notify.Priority, _ []string) error {
			close(started)
			<-ctx.Done()
			close(ended)
			return ctx.Err()
		}})
		require.NoError(t, q.EnqueueDispatch(t.Context(), notify.High, idList(1)))
		<-started
		stop()
		<-ended
		depths, err := q.Depths(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, depths[0].Pending)
	})
}

func TestAnIdleQueueStopsAtOnceWhateverThePollInterval(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		q := open(Config{})
		pollSeldom(q)
		var l ledger
		stop := running(t, q, l.handlers())
		require.NoError(t, q.EnqueueDispatch(t.Context(), notify.High, idList(1)))
		require.Eventually(t, func() bool { return l.total() == 1 }, patience, time.Millisecond)
		stop() // a missed wake-up takes an hour
	})
}

func TestAPayloadOfAnotherVersionIsPutBackNotLost(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		var log journal
		q := open(Config{Log: log.logger()})
		var l ledger
		stop := running(t, q, l.handlers())
		_, err := q.tasks.Enqueue(asynq.NewTask(kindDispatch, []byte("2\n\nevt_1")),
			asynq.Queue(queueName(notify.High)), asynq.MaxRetry(0), asynq.Timeout(taskTimeout))
		require.NoError(t, err)
		_, err = q.tasks.Enqueue(asynq.NewTask("digest", []byte("1\n\nevt_2")),
			asynq.Queue(queueName(notify.High)), asynq.MaxRetry(maxRetry), asynq.Timeout(taskTimeout))
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			depths, err := q.Depths(t.Context())
			require.NoError(t, err)
			return depths[0].Retrying >= 1 && strings.Count(log.String(), "put back") >= 2
		}, patience, time.Millisecond)
		stop()
		require.Zero(t, l.total())
	})
}

func TestDecodeRefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	for name, payload := range map[string]string{
		"nothing": "", "another version": "2\nemail\nmsg_1", "no ids": "1\nemail", "binary": "\x01\x02",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := decode([]byte(payload))
			require.Error(t, err)
		})
	}
	_, err := encode(notify.Email, []string{"msg_1\nmsg_2"})
	require.Error(t, err)
	payload, err := encode(notify.Email, []string{"msg_1", "msg_2"})
	require.NoError(t, err)
	ch, ids, err := decode(payload)
	require.NoError(t, err)
	require.Equal(t, notify.Email, ch)
	require.Equal(t, []string{"msg_1", "msg_2"}, ids)
}

func TestEnqueueNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	q := openQueue(t, Config{}, nil)
	require.True(t, q.Embedded())
	require.ErrorContains(t, q.EnqueueDispatch(t.Context(), "urgent", idList(1)), `unknown priority "urgent"`)
	require.NoError(t, q.EnqueueDispatch(t.Context(), notify.High, nil), "no ids, no work")
	done, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, q.Ping(done), context.Canceled)
	require.Error(t, q.EnqueueDispatch(done, notify.High, idList(1)), "cancelled")
}
