package e2e_test

import (
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/testbed"
)

// process is one clarion in a process of its own.
type process struct {
	tb      testing.TB
	command *exec.Cmd
	url     string
	journal *journal
	begun   time.Time
	// readyIn is how long it took from the start to ready.
	readyIn time.Duration
	ended   chan struct{}
	err     error
}

// start runs clarion with the settings and waits until it is ready.
func start(tb testing.TB, s settings) *process {
	tb.Helper()
	p := &process{tb: tb, url: "http://" + s["CLARION_LISTEN"], journal: &journal{}, ended: make(chan struct{})}
	// Without the test's context: that one ends before the cleanup.
	p.command = exec.Command(binary(tb), "serve")
	p.command.Env = s.with(settings{"PATH": "", "HOME": s["CLARION_DATA_DIR"]}).environ()
	p.command.Stderr = p.journal
	// Whatever happens to the tests, nothing of theirs stays behind.
	p.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	p.begun = time.Now()
	require.NoError(tb, p.command.Start())
	go func() {
		p.err = p.command.Wait()
		close(p.ended)
	}()
	tb.Cleanup(func() {
		p.kill()
		p.journal.tell(tb)
	})
	await(tb, time.Minute, "clarion to be ready", func() bool {
		if p.hasEnded() {
			p.journal.tell(tb)
			tb.Fatalf("clarion ended at once: %v: %s", p.err, p.journal)
		}
		return p.answers("/readyz")
	})
	p.readyIn = time.Since(p.begun)
	return p
}

func (p *process) answers(path string) bool {
	request, err := http.NewRequestWithContext(p.tb.Context(), http.MethodGet, p.url+path, nil)
	if err != nil {
		return false
	}
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

func (p *process) hasEnded() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// kill ends the process as a power cut would and waits until it is gone.
func (p *process) kill() {
	_ = p.command.Process.Signal(syscall.SIGKILL)
	<-p.ended
}

// stop asks the process to end and returns how long it took and how it ended.
func (p *process) stop() (time.Duration, error) {
	begun := time.Now()
	_ = p.command.Process.Signal(syscall.SIGTERM)
	<-p.ended
	return time.Since(begun), p.err
}

// diesByItself waits until a kill point has struck.
func (p *process) diesByItself(within time.Duration) {
	p.tb.Helper()
	await(p.tb, within, "the kill point to be reached", p.hasEnded)
	var exit *exec.ExitError
	require.ErrorAs(p.tb, p.err, &exit)
	status, ok := exit.Sys().(syscall.WaitStatus)
	require.True(p.tb, ok)
	require.Equal(p.tb, syscall.SIGKILL, status.Signal(), "%v: %s", p.err, p.journal)
}

func (p *process) admin() *caller { return &caller{TB: p.tb, url: p.url, bearer: bootstrap} }

// lasting settings keep one address over restarts, as a real house does.
func (g ground) lasting(tb testing.TB) settings {
	return g.settings(tb).with(settings{"CLARION_LISTEN": testbed.Address(tb)})
}

// flush makes a Redis forget everything, as a restart without its file would.
func flush(tb testing.TB, address string) {
	tb.Helper()
	dialer := net.Dialer{Timeout: patience}
	conn, err := dialer.DialContext(tb.Context(), "tcp", address[len("redis://"):])
	require.NoError(tb, err)
	defer conn.Close()
	_, err = fmt.Fprint(conn, "FLUSHALL\r\n")
	require.NoError(tb, err)
	answer := make([]byte, 5)
	_, err = conn.Read(answer)
	require.NoError(tb, err)
	require.Equal(tb, "+OK\r\n", string(answer))
}
