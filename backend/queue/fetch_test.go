package queue

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// look is Asynq's dequeue call for p.
func look(p notify.Priority) *redis.Cmd {
	return redis.NewCmd(context.Background(), "evalsha", "sha", 4,
		keyOf(p, "pending"), keyOf(p, "paused"), keyOf(p, "active"), keyOf(p, "lease"), 1, "prefix")
}

func TestTheFetcherPassesOnWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, cmd := range map[string]*redis.Cmd{
		"another command":   redis.NewCmd(ctx, "get", "asynq:{clarion-high}:pending"),
		"another script":    redis.NewCmd(ctx, "evalsha", "sha", 2, "asynq:{clarion-high}:t:1", "asynq:{clarion-high}:pending"),
		"another queue":     redis.NewCmd(ctx, "evalsha", "sha", 4, "asynq:{x}:pending", "asynq:{x}:paused", "a", "l"),
		"keys of no string": redis.NewCmd(ctx, "evalsha", "sha", 2, 1, 2),
		"too few arguments": redis.NewCmd(ctx, "eval"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFetcher(nil)
			for _, l := range f.lanes {
				l.wait = time.Hour
			}
			calls := 0
			process := f.ProcessHook(func(context.Context, redis.Cmder) error { calls++; return redis.Nil })
			require.ErrorIs(t, process(ctx, cmd), redis.Nil)
			require.Equal(t, 1, calls)
		})
	}
}

// replyError is an error in the shape of a Redis reply.
type replyError string

func (e replyError) Error() string { return string(e) }
func (replyError) RedisError()     {}

func TestTheFetcherPausesAfterWhatItSaw(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		err       error
		listening bool
		want      time.Duration
	}{
		"work: look again at once":                        {nil, false, 0},
		"script unknown: Asynq sends it again at once":    {replyError("NOSCRIPT No matching script"), false, 0},
		"empty and alone: the poll interval":              {redis.Nil, false, 5 * time.Millisecond},
		"empty, announcements are heard: the long pause":  {redis.Nil, true, idlePoll},
		"Redis away: a pause that keeps it from spinning": {errors.New("connection refused"), true, failPause},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFetcher(nil)
			f.listening.Store(tc.listening)
			require.Equal(t, tc.want, f.pauseAfter(f.lanes[notify.High], tc.err))
		})
	}
}

func TestAHeldLookRunsOnAWakeUpAndNotOnAnotherPriority(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFetcher(nil)
		f.lanes[notify.High].wait = time.Hour
		answers := make(chan error, 1)
		process := f.ProcessHook(func(context.Context, redis.Cmder) error { return nil })
		f.wake(notify.Low)
		start := time.Now()
		go func() { answers <- process(context.Background(), look(notify.High)) }()
		synctest.Wait()
		require.Empty(t, answers, "it did not wait")
		f.wake(notify.High)
		require.NoError(t, <-answers)
		require.Zero(t, time.Since(start), "it slept through the wake-up")
	})
}

func TestAnEmptyQueueIsLookedAtOncePerPollInterval(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		listening bool
		pause     map[notify.Priority]time.Duration
	}{
		"alone":                   {false, pollEvery},
		"announcements are heard": {true, map[notify.Priority]time.Duration{notify.High: idlePoll, notify.Medium: idlePoll, notify.Low: idlePoll}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for p, pause := range tc.pause {
				synctest.Test(t, func(t *testing.T) {
					f := newFetcher(nil)
					f.listening.Store(tc.listening)
					looks := 0
					process := f.ProcessHook(func(context.Context, redis.Cmder) error { looks++; return redis.Nil })
					start := time.Now()
					require.ErrorIs(t, process(context.Background(), look(p)), redis.Nil)
					require.Equal(t, holdFor+pause, time.Since(start), "a look is not held for ever")
					require.EqualValues(t, 2+holdFor/pause, looks, p)
				})
			}
		})
	}
}

func TestAStoppedFetcherLooksNoMore(t *testing.T) {
	t.Parallel()
	f := newFetcher(nil)
	f.halt()
	process := f.ProcessHook(func(context.Context, redis.Cmder) error {
		t.Error("it looked")
		return nil
	})
	require.ErrorIs(t, process(context.Background(), look(notify.High)), redis.Nil)
}

func TestAnIdleEmbeddedQueueIsNotAskedOverTheNetwork(t *testing.T) {
	t.Parallel()
	e, err := startEmbedded()
	require.NoError(t, err)
	defer e.close()
	synctest.Test(t, func(t *testing.T) {
		f := newFetcher(e)
		looks := 0
		process := f.ProcessHook(func(context.Context, redis.Cmder) error { looks++; return nil })
		answers := make(chan error, 1)
		go func() { answers <- process(context.Background(), look(notify.High)) }()
		f.wake(notify.High) // a false alarm: the list is empty
		<-time.After(time.Hour)
		require.Zero(t, looks, "it looked at an empty list")
		_, err := e.server.Push(keyOf(notify.High, "pending"), "id")
		require.NoError(t, err)
		f.wake(notify.High)
		require.NoError(t, <-answers)
		require.Equal(t, 1, looks)
	})
}

func TestWorkIsFoundByPollingWhenItsAnnouncementWasLost(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		here, there := open(Config{}), open(Config{})
		there.announcer.close()
		there.announcer = nil
		pickups(t, here, pickupRun{sender: there, priority: notify.High, times: 21})
	})
}

func TestAForwardOfNothingIsAnsweredHereOnlyWhenEmbeddedAndEmpty(t *testing.T) {
	t.Parallel()
	e, err := startEmbedded()
	require.NoError(t, err)
	t.Cleanup(e.close)
	_, err = e.server.ZAdd(keyOf(notify.Low, "retry"), 1, "id")
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		embedded *embedded
		set      string
		asked    bool
	}{
		"embedded, nothing delayed": {e, keyOf(notify.Low, "scheduled"), false},
		"embedded, a retry waits":   {e, keyOf(notify.Low, "retry"), true},
		"embedded, another script":  {e, keyOf(notify.Low, "archived"), true},
		"a real Redis":              {nil, keyOf(notify.Low, "scheduled"), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := false
			process := newFetcher(tc.embedded).ProcessHook(func(context.Context, redis.Cmder) error {
				asked = true
				return nil
			})
			cmd := redis.NewCmd(context.Background(), "evalsha", "sha", 2, tc.set, keyOf(notify.Low, "pending"), 1)
			require.NoError(t, process(context.Background(), cmd))
			require.Equal(t, tc.asked, asked)
			if !asked {
				require.EqualValues(t, 0, cmd.Val())
			}
		})
	}
}
