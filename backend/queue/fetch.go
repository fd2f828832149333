package queue

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"clarion/backend/notify"
)

// pollEvery is how long work that another process enqueued may lie unseen
// while we cannot hear announcements. Work enqueued here is seen at once.
var pollEvery = map[notify.Priority]time.Duration{
	notify.High:   5 * time.Millisecond,
	notify.Medium: 20 * time.Millisecond,
	notify.Low:    100 * time.Millisecond,
}

const (
	// idlePoll takes over while announcements are heard, or nobody else can
	// enqueue: it only finds what an announcement was lost for, and retries
	// that have come due.
	idlePoll = 100 * time.Millisecond
	// holdFor is how long one call may be held. It carries the lease Asynq
	// reckoned when it began, so it must be short against that.
	holdFor = time.Second
	// failPause keeps a fetch loop from spinning while Redis is away: Asynq
	// asks again at once after an error.
	failPause = 100 * time.Millisecond
	// stopPause is how soon a stopped lane answers, so that the loop notices.
	stopPause = time.Millisecond
)

// fetcher paces Asynq's fetch loops. Asynq sleeps blindly between two looks at
// an empty queue; fetcher sits in front of that look as a go-redis hook and
// holds it back until work was enqueued or the poll interval has passed. A call it does not recognise passes untouched, so that another
// release of Asynq would be slower, not wrong.
type fetcher struct {
	embedded *embedded
	lanes    map[notify.Priority]*lane
	byKey    map[string]*lane
	stop     chan struct{}
	// listening is true once announcements of other processes are heard.
	listening atomic.Bool
}

// lane is the state of one priority's loop. Only that loop touches wait.
type lane struct {
	pending string
	poll    time.Duration
	// rest is idlePoll; tests make it long, to see who woke the loop.
	rest  time.Duration
	woken chan struct{}
	// wait is the pause before the next look; zero while work keeps coming.
	wait time.Duration
}

func newFetcher(e *embedded) *fetcher {
	f := &fetcher{embedded: e, lanes: map[notify.Priority]*lane{}, byKey: map[string]*lane{}, stop: make(chan struct{})}
	for _, p := range notify.Priorities {
		l := &lane{pending: keyOf(p, "pending"), poll: pollEvery[p], rest: idlePoll, woken: make(chan struct{}, 1)}
		f.lanes[p], f.byKey[l.pending] = l, l
	}
	return f
}

// wake tells the loop of p that there is work. It never blocks.
func (f *fetcher) wake(p notify.Priority) {
	select {
	case f.lanes[p].woken <- struct{}{}:
	default:
	}
}

// halt ends all fetching, for good.
func (f *fetcher) halt() { close(f.stop) }

// DialHook passes on: connections are made as ever.
func (f *fetcher) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

// ProcessPipelineHook passes on: Asynq's look at a queue is never in a pipeline.
func (f *fetcher) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// ProcessHook holds back the look at an empty queue.
func (f *fetcher) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		l := f.laneOf(cmd)
		if l == nil {
			if f.nothingDelayed(cmd) {
				return nil
			}
			return next(ctx, cmd)
		}
		for start := time.Now(); ; {
			if !f.await(l) {
				cmd.SetErr(redis.Nil)
				return redis.Nil
			}
			err := next(ctx, cmd)
			l.wait = f.pauseAfter(l, err)
			if !errors.Is(err, redis.Nil) || time.Since(start) > holdFor {
				return err
			}
		}
	}
}

// laneOf recognises Asynq's dequeue script by its keys: the pending list, then
// the mark of a paused queue.
func (f *fetcher) laneOf(cmd redis.Cmder) *lane {
	args := cmd.Args()
	if len(args) < 5 || !isScript(cmd) {
		return nil
	}
	pending, _ := args[3].(string)
	paused, _ := args[4].(string)
	if !strings.HasSuffix(paused, ":paused") {
		return nil
	}
	return f.byKey[pending]
}

// nothingDelayed answers Asynq's forward script, which moves due tasks from a
// delayed set to the pending list, when the embedded server has no such set.
func (f *fetcher) nothingDelayed(cmd redis.Cmder) bool {
	reply, ok := cmd.(*redis.Cmd)
	args := cmd.Args()
	if !ok || f.embedded == nil || len(args) < 5 || !isScript(cmd) {
		return false
	}
	delayed, _ := args[3].(string)
	pending, _ := args[4].(string)
	isDelayed := strings.HasSuffix(delayed, ":retry") || strings.HasSuffix(delayed, ":scheduled")
	if f.byKey[pending] == nil || !isDelayed || !f.embedded.empty(delayed) {
		return false
	}
	reply.SetVal(int64(0))
	return true
}

func isScript(cmd redis.Cmder) bool { return cmd.Name() == "evalsha" || cmd.Name() == "eval" }

// await returns true when it is time to look, and false when the servers are
// stopping.
func (f *fetcher) await(l *lane) bool {
	for {
		if l.wait > 0 {
			timer := time.NewTimer(l.wait)
			select {
			case <-l.woken:
			case <-timer.C:
			case <-f.stop:
			}
			timer.Stop()
		}
		select {
		case <-f.stop:
			time.Sleep(stopPause) //nolint:forbidigo // nothing is left to wait for: it only keeps a stopping loop from spinning
			return false
		default:
		}
		if f.embedded == nil || !f.embedded.empty(l.pending) {
			return true
		}
		l.wait = l.rest
	}
}

// pauseAfter says how long to hold the look after one that ended with err.
func (f *fetcher) pauseAfter(l *lane, err error) time.Duration {
	switch {
	case err == nil, redis.HasErrorPrefix(err, "NOSCRIPT"):
		return 0 // more may be waiting; Asynq sends an unknown script again
	case errors.Is(err, redis.Nil) && (f.embedded != nil || f.listening.Load()):
		return max(l.poll, l.rest)
	case errors.Is(err, redis.Nil):
		return l.poll
	default:
		return failPause
	}
}
