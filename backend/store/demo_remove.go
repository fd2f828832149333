package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"clarion/backend/demo"
	"clarion/backend/notify"
)

// madeUpSetting keeps what the traffic that was made up found missing, so that
// nothing else is taken away with it. Settings that begin so end with it.
const madeUpSetting = "made_up"

type madeUp struct {
	Sources, Categories []string
}

func (m *madeUp) note(into *[]string, key string, fresh bool) {
	if fresh {
		*into = append(*into, key)
	}
}

func (m *madeUp) keep(ctx context.Context, tx bun.Tx) error {
	text, err := jsonText(m)
	if err != nil {
		return err
	}
	result, err := tx.ExecContext(ctx, "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING", madeUpSetting, text)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, fmt.Errorf("there is made-up traffic already: %w", notify.ErrConflict))
	}
	return nil
}

// RemoveTraffic takes everything out again that was made up, with all that has
// come to belong to its people since, and the flows of the given keys. It returns
// how many delivery events those were.
func (db *DB) RemoveTraffic(ctx context.Context, flows []string) (int, error) {
	var removed int64
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var text string
		err := tx.QueryRowContext(ctx, "DELETE FROM settings WHERE key = ? RETURNING value", madeUpSetting).Scan(&text)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("made-up traffic: %w", notify.ErrNotFound)
		}
		var made madeUp
		if err == nil {
			err = readDocument(text, &made)
		}
		if err == nil {
			removed, err = removeLine(ctx, tx)
		}
		if err != nil {
			return err
		}
		return removeCast(ctx, tx, made, flows)
	})
	return int(removed), during(err, "remove made-up traffic")
}

func removeLine(ctx context.Context, tx bun.Tx) (int64, error) {
	people := demo.PersonPrefix + "%"
	const theirs = " WHERE message_id IN (SELECT id FROM messages WHERE recipient_id LIKE ?)"
	result, err := tx.ExecContext(ctx, "DELETE FROM message_events"+theirs, people)
	if err != nil {
		return 0, err
	}
	removed, err := result.RowsAffected()
	if err != nil {
		return 0, err
	}
	for _, text := range []string{"DELETE FROM attempts" + theirs, "DELETE FROM provider_ids" + theirs, "DELETE FROM receipts" + theirs} {
		if _, err := tx.ExecContext(ctx, text, people); err != nil {
			return 0, err
		}
	}
	for _, table := range []string{
		"messages", "notifications", "suppressions", "ended_suppressions", "inbox_items", "inbox_log", "inbox_feeds", "preferences", "group_members", "recipient_history",
		"addresses", "former_addresses",
	} {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE recipient_id LIKE ?", people); err != nil {
			return 0, err
		}
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM recipients WHERE id LIKE ?", people); err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM events WHERE metadata = ?", string(demo.Mark))
	return removed, err
}

func removeCast(ctx context.Context, tx bun.Tx, made madeUp, flows []string) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM integrations WHERE id LIKE ?", demo.AccountPrefix+"%"); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM settings WHERE key LIKE ?", madeUpSetting+"%"); err != nil {
		return err
	}
	for _, key := range flows {
		for _, table := range []string{"workflow_versions", "workflows", "template_versions", "templates", "publications"} {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE key = ?", key); err != nil {
				return err
			}
		}
	}
	// Somebody may have come to use these.
	for _, key := range made.Sources {
		_, err := tx.ExecContext(ctx, `DELETE FROM sources WHERE key = ? AND NOT EXISTS (SELECT 1 FROM api_keys WHERE source = sources.key)
			AND NOT EXISTS (SELECT 1 FROM events WHERE source = sources.key)`, key)
		if err != nil {
			return err
		}
	}
	for _, key := range made.Categories {
		_, err := tx.ExecContext(ctx, `DELETE FROM categories WHERE key = ?
			AND NOT EXISTS (SELECT 1 FROM workflow_versions WHERE definition LIKE '%"category":"' || categories.key || '"%')`, key)
		if err != nil {
			return err
		}
	}
	return nil
}
