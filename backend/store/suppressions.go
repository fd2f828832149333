package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/suppression"
)

var _ suppression.Store = (*DB)(nil)

// How suppressions AS s meet messages AS m, addresses AS a and a word that is
// given twice: mailboxes in any case, everything else as it is written. The
// generated column address_key holds the left side.
const (
	suppressesMessage = "s.channel = m.channel AND s.address_key = CASE WHEN m.channel = 'email' THEN lower(m.address) ELSE m.address END"
	suppressesPlace   = "s.channel = a.channel AND s.address_key = CASE WHEN a.channel = 'email' THEN lower(a.address) ELSE a.address END"
	suppressesGiven   = "s.address_key = CASE WHEN s.channel = 'email' THEN lower(?) ELSE ? END"
)

type suppressionRow struct {
	bun.BaseModel `bun:"table:suppressions,alias:s"`

	ID          string `bun:",pk"`
	Channel     string
	Address     string
	Reason      string
	Detail      string
	RecipientID string
	MessageID   string
	CreatedAt   int64
	ExpiresAt   int64
	// AddressKey is derived by the database.
	AddressKey string `bun:",scanonly"`
}

func (r suppressionRow) word() (notify.Suppression, error) {
	return notify.Suppression{
		ID: r.ID, Channel: notify.Channel(r.Channel), Address: r.Address, Reason: notify.SuppressionReason(r.Reason),
		Detail: r.Detail, RecipientID: r.RecipientID, MessageID: r.MessageID, CreatedAt: fromMicros(r.CreatedAt), ExpiresAt: fromMicros(r.ExpiresAt),
	}, nil
}

func rowOfSuppression(s notify.Suppression, now time.Time) suppressionRow {
	return suppressionRow{
		ID: s.ID, Channel: string(s.Channel), Address: s.Address, Reason: string(s.Reason), Detail: s.Detail,
		RecipientID: s.RecipientID, MessageID: s.MessageID, CreatedAt: micros(now), ExpiresAt: micros(s.ExpiresAt),
	}
}

// Suppressions returns a page, newest first.
func (db *DB) Suppressions(ctx context.Context, f suppression.Filter, p notify.Page) ([]notify.Suppression, string, error) {
	var rows []suppressionRow
	query := db.latest().NewSelect().Model(&rows)
	for _, c := range []condition{
		when(f.Channel != "", "s.channel = ?", string(f.Channel)),
		when(f.Address != "", "lower(s.address) = lower(?) AND "+suppressesGiven, f.Address, f.Address, f.Address),
		when(f.Reason != "", "s.reason = ?", string(f.Reason)),
		// Named apart, so that the few addresses of one recipient lead and not the list.
		when(f.Recipient != "", `s.id IN (SELECT s.id FROM addresses AS a JOIN suppressions AS s ON `+suppressesPlace+`
			WHERE a.recipient_id = ?)`, f.Recipient),
	} {
		c.on(query)
	}
	if f.Q != "" {
		db.begins("lower(s.address)", f.Q).on(query)
	}
	if err := paged(query, p, "s.id", "DESC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list suppressions")
	}
	rows, next := cut(rows, p, func(r suppressionRow) string { return r.ID })
	list, err := listed(rows, suppressionRow.word)
	return list, next, err
}

// Suppression returns one by its id, also one that has ended.
func (db *DB) Suppression(ctx context.Context, id string) (notify.Suppression, error) {
	var row suppressionRow
	err := db.latest().NewSelect().Model(&row).Where("s.id = ?", id).Scan(ctx)
	if err == nil {
		return row.word()
	}
	if errors.Is(err, sql.ErrNoRows) {
		if err = db.latest().NewSelect().Model(&row).ModelTableExpr("ended_suppressions AS s").Where("s.id = ?", id).Scan(ctx); err == nil {
			entry, err := row.word()
			entry.Ended = true
			return entry, err
		}
	}
	return notify.Suppression{}, during(err, "find suppression %s", id)
}

// takesOver is what becomes of an entry that ends by itself when one comes that
// stays: the promise not to write again must not end with it. Any other entry
// stays as it is. The entry is s, the new one EXCLUDED.
const (
	takesOver = `reason = EXCLUDED.reason, detail = EXCLUDED.detail, recipient_id = EXCLUDED.recipient_id,
		message_id = EXCLUDED.message_id, created_at = EXCLUDED.created_at, expires_at = 0`
	mayTakeOver = "s.expires_at > 0 AND EXCLUDED.expires_at = 0"
)

// AddSuppression stores s, or returns the one that was there first.
func (db *DB) AddSuppression(ctx context.Context, s notify.Suppression, now time.Time) (notify.Suppression, error) {
	row := rowOfSuppression(s, now)
	var stored suppressionRow
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&row).On("CONFLICT (channel, address_key) DO UPDATE").Set(takesOver).Where(mayTakeOver).Exec(ctx)
		if err != nil {
			return err
		}
		return tx.NewSelect().Model(&stored).Where("s.channel = ? AND "+suppressesGiven, string(s.Channel), s.Address, s.Address).Scan(ctx)
	})
	if err != nil {
		return s, during(err, "suppress an address on %s", s.Channel)
	}
	return stored.word()
}

// EndSuppressions moves the entries that have ended to where they block nothing.
func (db *DB) EndSuppressions(ctx context.Context, now time.Time) (int, error) {
	ended := 0
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var rows []suppressionRow
		query := tx.NewDelete().Model((*suppressionRow)(nil)).Where("expires_at > 0 AND expires_at <= ?", micros(now)).Returning("*")
		if _, err := query.Exec(ctx, &rows); err != nil || len(rows) == 0 {
			return err
		}
		ended = len(rows)
		for part := range slices.Chunk(rows, upsertAtOnce) {
			values := make([][]any, len(part))
			for i, r := range part {
				values[i] = []any{r.ID, r.Channel, r.Address, r.Reason, r.Detail, r.RecipientID, r.MessageID, r.CreatedAt, r.ExpiresAt, r.AddressKey}
			}
			places, args := tuples(values)
			if _, err := tx.NewRaw(`INSERT INTO ended_suppressions (id, channel, address, reason, detail, recipient_id, message_id,
				created_at, expires_at, address_key) VALUES `+places, args...).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	return ended, during(err, "end suppressions")
}

// AddSuppressions stores those whose address is not suppressed yet, all or
// none, and returns how many.
func (db *DB) AddSuppressions(ctx context.Context, list []notify.Suppression, now time.Time) (int, error) {
	added := 0
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		for start := 0; start < len(list); start += upsertAtOnce {
			part := list[start:min(start+upsertAtOnce, len(list))]
			rows := make([]suppressionRow, len(part))
			for i, s := range part {
				rows[i] = rowOfSuppression(s, now)
			}
			n, err := touched(tx.NewInsert().Model(&rows).On("CONFLICT (channel, address_key) DO UPDATE").Set(takesOver).Where(mayTakeOver).Exec(ctx))
			if err != nil {
				return err
			}
			added += n
		}
		return nil
	})
	return added, during(err, "suppress %d addresses", len(list))
}

// KnownSuppressions counts which of the addresses are suppressed already.
func (db *DB) KnownSuppressions(ctx context.Context, list []notify.Suppression) (int, error) {
	known := 0
	for start := 0; start < len(list); start += upsertAtOnce {
		var given [][]any
		for _, s := range list[start:min(start+upsertAtOnce, len(list))] {
			given = append(given, []any{string(s.Channel), s.Address})
		}
		places, args := tuples(given)
		var n int
		err := db.latest().NewRaw(`WITH a (channel, address) AS (VALUES `+places+`)
			SELECT count(*) FROM a JOIN suppressions AS s ON `+suppressesPlace+" WHERE s.expires_at = 0", args...).Scan(ctx, &n)
		if err != nil {
			return 0, during(err, "look for %d suppressions", len(list))
		}
		known += n
	}
	return known, nil
}

// RemoveSuppression lets the address be contacted again and returns what was
// there.
func (db *DB) RemoveSuppression(ctx context.Context, id string) (notify.Suppression, error) {
	var removed []suppressionRow
	_, err := db.w.NewDelete().Model((*suppressionRow)(nil)).Where("id = ?", id).Returning("*").Exec(ctx, &removed)
	if err == nil && len(removed) == 0 {
		err = notify.ErrNotFound
	}
	if err != nil {
		return notify.Suppression{}, during(err, "remove suppression %s", id)
	}
	return removed[0].word()
}
