package store

import (
	"context"
	"maps"
	"slices"

	"github.com/uptrace/bun"
)

// Setting returns the value, or notify.ErrNotFound.
func (db *DB) Setting(ctx context.Context, key string) (string, error) {
	var value string
	err := db.latest().QueryRowContext(ctx, "SELECT value FROM settings WHERE key = ?", key).Scan(&value)
	return value, during(err, "find setting %s", key)
}

// KeepSetting stores the value unless the key has one, and returns what is
// stored. The update that changes nothing makes the statement return the row.
func (db *DB) KeepSetting(ctx context.Context, key, value string) (string, error) {
	var stored string
	err := db.w.QueryRowContext(ctx, `INSERT INTO settings (key, value) VALUES (?, ?)
		ON CONFLICT (key) DO UPDATE SET key = EXCLUDED.key RETURNING value`, key, value).Scan(&stored)
	return stored, during(err, "keep setting %s", key)
}

// Settings returns those of the keys that were ever set.
func (db *DB) Settings(ctx context.Context, keys []string) (map[string]string, error) {
	rows, err := db.latest().QueryContext(ctx, "SELECT key, value FROM settings WHERE key IN (?)", bun.List(keys))
	if err != nil {
		return nil, during(err, "find settings")
	}
	defer rows.Close()
	found := map[string]string{}
	for rows.Next() {
		var key, value string
		if err := rows.Scan(&key, &value); err != nil {
			return nil, during(err, "find settings")
		}
		found[key] = value
	}
	return found, during(rows.Err(), "find settings")
}

// PutSettings stores the values in one statement, whatever the keys had.
func (db *DB) PutSettings(ctx context.Context, settings map[string]string) error {
	var rows [][]any
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		rows = append(rows, []any{key, settings[key]})
	}
	values, args := tuples(rows)
	_, err := db.w.ExecContext(ctx, "INSERT INTO settings (key, value) VALUES "+values+
		" ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value", args...)
	return during(err, "put settings")
}
