package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/access"
	"clarion/backend/notify"
)

type sourceRow struct {
	bun.BaseModel `bun:"table:sources,alias:s"`

	Key         string `bun:",pk"`
	Name        string
	CreatedAt   int64
	LastEventAt int64
	LiveKeys    int `bun:",scanonly"`
}

// Sources returns all, ordered by key.
func (db *DB) Sources(ctx context.Context) ([]access.Source, error) {
	var rows []sourceRow
	err := db.latest().NewSelect().Model(&rows).Column("key", "name", "created_at", "last_event_at").
		ColumnExpr("(SELECT count(*) FROM api_keys AS k WHERE k.source = s.key AND k.revoked_at = 0) AS live_keys").
		Order("s.key").Scan(ctx)
	if err != nil {
		return nil, during(err, "load sources")
	}
	return listed(rows, func(r sourceRow) (access.Source, error) {
		return access.Source{
			Key: r.Key, Name: r.Name, LiveKeys: r.LiveKeys, LastEventAt: fromMicros(r.LastEventAt), CreatedAt: fromMicros(r.CreatedAt),
		}, nil
	})
}

// PutSource adds or renames one; created_at stays.
func (db *DB) PutSource(ctx context.Context, s access.Source, now time.Time) error {
	row := sourceRow{Key: s.Key, Name: s.Name, CreatedAt: micros(now)}
	_, err := db.w.NewInsert().Model(&row).On("CONFLICT (key) DO UPDATE").Set("name = EXCLUDED.name").Exec(ctx)
	return during(err, "store source %s", s.Key)
}

// DeleteSource removes a source nobody can call as and that has been silent.
func (db *DB) DeleteSource(ctx context.Context, key string, quietSince time.Time) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var lastEvent int64
		err := tx.NewRaw("DELETE FROM sources WHERE key = ? RETURNING last_event_at", key).Scan(ctx, &lastEvent)
		if err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model((*hookRow)(nil)).Where("source = ?", key).Exec(ctx); err != nil {
			return err
		}
		// The row is locked by its deletion, so a key added meanwhile is seen
		// here or waits until the source is gone.
		keys, err := tx.NewSelect().Model((*keyRow)(nil)).Where("k.source = ?", key).Where("k.revoked_at = 0").Count(ctx)
		if err != nil {
			return err
		}
		var reasons notify.Invalid
		if keys > 0 {
			reasons.Add("api_keys", "in_use", fmt.Sprintf("%d of its API keys are not revoked", keys))
		}
		if lastEvent > micros(quietSince) {
			reasons.Add("events", "in_use", "it sent an event at "+fromMicros(lastEvent).Format(time.RFC3339))
		}
		if err := reasons.Err(); err != nil {
			return errors.Join(notify.ErrConflict, err)
		}
		return nil
	})
	return during(err, "delete source %s", key)
}

var _ access.ActivityStore = (*DB)(nil)

// TouchSource sets last_event_at, never backwards.
func (db *DB) TouchSource(ctx context.Context, key string, at time.Time) error {
	_, err := db.w.ExecContext(ctx, "UPDATE sources SET last_event_at = ? WHERE key = ? AND last_event_at < ?", micros(at), key, micros(at))
	return during(err, "note an event of source %s", key)
}

// EventsBySource counts the newest events of all sources. Ids sort by age, so
// the walk ends after so many, however old the table is.
func (db *DB) EventsBySource(ctx context.Context, since time.Time, most int) (map[string]int, bool, error) {
	var rows []struct {
		Source string
		N      int
	}
	err := db.r.NewRaw(`SELECT source, count(*) AS n FROM (SELECT source, created_at FROM events ORDER BY id DESC LIMIT ?) AS newest
		WHERE created_at >= ? GROUP BY source`, most, micros(since)).Scan(ctx, &rows)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, false, during(err, "count events by source")
	}
	counts, all := make(map[string]int, len(rows)), 0
	for _, r := range rows {
		counts[r.Source] = r.N
		all += r.N
	}
	return counts, all >= most, nil
}
