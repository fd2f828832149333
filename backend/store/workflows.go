package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/approval"
	"clarion/backend/notify"
	"clarion/backend/workflow"
)

var _ workflow.Store = (*DB)(nil)

// workflowRow is one version together with what the workflow itself knows.
type workflowRow struct {
	Key        string
	Version    int
	Definition string
	There      bool
	BornAt     int64
	CreatedAt  int64
}

func (r workflowRow) word() (notify.Workflow, error) {
	var w notify.Workflow
	if err := readDocument(r.Definition, &w); err != nil {
		return w, during(err, "workflow %s version %d", r.Key, r.Version)
	}
	w.Key, w.Version, w.Enabled = r.Key, r.Version, w.Enabled && r.There
	w.CreatedAt, w.UpdatedAt = fromMicros(r.BornAt), fromMicros(r.CreatedAt)
	return w, nil
}

// selectWorkflows reads versions. A version of a workflow that was deleted is
// still there, for what it sent names it; such a workflow is switched off.
func (db *DB) selectWorkflows() *bun.SelectQuery {
	return db.latest().NewSelect().TableExpr("workflow_versions AS v").Join("LEFT JOIN workflows AS w ON w.key = v.key").
		ColumnExpr("v.key, v.version, v.definition, v.created_at").
		ColumnExpr("w.key IS NOT NULL AS there, coalesce(w.created_at, v.created_at) AS born_at")
}

// LiveWorkflows returns the live version of every workflow, ordered by key.
func (db *DB) LiveWorkflows(ctx context.Context) ([]notify.Workflow, error) {
	var rows []workflowRow
	err := db.selectWorkflows().Where("w.live_version = v.version").Where("w.retired_at = 0").Order("v.key").Scan(ctx, &rows)
	if err != nil {
		return nil, during(err, "load live workflows")
	}
	return listed(rows, workflowRow.word)
}

// WorkflowVersion returns one version, live or not.
func (db *DB) WorkflowVersion(ctx context.Context, key string, version int) (notify.Workflow, error) {
	var row workflowRow
	err := db.selectWorkflows().Where("v.key = ?", key).Where("v.version = ?", version).Scan(ctx, &row)
	if err != nil {
		return notify.Workflow{}, during(err, "find workflow %s version %d", key, version)
	}
	return row.word()
}

// WorkflowVersions returns all versions, newest first.
func (db *DB) WorkflowVersions(ctx context.Context, key string) ([]notify.Workflow, error) {
	var rows []workflowRow
	err := db.selectWorkflows().Where("v.key = ?", key).Where("v.state <> ?", discarded).Order("v.version DESC").Scan(ctx, &rows)
	if err == nil && len(rows) == 0 {
		err = notify.ErrNotFound
	}
	if err != nil {
		return nil, during(err, "load versions of workflow %s", key)
	}
	return listed(rows, workflowRow.word)
}

// OpenWorkflows returns the open version of every workflow that has one.
func (db *DB) OpenWorkflows(ctx context.Context) ([]notify.Workflow, error) {
	var rows []workflowRow
	err := db.selectWorkflows().Where("v.state IN "+openStates).Order("v.key").Scan(ctx, &rows)
	if err != nil {
		return nil, during(err, "load the drafts of workflows")
	}
	return listed(rows, workflowRow.word)
}

// SaveWorkflow stores w as the next version and makes it live. The row of the
// workflow is written first: it makes those who save at once take turns.
func (db *DB) SaveWorkflow(ctx context.Context, w notify.Workflow, by string, now time.Time) (notify.Workflow, error) {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var born int64
		err := tx.QueryRowContext(ctx, `INSERT INTO workflows (key, event_type, enabled, live_version, created_at, updated_at)
			VALUES (?, ?, ?, 0, ?, ?) ON CONFLICT (key) DO UPDATE SET event_type = EXCLUDED.event_type,
			enabled = EXCLUDED.enabled, updated_at = EXCLUDED.updated_at RETURNING created_at`,
			w.Key, w.EventType, w.Enabled, micros(now), micros(now)).Scan(&born)
		if err != nil {
			return err
		}
		w.CreatedAt, w.UpdatedAt = fromMicros(born), now
		w.Version, err = workflowEdition(w, by, now).push(ctx, tx)
		return err
	})
	return w, during(err, "save workflow %s", w.Key)
}

// KeepWorkflow stores w as the draft of its key. What is live stays as it is.
func (db *DB) KeepWorkflow(ctx context.Context, d workflow.Draft, now time.Time) (notify.Workflow, error) {
	w := d.Workflow
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO workflows (key, event_type, enabled, live_version, created_at, updated_at)
			VALUES (?, ?, ?, 0, ?, ?) ON CONFLICT (key) DO UPDATE SET updated_at = EXCLUDED.updated_at`,
			w.Key, w.EventType, w.Enabled, micros(now), micros(now))
		if err != nil {
			return err
		}
		// Its times are those of its rows; in the definition they would make every
		// save a change.
		w.CreatedAt, w.UpdatedAt = time.Time{}, time.Time{}
		w.Version, err = workflowEdition(w, d.By, now).keep(ctx, tx, d.Revision)
		return err
	})
	return w, during(err, "save a draft of workflow %s", w.Key)
}

func workflowEdition(w notify.Workflow, by string, now time.Time) edition {
	return edition{kind: approval.Workflow, key: w.Key, by: by, now: now, definition: func(version int, _ time.Time) (string, error) {
		w.Version = version
		return document(w)
	}}
}

// nextVersion counts on from the highest number ever given, so that a version
// that messages were pinned to never comes to mean something else.
func nextVersion(ctx context.Context, tx bun.Tx, table bun.Ident, key string) (int, error) {
	var last int
	err := tx.QueryRowContext(ctx, "SELECT coalesce(max(version), 0) FROM ? WHERE key = ?", table, key).Scan(&last)
	return last + 1, err
}

// DeleteWorkflow stops it; its published versions stay readable.
func (db *DB) DeleteWorkflow(ctx context.Context, key string) error {
	return db.deleteHead(ctx, approval.Workflow, key)
}
