package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/preference"
)

var _ preference.Store = (*DB)(nil)

// chosenText reads the choices with what else decides about them.
const chosenText = `SELECT COALESCE(p.document, ''), r.timezone, r.locale
	FROM recipients AS r LEFT JOIN preferences AS p ON p.recipient_id = r.id WHERE r.id = ?`

// Preferences returns a recipient's choices; none for one who made none.
func (db *DB) Preferences(ctx context.Context, recipient string) (notify.Preferences, error) {
	p, err := chosen(ctx, db.latest(), chosenText, recipient)
	if errors.Is(err, sql.ErrNoRows) {
		return p, nil
	}
	return p, during(err, "load preferences of %s", recipient)
}

const chosenOfText = `SELECT r.id, COALESCE(p.document, ''), r.timezone
	FROM recipients AS r LEFT JOIN preferences AS p ON p.recipient_id = r.id WHERE r.id {ids}`

// PreferencesOf returns the choices of many recipients.
func (db *DB) PreferencesOf(ctx context.Context, recipients []string) (map[string]notify.Preferences, error) {
	found := make(map[string]notify.Preferences, len(recipients))
	err := db.byIDs(ctx, chosenOfText, recipients, func(s scanner) error {
		var id, text string
		var p notify.Preferences
		err := s.Scan(&id, &text, &p.Timezone)
		if err == nil {
			err = readDocument(text, &p)
		}
		found[id] = p
		return err
	})
	return found, during(err, "load the preferences of %d recipients", len(recipients))
}

func chosen(ctx context.Context, from bun.IDB, text, recipient string) (notify.Preferences, error) {
	var p notify.Preferences
	var document, timezone, locale string
	err := from.QueryRowContext(ctx, text, recipient).Scan(&document, &timezone, &locale)
	if err != nil {
		return p, err
	}
	err = readDocument(document, &p)
	p.Timezone, p.Locale = timezone, locale
	return p, err
}

const putPreferencesText = `INSERT INTO preferences (recipient_id, document, quiet, updated_at) VALUES (?, ?, ?, ?)
	ON CONFLICT (recipient_id) DO UPDATE SET document = EXCLUDED.document, quiet = EXCLUDED.quiet, updated_at = EXCLUDED.updated_at`

// ChangePreferences edits a recipient's choices. The recipient's row is what two
// changes of the same choices wait for.
func (db *DB) ChangePreferences(ctx context.Context, w preference.Write) (notify.Preferences, error) {
	var after notify.Preferences
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		text := chosenText
		if db.postgres() {
			text += " FOR UPDATE OF r"
		}
		before, err := chosen(ctx, tx, text, w.Recipient)
		if err != nil {
			return err
		}
		if gone, err := erasedOf(ctx, tx, []notify.Consent{{Recipient: w.Recipient}}); err != nil || gone[w.Recipient] {
			return errors.Join(err, notify.ErrConflict, errErased)
		}
		if after, err = w.Edit(before); err != nil {
			return err
		}
		if err := putZone(ctx, tx, w, before, &after); err != nil {
			return err
		}
		return db.putChosen(ctx, tx, w, before, after)
	})
	if err != nil {
		return notify.Preferences{}, during(err, "store preferences of %s", w.Recipient)
	}
	return after, nil
}

// putZone keeps time zone and locale where they live: with the recipient.
func putZone(ctx context.Context, tx bun.Tx, w preference.Write, before notify.Preferences, after *notify.Preferences) error {
	if after.Timezone == "" {
		after.Timezone = before.Timezone
	}
	if after.Locale == "" {
		after.Locale = before.Locale
	}
	if after.Timezone == before.Timezone && after.Locale == before.Locale {
		return nil
	}
	_, err := tx.NewUpdate().Table("recipients").Set("timezone = ?", after.Timezone).Set("locale = ?", after.Locale).
		Set("updated_at = ?", micros(w.Now)).Where("id = ?", w.Recipient).Exec(ctx)
	return err
}

// putChosen stores the choices with the proof of what was said. Choices that are as
// before are not written.
func (db *DB) putChosen(ctx context.Context, tx bun.Tx, w preference.Write, before, p notify.Preferences) error {
	changes, err := preference.Differences(before, p)
	if err != nil || len(changes) == 0 {
		return err
	}
	p.Timezone, p.Locale = "", ""
	text, err := document(p)
	if err != nil {
		return err
	}
	quiet := p.QuietHours != nil && p.QuietHours.Enabled
	if _, err := tx.ExecContext(ctx, putPreferencesText, w.Recipient, text, quiet, micros(w.Now)); err != nil {
		return err
	}
	w.Said.Changes = changes
	return db.say(ctx, tx, []notify.Consent{w.Said}, w.Now)
}
