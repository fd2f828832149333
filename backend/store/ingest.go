package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/ingest"
	"clarion/backend/notify"
)

// eventKey is what makes two events the same.
type eventKey struct{ source, key string }

// stored is what a duplicate needs to know of the event that came first.
type stored struct {
	id, trace, fingerprint string
	to                     []notify.Target
}

// SaveEvents stores all entries in one transaction and says what became of each.
func (db *DB) SaveEvents(ctx context.Context, entries []ingest.Entry, now time.Time) ([]ingest.Saved, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	columns, err := eventColumns(entries)
	if err != nil {
		return nil, err
	}
	var people []notify.Recipient
	for i := range entries {
		people = append(people, entries[i].Upserts...)
	}
	open := watchColumns(watchAccepted(entries))
	var fresh map[string]bool
	switch {
	case !db.postgres():
		fresh, err = db.saveEventsLite(ctx, columns, open, people, now)
	case len(people) == 0:
		fresh, err = db.saveEventsAlone(ctx, columns, open)
	default:
		fresh, err = db.saveEventsWithPeople(ctx, columns, open, people, now)
	}
	if err != nil {
		return nil, fmt.Errorf("save %d events: %w", len(entries), err)
	}
	return db.tellSaved(ctx, entries, fresh)
}

// watchAccepted lists the new events: the sweeper looks at a held one when its
// time comes, at the others when their first lease ends. One that turns out to
// be a duplicate is dropped by the first look.
func watchAccepted(entries []ingest.Entry) []watchRow {
	items := make([]watched, len(entries))
	for i, e := range entries {
		items[i] = watched{e.Event.ID, micros(e.Event.SendAt), micros(e.LeaseUntil)}
	}
	return watchLists(watchEvents, items)
}

func eventColumns(entries []ingest.Entry) ([]column, error) {
	n := len(entries)
	event := func(i int) *notify.Event { return &entries[i].Event }
	targets, direct := make([]string, n), make([]string, n)
	for i := range entries {
		var err error
		if targets[i], err = jsonText(event(i).To); err != nil {
			return nil, err
		}
		if event(i).Direct == nil {
			continue
		}
		if direct[i], err = jsonText(event(i).Direct); err != nil {
			return nil, err
		}
	}
	key := texts("idempotency_key", n, func(i int) string { return event(i).IdempotencyKey })
	key.expr = emptyIsNull
	return []column{
		texts("id", n, func(i int) string { return event(i).ID }),
		texts("source", n, func(i int) string { return event(i).Source }),
		texts("type", n, func(i int) string { return event(i).Type }),
		key,
		texts("fingerprint", n, func(i int) string { return event(i).Fingerprint }),
		{name: "targets", kind: "text", values: targets},
		texts("data", n, func(i int) string { return string(event(i).Data) }),
		texts("actor", n, func(i int) string { return event(i).Actor }),
		texts("tenant", n, func(i int) string { return event(i).Tenant }),
		texts("priority", n, func(i int) notify.Priority { return event(i).Priority }),
		numbers("send_at", n, func(i int) int64 { return micros(event(i).SendAt) }),
		numbers("expires_at", n, func(i int) int64 { return micros(event(i).ExpiresAt) }),
		texts("cancel_key", n, func(i int) string { return event(i).CancelKey }),
		texts("metadata", n, func(i int) string { return string(event(i).Metadata) }),
		texts("trace_id", n, func(i int) string { return event(i).TraceID }),
		{name: "direct", kind: "text", values: direct},
		texts("status", n, func(i int) notify.EventStatus { return event(i).Status }),
		numbers("created_at", n, func(i int) int64 { return micros(event(i).CreatedAt) }),
	}, nil
}

// saveEventsText lets the unique key decide who was first; an insert under way
// elsewhere is waited for.
func saveEventsText(columns, open []column) string {
	return "WITH fresh AS (INSERT INTO events (" + names(columns) + ") SELECT " + wrapped(columns) + " FROM " + given(columns, 1) +
		" ON CONFLICT (source, idempotency_key) DO NOTHING RETURNING id), open AS (" + watchInsert(open, 1+len(columns)) + ") SELECT id FROM fresh"
}

func noteIDs(into map[string]bool) func(scanner) error {
	return func(s scanner) error {
		var id string
		if err := s.Scan(&id); err != nil {
			return fmt.Errorf("read an id: %w", err)
		}
		into[id] = true
		return nil
	}
}

func (db *DB) saveEventsWithPeople(ctx context.Context, columns, open []column, people []notify.Recipient, now time.Time) (map[string]bool, error) {
	fresh := map[string]bool{}
	err := db.txWithPeople(ctx, people, now, func(ctx context.Context, tx bun.Tx) error {
		if err := putRecipients(ctx, tx, people, false, now); err != nil {
			return err
		}
		rows, err := tx.Tx.QueryContext(ctx, saveEventsText(columns, open), slices.Concat(arrays(columns), arrays(open))...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := noteIDs(fresh)(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	return fresh, err
}

func (db *DB) saveEventsLite(ctx context.Context, columns, open []column, people []notify.Recipient, now time.Time) (map[string]bool, error) {
	fresh := map[string]bool{}
	ids := columns[0].values.([]string)
	text := insertRow("events", columns) + " ON CONFLICT (source, idempotency_key) DO NOTHING"
	lists := insertRow("watch", open)
	save := func(exec func(text string, args ...any) (int64, error)) error {
		for i, id := range ids {
			n, err := exec(text, row(columns, i)...)
			if err != nil {
				return err
			}
			fresh[id] = n == 1
		}
		for i := range open[0].len() {
			if _, err := exec(lists, row(open, i)...); err != nil {
				return err
			}
		}
		return nil
	}
	if len(people) == 0 {
		return fresh, db.liteTx(ctx, []string{text, lists}, func(l lite) error { return save(l.exec) })
	}
	return fresh, db.txWithPeople(ctx, people, now, func(ctx context.Context, tx bun.Tx) error {
		if err := putRecipients(ctx, tx, people, false, now); err != nil {
			return err
		}
		return save(func(text string, args ...any) (int64, error) {
			r, err := tx.Tx.ExecContext(ctx, text, args...)
			if err != nil {
				return 0, err
			}
			return r.RowsAffected()
		})
	})
}

// tellSaved looks up the events that came before those that were not stored.
// They are committed by now: the insert waited for them.
func (db *DB) tellSaved(ctx context.Context, entries []ingest.Entry, fresh map[string]bool) ([]ingest.Saved, error) {
	keys := map[eventKey]bool{}
	for i := range entries {
		if e := &entries[i]; !fresh[e.Event.ID] {
			keys[eventKey{e.Event.Source, e.Event.IdempotencyKey}] = true
		}
	}
	before, err := db.eventsByKey(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("find the events that came before: %w", err)
	}
	out := make([]ingest.Saved, len(entries))
	for i := range entries {
		e := &entries[i]
		if fresh[e.Event.ID] {
			out[i] = ingest.Saved{ID: e.Event.ID, TraceID: e.Event.TraceID, To: e.Event.To}
			continue
		}
		first, ok := before[eventKey{e.Event.Source, e.Event.IdempotencyKey}]
		if !ok {
			return nil, fmt.Errorf("event %s: its key was taken and is gone: %w", e.Event.ID, notify.ErrUnavailable)
		}
		out[i] = ingest.Saved{
			ID: first.id, TraceID: first.trace, To: first.to,
			Duplicate: true, KeyReused: first.fingerprint != e.Event.Fingerprint,
		}
	}
	return out, nil
}

func (db *DB) eventsByKey(ctx context.Context, keys map[eventKey]bool) (map[eventKey]stored, error) {
	out := make(map[eventKey]stored, len(keys))
	if len(keys) == 0 {
		return out, nil
	}
	var pairs [][]any
	for k := range keys {
		pairs = append(pairs, []any{k.source, k.key})
	}
	places, args := tuples(pairs)
	rows, err := db.w.QueryContext(ctx, `SELECT source, idempotency_key, id, trace_id, fingerprint, targets FROM events
		WHERE (source, idempotency_key) IN (VALUES `+places+`)`, args...)
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	for rows.Next() {
		var k eventKey
		var s stored
		var targets string
		if err := rows.Scan(&k.source, &k.key, &s.id, &s.trace, &s.fingerprint, &targets); err != nil {
			return nil, fmt.Errorf("read an event: %w", err)
		}
		if err := readDocument(targets, &s.to); err != nil {
			return nil, err
		}
		out[k] = s
	}
	return out, classify(rows.Err())
}

// Missing returns which of the recipients, groups and segments do not exist.
func (db *DB) Missing(ctx context.Context, recipients, groups, segments []string) (ingest.Unknown, error) {
	absent := func(text string, ids []string) (map[string]bool, error) {
		out := make(map[string]bool, len(ids))
		if len(ids) == 0 {
			return out, nil
		}
		for _, id := range ids {
			out[id] = true
		}
		return out, db.byIDs(ctx, text, ids, func(s scanner) error {
			var id string
			err := s.Scan(&id)
			delete(out, id)
			return err
		})
	}
	r, err := absent("SELECT id FROM recipients WHERE erased_at = 0 AND id {ids}", recipients)
	g, also := absent("SELECT key FROM groups WHERE key {ids}", groups)
	s, too := absent("SELECT key FROM segments WHERE key {ids}", segments)
	if err := errors.Join(err, also, too); err != nil {
		return ingest.Unknown{}, fmt.Errorf("look for recipients, groups and segments: %w", err)
	}
	return ingest.Unknown{Recipients: r, Groups: g, Segments: s}, nil
}
