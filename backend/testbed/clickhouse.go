package testbed

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// lake is the one ClickHouse of this process: chDB behind ClickHouse's HTTP
// interface.
type lake struct {
	once sync.Once
	err  error
	url  string
	last atomic.Int64
}

var sharedLake lake

// ClickHouse returns the URL of a fresh database in the ClickHouse of this
// process, which the first caller starts. The database itself is made by whoever
// migrates it.
func ClickHouse(tb testing.TB) string {
	tb.Helper()
	sharedLake.once.Do(func() { sharedLake.url, _, sharedLake.err = startLake("", "0") })
	if sharedLake.err != nil {
		tb.Fatal(sharedLake.err)
	}
	return fmt.Sprintf("%s/t%d", sharedLake.url, sharedLake.last.Add(1))
}

// ClickHouseAt starts a ClickHouse on the folder and the port and returns what
// stops it, as a crash would.
func ClickHouseAt(tb testing.TB, dir, port string) (stop func()) {
	tb.Helper()
	_, stop, err := startLake(dir, port)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(stop)
	return stop
}

func startLake(dir, port string) (url string, stop func(), err error) {
	root, err := moduleRoot()
	if err != nil {
		return "", nil, err
	}
	folder := filepath.Join(root, "analytics", "chdb")
	if err := installLake(folder); err != nil {
		return "", nil, err
	}
	node, err := find("node", "nodejs")
	if err != nil {
		return "", nil, err
	}
	// Its own temporary folder, removed after it whichever way it ends.
	own, err := os.MkdirTemp("", "clarion-clickhouse-*")
	if err != nil {
		return "", nil, fmt.Errorf("make a folder for ClickHouse: %w", err)
	}
	if dir == "" {
		dir = filepath.Join(own, "data")
	}
	c := command(nil, own, node, filepath.Join(folder, "server.mjs"), "--port", port, "--dir", dir)
	c.Env = append(os.Environ(), "TMPDIR="+own)
	log, err := os.Create(filepath.Join(own, "log"))
	if err != nil {
		return "", nil, fmt.Errorf("write ClickHouse's log: %w", err)
	}
	defer log.Close()
	c.Stderr = log
	out, err := c.StdoutPipe()
	if err != nil {
		return "", nil, fmt.Errorf("listen to ClickHouse: %w", err)
	}
	if err := c.Start(); err != nil {
		return "", nil, fmt.Errorf("start ClickHouse: %w", err)
	}
	var ended sync.Once
	stop = func() {
		ended.Do(func() {
			_ = c.Process.Kill()
			_ = c.Wait()
		})
	}
	if err := atEnd(nil, `kill -9 "$1" 2>/dev/null; sleep 0.1; rm -rf "$2"`, fmt.Sprint(c.Process.Pid), own); err != nil {
		stop()
		return "", nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		stop()
		said, _ := os.ReadFile(log.Name())
		return "", nil, fmt.Errorf("ClickHouse did not start: %w: %s", err, said)
	}
	url = strings.TrimSpace(line)
	return url, stop, answers(url)
}

// moduleRoot is the folder of go.mod above the package under test. The compiler
// cannot tell: with -trimpath it knows no folders.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("find the module: no go.mod above the test")
		}
		dir = up
	}
}

// answers asks until the server does: it listens already.
func answers(url string) error {
	client := http.Client{Timeout: time.Minute}
	answer, err := client.Get(url + "/ping")
	if err != nil {
		return fmt.Errorf("ask ClickHouse: %w", err)
	}
	return answer.Body.Close()
}

// installLake brings the library when it is missing, one process at a time.
func installLake(folder string) error {
	lock, err := os.Open(filepath.Join(folder, "package.json"))
	if err != nil {
		return fmt.Errorf("install chDB for the tests: %w", err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("wait for who installs chDB: %w", err)
	}
	if _, err := os.Stat(filepath.Join(folder, "node_modules", ".package-lock.json")); err == nil {
		return nil
	}
	make, err := find("make", "make")
	if err != nil {
		return err
	}
	c := exec.Command(make, "--no-print-directory", "-C", filepath.Join(folder, "..", ".."), "analytics/chdb/node_modules")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("install chDB for the tests: %w: %s", err, out)
	}
	return nil
}
