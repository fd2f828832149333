package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
)

type copyRow struct {
	bun.BaseModel `bun:"table:stream_copies"`
	Name          string `bun:",pk"`
	Seq           int64
	BatchTo       int64
	Token         string
	Phase         string
	Owner         string
	LeaseUntil    int64
	UpdatedAt     int64
}

func (r copyRow) word() notify.StreamCopy {
	return notify.StreamCopy{
		Name: r.Name, Seq: r.Seq, BatchTo: r.BatchTo, Token: r.Token, Phase: r.Phase, Owner: r.Owner, LeaseUntil: r.LeaseUntil,
	}
}

// HoldCopy takes or keeps the lease of a copy of the stream, beginning the copy
// when there is none; false when another has it.
func (db *DB) HoldCopy(ctx context.Context, c notify.StreamCopy, now time.Time) (notify.StreamCopy, bool, error) {
	row := copyRow{Name: c.Name, Owner: c.Owner, LeaseUntil: c.LeaseUntil, UpdatedAt: micros(now)}
	err := db.w.NewInsert().Model(&row).On("CONFLICT (name) DO UPDATE").
		Set("owner = EXCLUDED.owner, lease_until = EXCLUDED.lease_until").
		Where("copy_row.owner = EXCLUDED.owner OR copy_row.lease_until <= ?", micros(now)).
		Returning("*").Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return notify.StreamCopy{}, false, nil
	}
	if err != nil {
		return notify.StreamCopy{}, false, fmt.Errorf("take the lease of the copy %s: %w", c.Name, classify(err))
	}
	return row.word(), true, nil
}

// SaveCopy writes how far a copy has come. Who lost the lease writes nothing.
func (db *DB) SaveCopy(ctx context.Context, c notify.StreamCopy, now time.Time) error {
	result, err := db.w.ExecContext(ctx, `UPDATE stream_copies SET seq = ?, batch_to = ?, token = ?, phase = ?, lease_until = ?, updated_at = ?
		WHERE name = ? AND owner = ?`, c.Seq, c.BatchTo, c.Token, c.Phase, c.LeaseUntil, micros(now), c.Name, c.Owner)
	if err := mustTouch(result, err, "save the copy %s", c.Name); errors.Is(err, notify.ErrNotFound) {
		return fmt.Errorf("save the copy %s: another has its lease: %w", c.Name, notify.ErrConflict)
	} else if err != nil {
		return err
	}
	return nil
}

// CopyLag is how many rows a copy is behind at most, and since when the first of
// them waits; a zero time when it has all.
func (db *DB) CopyLag(ctx context.Context, name string) (rows int64, since time.Time, err error) {
	var at int64
	err = db.latest().QueryRowContext(ctx, `SELECT COALESCE(MAX(e.seq), 0) - COALESCE(MAX(c.seq), 0),
		COALESCE((SELECT n.at FROM message_events AS n WHERE n.seq > COALESCE((SELECT seq FROM stream_copies WHERE name = ?), 0) ORDER BY n.seq LIMIT 1), 0)
		FROM (SELECT MAX(seq) AS seq FROM message_events) AS e, (SELECT MAX(seq) AS seq FROM stream_copies WHERE name = ?) AS c`, name, name).Scan(&rows, &at)
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("see how far the copy %s is behind: %w", name, classify(err))
	}
	return max(rows, 0), fromMicros(at), nil
}

type correctionRow struct {
	bun.BaseModel `bun:"table:stream_corrections"`
	ID            int64 `bun:",pk,autoincrement"`
	Recipient     string
	Becomes       string
}

// Corrections are those that no copy has yet, oldest first.
func (db *DB) Corrections(ctx context.Context, limit int) ([]notify.StreamCorrection, error) {
	var rows []correctionRow
	if err := db.latest().NewSelect().Model(&rows).Order("id").Limit(int64(limit)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load corrections of the stream: %w", classify(err))
	}
	out := make([]notify.StreamCorrection, len(rows))
	for i, r := range rows {
		out[i] = notify.StreamCorrection{ID: r.ID, Recipient: r.Recipient, Becomes: r.Becomes}
	}
	return out, nil
}

// Corrected removes a correction that was made.
func (db *DB) Corrected(ctx context.Context, id int64) error {
	_, err := db.w.ExecContext(ctx, "DELETE FROM stream_corrections WHERE id = ?", id)
	return during(err, "remove correction %d of the stream", id)
}

// correctCopies remembers that a person is to be replaced in what was copied;
// where nothing ever was, there is nothing to remember.
func correctCopies(ctx context.Context, tx bun.Tx, recipient, becomes string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO stream_corrections (recipient, becomes)
		SELECT recipient, becomes FROM (SELECT CAST(? AS TEXT) AS recipient, CAST(? AS TEXT) AS becomes) AS c WHERE EXISTS (SELECT 1 FROM stream_copies)`, recipient, becomes)
	return err
}
