package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/audience"
	"clarion/backend/notify"
	"clarion/backend/preference"
)

// errMerged says that an id leads elsewhere since the caller looked.
var errMerged = errors.New("the recipient was merged into another")

// MergeRecipients makes one recipient of two, in one transaction. An event that
// reaches the second while what the first got of it becomes the second's stands in the
// way of that once: the next look sees it.
func (db *DB) MergeRecipients(ctx context.Context, m audience.Merge, now time.Time) error {
	err := db.mergeOnce(ctx, m, now)
	for again := 0; again < againMost && errors.Is(err, notify.ErrConflict) && !errors.Is(err, errMerged) && !errors.Is(err, errErased); again++ {
		err = db.mergeOnce(ctx, m, now)
	}
	return during(err, "merge recipient %s into %s", m.From, m.Into)
}

func (db *DB) mergeOnce(ctx context.Context, m audience.Merge, now time.Time) error {
	return db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		rows := []recipientRow{}
		query := tx.NewSelect().Model(&rows).Where("r.id IN (?)", bun.List([]string{m.From, m.Into})).Order("r.id")
		if err := db.lock(query, "UPDATE").Scan(ctx); err != nil {
			return err
		}
		if len(rows) != 2 {
			return notify.ErrNotFound
		}
		from, into := rows[0], rows[1]
		if from.ID != m.From {
			from, into = into, from
		}
		for _, r := range rows {
			if r.MergedInto != "" {
				return errors.Join(notify.ErrConflict, errMerged)
			}
			if r.ErasedAt != 0 {
				return errors.Join(notify.ErrConflict, errErased)
			}
		}
		if err := mergeProfiles(ctx, tx, from, into, now); err != nil {
			return err
		}
		if err := moveTraces(ctx, tx, m); err != nil {
			return err
		}
		if err := noteHistory(ctx, tx, happening{kind: "merged", ref: m.From, at: now}, []string{m.Into}); err != nil {
			return err
		}
		if err := correctCopies(ctx, tx, m.From, m.Into); err != nil {
			return err
		}
		return db.mergeChoices(ctx, tx, m, now)
	})
}

// mergeProfiles fills what the second lacks with what the first has, and leaves
// of the first the way to the second.
func mergeProfiles(ctx context.Context, tx bun.Tx, from, into recipientRow, now time.Time) error {
	data, err := overlaidText(from.Data, into.Data)
	if err != nil {
		return err
	}
	_, err = tx.NewUpdate().Model((*recipientRow)(nil)).Where("id = ?", into.ID).Set("updated_at = ?", micros(now)).Set("data = ?", data).
		Set("name = CASE WHEN name = '' THEN ? ELSE name END", from.Name).
		Set("locale = CASE WHEN locale = '' THEN ? ELSE locale END", from.Locale).
		Set("timezone = CASE WHEN timezone = '' THEN ? ELSE timezone END", from.Timezone).Exec(ctx)
	if err != nil {
		return err
	}
	// Who was merged into the first leads to the second from now on: one step is
	// always enough.
	_, err = tx.ExecContext(ctx, `UPDATE recipients SET merged_into = ?, updated_at = ?, erased_at = ?, name = '', locale = '', timezone = '', data = ''
		WHERE id = ? OR merged_into = ?`, into.ID, micros(now), micros(now), from.ID, from.ID)
	return err
}

func overlaidText(below, above string) (string, error) {
	if below == "" || above == "" {
		return below + above, nil
	}
	merged, err := overlaid(below, json.RawMessage(above))
	return string(merged), err
}

// mergeChoices keeps what the second chose and adds what only the first did, which
// the consent log tells of like any other change.
func (db *DB) mergeChoices(ctx context.Context, tx bun.Tx, m audience.Merge, now time.Time) error {
	below, err := chosen(ctx, tx, chosenText, m.From)
	if err != nil {
		return err
	}
	before, err := chosen(ctx, tx, chosenText, m.Into)
	if err != nil {
		return err
	}
	after, err := both(before, below)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM preferences WHERE recipient_id = ?", m.From); err != nil {
		return err
	}
	said := notify.Consent{Recipient: m.Into, Kind: notify.ConsentChose, Source: notify.ByHouse, Wording: "Merged with " + m.From + "."}
	return db.putChosen(ctx, tx, preference.Write{Recipient: m.Into, Said: said, Now: now}, before, after)
}

// both are the choices above, filled up with those below.
func both(above, below notify.Preferences) (after notify.Preferences, err error) {
	documents := make([]map[string]any, 2)
	for i, p := range []notify.Preferences{above, below} {
		p.Timezone, p.Locale = "", ""
		text, err := json.Marshal(p)
		if err != nil {
			return after, fmt.Errorf("write choices: %w", err)
		}
		if err := json.Unmarshal(text, &documents[i]); err != nil {
			return after, fmt.Errorf("read choices: %w", err)
		}
	}
	text, err := json.Marshal(filled(documents[0], documents[1]))
	if err != nil {
		return after, fmt.Errorf("write choices: %w", err)
	}
	if err := json.Unmarshal(text, &after); err != nil {
		return after, fmt.Errorf("read choices: %w", err)
	}
	after.Timezone, after.Locale = above.Timezone, above.Locale
	return after, nil
}

// filled adds to a document what only the other has, at any depth.
func filled(above, below map[string]any) map[string]any {
	for name, value := range below {
		mine, has := above[name]
		a, isObject := mine.(map[string]any)
		b, both := value.(map[string]any)
		switch {
		case !has || mine == nil:
			above[name] = value
		case isObject && both:
			above[name] = filled(a, b)
		}
	}
	return above
}

// moveTraces gives the second all that happened to the first. A notification of
// an event that reached both stays with the first id: there is one for each.
func moveTraces(ctx context.Context, tx bun.Tx, m audience.Merge) error {
	epoch := notify.NewID("")
	for _, step := range []struct {
		text string
		args []any
	}{
		{`INSERT INTO addresses (recipient_id, channel, address, label, invalid, created_at, verification, verified_at, verified_by)
			SELECT ?, channel, address, label, invalid, created_at, verification, verified_at, verified_by FROM addresses
			WHERE recipient_id = ? ON CONFLICT DO NOTHING`, []any{m.Into, m.From}},
		{"DELETE FROM addresses WHERE recipient_id = ?", []any{m.From}},
		{"INSERT INTO former_addresses (address, recipient_id) SELECT address, ? FROM former_addresses WHERE recipient_id = ? ON CONFLICT DO NOTHING", []any{m.Into, m.From}},
		{"DELETE FROM former_addresses WHERE recipient_id = ?", []any{m.From}},
		{"INSERT INTO group_members (group_key, recipient_id) SELECT group_key, ? FROM group_members WHERE recipient_id = ? ON CONFLICT DO NOTHING", []any{m.Into, m.From}},
		{"DELETE FROM group_members WHERE recipient_id = ?", []any{m.From}},
		{"UPDATE suppressions SET recipient_id = ? WHERE recipient_id = ?", []any{m.Into, m.From}},
		{"UPDATE ended_suppressions SET recipient_id = ? WHERE recipient_id = ?", []any{m.Into, m.From}},
		{`INSERT INTO revoked_links (recipient_id, revoked_at) SELECT ?, revoked_at FROM revoked_links WHERE recipient_id = ?
			ON CONFLICT (recipient_id) DO UPDATE SET revoked_at = EXCLUDED.revoked_at WHERE revoked_links.revoked_at < EXCLUDED.revoked_at`,
			[]any{m.Into, m.From}},
		{"DELETE FROM revoked_links WHERE recipient_id = ?", []any{m.From}},
		{"UPDATE members SET recipient_id = ? WHERE recipient_id = ?", []any{m.Into, m.From}},
		{"UPDATE messages SET recipient_id = ? WHERE recipient_id = ?", []any{m.Into, m.From}},
		{"UPDATE runs SET recipient_id = ? WHERE recipient_id = ?", []any{m.Into, m.From}},
		{`UPDATE notifications SET recipient_id = ? WHERE recipient_id = ? AND NOT EXISTS (SELECT 1 FROM notifications AS n
			WHERE n.event_id = notifications.event_id AND n.workflow = notifications.workflow AND n.recipient_id = ?)`, []any{m.Into, m.From, m.Into}},
		{"UPDATE inbox_items SET recipient_id = ? WHERE recipient_id = ?", []any{m.Into, m.From}},
		{"UPDATE recipient_history SET recipient_id = ? WHERE recipient_id = ?", []any{m.Into, m.From}},
		{"DELETE FROM inbox_log WHERE recipient_id IN (?, ?)", []any{m.From, m.Into}},
		// Open clients drop what they hold and ask anew.
		{"UPDATE inbox_feeds SET epoch = ? WHERE recipient_id IN (?, ?)", []any{epoch, m.From, m.Into}},
	} {
		if _, err := tx.ExecContext(ctx, step.text, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// Owners returns whose an address is, two besides each other at most.
func (db *DB) Owners(ctx context.Context, channel notify.Channel, address string) ([]string, error) {
	var ids []string
	err := db.latest().NewSelect().Table("addresses").Column("recipient_id").
		Where("lower(address) = lower(?) AND channel = ?", address, string(channel)).OrderExpr("recipient_id").Limit(3).Scan(ctx, &ids)
	return ids, during(err, "find whose an address is")
}

// successors gives the ids of a list that lead elsewhere, with where.
func successors(ctx context.Context, from bun.IDB, ids []string) (map[string]string, error) {
	var rows []struct{ ID, MergedInto string }
	err := from.NewSelect().Table("recipients").Column("id", "merged_into").Where("merged_into <> '' AND id IN (?)", bun.List(ids)).Scan(ctx, &rows)
	out := make(map[string]string, len(rows))
	for _, row := range rows {
		out[row.ID] = row.MergedInto
	}
	return out, err
}

// led replaces the ids of people that lead elsewhere.
func led(ctx context.Context, tx bun.Tx, list []notify.Recipient) ([]notify.Recipient, error) {
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.ID
	}
	lead, err := successors(ctx, tx, sortedSet(ids))
	if err != nil || len(lead) == 0 {
		return list, err
	}
	list = slices.Clone(list)
	for i, r := range list {
		if to := lead[r.ID]; to != "" {
			list[i].ID = to
		}
	}
	return list, nil
}
