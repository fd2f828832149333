package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/audience"
	"clarion/backend/notify"
)

var _ audience.Store = (*DB)(nil)

type recipientRow struct {
	bun.BaseModel `bun:"table:recipients,alias:r"`

	ID        string `bun:",pk"`
	Name      string
	Locale    string
	Timezone  string
	Data      string
	CreatedAt int64
	UpdatedAt int64
	ErasedAt  int64
	// MergedInto is the id this one leads to.
	MergedInto string
}

func (r recipientRow) word() notify.Recipient {
	return notify.Recipient{
		ID: r.ID, Name: r.Name, Locale: r.Locale, Timezone: r.Timezone, Data: raw(r.Data),
		Addresses: []notify.Address{}, CreatedAt: fromMicros(r.CreatedAt), UpdatedAt: fromMicros(r.UpdatedAt),
		ErasedAt: fromMicros(r.ErasedAt),
	}
}

type addressRow struct {
	bun.BaseModel `bun:"table:addresses,alias:a"`

	RecipientID string `bun:",pk"`
	Channel     string `bun:",pk"`
	Address     string `bun:",pk"`
	Label       string
	Invalid     bool
	CreatedAt   int64

	Preferred    bool
	Verification string
	VerifiedAt   int64
	VerifiedBy   string
	LastUsedAt   int64 `bun:",scanonly"`
}

func (a addressRow) word() notify.Address {
	return notify.Address{
		Channel: notify.Channel(a.Channel), Address: a.Address, Label: a.Label, Invalid: a.Invalid, Preferred: a.Preferred,
		Verification: notify.Verification(a.Verification), VerifiedAt: fromMicros(a.VerifiedAt), VerifiedBy: a.VerifiedBy,
		LastUsedAt: fromMicros(a.LastUsedAt),
	}
}

// Recipient returns one recipient with all addresses, erased ones too. An id
// that was merged into another leads there.
func (db *DB) Recipient(ctx context.Context, id string) (notify.Recipient, error) {
	var row recipientRow
	if err := db.latest().NewSelect().Model(&row).Where("r.id = ?", id).Scan(ctx); err != nil {
		return notify.Recipient{}, during(err, "find recipient %s", id)
	}
	if row.MergedInto != "" {
		return db.Recipient(ctx, row.MergedInto)
	}
	list := []notify.Recipient{row.word()}
	if err := db.fillAddresses(ctx, list); err != nil {
		return notify.Recipient{}, during(err, "load addresses of %s", id)
	}
	return list[0], during(db.fillLastUse(ctx, &list[0]), "look up when the addresses of %s were used", id)
}

// recentMessages bounds how far back the last use of an address is looked for:
// keeping it with every message would make each of them dearer.
const recentMessages = 200

func (db *DB) fillLastUse(ctx context.Context, r *notify.Recipient) error {
	if len(r.Addresses) == 0 {
		return nil
	}
	var uses []struct {
		Channel, Address string
		SentAt           int64
	}
	err := db.latest().NewRaw(`SELECT channel, address, max(sent_at) AS sent_at FROM
		(SELECT channel, address, sent_at FROM messages WHERE recipient_id = ? ORDER BY id DESC LIMIT ?) AS m
		WHERE sent_at > 0 GROUP BY channel, address`, r.ID, recentMessages).Scan(ctx, &uses)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	for _, use := range uses {
		for i, a := range r.Addresses {
			if string(a.Channel) == use.Channel && a.Address == use.Address {
				r.Addresses[i].LastUsedAt = fromMicros(use.SentAt)
			}
		}
	}
	return nil
}

// Recipients returns a page ordered by id; q matches the beginning of an id, a
// name or an address, in either case.
func (db *DB) Recipients(ctx context.Context, f audience.Filter, p notify.Page) ([]notify.Recipient, string, error) {
	var rows []recipientRow
	query, err := db.recipientsQuery(ctx, &rows, f, p)
	if err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list recipients")
	}
	rows, next := cut(rows, p, func(r recipientRow) string { return r.ID })
	list := make([]notify.Recipient, len(rows))
	for i, r := range rows {
		list[i] = r.word()
	}
	if err := db.fillAddresses(ctx, list); err != nil {
		return nil, "", during(err, "load addresses")
	}
	return list, next, nil
}

func (db *DB) recipientsQuery(ctx context.Context, rows *[]recipientRow, f audience.Filter, p notify.Page) (*bun.SelectQuery, error) {
	query := db.latest().NewSelect().Model(rows).Where("r.merged_into = ''")
	switch {
	case f.Q != "":
		ids, err := db.searchRecipients(ctx, f, p)
		if err != nil {
			return nil, err
		}
		query.Where("r.id IN (?)", bun.List(ids))
	case f.Group != "":
		// The members lead: they lie in the order of the page.
		query.Join("JOIN group_members AS gm ON gm.recipient_id = r.id AND gm.group_key = ?", f.Group)
		return query, paged(query, p, "gm.recipient_id", "ASC")
	}
	return query, paged(query, p, "r.id", "ASC")
}

func (db *DB) fillAddresses(ctx context.Context, list []notify.Recipient) error {
	if len(list) == 0 {
		return nil
	}
	place := make(map[string]int, len(list))
	ids := make([]string, len(list))
	for i, r := range list {
		place[r.ID], ids[i] = i, r.ID
	}
	var rows []addressRow
	err := db.latest().NewSelect().Model(&rows).Where("a.recipient_id IN (?)", bun.List(ids)).
		Order("a.recipient_id", "a.channel", "a.created_at", "a.address").Scan(ctx)
	if err != nil {
		return err
	}
	for _, a := range rows {
		r := &list[place[a.RecipientID]]
		r.Addresses = append(r.Addresses, a.word())
	}
	return nil
}

// EraseRecipient removes all that is personal. What was waiting to be sent is
// skipped as erased, and what may yet be tried again expires: a message without
// words must not go out. Suppressions stay, for they are the promise not to
// write again; the feed gets a new epoch, so that open clients drop what they
// hold.
func (db *DB) EraseRecipient(ctx context.Context, id string, now time.Time) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		result, err := tx.ExecContext(ctx, `UPDATE recipients SET name = '', locale = '', timezone = '', data = '',
			updated_at = ?, erased_at = ? WHERE id = ?`, micros(now), micros(now), id)
		if err := mustTouch(result, err, "mark as erased"); err != nil {
			return err
		}
		if err := eraseTraces(ctx, tx, id, now); err != nil {
			return err
		}
		if err := correctCopies(ctx, tx, id, ""); err != nil {
			return err
		}
		return db.forgetSaid(ctx, tx, id, now)
	})
	if err == nil && db.postgres() {
		err = db.eraseLate(ctx, id, now)
	}
	return during(err, "erase recipient %s", id)
}

func eraseTraces(ctx context.Context, tx bun.Tx, id string, now time.Time) error {
	reason, err := json.Marshal(map[string]string{"reason": string(notify.Erased)})
	if err != nil {
		return err
	}
	for _, step := range []struct {
		text string
		args []any
	}{
		// What has ended promises nothing any more.
		{"DELETE FROM ended_suppressions WHERE recipient_id = ? OR id IN (SELECT s.id FROM addresses AS a JOIN ended_suppressions AS s ON " +
			suppressesPlace + " WHERE a.recipient_id = ?)", []any{id, id}},
		{"DELETE FROM addresses WHERE recipient_id = ?", []any{id}},
		{"DELETE FROM former_addresses WHERE recipient_id = ?", []any{id}},
		{"DELETE FROM preferences WHERE recipient_id = ?", []any{id}},
		{"DELETE FROM group_members WHERE recipient_id = ?", []any{id}},
		{"DELETE FROM recipient_history WHERE recipient_id = ?", []any{id}},
		{"DELETE FROM import_rows WHERE recipient_id = ?", []any{id}},
		{"UPDATE broadcast_people SET data = '' WHERE recipient_id = ? AND data <> ''", []any{id}},
		// The feed first: who is adding to it ends before its items go.
		{"UPDATE inbox_feeds SET epoch = ? WHERE recipient_id = ?", []any{notify.NewID(""), id}},
		{"DELETE FROM inbox_items WHERE recipient_id = ?", []any{id}},
		{"DELETE FROM inbox_log WHERE recipient_id = ?", []any{id}},
		{`INSERT INTO message_events (message_id, at, kind, channel, source, detail)
			SELECT id, ?, 'skipped', channel, source, ? FROM messages
			WHERE recipient_id = ? AND status IN ('held', 'queued') ORDER BY id`, []any{micros(now), string(reason), id}},
		{`UPDATE messages SET status = 'skipped', skip_reason = 'erased', worker = '', lease_until = 0, due_at = 0
			WHERE recipient_id = ? AND status IN ('held', 'queued')`, []any{id}},
		{`UPDATE attempts SET error_detail = '' WHERE error_detail <> '' AND message_id IN
			(SELECT id FROM messages WHERE recipient_id = ?)`, []any{id}},
		{`UPDATE messages SET content = '', recipient_name = '', address = '', error_detail = '',
			expires_at = CASE WHEN status IN ('sending', 'failed', 'unknown') THEN ? ELSE expires_at END
			WHERE recipient_id = ?`, []any{micros(now), id}},
		{"UPDATE notifications SET recipient_name = '' WHERE recipient_id = ?", []any{id}},
		// Vendors' words in a timeline may name the address; why a message was
		// skipped stays known.
		{`UPDATE message_events SET detail = '' WHERE detail <> '' AND kind <> 'skipped' AND message_id IN
			(SELECT id FROM messages WHERE recipient_id = ?)`, []any{id}},
		// What systems reported for nobody else; an event that reached others too
		// is theirs as well.
		{`UPDATE events SET data = '{}', metadata = '', direct = '' WHERE status IN ('dispatched', 'failed', 'cancelled') AND id IN
			(SELECT n.event_id FROM notifications AS n WHERE n.recipient_id = ? AND NOT EXISTS (SELECT 1 FROM notifications AS o
				WHERE o.event_id = n.event_id AND o.recipient_id <> n.recipient_id))`, []any{id}},
		// What a vendor said names the address; that it was said once stays known.
		{`UPDATE receipts SET receipt = '{}' WHERE applied_at > 0 AND message_id <> '' AND message_id IN
			(SELECT id FROM messages WHERE recipient_id = ?)`, []any{id}},
	} {
		if _, err := tx.ExecContext(ctx, step.text, step.args...); err != nil {
			return err
		}
	}
	return nil
}
