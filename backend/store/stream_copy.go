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
		Where("(copy_row.owner = EXCLUDED.owner OR copy_row.lease_until <= ?) AND copy_row.phase <> 'replacing'", micros(now)).
		Returning("*").Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return notify.StreamCopy{}, false, nil
	}
	if err != nil {
		return notify.StreamCopy{}, false, fmt.Errorf("take the lease of the copy %s: %w", c.Name, classify(err))
	}
	return row.word(), true, nil
}

// SaveCopy writes how far a copy has come. Who lost the lease writes nothing, and
// in a phase that began since nobody begins a batch.
func (db *DB) SaveCopy(ctx context.Context, c notify.StreamCopy, now time.Time) error {
	result, err := db.w.ExecContext(ctx, `UPDATE stream_copies SET seq = ?, batch_to = ?, token = ?, lease_until = ?, updated_at = ?
		WHERE name = ? AND owner = ? AND (phase = ? OR token = ? OR CAST(? AS TEXT) = '')`,
		c.Seq, c.BatchTo, c.Token, c.LeaseUntil, micros(now), c.Name, c.Owner, c.Phase, c.Token, c.Token)
	if err := mustTouch(result, err, "save the copy %s", c.Name); errors.Is(err, notify.ErrNotFound) {
		return fmt.Errorf("save the copy %s: another has its lease: %w", c.Name, notify.ErrConflict)
	} else if err != nil {
		return err
	}
	return nil
}

// ReadCopy returns how far a copy has come; one that was never begun is at the
// beginning.
func (db *DB) ReadCopy(ctx context.Context, name string) (notify.StreamCopy, error) {
	var row copyRow
	err := db.latest().NewSelect().Model(&row).Where("name = ?", name).Scan(ctx)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return notify.StreamCopy{}, fmt.Errorf("read the copy %s: %w", name, classify(err))
	}
	return row.word(), nil
}

// SetCopyPhase begins or ends a phase, in which nobody begins a batch.
func (db *DB) SetCopyPhase(ctx context.Context, name, phase string) error {
	_, err := db.w.ExecContext(ctx, `INSERT INTO stream_copies (name, phase) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET phase = EXCLUDED.phase`, name, phase)
	return during(err, "set the phase of the copy %s", name)
}

// BeginCopy begins a copy anew, in a phase, under the owner's lease; false when
// another holds it.
func (db *DB) BeginCopy(ctx context.Context, c notify.StreamCopy, now time.Time) (bool, error) {
	result, err := db.w.ExecContext(ctx, `INSERT INTO stream_copies AS c (name, phase, owner, lease_until, updated_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET seq = 0, batch_to = 0, token = '', phase = EXCLUDED.phase, owner = EXCLUDED.owner,
			lease_until = EXCLUDED.lease_until, updated_at = EXCLUDED.updated_at WHERE c.lease_until <= ?`,
		c.Name, c.Phase, c.Owner, c.LeaseUntil, micros(now), micros(now))
	err = mustTouch(result, err, "begin the copy %s", c.Name)
	if errors.Is(err, notify.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// ReplaceCopy makes a copy stand where another does, ends its phase and forgets
// the other.
func (db *DB) ReplaceCopy(ctx context.Context, name, by string) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE stream_copies SET seq = (SELECT o.seq FROM stream_copies AS o WHERE o.name = ?),
			batch_to = 0, token = '', phase = '', lease_until = 0 WHERE name = ?`, by, name)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "DELETE FROM stream_copies WHERE name = ?", by)
		return err
	})
	return during(err, "replace the copy %s", name)
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

// Corrections are those that no copy has yet, oldest first; none while a copy is
// made anew, which may have read those people already.
func (db *DB) Corrections(ctx context.Context, limit int, now time.Time) ([]notify.StreamCorrection, error) {
	var rows []correctionRow
	if err := db.latest().NewSelect().Model(&rows).
		Where("NOT EXISTS (SELECT 1 FROM stream_copies WHERE phase = 'filling' AND lease_until > ?)", micros(now)).Order("id").Limit(int64(limit)).Scan(ctx); err != nil {
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
