package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/suppression"
)

var _ suppression.Store = (*DB)(nil)

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
}

func (r suppressionRow) word() (notify.Suppression, error) {
	return notify.Suppression{
		ID: r.ID, Channel: notify.Channel(r.Channel), Address: r.Address, Reason: notify.SuppressionReason(r.Reason),
		Detail: r.Detail, RecipientID: r.RecipientID, MessageID: r.MessageID, CreatedAt: fromMicros(r.CreatedAt),
	}, nil
}

// Suppressions returns a page, newest first.
func (db *DB) Suppressions(ctx context.Context, f suppression.Filter, p notify.Page) ([]notify.Suppression, string, error) {
	var rows []suppressionRow
	query := db.latest().NewSelect().Model(&rows)
	for _, c := range []condition{
		when(f.Channel != "", "s.channel = ?", string(f.Channel)),
		when(f.Address != "", "s.address = ?", f.Address),
		when(f.Reason != "", "s.reason = ?", string(f.Reason)),
	} {
		c.on(query)
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

// AddSuppression stores s, or returns the one that was there first. The update
// that changes nothing makes the statement return the row in either case.
func (db *DB) AddSuppression(ctx context.Context, s notify.Suppression, now time.Time) (notify.Suppression, error) {
	row := suppressionRow{
		ID: s.ID, Channel: string(s.Channel), Address: s.Address, Reason: string(s.Reason), Detail: s.Detail,
		RecipientID: s.RecipientID, MessageID: s.MessageID, CreatedAt: micros(now),
	}
	var stored suppressionRow
	_, err := db.w.NewInsert().Model(&row).On("CONFLICT (channel, address) DO UPDATE").
		Set("reason = s.reason").Returning("*").Exec(ctx, &stored)
	if err != nil {
		return s, during(err, "suppress an address on %s", s.Channel)
	}
	return stored.word()
}

// RemoveSuppression lets the address be contacted again.
func (db *DB) RemoveSuppression(ctx context.Context, id string) error {
	result, err := db.w.NewDelete().Model((*suppressionRow)(nil)).Where("id = ?", id).Exec(ctx)
	return mustTouch(result, err, "remove suppression %s", id)
}
