package store

import (
	"context"

	"clarion/backend/audience"
	"clarion/backend/notify"
)

// recipientSearches are where a search looks, each with the index of its own.
var recipientSearches = []struct{ table, id, expression, index string }{
	{"recipients AS r", "r.id", "lower(r.id)", "recipients_by_id_text"},
	{"recipients AS r", "r.id", "lower(r.name)", "recipients_by_name"},
	{"addresses AS a", "a.recipient_id", "lower(a.address)", "addresses_search"},
}

// manyFound is how many matches make a walk in the order of the page cheaper
// than gathering all matches and sorting them.
const manyFound = 2000

// searchRecipients returns the next ids that a search finds. Each place gives
// its own first ones; merged they hold the first of all. One query with ORs
// would walk the whole table for a name that is rare.
func (db *DB) searchRecipients(ctx context.Context, f audience.Filter, p notify.Page) ([]string, error) {
	if !plainText(f.Q) {
		return nil, notify.InvalidField("q", "malformed", "must be text")
	}
	after, err := readCursor(p)
	if err != nil {
		return nil, err
	}
	return db.findRecipients(ctx, wanted{Filter: f, after: after, most: pageSize(p) + 1})
}

// wanted are recipients that a search shall find: so many, after an id.
type wanted struct {
	audience.Filter
	after string
	most  int
	// alive leaves those out whose data was erased.
	alive bool
}

func (db *DB) findRecipients(ctx context.Context, w wanted) ([]string, error) {
	members, err := db.leads(ctx, w.Group)
	if err != nil {
		return nil, during(err, "search recipients")
	}
	found := []string{}
	for _, place := range recipientSearches {
		from, inGroup := place.table, place.id+" IN (SELECT recipient_id FROM group_members WHERE group_key = ?)"
		if !members {
			if from, err = db.searched(ctx, place.table, place.index, db.begins(place.expression, w.Q)); err != nil {
				return nil, during(err, "search recipients")
			}
			inGroup = "EXISTS (SELECT 1 FROM group_members AS gm WHERE gm.group_key = ? AND gm.recipient_id = " + place.id + ")"
		}
		query := db.latest().NewSelect().Distinct().TableExpr(from).ColumnExpr(place.id+" AS id").
			Where(place.id+" > ?", w.after).OrderExpr("1").Limit(int64(w.most))
		db.begins(place.expression, w.Q).on(query)
		when(w.Group != "", inGroup, w.Group).on(query)
		when(place.id == "r.id", "r.merged_into = ''").on(query)
		when(w.alive && place.id == "r.id", "r.erased_at = 0").on(query)
		var ids []string
		if err := query.Scan(ctx, &ids); err != nil {
			return nil, during(err, "search recipients")
		}
		found = append(found, ids...)
	}
	return sortedSet(found), nil
}

// leads reports whether a group is so small that SQLite shall begin with its
// members and not with what the search finds.
func (db *DB) leads(ctx context.Context, group string) (bool, error) {
	if group == "" || db.postgres() {
		return false, nil
	}
	var n int
	members := db.latest().NewSelect().ColumnExpr("1").TableExpr("group_members").Where("group_key = ?", group).Limit(manyFound + 1)
	err := db.latest().NewSelect().ColumnExpr("count(*)").TableExpr("(?) AS some", members).Scan(ctx, &n)
	return n <= manyFound, err
}

// searched is a table with a word for SQLite about which way to go: it keeps no
// statistics, so it is told whether the matches are few enough to be sorted.
// PostgreSQL finds out by itself.
func (db *DB) searched(ctx context.Context, table, index string, match condition) (string, error) {
	if db.postgres() {
		return table, nil
	}
	var n int
	count := db.latest().NewSelect().ColumnExpr("1").TableExpr(table + " INDEXED BY " + index).Limit(manyFound + 1)
	match.on(count)
	if err := db.latest().NewSelect().ColumnExpr("count(*)").TableExpr("(?) AS some", count).Scan(ctx, &n); err != nil {
		return "", err
	}
	if n <= manyFound {
		return table + " INDEXED BY " + index, nil
	}
	if table == "addresses AS a" {
		return table + " INDEXED BY sqlite_autoindex_addresses_1", nil
	}
	return table + " INDEXED BY sqlite_autoindex_recipients_1", nil
}
