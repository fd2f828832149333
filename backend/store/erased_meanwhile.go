package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"clarion/backend/notify"
)

// Whom a batch writes to was read before it is saved, and may be erased in between.
// So whoever saves looks again, and holds a lock together with all others who save
// from before that look until the commit. An erasure takes the lock for itself once,
// after its own commit: whoever looked too early is done by then, and what they
// left goes in a second pass. Rows of people are not locked for this: a page of a
// long audience would write to each of them.
const (
	// savesLock is an advisory lock: the letters "clsv".
	savesLock = "1668051830"
	holdSaves = "SELECT pg_advisory_xact_lock_shared(" + savesLock + ")"
	endSaves  = "SELECT pg_advisory_xact_lock(" + savesLock + ")"

	erasedAmong = "SELECT id FROM recipients WHERE id = ANY($1::text[]) AND erased_at > 0 AND merged_into = ''"
	erasedLite  = "SELECT r.id FROM json_each(?1) AS j JOIN recipients AS r ON r.id = j.value WHERE r.erased_at > 0 AND r.merged_into = ''"
)

// toldOf are the people of whom messages and notifications tell something.
func toldOf(messages []notify.Message, notifications []notify.Notification) []string {
	ids := make([]string, 0, len(messages))
	add := func(id string) {
		if last := len(ids) - 1; last < 0 || ids[last] != id {
			ids = append(ids, id)
		}
	}
	for i := range messages {
		if m := &messages[i]; m.Address != "" || m.Recipient.Name != "" || m.Status != notify.Skipped {
			add(m.Recipient.ID)
		}
	}
	for i := range notifications {
		if n := &notifications[i]; n.Recipient.Name != "" {
			add(n.Recipient.ID)
		}
	}
	return sortedSet(ids)
}

// forgetIn takes out of messages what they tell of people who were erased, and does
// not let them go.
func forgetIn(messages []notify.Message, gone map[string]bool) {
	for i := range messages {
		m := &messages[i]
		if !gone[m.Recipient.ID] {
			continue
		}
		m.Recipient.Name, m.Address, m.Content, m.ErrorDetail = "", "", notify.Content{}, ""
		if m.Status != notify.Skipped {
			m.Status, m.SkipReason, m.HeldFor, m.Gather, m.DueAt = notify.Skipped, notify.Erased, "", nil, time.Time{}
		}
	}
}

// forget takes out of the batch what it tells of people who were erased.
func (s *saving) forget(gone map[string]bool) error {
	if len(gone) == 0 {
		return nil
	}
	forgetIn(s.batch.Messages, gone)
	for i := range s.batch.Notifications {
		if n := &s.batch.Notifications[i]; gone[n.Recipient.ID] {
			n.Recipient.Name = ""
		}
	}
	return s.rows()
}

// among notes ids.
func among(gone map[string]bool) func(s scanner) error {
	return func(s scanner) error {
		var id string
		err := s.Scan(&id)
		gone[id] = true
		return err
	}
}

// atOnce saves a small batch by one statement, sent together with the lock. When
// somebody of it was erased it saves nothing, and the batch goes the longer way.
func (s *saving) atOnce(ctx context.Context, db *DB) error {
	if err := s.oneStatement(ctx, db); err != nil || len(s.saved) > 0 || len(s.people) == 0 {
		return err
	}
	gone := map[string]bool{}
	if err := db.query(ctx, erasedAmong, []any{s.people}, among(gone)); err != nil || len(gone) == 0 {
		return err // nobody was: others were faster
	}
	s.batch.Behind = nil // it was asked already
	return s.copied(ctx, db)
}

func (s *saving) oneStatement(ctx context.Context, db *DB) error {
	var both pgx.Batch
	both.Queue(holdSaves)
	both.Queue(s.text(), s.args()...).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			if err := noteIDs(s.saved)(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	return classify(db.pool.SendBatch(ctx, &both).Close())
}

// leaveErased holds the lock and looks who of the batch was erased. The names of an
// early page are written already.
func (s *saving) leaveErased(ctx context.Context, tx pgx.Tx, early bool) error {
	if len(s.people) == 0 {
		return nil
	}
	gone := map[string]bool{}
	var both pgx.Batch
	both.Queue(holdSaves)
	both.Queue(erasedAmong, s.people).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			if err := among(gone)(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	if err := tx.SendBatch(ctx, &both).Close(); err != nil || len(gone) == 0 {
		return classify(err)
	}
	if err := s.forget(gone); err != nil || !early {
		return err
	}
	var named []string
	for i := range s.batch.Notifications {
		if n := &s.batch.Notifications[i]; gone[n.Recipient.ID] {
			named = append(named, n.ID)
		}
	}
	_, err := tx.Exec(ctx, "UPDATE notifications SET recipient_name = '' WHERE id = ANY($1::text[])", named)
	return classify(err)
}

// erasedIn looks in a transaction who of some people was erased; nobody whom it does
// not name is erased before the transaction has ended, or what it saves goes with
// them.
func (db *DB) erasedIn(ctx context.Context, tx bun.Tx, people []string) (map[string]bool, error) {
	gone := map[string]bool{}
	if len(people) == 0 {
		return gone, nil
	}
	if db.postgres() {
		if _, err := tx.ExecContext(ctx, holdSaves); err != nil {
			return nil, err
		}
	}
	var found []string
	err := tx.NewSelect().Table("recipients").Column("id").Where("erased_at > 0 AND merged_into = '' AND id IN (?)", bun.List(people)).Scan(ctx, &found)
	for _, id := range found {
		gone[id] = true
	}
	return gone, err
}

// erased looks who of some people was erased. SQLite has one writer: nobody comes
// in between.
func (l lite) erased(people []string) (map[string]bool, error) {
	gone := map[string]bool{}
	if len(people) == 0 {
		return gone, nil
	}
	asked, err := json.Marshal(people)
	if err != nil {
		return nil, err
	}
	rows, err := l.stmt[erasedLite].QueryContext(l.ctx, string(asked))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := among(gone)(rows); err != nil {
			return nil, err
		}
	}
	return gone, rows.Err()
}

// eraseLate waits until all are done who saved while a person was erased, and
// removes what they left. Who is known again meanwhile keeps what is theirs.
func (db *DB) eraseLate(ctx context.Context, id string, now time.Time) error {
	if _, err := db.w.ExecContext(ctx, endSaves); err != nil {
		return classify(err)
	}
	return db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var at int64
		q := tx.NewSelect().Table("recipients").Column("erased_at").Where("id = ?", id)
		if err := db.lock(q, "UPDATE").Scan(ctx, &at); err != nil || at != micros(now) {
			return err
		}
		return eraseTraces(ctx, tx, id, now)
	})
}
