package testbed

import (
	"fmt"
	"net"
	"os"
	"testing"
	"time"
)

// Redis returns the URL of a fresh, empty Redis of its own, stopped when the
// test ends.
func Redis(tb testing.TB) string {
	tb.Helper()
	program, err := find("redis-server", "redis-server")
	if err != nil {
		tb.Fatal(err)
	}
	dir := tb.TempDir()
	for range 5 {
		port, err := takePort()
		if err != nil {
			tb.Fatal(err)
		}
		if stop, err := startRedis(program, dir, port); err == nil {
			tb.Cleanup(stop)
			return fmt.Sprintf("redis://127.0.0.1:%d", port)
		}
	}
	tb.Fatal("redis-server did not start on five ports")
	return ""
}

func startRedis(program, dir string, port int) (stop func(), err error) {
	c := command(nil, dir, program, "--port", fmt.Sprint(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", dir)
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("start redis-server: %w", err)
	}
	ended := make(chan struct{})
	go func() {
		_ = c.Wait()
		close(ended)
	}()
	stop = func() {
		_ = c.Process.Signal(os.Interrupt)
		<-ended
	}
	if err := atEnd(nil, `kill "$1" 2>/dev/null`, fmt.Sprint(c.Process.Pid)); err != nil {
		stop()
		return nil, err
	}
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		select {
		case <-ended:
			return nil, fmt.Errorf("redis-server ended at once on port %d", port)
		case <-time.After(5 * time.Millisecond):
		}
		if conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			conn.Close()
			return stop, nil
		}
	}
	stop()
	return nil, fmt.Errorf("redis-server did not listen on port %d", port)
}
