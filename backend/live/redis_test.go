package live

import (
	"log/slog"
	"net"
	"os/exec"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"clarion/backend/testbed"
)

const patience = time.Minute

// redisServer is a real server that can be stopped and started again on its
// port.
type redisServer struct {
	t    *testing.T
	addr string
	cmd  *exec.Cmd
}

func startRedis(t *testing.T) *redisServer {
	t.Helper()
	s := &redisServer{t: t, addr: testbed.Address(t)}
	s.start()
	t.Cleanup(s.kill)
	return s
}

func (s *redisServer) start() {
	s.t.Helper()
	binary, err := exec.LookPath("redis-server")
	require.NoError(s.t, err, "this test needs redis-server: install the Debian package redis-server")
	_, port, err := net.SplitHostPort(s.addr)
	require.NoError(s.t, err)
	s.cmd = exec.Command(binary, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", s.t.TempDir())
	require.NoError(s.t, s.cmd.Start())
	client := redis.NewClient(&redis.Options{Addr: s.addr})
	defer func() { _ = client.Close() }()
	require.Eventually(s.t, func() bool { return client.Ping(s.t.Context()).Err() == nil },
		patience, 5*time.Millisecond, "redis-server answers")
}

func (s *redisServer) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// hub opens a Hub with a client of its own, as a process would.
func (s *redisServer) hub() *Hub {
	client := redis.NewClient(&redis.Options{Addr: s.addr, MaxRetries: -1, DialerRetries: 1})
	h := New(client, slog.New(slog.DiscardHandler))
	h.firstWait = patience // a slow machine is no gap
	s.t.Cleanup(func() {
		h.Close()
		_ = client.Close()
	})
	return h
}
