package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"

	"clarion/backend/app"
	"clarion/backend/config"
	"clarion/backend/testbed"
)

// secrets of the bench's own processes, which live for minutes on loopback.
const (
	masterKey    = "bench-master-key-0123456789abcdef"
	bootstrapKey = "ck_bench_bootstrap_0123456789abcdef"
)

// house is Clarion as it runs in production, its roles apart, on PostgreSQL and
// a Redis of its own; the vendor is a sink.
type house struct {
	stage    *stage
	database string
	queue    string
	sink     *sink
	door     *app.App
	sql      *pgxpool.Pool
	redis    *redis.Client
	meter    meter
	key      string
	callers  callers
}

// open starts the servers, the sink and a process with the given roles, and
// fills in what the benchmarks send to.
func (b *bench) open(ctx context.Context, roles ...string) (*house, error) {
	h := &house{stage: b.stage, database: testbed.Postgres(b.stage), queue: testbed.Redis(b.stage)}
	var err error
	if h.sql, err = pgxpool.New(ctx, h.database); err != nil {
		return nil, fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	b.stage.Cleanup(h.sql.Close)
	where, err := redis.ParseURL(h.queue)
	if err != nil {
		return nil, fmt.Errorf("connect to Redis: %w", err)
	}
	h.redis = redis.NewClient(where)
	b.stage.Cleanup(func() { _ = h.redis.Close() })
	h.meter.redis = h.redis
	if h.meter.postmaster, err = postmaster(ctx, h.sql); err != nil {
		return nil, err
	}
	if h.sink, err = openSink(); err != nil {
		return nil, err
	}
	b.stage.Cleanup(h.sink.close)
	if h.door, err = h.start(ctx, true, roles...); err != nil {
		return nil, err
	}
	b.stage.Cleanup(func() { b.stop(h.door) })
	b.stage.Cleanup(h.callers.close)
	if err := h.age(ctx); err != nil {
		return nil, err
	}
	return h, h.furnish(ctx)
}

func postmaster(ctx context.Context, sql querier) (string, error) {
	var dir string
	if err := sql.QueryRow(ctx, "SHOW data_directory").Scan(&dir); err != nil {
		return "", fmt.Errorf("find PostgreSQL's folder: %w", err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "postmaster.pid"))
	if err != nil {
		return "", fmt.Errorf("find PostgreSQL's process: %w", err)
	}
	pid, _, _ := strings.Cut(string(text), "\n")
	return pid, nil
}

// querier is a connection or a pool of them.
type querier interface {
	QueryRow(ctx context.Context, text string, args ...any) pgx.Row
}

// start starts one process of Clarion, configured as an operator would. Only
// the first seeds the demo, from which the template comes. A process without
// the api role finds the sandbox vendors at SandboxListen: there, the sink.
func (h *house) start(ctx context.Context, first bool, roles ...string) (*app.App, error) {
	c := config.Config{
		Listen: "127.0.0.1:0", PublicURL: "http://127.0.0.1:0", DataDir: h.stage.TempDir(), DatabaseURL: h.database, RedisURL: h.queue,
		SecretKey: masterKey, BootstrapKey: bootstrapKey, Env: config.Development, Demo: first, Sandbox: true,
		AdminEmail: "bench@example.com", AdminPassword: "not-used-by-anybody", Roles: roles, ShutdownTimeout: 20 * time.Second,
	}
	if !first {
		c.SandboxListen = h.sink.address
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	return app.Start(ctx, app.Options{Config: c, Log: log})
}

// stop ends a process as SIGTERM would.
func (b *bench) stop(a *app.App) {
	if err := stop(a); err != nil {
		b.stage.Error("stop Clarion: ", err)
	}
}

func stop(a *app.App) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return a.Stop(ctx)
}

// startWorker starts a process that dispatches and delivers.
func (h *house) startWorker(ctx context.Context) (*app.App, error) {
	return h.start(ctx, false, config.RoleWorker)
}

// deadlockTries is how often emptying the tables begins again.
const deadlockTries = 10

// clear empties what earlier runs left, in SQL and in the sink.
func (h *house) clear(ctx context.Context) error {
	h.sink.clear()
	const text = "TRUNCATE events, notifications, messages, attempts, message_events, receipts, watch, provider_ids RESTART IDENTITY"
	_, err := h.sql.Exec(ctx, text)
	// A house that still runs reads several of them: then one of the two gives way.
	for range deadlockTries {
		if gone, is := errors.AsType[*pgconn.PgError](err); !is || gone.Code != "40P01" {
			break
		}
		_, err = h.sql.Exec(ctx, text)
	}
	if err == nil {
		_, err = h.sql.Exec(ctx, "CHECKPOINT")
	}
	if err != nil {
		return fmt.Errorf("empty the tables: %w", err)
	}
	return nil
}

// measure runs the work and says what it cost.
func (h *house) measure(ctx context.Context, items int, work func() error) (result, error) {
	before, err := h.meter.read(ctx)
	if err != nil {
		return result{}, err
	}
	began := time.Now()
	if err := work(); err != nil {
		return result{}, err
	}
	took := time.Since(began)
	after, err := h.meter.read(ctx)
	return result{items: items, took: took, cpu: after.since(before)}, err
}

// drained waits until every message accepted has reached the sink and its row
// is final.
func (h *house) drained(ctx context.Context, messages int) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	if err := h.sink.await(ctx, messages); err != nil {
		return err
	}
	for {
		var open int
		err := h.sql.QueryRow(ctx, "SELECT count(*) FROM messages WHERE status IN ('held', 'queued', 'sending')").Scan(&open)
		if err != nil {
			return fmt.Errorf("count open messages: %w", err)
		}
		if open == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d messages are not final: %w", open, ctx.Err())
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// books are the counts that must agree after a run.
const books = `SELECT
	(SELECT count(*) FROM events WHERE status = 'dispatched'),
	(SELECT count(*) FROM events),
	(SELECT count(*) FROM messages WHERE status = 'sent' AND attempts = 1 AND outcome = 'ok' AND provider_message_id <> ''),
	(SELECT count(*) FROM messages),
	(SELECT count(*) FROM attempts WHERE outcome = 'ok' AND ended_at > 0),
	(SELECT count(*) FROM attempts),
	(SELECT count(DISTINCT message_id) FROM message_events WHERE kind = 'sent')`

// exact proves that each event became its messages, and that each message was
// sent once, by the sink's word and by ours.
func (h *house) exact(ctx context.Context, events, messages int) error {
	got := make([]int, 7)
	err := h.sql.QueryRow(ctx, books).Scan(&got[0], &got[1], &got[2], &got[3], &got[4], &got[5], &got[6])
	if err != nil {
		return fmt.Errorf("count what was sent: %w", err)
	}
	var faults []error
	for i, want := range []int{events, events, messages, messages, messages, messages, messages} {
		if got[i] != want {
			faults = append(faults, fmt.Errorf("count %d of the books is %d, not %d", i, got[i], want))
		}
	}
	if t := h.sink.tally(); t != (tally{calls: messages, distinct: messages}) {
		faults = append(faults, fmt.Errorf("the vendor counts %+v, not %d messages once each", t, messages))
	}
	return errors.Join(faults...)
}
