package queue

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestTheEpochChangesExactlyWhenRedisLostItsMemory(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		q := open(Config{})
		epochs := make([]string, 20)
		var asking sync.WaitGroup
		for i := range epochs {
			asking.Go(func() {
				epoch, err := q.Epoch(t.Context())
				if err == nil {
					epochs[i] = epoch
				}
			})
		}
		asking.Wait()
		for _, epoch := range epochs {
			require.NotEmpty(t, epoch)
			require.Equal(t, epochs[0], epoch, "twenty ask, one names it")
		}
		require.NoError(t, q.Client().FlushAll(t.Context()).Err())
		after, err := q.Epoch(t.Context())
		require.NoError(t, err)
		require.NotEqual(t, epochs[0], after)
	})
}

func TestWorkFlowsAgainAfterAFlush(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		q := open(Config{})
		var l ledger
		running(t, q, l.handlers())
		require.NoError(t, q.EnqueueDispatch(t.Context(), notify.High, idList(1)))
		require.Eventually(t, func() bool { return l.total() == 1 }, patience, time.Millisecond)
		require.NoError(t, q.Client().FlushAll(t.Context()).Err())
		require.NoError(t, q.Client().ScriptFlush(t.Context()).Err())
		require.NoError(t, q.EnqueueDispatch(t.Context(), notify.High, idList(1)))
		require.Eventually(t, func() bool { return l.total() == 2 }, patience, time.Millisecond)
	})
}

func TestARedisThatEvictsIsRefused(t *testing.T) {
	t.Parallel()
	server := startRedis(t, "--maxmemory-policy", "allkeys-lru")
	_, err := Open(t.Context(), Config{URL: server.url})
	require.ErrorContains(t, err, "maxmemory-policy allkeys-lru")
	require.ErrorContains(t, err, "noeviction")
}

func TestAnEvictingRedisIsFoundOutWhenCONFIGIsForbidden(t *testing.T) {
	t.Parallel()
	evicting := startRedis(t, "--maxmemory-policy", "volatile-ttl", "--rename-command", "CONFIG", "")
	_, err := Open(t.Context(), Config{URL: evicting.url})
	require.ErrorContains(t, err, "maxmemory-policy volatile-ttl")
}

func TestARedisThatTellsNothingIsAcceptedWithOneWarning(t *testing.T) {
	t.Parallel()
	silent := startRedis(t, "--rename-command", "CONFIG", "", "--rename-command", "INFO", "")
	var log journal
	openQueue(t, Config{URL: silent.url, Log: log.logger()}, nil)
	require.Regexp(t, `(?s)level=WARN.*make sure it is noeviction`, log.String())
}

func TestARedisThatIsAwayIsAnErrorWithoutThePassword(t *testing.T) {
	t.Parallel()
	_, err := Open(t.Context(), Config{URL: "redis://:hunter2@127.0.0.1:1"})
	require.Error(t, err)
	require.NotContains(t, err.Error(), "hunter2")
}
