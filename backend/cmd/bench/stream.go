package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"clarion/analytics"
	"clarion/backend/notify"
	"clarion/backend/store"
	"clarion/backend/testbed"
)

// stream is a database full of events and an empty ClickHouse beside it.
type stream struct {
	*bench
	db        *store.DB
	pool      *pgxpool.Pool
	warehouse *analytics.Warehouse
	meter     meter
	// rows are those of the database, as the driver alone gets them.
	rows []notify.DeliveryEvent
}

// streamBench copies the stream to ClickHouse beside the driver, which inserts
// the same rows from memory, and then sees how fresh the copy is.
func streamBench(ctx context.Context, b *bench) error {
	s := &stream{bench: b}
	if err := s.open(ctx); err != nil {
		return errors.Join(err, s.close())
	}
	err := b.compare(ctx, comparison{
		name: "stream", ours: "the exporter, from PostgreSQL", theirs: "the driver, by column, from memory", unit: "events", floor: 0.5, aim: 0.8, pairs: 3,
		runOurs: s.copied, runTheirs: s.driven,
	})
	if err == nil {
		err = s.freshness(ctx)
	}
	return errors.Join(err, s.close())
}

func (s *stream) open(ctx context.Context) error {
	url := testbed.Postgres(s.stage)
	var err error
	if s.db, err = store.Open(ctx, store.Config{URL: url}); err != nil {
		return err
	}
	if err := s.db.Migrate(ctx); err != nil {
		return err
	}
	if s.pool, err = pgxpool.New(ctx, url); err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	if s.meter.postmaster, err = postmaster(ctx, s.pool); err != nil {
		return err
	}
	for _, text := range streamFillings {
		if _, err := s.pool.Exec(ctx, text, s.size(100_000, 1000)); err != nil {
			return fmt.Errorf("fill the stream: %w", err)
		}
	}
	if _, err := s.pool.Exec(ctx, "VACUUM ANALYZE"); err != nil {
		return fmt.Errorf("fill the stream: %w", err)
	}
	if s.warehouse, err = analytics.Open(analytics.Config{URL: testbed.ClickHouse(s.stage)}); err != nil {
		return err
	}
	if err := s.warehouse.Migrate(ctx); err != nil {
		return err
	}
	s.rows, err = s.db.DeliveryEvents(ctx, 0, 1<<62, 1<<30)
	return err
}

func (s *stream) close() error {
	var faults []error
	if s.warehouse != nil {
		faults = append(faults, s.warehouse.Close())
	}
	if s.pool != nil {
		s.pool.Close()
	}
	if s.db != nil {
		faults = append(faults, s.db.Close())
	}
	return errors.Join(faults...)
}

func (s *stream) exporter() *analytics.Exporter {
	return &analytics.Exporter{
		Stream: s.db, Books: s.db, Sink: s.warehouse, Observer: unheard{}, Clock: notify.SystemClock{}, Log: slog.New(slog.DiscardHandler),
		Prepare: func(context.Context) error { return nil }, Name: notify.NewID(notify.WorkerID),
	}
}

type unheard struct{}

// Copied and CopyFailed are nobody's business here.
func (unheard) Copied(int, time.Duration) {}

// CopyFailed is nobody's business here.
func (unheard) CopyFailed() {}

// emptied makes both sides begin with empty tables.
func (s *stream) emptied(ctx context.Context) error {
	if _, err := s.pool.Exec(ctx, "DELETE FROM stream_copies"); err != nil {
		return fmt.Errorf("forget the copy: %w", err)
	}
	return s.warehouse.Empty(ctx)
}

// measured times work that must leave every row in ClickHouse once.
func (s *stream) measured(ctx context.Context, work func() error) (result, error) {
	if err := s.emptied(ctx); err != nil {
		return result{}, err
	}
	before, err := s.meter.read(ctx)
	if err != nil {
		return result{}, err
	}
	began := time.Now()
	if err := work(); err != nil {
		return result{}, err
	}
	took := time.Since(began)
	after, err := s.meter.read(ctx)
	if err != nil {
		return result{}, err
	}
	last, count, err := s.there(ctx)
	if err != nil {
		return result{}, err
	}
	if want := s.rows[len(s.rows)-1].Seq; count != uint64(len(s.rows)) || last != want {
		return result{}, fmt.Errorf("%d rows up to %d are in ClickHouse, of %d up to %d", count, last, len(s.rows), want)
	}
	return result{items: len(s.rows), took: took, cpu: after.since(before)}, nil
}

func (s *stream) copied(ctx context.Context) (result, error) {
	e := s.exporter()
	return s.measured(ctx, func() error {
		for full := true; full; {
			var err error
			if full, err = e.Step(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *stream) driven(ctx context.Context) (result, error) {
	return s.measured(ctx, func() error {
		for part := range slices.Chunk(s.rows, analytics.BatchRows) {
			if err := s.warehouse.Insert(ctx, notify.NewID(""), part); err != nil {
				return err
			}
		}
		return nil
	})
}

// there is the last row in ClickHouse and how many there are.
func (s *stream) there(ctx context.Context) (last int64, count uint64, err error) {
	rows, err := s.warehouse.Query(ctx, "SELECT toInt64(max(seq)), count() FROM delivery_events", nil)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = rows.Close() }()
	if !rows.Next() {
		return 0, 0, errors.Join(errors.New("ClickHouse gave no answer"), rows.Err())
	}
	if err := rows.Scan(&last, &count); err != nil {
		return 0, 0, fmt.Errorf("read what is in ClickHouse: %w", err)
	}
	return last, count, nil
}
