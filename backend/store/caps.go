package store

import (
	"context"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// capSlack is how much older than a cap's period the id of a message may be that
// counts in it: it was held before it was queued.
const capSlack = 8 * 24 * time.Hour

// Caps are held against the messages themselves: what was queued within the
// period and not left out since. Nothing is counted twice or forgotten, and the
// period slides.
const capCounted = `SELECT count(*) FROM messages AS m WHERE m.recipient_id = g.recipient AND m.id >= g.oldest AND m.due_at > g.since
	AND (g.category = '' OR m.category = g.category) AND m.status NOT IN ('held', 'skipped', 'cancelled', 'expired')
	AND m.held_for = '' AND m.source <> '` + notify.TestSource + `'`

// capLockText makes all who count a person's messages wait for one another.
const capLockText = `SELECT id FROM recipients WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE`

const capCountLite = `SELECT (` + capCounted + `) FROM (SELECT ?1 AS recipient, ?2 AS category, ?3 AS since, ?4 AS oldest) AS g`

func capColumns(keys []notify.CapKey, now time.Time) []column {
	n := len(keys)
	since := func(i int) time.Time { return now.Add(-keys[i].Per.Length()) }
	return []column{
		texts("recipient", n, func(i int) string { return keys[i].Recipient }),
		texts("category", n, func(i int) string { return keys[i].Category }),
		numbers("since", n, func(i int) int64 { return micros(since(i)) }),
		texts("oldest", n, func(i int) string { return oldestOf(since(i)) }),
	}
}

// oldestOf is the smallest id that can count. Ids are made by the machine's own
// clock, which may be behind the one that times are told by.
func oldestOf(since time.Time) string {
	if machine := time.Now(); machine.Before(since) {
		since = machine
	}
	return notify.FirstID(notify.MessageID, since.Add(-capSlack))
}

// countCaps counts on PostgreSQL.
func countCaps(ctx context.Context, a asker, keys []notify.CapKey, now time.Time) (map[notify.CapKey]int, error) {
	columns := append(capColumns(keys, now), numbers("place", len(keys), func(i int) int { return i }))
	counts := make(map[notify.CapKey]int, len(keys))
	text := "SELECT g.place, (" + capCounted + ") FROM " + given(columns, 1)
	err := collect(ctx, a, text, arrays(columns), func(s scanner) error {
		var place, n int
		err := s.Scan(&place, &n)
		if err == nil {
			counts[keys[place]] = n
		}
		return err
	})
	return counts, err
}

// lockCapped locks the people of the keys, in the order in which everybody does.
func lockCapped(ctx context.Context, a asker, keys []notify.CapKey) error {
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = key.Recipient
	}
	return collect(ctx, a, capLockText, []any{sortedSet(ids)}, func(scanner) error { return nil })
}

func (l lite) countCaps(keys []notify.CapKey, now time.Time) (map[notify.CapKey]int, error) {
	columns := capColumns(keys, now)
	counts := make(map[notify.CapKey]int, len(keys))
	for i, key := range keys {
		n := 0
		if err := l.one(capCountLite, row(columns, i), &n); err != nil {
			return nil, err
		}
		counts[key] = n
	}
	return counts, nil
}

// CapCounts counts what people got, without a lock.
func (db *DB) CapCounts(ctx context.Context, keys []notify.CapKey, now time.Time) (map[notify.CapKey]int, error) {
	if db.postgres() {
		counts, err := countCaps(ctx, db.pool, keys, now)
		return counts, during(err, "count %d caps", len(keys))
	}
	columns, counts := capColumns(keys, now), make(map[notify.CapKey]int, len(keys))
	for i, key := range keys {
		n := 0
		if err := db.r.DB.QueryRowContext(ctx, capCountLite, row(columns, i)...).Scan(&n); err != nil {
			return nil, fmt.Errorf("count the cap of %s: %w", key.Recipient, classify(err))
		}
		counts[key] = n
	}
	return counts, nil
}

// hold leaves out what goes over a cap before the rows are written.
func (s *saving) hold(counts map[notify.CapKey]int) error {
	s.batch.HoldAgainst(counts, func(event string) bool { return !s.saved[event] })
	return s.rows()
}
