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

func takePort() (int, error) {
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("clarion-test-ports-%d", os.Getuid()))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return 0, fmt.Errorf("make a folder for ports: %w", err)
	}
	for first, i := rand.IntN(portCount), 0; i < portCount; i++ {
		port := firstPort + (first+i)%portCount
		mine, err := lockPort(filepath.Join(dir, fmt.Sprint(port)))
		if err != nil {
			return 0, err
		}
		if mine && free(port) {
			return port, nil
		}
	}
	return 0, fmt.Errorf("none of %d ports is free", portCount)
}

// lockPort reports whether the port is this process's from now on. A port that is
// locked and not free stays locked: asking again for it would be in vain.
func lockPort(name string) (bool, error) {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
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
