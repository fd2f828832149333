package store

import (
	"context"
	"errors"
	"strings"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

var _ dispatch.Census = (*DB)(nil)

// AudienceSize counts the distinct recipients of an audience. Who is named counts
// even when there is no such recipient yet.
func (db *DB) AudienceSize(ctx context.Context, q dispatch.AudienceQuery) (int, error) {
	c := db.ruler(q.Now)
	var lists []string
	if len(q.Groups) > 0 {
		lists = append(lists, "EXISTS (SELECT 1 FROM group_members AS gm WHERE gm.recipient_id = r.id AND "+c.among("gm.group_key", q.Groups)+")")
	}
	for _, key := range sortedSet(q.Segments) {
		one, err := db.Segment(ctx, key)
		if errors.Is(err, notify.ErrNotFound) {
			continue
		}
		if err == nil {
			err = db.inform(ctx, c, one.Rule)
		}
		if err != nil {
			return 0, err
		}
		lists = append(lists, c.rule(one.Rule, false))
	}
	named := sortedSet(q.Recipients)
	if len(lists) == 0 {
		return len(named), nil
	}
	text := "SELECT count(*) FROM recipients AS r WHERE r.erased_at = 0 AND (" + strings.Join(lists, " OR ") + ")"
	if len(named) > 0 {
		text += " AND NOT (" + c.among("r.id", named) + ")"
	}
	n := 0
	err := db.ruled(ctx, text, c.args, func(s scanner) error { return s.Scan(&n) })
	return n + len(named), during(err, "count an audience")
}

// SuppressionsOf returns the suppressions of the addresses, as these are spelled.
func (db *DB) SuppressionsOf(ctx context.Context, addresses []notify.Address) ([]notify.Suppression, error) {
	if len(addresses) == 0 {
		return nil, nil
	}
	given := make([][]any, len(addresses))
	for i, a := range addresses {
		given[i] = []any{string(a.Channel), a.Address}
	}
	places, args := tuples(given)
	var rows []suppressionRow
	query := db.latest().NewRaw(`WITH a (channel, address) AS (VALUES `+places+`)
		SELECT s.id, s.channel, a.address, s.reason, s.detail, s.recipient_id, s.message_id, s.created_at, s.expires_at, s.scope
		FROM a JOIN suppressions AS s ON `+suppressesPlace+" ORDER BY s.id", args...)
	if err := query.Scan(ctx, &rows); err != nil {
		return nil, during(err, "find the suppressions of %d addresses", len(addresses))
	}
	return listed(rows, suppressionRow.word)
}
