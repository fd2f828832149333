package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// freshest is how soon an event must be in the answers of ClickHouse, for 99 of
// 100.
const freshest = 2 * time.Second

// freshness writes events at a steady pace and asks ClickHouse until it knows
// them.
func (s *stream) freshness(ctx context.Context) error {
	// The copy is up to date before anything new comes, and nobody holds it.
	if _, err := s.copied(ctx); err != nil {
		return err
	}
	if _, err := s.pool.Exec(ctx, "UPDATE stream_copies SET lease_until = 0"); err != nil {
		return fmt.Errorf("let go of the copy: %w", err)
	}
	following, stop := context.WithCancel(ctx)
	e, ended := s.exporter(), make(chan struct{})
	go func() { defer close(ended); e.Run(following) }()
	defer func() { stop(); <-ended }()
	var waiting []written
	var took []time.Duration
	batches := s.size(200, 5)
	next := time.Now()
	for n := 0; len(took) < batches; {
		if n < batches && !time.Now().Before(next) {
			w, err := s.writeSome(ctx)
			if err != nil {
				return err
			}
			waiting, n, next = append(waiting, w), n+1, next.Add(100*time.Millisecond)
		}
		last, _, err := s.there(ctx)
		if err != nil {
			return err
		}
		for len(waiting) > 0 && waiting[0].last <= last {
			took, waiting = append(took, time.Since(waiting[0].at)), waiting[1:]
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	slices.Sort(took)
	p99 := quantile(took, .99)
	s.say("  freshness, %d batches of 200 events, ten a second: p50 %s, p99 %s; most %s\n", len(took), round(quantile(took, .5)), round(p99), freshest)
	if p99 > freshest && !s.quick {
		return fmt.Errorf("an event in a hundred takes %s to ClickHouse, more than %s", p99, freshest)
	}
	return nil
}

// written is a batch whose last row is waited for.
type written struct {
	last int64
	at   time.Time
}

func (s *stream) writeSome(ctx context.Context) (written, error) {
	var w written
	err := s.pool.QueryRow(ctx, `WITH added AS (INSERT INTO message_events (message_id, at, kind, channel, source)
		SELECT 'msg_' || md5('1'), $1, 'opened', 'email', 'source-1' FROM generate_series(1, 200) RETURNING seq) SELECT max(seq) FROM added`,
		time.Now().UnixMicro()).Scan(&w.last)
	if err != nil {
		return w, fmt.Errorf("write events: %w", err)
	}
	w.at = time.Now()
	return w, nil
}
