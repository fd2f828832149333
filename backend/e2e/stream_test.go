package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"clarion/analytics"
	"clarion/backend/notify"
	"clarion/backend/store"
	"clarion/backend/testbed"
)

// writtenStream is a database whose stream is written by hand.
type writtenStream struct {
	db   *store.DB
	pool *pgxpool.Pool
}

const oneMessage = `INSERT INTO messages (id, notification_id, event_id, trace_id, source, recipient_id, channel, workflow, category, priority, status, created_at)
	VALUES ('m', 'n', 'e', 't', 'shop', 'ada', 'email', 'w', 'c', 'medium', 'sent', 1)`

func newWrittenStream(t *testing.T) writtenStream {
	t.Helper()
	url := testbed.Postgres(t)
	db, err := store.Open(t.Context(), store.Config{URL: url})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.Migrate(t.Context()))
	pool, err := pgxpool.New(t.Context(), url+"?pool_max_conns=10")
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	_, err = pool.Exec(t.Context(), oneMessage)
	require.NoError(t, err)
	return writtenStream{db, pool}
}

// write adds n rows, spread over an hour.
func (s writtenStream) write(t *testing.T, n int) {
	t.Helper()
	_, err := s.pool.Exec(t.Context(), `INSERT INTO message_events (message_id, at, kind)
		SELECT 'm', 1782000000000000 + i * 3600000000 / $1::bigint, (ARRAY['queued', 'sent', 'delivered'])[i % 3 + 1] FROM generate_series(1, $1::bigint) AS i`, n)
	require.NoError(t, err)
}

func (s writtenStream) exporter(sink analytics.Sink) *analytics.Exporter {
	return &analytics.Exporter{
		Stream: s.db, Books: s.db, Sink: sink, Observer: deaf{}, Clock: notify.SystemClock{}, Log: slog.New(slog.DiscardHandler),
		Prepare: func(context.Context) error { return nil }, Name: notify.NewID(notify.WorkerID), Patience: time.Millisecond,
	}
}

type deaf struct{}

func (deaf) Copied(int, time.Duration) {}
func (deaf) CopyFailed()               {}

// kept is a sink that keeps the places it was given.
type kept struct{ seqs []int64 }

func (k *kept) Insert(_ context.Context, _ string, rows []notify.DeliveryEvent) error {
	for _, row := range rows {
		k.seqs = append(k.seqs, row.Seq)
	}
	return nil
}

func (k *kept) Correct(context.Context, string, string) error { return nil }

// naive is a cursor that believes that what it sees is all there is.
type naive struct {
	at   int64
	seqs []int64
}

func (n *naive) step(t *testing.T, db *store.DB) {
	t.Helper()
	rows, err := db.DeliveryEvents(t.Context(), n.at, 1<<62, 1000)
	require.NoError(t, err)
	for _, row := range rows {
		n.at, n.seqs = row.Seq, append(n.seqs, row.Seq)
	}
}

func TestWritersThatCommitOutOfOrderLoseNoRow(t *testing.T) {
	t.Parallel()
	s := newWrittenStream(t)
	copied, cursor := &kept{}, &naive{}
	exporter := s.exporter(copied)
	dice := rand.New(rand.NewPCG(6, 21))
	for range 6 {
		var open []pgx.Tx
		for range 6 {
			tx, err := s.pool.Begin(t.Context())
			require.NoError(t, err)
			open = append(open, tx)
		}
		for range 3 { // their rows lie between each other's
			for _, tx := range open {
				_, err := tx.Exec(t.Context(), "INSERT INTO message_events (message_id, at, kind) VALUES ('m', 1, 'sent')")
				require.NoError(t, err)
			}
		}
		dice.Shuffle(len(open), func(i, j int) { open[i], open[j] = open[j], open[i] })
		for i, tx := range open {
			if i%3 == 2 {
				require.NoError(t, tx.Rollback(t.Context()))
			} else {
				require.NoError(t, tx.Commit(t.Context()))
			}
			cursor.step(t, s.db)
			_, err := exporter.Step(t.Context())
			require.NoError(t, err)
		}
	}
	s.write(t, 1)
	await(t, time.Minute, "the copy to have come to the end", func() bool {
		_, err := exporter.Step(t.Context())
		require.NoError(t, err)
		rows, _, err := s.db.CopyLag(t.Context(), analytics.CopyName)
		require.NoError(t, err)
		return rows == 0
	})
	var there []int64
	rows, err := s.pool.Query(t.Context(), "SELECT seq FROM message_events ORDER BY seq")
	require.NoError(t, err)
	there, err = pgx.CollectRows(rows, pgx.RowTo[int64])
	require.NoError(t, err)
	require.Len(t, there, 6*4*3+1)
	require.Equal(t, there, copied.seqs, "every row that was committed, once, in order")
	require.Less(t, len(cursor.seqs), len(there), "a cursor that follows what it sees loses rows in this story")
}

// moody is a way to ClickHouse on which batches are refused, and answers get lost
// after the batch went in.
type moody struct {
	analytics.Sink
	sync.Mutex
	dice *rand.Rand
}

var errMood = errors.New("refused by chance")

func (m *moody) Insert(ctx context.Context, token string, rows []notify.DeliveryEvent) error {
	m.Lock()
	chance := m.dice.IntN(4)
	m.Unlock()
	if chance == 0 {
		return errMood
	}
	if err := m.Sink.Insert(ctx, token, rows); err != nil || chance > 1 {
		return err
	}
	return errMood
}

func TestEachEventIsInClickHouseOnceWhateverHappensOnTheWay(t *testing.T) {
	t.Parallel()
	s := newWrittenStream(t)
	dir, address := t.TempDir(), testbed.Address(t)
	url := "http://" + address + "/copy"
	stop := testbed.ClickHouseAt(t, dir, portOf(t, address))
	warehouse, err := analytics.Open(analytics.Config{URL: url})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, warehouse.Close()) })
	way := &moody{Sink: warehouse, dice: rand.New(rand.NewPCG(6, 1))}
	exporter := s.exporter(way)
	exporter.Prepare = warehouse.Migrate
	total := 0
	grow := func(n int) { s.write(t, n); total += n }
	steps := func(n int) (refused int) {
		for range n {
			if _, err := exporter.Step(t.Context()); err != nil {
				refused++
				// A process that dies here leaves its lease; the next takes it over.
				exporter = s.exporter(way)
				exporter.Prepare = warehouse.Migrate
				_, err := s.pool.Exec(t.Context(), "UPDATE stream_copies SET lease_until = 0")
				require.NoError(t, err)
			}
		}
		return refused
	}
	for range 10 {
		grow(500)
		steps(1)
	}
	stop()
	for range 60 { // an hour, a minute at a time
		grow(1000)
		require.Equal(t, 1, steps(1), "ClickHouse is away")
	}
	testbed.ClickHouseAt(t, dir, portOf(t, address))
	refused := 0
	await(t, 2*time.Minute, "the copy to have caught up", func() bool {
		grow(7)
		refused += steps(1)
		rows, _, err := s.db.CopyLag(t.Context(), analytics.CopyName)
		require.NoError(t, err)
		return rows == 0 && refused > 3
	})
	require.Equal(t, [2]uint64{uint64(total), uint64(total)}, numbers(t, warehouse, "SELECT count(), uniqExact(seq) FROM delivery_events"))
	for _, table := range []string{"delivery_minutes", "delivery_hours", "delivery_days"} {
		require.Equal(t, uint64(total), numbers(t, warehouse, "SELECT sum(events), 0::UInt64 FROM "+table)[0], "%s counts each once", table)
	}
	t.Logf("%d events, %d refusals after the outage", total, refused)
}

func portOf(t *testing.T, address string) string {
	t.Helper()
	var port int
	_, err := fmt.Sscanf(address, "127.0.0.1:%d", &port)
	require.NoError(t, err)
	return fmt.Sprint(port)
}

// numbers asks for one row of two numbers.
func numbers(t *testing.T, w *analytics.Warehouse, text string) (out [2]uint64) {
	t.Helper()
	rows, err := w.Query(t.Context(), text, nil)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	require.True(t, rows.Next())
	require.NoError(t, rows.Scan(&out[0], &out[1]))
	return out
}

func TestAProcessKilledBetweenInsertAndCursorCountsNothingTwice(t *testing.T) {
	t.Parallel()
	address := testbed.Address(t)
	testbed.ClickHouseAt(t, filepath.Join(t.TempDir(), "lake"), portOf(t, address))
	url := "http://" + address + "/copy"
	lasting := grounds[1].lasting(t).with(settings{"CLICKHOUSE_URL": url})
	doomed := start(t, lasting.with(settings{"CLARION_KILL_POINT": "after_insert:2"}))
	kept, unanswered := promises{}, map[string]fact{}
	for i := 0; !doomed.hasEnded(); i++ { // until the second batch is in
		key := fmt.Sprint("order-", i)
		f := fact{Type: "order.shipped", To: []any{"ada"}, Data: map[string]any{"order_id": i}}
		if id, ok := doomed.admin().reportOnce(key, f); ok {
			kept[key] = promise{id, f}
		} else {
			unanswered[key] = f
		}
	}
	doomed.diesByItself(time.Minute)
	revived := start(t, lasting)
	house := revived.admin()
	for key, f := range unanswered { // it may have been taken or not: who reports asks again
		id, ok := house.reportOnce(key, f)
		require.True(t, ok, key)
		kept[key] = promise{id, f}
	}
	house.finished(kept, time.Minute)
	house.audit(kept)
	db, err := store.Open(t.Context(), store.Config{URL: lasting["DATABASE_URL"]})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	warehouse, err := analytics.Open(analytics.Config{URL: url})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, warehouse.Close()) })
	await(t, 3*time.Minute, "the copy to have caught up", func() bool {
		rows, _, err := db.CopyLag(t.Context(), analytics.CopyName)
		require.NoError(t, err)
		return rows == 0
	})
	_, _ = revived.stop()
	events, err := db.DeliveryEvents(t.Context(), 0, 1<<62, 1_000_000)
	require.NoError(t, err)
	want := uint64(len(events))
	require.GreaterOrEqual(t, len(events), 3*len(kept))
	require.Equal(t, [2]uint64{want, want}, numbers(t, warehouse, "SELECT count(), uniqExact(seq) FROM delivery_events"))
	require.Equal(t, [2]uint64{want, want}, numbers(t, warehouse, "SELECT (SELECT sum(events) FROM delivery_minutes), (SELECT sum(events) FROM delivery_days)"))
}

func TestARebuildReplacesWhatReportsReadWhileTheStreamGoesOn(t *testing.T) {
	t.Parallel()
	s := newWrittenStream(t)
	warehouse, err := analytics.Open(analytics.Config{URL: testbed.ClickHouse(t)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, warehouse.Close()) })
	follower := s.exporter(warehouse)
	follower.Prepare = warehouse.Migrate
	s.write(t, 3000)
	_, err = follower.Step(t.Context())
	require.NoError(t, err)
	require.NoError(t, warehouse.Correct(t.Context(), "ada", "somebody else"), "the copy is spoilt")
	s.write(t, 2000)
	rebuilder := &analytics.Rebuilder{
		Exporter: s.exporter(warehouse), Phases: s.db, Warehouse: warehouse,
		Say: func(string, ...any) {
			_, err := follower.Step(t.Context())
			require.NoError(t, err, "it is followed meanwhile")
		},
	}
	require.NoError(t, rebuilder.Run(t.Context()))
	right := "SELECT count(), countIf(recipient = 'ada') FROM delivery_events"
	require.Equal(t, [2]uint64{5000, 5000}, numbers(t, warehouse, right))
	require.Equal(t, [2]uint64{5000, 5000}, numbers(t, warehouse, "SELECT (SELECT sum(events) FROM delivery_minutes), (SELECT sum(events) FROM delivery_days)"))
	s.write(t, 10)
	await(t, time.Minute, "the stream to be followed in the new tables", func() bool {
		_, _ = follower.Step(t.Context()) // who was overtaken notices it once
		rows, _, err := s.db.CopyLag(t.Context(), analytics.CopyName)
		require.NoError(t, err)
		return rows == 0
	})
	require.Equal(t, [2]uint64{5010, 5010}, numbers(t, warehouse, right))
	require.Equal(t, [2]uint64{5010, 0}, numbers(t, warehouse, "SELECT (SELECT sum(events) FROM delivery_hours), (SELECT count() FROM system.tables WHERE database = currentDatabase() AND name LIKE '%fresh%')"))
}
