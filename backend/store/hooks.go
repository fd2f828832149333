package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/hook"
	"clarion/backend/notify"
)

var _ hook.Store = (*DB)(nil)

type hookRow struct {
	bun.BaseModel `bun:"table:source_hooks,alias:h"`

	Source      string `bun:",pk"`
	Enabled     bool
	Scheme      string
	Header      string
	Mapping     string
	Sealed      string
	UpdatedAt   int64
	LastAt      int64
	LastOutcome string
	LastPayload string
}

// Hook returns the hook of a source.
func (db *DB) Hook(ctx context.Context, source string) (hook.Row, error) {
	var row hookRow
	if err := db.latest().NewSelect().Model(&row).Where("h.source = ?", source).Scan(ctx); err != nil {
		return hook.Row{}, during(err, "load the hook of %s", source)
	}
	out := hook.Row{
		Source: row.Source, Enabled: row.Enabled, Scheme: hook.Scheme(row.Scheme), Header: row.Header, Sealed: row.Sealed,
		UpdatedAt: fromMicros(row.UpdatedAt), Last: hook.Last{At: fromMicros(row.LastAt), Outcome: row.LastOutcome},
	}
	if row.LastPayload != "" {
		out.Last.Payload = json.RawMessage(row.LastPayload)
	}
	return out, during(readDocument(row.Mapping, &out.Mapping), "read the hook of %s", source)
}

// PutHook adds or replaces the hook of a source that there is.
func (db *DB) PutHook(ctx context.Context, r hook.Row, now time.Time) error {
	mapping, err := document(r.Mapping)
	if err != nil {
		return err
	}
	known, err := db.latest().NewSelect().Model((*sourceRow)(nil)).Where("s.key = ?", r.Source).Exists(ctx)
	if err != nil {
		return during(err, "find source %s", r.Source)
	}
	if !known {
		return during(notify.ErrNotFound, "source %s", r.Source)
	}
	row := hookRow{
		Source: r.Source, Enabled: r.Enabled, Scheme: string(r.Scheme), Header: r.Header, Mapping: mapping, Sealed: r.Sealed, UpdatedAt: micros(now),
	}
	insert := db.w.NewInsert().Model(&row).On("CONFLICT (source) DO UPDATE")
	for _, column := range []bun.Ident{"enabled", "scheme", "header", "mapping", "sealed", "updated_at"} {
		insert.Set("? = EXCLUDED.?", column, column)
	}
	_, err = insert.Exec(ctx)
	return during(err, "store the hook of %s", r.Source)
}

// DeleteHook removes the hook of a source.
func (db *DB) DeleteHook(ctx context.Context, source string) error {
	result, err := db.w.NewDelete().Model((*hookRow)(nil)).Where("source = ?", source).Exec(ctx)
	return mustTouch(result, err, "delete the hook of %s", source)
}

// NoteHook keeps the last webhook.
func (db *DB) NoteHook(ctx context.Context, source string, last hook.Last) error {
	_, err := db.w.ExecContext(ctx, "UPDATE source_hooks SET last_at = ?, last_outcome = ?, last_payload = ? WHERE source = ?",
		micros(last.At), last.Outcome, string(last.Payload), source)
	return during(err, "note the last webhook of %s", source)
}
