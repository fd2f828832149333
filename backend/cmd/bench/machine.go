package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"clarion/backend/testbed"
)

// sayMachine prints what the figures depend on.
func (b *bench) sayMachine(ctx context.Context) error {
	slow, err := fsyncLatency(b.stage.TempDir(), b.size(200, 10))
	if err != nil {
		return err
	}
	b.say("machine: %d processors (%s), %s memory, load average %s; %s\n",
		runtime.NumCPU(), lineOf("/proc/cpuinfo", "model name"), lineOf("/proc/meminfo", "MemTotal"), load(), runtime.Version())
	b.say("fsync of 8 KiB: median %s, worst of ten %s\n", round(slow[len(slow)/2]), round(slow[len(slow)*9/10]))
	conn, err := pgx.Connect(ctx, testbed.Postgres(b.stage))
	if err != nil {
		return fmt.Errorf("ask PostgreSQL for its settings: %w", err)
	}
	defer conn.Close(ctx)
	settings := []string{"server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size"}
	for i, name := range settings {
		var value string
		if err := conn.QueryRow(ctx, "SELECT current_setting($1)", name).Scan(&value); err != nil {
			return fmt.Errorf("ask PostgreSQL for %s: %w", name, err)
		}
		settings[i] = name + "=" + value
	}
	b.say("PostgreSQL: %s\n", strings.Join(settings, ", "))
	return nil
}

// fsyncLatency writes and flushes a page again and again, sorted.
func fsyncLatency(dir string, times int) ([]time.Duration, error) {
	file, err := os.Create(filepath.Join(dir, "fsync"))
	if err != nil {
		return nil, fmt.Errorf("measure fsync: %w", err)
	}
	defer file.Close()
	page := make([]byte, 8<<10)
	took := make([]time.Duration, times)
	for i := range took {
		began := time.Now()
		if _, err := file.WriteAt(page, 0); err != nil {
			return nil, fmt.Errorf("measure fsync: %w", err)
		}
		if err := file.Sync(); err != nil {
			return nil, fmt.Errorf("measure fsync: %w", err)
		}
		took[i] = time.Since(began)
	}
	slices.Sort(took)
	return took, nil
}

// lineOf is the value of the first line of a /proc file that begins with key.
func lineOf(file, key string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(text)) {
		if name, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

// load is how busy the machine was with other things before we began.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(text))[:1], " ")
}

func round(d time.Duration) time.Duration {
	if d < 10*time.Millisecond {
		return d.Round(10 * time.Microsecond)
	}
	return d.Round(100 * time.Microsecond)
}

// age gives PostgreSQL the log files that a server has after its first days. A
// new one creates and fills a file of 16 MB whenever the one before is full,
// while every commit waits.
func (h *house) age(ctx context.Context) error {
	for range 48 {
		if _, err := h.sql.Exec(ctx, "SELECT pg_logical_emit_message(false, 'bench', repeat('x', 16000000))"); err != nil {
			return fmt.Errorf("write the log: %w", err)
		}
	}
	if _, err := h.sql.Exec(ctx, "CHECKPOINT"); err != nil {
		return fmt.Errorf("write the log: %w", err)
	}
	return nil
}
