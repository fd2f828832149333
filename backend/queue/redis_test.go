package queue

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"clarion/backend/testbed"
)

const patience = time.Minute

// redisServer is a real server on a free port, ended with the test.
type redisServer struct {
	url, addr string
	pid       int
}

func startRedis(t testing.TB, args ...string) redisServer {
	t.Helper()
	return launch(t, testbed.Port(t), append([]string{"--save", "", "--appendonly", "no"}, args...)...)
}

// startNode is a server that is a whole cluster.
func startNode(t testing.TB) redisServer {
	t.Helper()
	return launch(t, testbed.ClusterPort(t), "--save", "", "--appendonly", "no", "--cluster-enabled", "yes")
}

// startSentinel watches server under the name main.
func startSentinel(t testing.TB, server redisServer) redisServer {
	t.Helper()
	host, port, err := net.SplitHostPort(server.addr)
	require.NoError(t, err)
	conf := filepath.Join(t.TempDir(), "sentinel.conf")
	require.NoError(t, os.WriteFile(conf, fmt.Appendf(nil, "sentinel monitor main %s %s 1\n", host, port), 0o600))
	return launch(t, testbed.Port(t), conf, "--sentinel")
}

// launch starts the binary on the port and waits until it answers.
func launch(t testing.TB, port int, args ...string) redisServer {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	require.NoError(t, err, "this test needs redis-server: install the Debian package redis-server")
	addr := fmt.Sprint("127.0.0.1:", port)
	cmd := exec.Command(binary, append(args, "--port", fmt.Sprint(port), "--bind", "127.0.0.1", "--dir", t.TempDir())...)
	var said journal
	cmd.Stdout = &said
	require.NoError(t, cmd.Start())
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
	})
	client := redis.NewClient(&redis.Options{Addr: addr})
	defer func() { _ = client.Close() }()
	require.Eventually(t, func() bool {
		select {
		case <-ended:
			return true
		default:
			return client.Ping(context.Background()).Err() == nil
		}
	}, patience, 5*time.Millisecond, "redis-server answers")
	select {
	case <-ended:
		require.FailNow(t, "redis-server ended at once", said.String())
	default:
	}
	return redisServer{url: "redis://" + addr, addr: addr, pid: cmd.Process.Pid}
}

// backends runs a test on both kinds of Redis. open gives a Queue, each call
// a further one on the same Redis.
func backends(t *testing.T, test func(t *testing.T, open func(Config) *Queue)) {
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		e, err := startEmbedded()
		require.NoError(t, err)
		t.Cleanup(e.close)
		test(t, func(cfg Config) *Queue {
			cfg.URL = "redis://:" + e.password + "@" + e.server.Addr()
			return openQueue(t, cfg, e)
		})
	})
	t.Run("real", func(t *testing.T) {
		t.Parallel()
		server := startRedis(t)
		test(t, func(cfg Config) *Queue {
			cfg.URL = server.url
			return openQueue(t, cfg, nil)
		})
	})
}

// openQueue opens cfg; with e it opens as the process that holds e does.
func openQueue(t testing.TB, cfg Config, e *embedded) *Queue {
	t.Helper()
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	q, err := Open(t.Context(), cfg)
	require.NoError(t, err)
	q.fetcher.embedded = e
	t.Cleanup(func() { require.NoError(t, q.Close()) })
	return q
}

// running starts Run and returns a func that stops it and waits.
func running(t testing.TB, q *Queue, h Handlers) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- q.Run(ctx, h) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			require.NoError(t, err)
		case <-time.After(patience):
			require.Fail(t, "Run did not return")
		}
	})
	t.Cleanup(stop)
	return stop
}

// journal is a log that can be read while it is written.
type journal struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.String()
}

func (j *journal) logger() *slog.Logger { return slog.New(slog.NewTextHandler(j, nil)) }
