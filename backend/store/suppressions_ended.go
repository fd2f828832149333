package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/suppression"
)

// endedRow is a suppression that blocks nothing any more.
type endedRow struct {
	bun.BaseModel `bun:"table:ended_suppressions,alias:s"`

	ID          string `bun:",pk"`
	Channel     string
	Address     string
	Reason      string
	Detail      string
	RecipientID string
	MessageID   string
	CreatedAt   int64
	ExpiresAt   int64
	Scope       string
	AddressKey  string
	EndedAt     int64
	EndedHow    string
	EndedBy     string
	EndedWhy    string
}

func (r endedRow) word() (notify.Suppression, error) {
	live := suppressionRow{
		ID: r.ID, Channel: r.Channel, Address: r.Address, Reason: r.Reason, Detail: r.Detail, RecipientID: r.RecipientID,
		MessageID: r.MessageID, CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt, Scope: r.Scope,
	}
	s, err := live.word()
	s.Ended = true
	s.Ending = &notify.EndedSuppression{How: notify.SuppressionEnd(r.EndedHow), At: fromMicros(r.EndedAt), By: r.EndedBy, Why: r.EndedWhy}
	return s, err
}

// endSuppressions moves what a deletion returns to where it blocks nothing. An
// entry that ended by itself ended when it said, not when that was noticed.
func endSuppressions(ctx context.Context, tx bun.Tx, query *bun.DeleteQuery, e notify.EndedSuppression) ([]endedRow, error) {
	var rows []suppressionRow
	if _, err := query.Model((*suppressionRow)(nil)).Returning("*").Exec(ctx, &rows); err != nil || len(rows) == 0 {
		return nil, err
	}
	ended := make([]endedRow, len(rows))
	for i, r := range rows {
		at := micros(e.At)
		if e.How == notify.SuppressionExpired {
			at = r.ExpiresAt
		}
		ended[i] = endedRow{
			ID: r.ID, Channel: r.Channel, Address: r.Address, Reason: r.Reason, Detail: r.Detail, RecipientID: r.RecipientID,
			MessageID: r.MessageID, CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt, Scope: r.Scope, AddressKey: r.AddressKey,
			EndedAt: at, EndedHow: string(e.How), EndedBy: e.By, EndedWhy: e.Why,
		}
	}
	for part := range slices.Chunk(ended, upsertAtOnce) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return nil, err
		}
	}
	return ended, nil
}

// EndSuppressions moves the entries whose time is over to where they block
// nothing.
func (db *DB) EndSuppressions(ctx context.Context, now time.Time) (int, error) {
	var rows []endedRow
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		over := tx.NewDelete().Where("expires_at > 0 AND expires_at <= ?", micros(now))
		rows, err = endSuppressions(ctx, tx, over, notify.EndedSuppression{How: notify.SuppressionExpired, At: now})
		return err
	})
	return len(rows), during(err, "end suppressions")
}

// wordsOfPeople are the reasons of entries by which a person refused.
var wordsOfPeople = []string{string(notify.Unsubscribe), string(notify.Complaint)}

// ReleaseSuppression lets the address be contacted again and returns what was
// there. Where a person had refused, what is said for them is kept.
func (db *DB) ReleaseSuppression(ctx context.Context, id string, e notify.EndedSuppression, said notify.Consent) (notify.Suppression, error) {
	var rows []endedRow
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		rows, err = endSuppressions(ctx, tx, tx.NewDelete().Where("id = ?", id), e)
		if err != nil || len(rows) == 0 || !slices.Contains(wordsOfPeople, rows[0].Reason) {
			return err
		}
		said.Channel, said.Address = notify.Channel(rows[0].Channel), rows[0].Address
		list, err := speakers(ctx, tx, []notify.Consent{said})
		if err != nil {
			return err
		}
		return db.say(ctx, tx, list, e.At)
	})
	if err == nil && len(rows) == 0 {
		err = notify.ErrNotFound
	}
	if err != nil {
		return notify.Suppression{}, during(err, "release suppression %s", id)
	}
	return rows[0].word()
}

// EndedSuppressions returns a page of those that block nothing any more.
func (db *DB) EndedSuppressions(ctx context.Context, f suppression.Filter, p notify.Page) ([]notify.Suppression, string, error) {
	var rows []endedRow
	query := db.suppressionsLike(&rows, "ended_suppressions", f, p)
	when(f.How != "", "s.ended_how = ?", string(f.How)).on(query)
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list suppressions that ended")
	}
	rows, next := cut(rows, p, func(r endedRow) string { return r.ID })
	list, err := listed(rows, endedRow.word)
	return list, next, err
}

// Suppression returns one by its id, also one that has ended.
func (db *DB) Suppression(ctx context.Context, id string) (notify.Suppression, error) {
	var row suppressionRow
	err := db.latest().NewSelect().Model(&row).Where("s.id = ?", id).Scan(ctx)
	if err == nil {
		return row.word()
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return notify.Suppression{}, during(err, "find suppression %s", id)
	}
	var ended endedRow
	if err := db.latest().NewSelect().Model(&ended).Where("s.id = ?", id).Scan(ctx); err != nil {
		return notify.Suppression{}, during(err, "find suppression %s", id)
	}
	return ended.word()
}
