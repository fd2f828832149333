package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/roster/syncs"
)

var _ interface {
	syncs.Store
	syncs.Books
} = (*DB)(nil)

type syncRow struct {
	bun.BaseModel `bun:"table:syncs,alias:s"`

	Key       string `bun:",pk"`
	Document  string
	Sealed    string
	Enabled   bool
	NextAt    int64
	UpdatedAt int64
}

func (r syncRow) word() (syncs.Stored, error) {
	s := syncs.Stored{Sealed: r.Sealed}
	if err := readDocument(r.Document, &s.Settings); err != nil {
		return s, fmt.Errorf("read sync %s: %w", r.Key, err)
	}
	s.Key, s.Enabled, s.SecretSet = r.Key, r.Enabled, r.Sealed != ""
	s.NextAt, s.UpdatedAt = fromMicros(r.NextAt), fromMicros(r.UpdatedAt)
	return s, nil
}

type syncRunRow struct {
	bun.BaseModel `bun:"table:sync_runs,alias:sr"`

	ID         string `bun:",pk"`
	SyncKey    string
	State      string
	StartedBy  string
	AcceptGone bool
	Read       int
	Upserted   int
	Unchanged  int
	Faulty     int
	Absent     int
	Known      int
	Restarts   int
	Code       string
	Error      string
	CreatedAt  int64
	StartedAt  int64
	EndedAt    int64
	Worker     string
	LeaseUntil int64
}

func (r syncRunRow) word() (syncs.Run, error) {
	return syncs.Run{
		ID: r.ID, Sync: r.SyncKey, State: syncs.State(r.State), By: r.StartedBy, AcceptGone: r.AcceptGone, Read: r.Read, Upserted: r.Upserted,
		Unchanged: r.Unchanged, Faulty: r.Faulty, Absent: r.Absent, Known: r.Known, Restarts: r.Restarts, Code: r.Code, Error: r.Error,
		CreatedAt: fromMicros(r.CreatedAt), StartedAt: fromMicros(r.StartedAt), EndedAt: fromMicros(r.EndedAt),
	}, nil
}

func syncRunOf(r syncs.Run) *syncRunRow {
	return &syncRunRow{
		ID: r.ID, SyncKey: r.Sync, State: string(r.State), StartedBy: r.By, AcceptGone: r.AcceptGone, CreatedAt: micros(r.CreatedAt),
	}
}

// Sync returns one sync with its newest run.
func (db *DB) Sync(ctx context.Context, key string) (syncs.Stored, error) {
	var row syncRow
	if err := db.latest().NewSelect().Model(&row).Where("s.key = ?", key).Scan(ctx); err != nil {
		return syncs.Stored{}, during(err, "find sync %s", key)
	}
	found, err := row.word()
	if err != nil {
		return found, err
	}
	last, err := db.lastRuns(ctx, []string{key})
	found.Last = last[key]
	return found, err
}

// Syncs returns a page of syncs, each with its newest run.
func (db *DB) Syncs(ctx context.Context, _ struct{}, p notify.Page) ([]syncs.Sync, string, error) {
	var rows []syncRow
	query := db.latest().NewSelect().Model(&rows)
	if err := paged(query, p, "s.key", "ASC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list syncs")
	}
	rows, next := cut(rows, p, func(r syncRow) string { return r.Key })
	keys := make([]string, len(rows))
	for i, r := range rows {
		keys[i] = r.Key
	}
	last, err := db.lastRuns(ctx, keys)
	if err != nil {
		return nil, "", err
	}
	list, err := listed(rows, func(r syncRow) (syncs.Sync, error) {
		found, err := r.word()
		found.Last = last[r.Key]
		return found.Sync, err
	})
	return list, next, err
}

// lastRuns are the newest runs of syncs.
func (db *DB) lastRuns(ctx context.Context, keys []string) (map[string]*syncs.Run, error) {
	out := map[string]*syncs.Run{}
	if len(keys) == 0 {
		return out, nil
	}
	var rows []syncRunRow
	err := db.latest().NewSelect().Model(&rows).
		Where("sr.id IN (SELECT (SELECT max(n.id) FROM sync_runs AS n WHERE n.sync_key = s.key) FROM syncs AS s WHERE s.key IN (?))", bun.List(keys)).Scan(ctx)
	for _, row := range rows {
		run, _ := row.word()
		out[row.SyncKey] = &run
	}
	return out, during(err, "find the newest runs of syncs")
}

// PutSync adds or changes a sync.
func (db *DB) PutSync(ctx context.Context, s syncs.Stored) error {
	text, err := document(s.Settings)
	if err != nil {
		return err
	}
	row := syncRow{Key: s.Key, Document: text, Sealed: s.Sealed, Enabled: s.Enabled, NextAt: micros(s.NextAt), UpdatedAt: micros(s.UpdatedAt)}
	insert := db.w.NewInsert().Model(&row).On("CONFLICT (key) DO UPDATE")
	for _, column := range []bun.Ident{"document", "sealed", "enabled", "next_at", "updated_at"} {
		insert.Set("? = EXCLUDED.?", column, column)
	}
	_, err = insert.Exec(ctx)
	return during(err, "store sync %s", s.Key)
}

// DeleteSync forgets a sync; the people it brought in stay.
func (db *DB) DeleteSync(ctx context.Context, key string) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		result, err := tx.NewDelete().Model((*syncRow)(nil)).Where("key = ?", key).Exec(ctx)
		if err := mustTouch(result, err, "remove the sync"); err != nil {
			return err
		}
		for _, text := range []string{
			"DELETE FROM sync_faults WHERE run_id IN (SELECT id FROM sync_runs WHERE sync_key = ?)",
			"DELETE FROM sync_runs WHERE sync_key = ?",
			"DELETE FROM sync_people WHERE sync_key = ?",
		} {
			if _, err := tx.ExecContext(ctx, text, key); err != nil {
				return err
			}
		}
		return nil
	})
	return during(err, "delete sync %s", key)
}

// AddRun begins a run. While another is open it is a conflict.
func (db *DB) AddRun(ctx context.Context, r syncs.Run) error {
	_, err := db.w.NewInsert().Model(syncRunOf(r)).Exec(ctx)
	return during(classify(err), "begin a run of sync %s", r.Sync)
}

// CancelRun ends the open run.
func (db *DB) CancelRun(ctx context.Context, key string, now time.Time) error {
	n, err := touched(db.w.ExecContext(ctx, `UPDATE sync_runs SET state = 'cancelled', ended_at = ?, worker = '', lease_until = 0
		WHERE sync_key = ? AND state IN ('waiting', 'running')`, micros(now), key))
	if err == nil && n == 0 {
		if _, err := db.Sync(ctx, key); err != nil {
			return err
		}
		err = fmt.Errorf("it does not run: %w", notify.ErrConflict)
	}
	return during(err, "cancel the run of sync %s", key)
}

// SyncRuns returns a page of runs, newest first.
func (db *DB) SyncRuns(ctx context.Context, key string, p notify.Page) ([]syncs.Run, string, error) {
	var rows []syncRunRow
	query := db.latest().NewSelect().Model(&rows).Where("sr.sync_key = ?", key)
	if err := paged(query, p, "sr.id", "DESC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list the runs of sync %s", key)
	}
	rows, next := cut(rows, p, func(r syncRunRow) string { return r.ID })
	list, err := listed(rows, syncRunRow.word)
	return list, next, err
}
