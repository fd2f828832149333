package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"clarion/backend/notify"
	"clarion/backend/preference"
)

var _ preference.Store = (*DB)(nil)

// Preferences returns the zero value for a recipient who made no choice.
func (db *DB) Preferences(ctx context.Context, recipient string) (notify.Preferences, error) {
	var p notify.Preferences
	var text string
	err := db.latest().QueryRowContext(ctx, "SELECT document FROM preferences WHERE recipient_id = ?", recipient).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return p, nil
	}
	if err == nil {
		err = readDocument(text, &p)
	}
	return p, during(err, "load preferences of %s", recipient)
}

// PutPreferences replaces a recipient's choices.
func (db *DB) PutPreferences(ctx context.Context, recipient string, p notify.Preferences, now time.Time) error {
	text, err := document(p)
	if err != nil {
		return err
	}
	_, err = db.w.ExecContext(ctx, `INSERT INTO preferences (recipient_id, document, updated_at) VALUES (?, ?, ?)
		ON CONFLICT (recipient_id) DO UPDATE SET document = EXCLUDED.document, updated_at = EXCLUDED.updated_at`,
		recipient, text, micros(now))
	return during(err, "store preferences of %s", recipient)
}
