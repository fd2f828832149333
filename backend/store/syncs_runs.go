package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/roster"
	"clarion/backend/roster/syncs"
)

// runsKept is how long what became of a run can be looked up.
const runsKept = 90 * 24 * time.Hour

// DueSyncs returns enabled syncs that are due, the longest first.
func (db *DB) DueSyncs(ctx context.Context, now time.Time) ([]syncs.Sync, error) {
	var rows []syncRow
	err := db.w.NewSelect().Model(&rows).Where("s.enabled AND s.next_at > 0 AND s.next_at <= ?", micros(now)).
		Order("s.next_at").Limit(100).Scan(ctx)
	if err != nil {
		return nil, during(err, "find the syncs that are due")
	}
	return listed(rows, func(r syncRow) (syncs.Sync, error) {
		s, err := r.word()
		return s.Sync, err
	})
}

// Fire begins the run that is due. Of twenty who see the same time one moves it
// on; a run that is still open stands for this one too.
func (db *DB) Fire(ctx context.Context, due syncs.Sync, next time.Time, r syncs.Run) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		n, err := touched(tx.ExecContext(ctx, "UPDATE syncs SET next_at = ? WHERE key = ? AND next_at = ? AND enabled",
			micros(next), due.Key, micros(due.NextAt)))
		if err != nil || n == 0 {
			return err
		}
		_, err = tx.NewInsert().Model(syncRunOf(r)).On("CONFLICT DO NOTHING").Exec(ctx)
		return err
	})
	return during(err, "begin the due run of sync %s", due.Key)
}

// ClaimRun gives an open run to one worker. One whose worker is gone begins anew
// and keeps the counts of what was stored.
func (db *DB) ClaimRun(ctx context.Context, worker string, now, until time.Time) (syncs.Run, syncs.Stored, error) {
	open, err := db.some(ctx, "sync_runs WHERE state IN ('waiting', 'running') AND lease_until < ?", micros(now))
	if err == nil && !open {
		err = sql.ErrNoRows
	}
	if err != nil {
		return syncs.Run{}, syncs.Stored{}, during(err, "claim a run of a sync")
	}
	var row syncRunRow
	err = db.w.NewRaw(`UPDATE sync_runs SET worker = ?, lease_until = ?, state = 'running', read = 0, faulty = 0,
			restarts = restarts + CASE WHEN state = 'running' THEN 1 ELSE 0 END,
			started_at = CASE WHEN state = 'running' THEN started_at ELSE ? END,
			known = CASE WHEN state = 'running' THEN known ELSE
				(SELECT count(*) FROM sync_people AS p WHERE p.sync_key = sync_runs.sync_key AND p.gone_at = 0) END
		WHERE id = (SELECT id FROM sync_runs WHERE state IN ('waiting', 'running') AND lease_until < ? ORDER BY id LIMIT 1)
			AND state IN ('waiting', 'running') AND lease_until < ? RETURNING *`,
		worker, micros(until), micros(now), micros(now), micros(now)).Scan(ctx, &row)
	if err != nil {
		return syncs.Run{}, syncs.Stored{}, during(err, "claim a run of a sync")
	}
	run, err := row.word()
	if err != nil {
		return run, syncs.Stored{}, err
	}
	// Only the newest run shows what is wrong with rows.
	if _, err := db.w.ExecContext(ctx, "DELETE FROM sync_faults WHERE run_id IN (SELECT id FROM sync_runs WHERE sync_key = ?)", run.Sync); err != nil {
		return run, syncs.Stored{}, during(err, "forget the faulty rows of sync %s", run.Sync)
	}
	sync, err := db.Sync(ctx, run.Sync)
	if errors.Is(err, notify.ErrNotFound) {
		err = notify.ErrConflict // it was deleted in this moment, and its run with it
	}
	return run, sync, err
}

// LeaveRun ends the lease of a worker's run.
func (db *DB) LeaveRun(ctx context.Context, p syncs.Progress) error {
	_, err := db.w.ExecContext(ctx, "UPDATE sync_runs SET worker = '', lease_until = 0 WHERE id = ? AND worker = ? AND state = 'running'", p.Run, p.Worker)
	return during(err, "leave run %s", p.Run)
}

// EndRun ends a run that is the worker's.
func (db *DB) EndRun(ctx context.Context, p syncs.Progress, state syncs.State, t syncs.Trouble) error {
	n, err := touched(db.w.ExecContext(ctx, `UPDATE sync_runs SET state = ?, code = ?, error = ?, ended_at = ?, worker = '', lease_until = 0
		WHERE id = ? AND worker = ? AND state = 'running'`, string(state), t.Code, t.Detail, micros(p.Now), p.Run, p.Worker))
	if err == nil && n == 0 {
		err = notify.ErrConflict
	}
	return during(err, "end run %s", p.Run)
}

type syncFaultRow struct {
	bun.BaseModel `bun:"table:sync_faults,alias:f"`

	RunID  string `bun:",pk"`
	Line   int    `bun:",pk"`
	Text   string
	Faults string
}

func (r syncFaultRow) word() (roster.FaultyRow, error) {
	row := roster.FaultyRow{Line: r.Line, Row: r.Text}
	return row, json.Unmarshal([]byte(r.Faults), &row.Faults)
}

// SyncFaults returns a page of the rows that the newest run could not store.
func (db *DB) SyncFaults(ctx context.Context, key string, p notify.Page) ([]roster.FaultyRow, string, error) {
	after, err := readCursor(p)
	if err != nil {
		return nil, "", err
	}
	line := 0
	if after != "" {
		if line, err = strconv.Atoi(after); err != nil {
			return nil, "", notify.InvalidField("after", "invalid_cursor", "is not a cursor this list gave")
		}
	}
	var rows []syncFaultRow
	err = db.latest().NewSelect().Model(&rows).
		Where("f.run_id = (SELECT max(id) FROM sync_runs WHERE sync_key = ?) AND f.line > ?", key, line).
		OrderExpr("f.line").Limit(int64(pageSize(p) + 1)).Scan(ctx)
	if err != nil {
		return nil, "", during(err, "list the faulty rows of sync %s", key)
	}
	rows, next := cut(rows, p, func(r syncFaultRow) string { return strconv.Itoa(r.Line) })
	list, err := listed(rows, syncFaultRow.word)
	return list, next, during(err, "read the faulty rows of sync %s", key)
}

// TidySyncs removes old runs, and rows that were faulty long ago: they hold
// people's data.
func (db *DB) TidySyncs(ctx context.Context, now time.Time) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM sync_faults WHERE run_id IN (SELECT id FROM sync_runs WHERE ended_at > 0 AND ended_at < ?)",
			micros(now.Add(-faultsKept)))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM sync_runs WHERE ended_at > 0 AND ended_at < ?
			AND id < (SELECT max(n.id) FROM sync_runs AS n WHERE n.sync_key = sync_runs.sync_key)`, micros(now.Add(-runsKept)))
		return err
	})
	return during(err, "tidy syncs")
}
