package store

import (
	"cmp"
	"context"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/suppression"
)

var _ suppression.Store = (*DB)(nil)

// How suppressions AS s meet messages AS m, addresses AS a and a word that is
// given twice: mailboxes in any case, everything else as it is written. The
// generated column address_key holds the left side. A message is met by what is
// about it only; an address by all that is about any message to it.
const (
	suppressesMessage = "s.address_key = CASE WHEN m.channel = 'email' THEN lower(m.address) ELSE m.address END AND (s.scope = 'everything'" +
		" OR s.channel = m.channel AND s.scope IN ('', 'category:' || m.category, 'workflow:' || m.workflow, 'source:' || m.source))"
	suppressesPlace = "s.address_key = CASE WHEN a.channel = 'email' THEN lower(a.address) ELSE a.address END" +
		" AND (s.channel = a.channel OR s.scope = 'everything')"
	suppressesAll   = suppressesPlace + " AND s.scope IN ('', 'everything')"
	suppressesGiven = "s.address_key = CASE WHEN s.channel = 'email' THEN lower(?) ELSE ? END"

	// suppressedBecause is notify.Suppression.Sentence of the entry that stops
	// a message AS m.
	suppressedBecause = `(SELECT 'The address is suppressed' || CASE WHEN s.scope = '' THEN '' ELSE ' for ' || replace(s.scope, ':', ' ') END
		|| ': ' || s.reason || '.' FROM suppressions AS s WHERE ` + suppressesMessage + ` ORDER BY s.scope LIMIT 1)`

	suppressedOnce = "CONFLICT (address_key, channel, scope) DO UPDATE"
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
	Scope       string
	// AddressKey is derived by the database.
	AddressKey string `bun:",scanonly"`
}

func (r suppressionRow) word() (notify.Suppression, error) {
	return notify.Suppression{
		ID: r.ID, Channel: notify.Channel(r.Channel), Address: r.Address, Reason: notify.SuppressionReason(r.Reason),
		Detail: r.Detail, RecipientID: r.RecipientID, MessageID: r.MessageID, CreatedAt: fromMicros(r.CreatedAt), ExpiresAt: fromMicros(r.ExpiresAt),
		Scope: cmp.Or(notify.SuppressionScope(r.Scope), notify.ScopeChannel),
	}, nil
}

// storedScope is how a scope is kept: the channel's is no word of its own.
func storedScope(s notify.SuppressionScope) string {
	if s == notify.ScopeChannel {
		return ""
	}
	return string(s)
}

func rowOfSuppression(s notify.Suppression, now time.Time) suppressionRow {
	return suppressionRow{
		ID: s.ID, Channel: string(s.Channel), Address: s.Address, Reason: string(s.Reason), Detail: s.Detail,
		RecipientID: s.RecipientID, MessageID: s.MessageID, CreatedAt: micros(now), ExpiresAt: micros(s.ExpiresAt),
		Scope: storedScope(s.Scope),
	}
}

// Suppressions returns a page, newest first.
func (db *DB) Suppressions(ctx context.Context, f suppression.Filter, p notify.Page) ([]notify.Suppression, string, error) {
	var rows []suppressionRow
	if err := db.suppressionsLike(&rows, "suppressions", f, p).Scan(ctx); err != nil {
		return nil, "", during(err, "list suppressions")
	}
	rows, next := cut(rows, p, func(r suppressionRow) string { return r.ID })
	list, err := listed(rows, suppressionRow.word)
	return list, next, err
}

// suppressionsLike asks for a page of what a filter finds in a table.
func (db *DB) suppressionsLike(rows any, table string, f suppression.Filter, p notify.Page) *bun.SelectQuery {
	query := db.latest().NewSelect().Model(rows)
	for _, c := range []condition{
		when(f.Channel != "", "s.channel = ?", string(f.Channel)),
		when(f.Address != "", "lower(s.address) = lower(?) AND "+suppressesGiven, f.Address, f.Address, f.Address),
		when(f.Reason != "", "s.reason = ?", string(f.Reason)),
		when(f.Scope == notify.ScopeChannel, "s.scope = ''"),
		when(f.Scope != "" && f.Scope != notify.ScopeChannel, "(s.scope = ? OR s.scope LIKE ? || ':%')", string(f.Scope), string(f.Scope)),
		// Named apart, so that the few addresses of one recipient lead and not the list.
		when(f.Recipient != "", `s.id IN (SELECT s.id FROM addresses AS a JOIN `+table+` AS s ON `+suppressesPlace+`
			WHERE a.recipient_id = ?)`, f.Recipient),
	} {
		c.on(query)
	}
	if f.Q != "" {
		db.begins("lower(s.address)", f.Q).on(query)
	}
	if err := paged(query, p, "s.id", "DESC"); err != nil {
		return query.Err(err)
	}
	return query
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
		_, err := tx.NewInsert().Model(&row).On(suppressedOnce).Set(takesOver).Where(mayTakeOver).Exec(ctx)
		if err != nil {
			return err
		}
		return tx.NewSelect().Model(&stored).Where("s.channel = ? AND s.scope = ? AND "+suppressesGiven, row.Channel, row.Scope, s.Address, s.Address).Scan(ctx)
	})
	if err != nil {
		return s, during(err, "suppress an address on %s", s.Channel)
	}
	return stored.word()
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
			n, err := touched(tx.NewInsert().Model(&rows).On(suppressedOnce).Set(takesOver).Where(mayTakeOver).Exec(ctx))
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
			given = append(given, []any{string(s.Channel), s.Address, storedScope(s.Scope)})
		}
		places, args := tuples(given)
		var n int
		err := db.latest().NewRaw(`WITH a (channel, address, scope) AS (VALUES `+places+`)
			SELECT count(*) FROM a JOIN suppressions AS s ON s.channel = a.channel AND s.scope = a.scope AND `+suppressesPlace+" WHERE s.expires_at = 0", args...).Scan(ctx, &n)
		if err != nil {
			return 0, during(err, "look for %d suppressions", len(list))
		}
		known += n
	}
	return known, nil
}
