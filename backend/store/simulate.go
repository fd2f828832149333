package store

import (
	"context"

	"github.com/uptrace/bun"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

var _ dispatch.Census = (*DB)(nil)

// AudienceSize counts the distinct recipients among ids and members of groups.
func (db *DB) AudienceSize(ctx context.Context, recipients, groups []string) (int, error) {
	recipients = sortedSet(recipients)
	if len(groups) == 0 {
		return len(recipients), nil
	}
	var members int
	err := db.r.NewRaw("SELECT count(DISTINCT recipient_id) FROM group_members WHERE group_key IN (?)", bun.List(groups)).Scan(ctx, &members)
	if err != nil {
		return 0, during(err, "count the members of %d groups", len(groups))
	}
	if len(recipients) == 0 {
		return members, nil
	}
	var both int
	err = db.r.NewRaw("SELECT count(DISTINCT recipient_id) FROM group_members WHERE group_key IN (?) AND recipient_id IN (?)",
		bun.List(groups), bun.List(recipients)).Scan(ctx, &both)
	return members + len(recipients) - both, during(err, "count the members of %d groups", len(groups))
}

// SuppressionsOf returns the suppressions of the addresses.
func (db *DB) SuppressionsOf(ctx context.Context, addresses []notify.Address) ([]notify.Suppression, error) {
	if len(addresses) == 0 {
		return nil, nil
	}
	var rows []suppressionRow
	query := db.r.NewSelect().Model(&rows).Order("s.id")
	for _, a := range addresses {
		query.WhereOr("s.channel = ? AND s.address = ?", string(a.Channel), a.Address)
	}
	if err := query.Scan(ctx); err != nil {
		return nil, during(err, "find the suppressions of %d addresses", len(addresses))
	}
	return listed(rows, suppressionRow.word)
}
