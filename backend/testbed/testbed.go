// Package testbed starts the real PostgreSQL and Redis of the machine, and
// ClickHouse as a library, for tests and benchmarks: one server per process, on a
// loopback port, in a temporary folder. Every server ends with the process that
// started it, however that ends. It is never part of the product and imports
// nothing of ours.
package testbed

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
)

// find looks for a program in PATH and in Debian's places for PostgreSQL.
func find(program, debianPackage string) (string, error) {
	if path, err := exec.LookPath(program); err == nil {
		return path, nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + program)
	if err == nil && len(found) > 0 {
		return found[len(found)-1], nil
	}
	return "", fmt.Errorf("%s is not installed: apt-get install %s", program, debianPackage)
}

// owner is who runs PostgreSQL: it refuses root, so root becomes postgres.
func owner() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL will not run as root, and: %w: apt-get install postgresql", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("read the uid of postgres: %w", err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("read the gid of postgres: %w", err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// command prepares a program in a session of its own, so that a Ctrl-C meant
// for the tests does not reach it first.
func command(as *syscall.Credential, dir, name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Dir = dir
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: as}
	return c
}

// atEnd runs a shell script when this process is gone. The shell waits at a
// pipe of which only we hold the other end: even SIGKILL closes it.
func atEnd(as *syscall.Credential, script string, args ...string) error {
	r, w, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("make the watcher's pipe: %w", err)
	}
	defer r.Close()
	c := command(as, "/", "/bin/sh", append([]string{"-c", "cat; " + script, "sh"}, args...)...)
	c.Stdin = r
	if err := c.Start(); err != nil {
		w.Close()
		return fmt.Errorf("start the watcher: %w", err)
	}
	held.Lock()
	defer held.Unlock()
	held.ends = append(held.ends, w)
	return nil
}

// held keeps the pipes' ends open as long as the process lives: a file that
// nothing refers to is closed by the collector.
var held struct {
	sync.Mutex
	ends []*os.File
}
