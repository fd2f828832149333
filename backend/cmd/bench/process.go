package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// program is a command in a process of its own that answers /readyz when it is
// ready.
type program struct {
	command *exec.Cmd
	url     string
	said    bytes.Buffer
	readyIn time.Duration
	ended   chan struct{}
}

// build compiles commands of this tree into a folder that is gone afterwards.
func (b *bench) build(ctx context.Context, packages ...string) (dir string, err error) {
	dir = b.stage.TempDir()
	args := append([]string{"build", "-buildvcs=false", "-o", dir + string(filepath.Separator)}, packages...)
	if out, err := exec.CommandContext(ctx, "go", args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, out)
	}
	return dir, nil
}

// launch starts a command that listens at the address and waits until it is
// ready.
func (b *bench) launch(ctx context.Context, address string, environment []string, name string, args ...string) (*program, error) {
	p := &program{command: exec.CommandContext(ctx, name, args...), url: "http://" + address, ended: make(chan struct{})}
	p.command.Env, p.command.Stderr = environment, &p.said
	p.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	began := time.Now()
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		_ = p.command.Wait()
		close(p.ended)
	}()
	b.stage.Cleanup(p.kill)
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for !p.ready(ctx) {
		select {
		case <-p.ended:
			return nil, fmt.Errorf("%s ended at once: %s", name, p.said.Bytes())
		case <-ctx.Done():
			return nil, fmt.Errorf("%s was not ready: %w", name, ctx.Err())
		case <-time.After(time.Millisecond):
		}
	}
	p.readyIn = time.Since(began)
	return p, nil
}

func (p *program) ready(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/readyz", http.NoBody)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// kill ends the process and waits until it is gone.
func (p *program) kill() {
	_ = p.command.Process.Kill()
	<-p.ended
}

// used is the processor time of the process so far.
func (p *program) used() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.command.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("read processor times: %w", err)
	}
	var total time.Duration
	for _, f := range bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+2:])[11:13] {
		n, err := strconv.Atoi(string(f))
		if err != nil {
			return 0, fmt.Errorf("read processor times: %w", err)
		}
		total += time.Duration(n) * 10 * time.Millisecond
	}
	return total, nil
}

// resident is the memory of the process, in megabytes.
func (p *program) resident() (float64, error) {
	text := lineOf(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid), "VmRSS")
	kilobytes, err := strconv.Atoi(strings.TrimSuffix(text, " kB"))
	if err != nil {
		return 0, fmt.Errorf("read resident memory: %w", err)
	}
	return float64(kilobytes) / 1024, nil
}
