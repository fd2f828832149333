package testbed

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

// The ports that tests give to servers lie below those which the system gives out
// by itself, to whoever listens on port 0 and to every connection.
const firstPort, portCount = 11_000, 20_000

// locks are the files by which this process holds its ports. They are closed with
// the process, however it ends.
var locks struct {
	sync.Mutex
	held []*os.File
}

// Port returns a port of the loopback that is the caller's as long as its process
// lives: no test of any process that asks here gets the same, nor does the system
// give it to anybody. So a server can be stopped and started again on it.
func Port(tb testing.TB) int {
	tb.Helper()
	port, err := takePort()
	if err != nil {
		tb.Fatal(err)
	}
	return port
}

// Address is a Port with its host.
func Address(tb testing.TB) string {
	tb.Helper()
	return fmt.Sprintf("127.0.0.1:%d", Port(tb))
}

// busAbove is how far above its port the nodes of a Redis cluster have another.
const busAbove = portCount / 2

// ClusterPort is a Port of which the one of a Redis cluster's bus, 10,000 above it,
// is the caller's too.
func ClusterPort(tb testing.TB) int {
	tb.Helper()
	port, err := takeOf(busAbove, 0, busAbove)
	if err != nil {
		tb.Fatal(err)
	}
	return port
}

func takePort() (int, error) { return takeOf(portCount, 0) }

// takeOf takes one of the first so many ports, together with those the given
// numbers above it.
func takeOf(count int, above ...int) (int, error) {
	for first, i := rand.IntN(count), 0; i < count; i++ {
		port, all := firstPort+(first+i)%count, true
		for _, n := range above {
			mine, err := lockPort(port + n)
			if err != nil {
				return 0, err
			}
			all = all && mine && free(port+n)
		}
		if all {
			return port, nil
		}
	}
	return 0, fmt.Errorf("none of %d ports is free", count)
}

// lockPort reports whether the port is this process's from now on. A port that is
// locked and not free stays locked: asking again for it would be in vain.
func lockPort(port int) (bool, error) {
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("clarion-test-ports-%d", os.Getuid()))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return false, fmt.Errorf("make a folder for ports: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(dir, fmt.Sprint(port)), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return false, fmt.Errorf("open the lock of a port: %w", err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err != nil {
		_ = file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return false, nil
		}
		return false, fmt.Errorf("lock a port: %w", err)
	}
	locks.Lock()
	defer locks.Unlock()
	locks.held = append(locks.held, file)
	return true, nil
}

// free reports whether nobody listens on a port, by any address.
func free(port int) bool {
	for _, host := range []string{"127.0.0.1", ""} {
		listener, err := net.Listen("tcp", fmt.Sprintf("%s:%d", host, port))
		if err != nil {
			return false
		}
		_ = listener.Close()
	}
	return true
}
