package store

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/roster"
)

// rowsIn are rows of a table that are added at once.
type rowsIn struct {
	table   string
	columns []column
	// conflict says what becomes of a row whose key is taken; without it that fails.
	conflict string
}

// addRows adds rows in a transaction: by one statement on PostgreSQL, by a prepared
// one for some at a time on SQLite.
func (db *DB) addRows(ctx context.Context, tx bun.Tx, in rowsIn) error {
	if in.columns[0].len() == 0 {
		return nil
	}
	if db.postgres() {
		_, err := tx.Tx.ExecContext(ctx, in.unnested(1), arrays(in.columns)...)
		return err
	}
	one := insertRow(in.table, in.columns)
	_, places, _ := strings.Cut(one, " VALUES ")
	many := one + strings.Repeat(", "+places, rowsAtOnce-1) + in.conflict
	one += in.conflict
	l, done, err := liteIn(ctx, tx, one, many)
	if err != nil {
		return err
	}
	defer done()
	return l.insertMany(one, many, in.columns)
}

// unnested is the statement that adds all rows of arrays, which are its parameters
// from first on.
func (in rowsIn) unnested(first int) string {
	return "INSERT INTO " + in.table + " (" + names(in.columns) + ") SELECT " + wrapped(in.columns) + " FROM " + given(in.columns, first) + in.conflict
}

// inviteStrangers creates who is not there yet, with their addresses. Whoever else
// creates one of them at the same moment was first: then nothing of them is changed.
func (db *DB) inviteStrangers(ctx context.Context, tx bun.Tx, rows []roster.AudienceRow, p roster.Progress) error {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.Recipient.ID
	}
	strange, err := strangers(ctx, tx, ids)
	if err != nil || len(strange) == 0 {
		return err
	}
	var people []notify.Recipient
	var places []addressRow
	for _, row := range rows {
		if r := row.Recipient; strange[r.ID] {
			people = append(people, r)
			for i, a := range r.Addresses {
				// The order in which addresses are given is the order of their age.
				places = append(places, addressRow{RecipientID: r.ID, Channel: string(a.Channel), Address: a.Address, Label: a.Label, CreatedAt: micros(p.Now) + int64(i)})
			}
		}
	}
	who, where := strangersIn(people, micros(p.Now)), addressesIn(distinct(places))
	if !db.postgres() {
		// There is one writer: nobody came in between.
		if err := db.addRows(ctx, tx, who); err != nil {
			return err
		}
		return db.addRows(ctx, tx, where)
	}
	text := "WITH fresh AS (" + who.unnested(1) + " RETURNING id) INSERT INTO addresses (" + names(where.columns) + ") SELECT " + wrapped(where.columns) +
		" FROM " + given(where.columns, 1+len(who.columns)) + " JOIN fresh ON fresh.id = g.recipient_id" + where.conflict
	_, err = tx.Tx.ExecContext(ctx, text, append(arrays(who.columns), arrays(where.columns)...)...)
	return err
}

// strangersIn are people who were not there. Who was erased comes back: the caller
// knows the person again.
func strangersIn(people []notify.Recipient, now int64) rowsIn {
	n := len(people)
	return rowsIn{table: "recipients", columns: []column{
		texts("id", n, func(i int) string { return people[i].ID }),
		texts("name", n, func(i int) string { return people[i].Name }),
		texts("locale", n, func(i int) string { return people[i].Locale }),
		texts("timezone", n, func(i int) string { return people[i].Timezone }),
		numbers("created_at", n, func(int) int64 { return now }),
		numbers("updated_at", n, func(int) int64 { return now }),
	}, conflict: ` ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, locale = EXCLUDED.locale, timezone = EXCLUDED.timezone,
		data = '', updated_at = EXCLUDED.updated_at, erased_at = 0 WHERE recipients.erased_at <> 0`}
}

func addressesIn(rows []addressRow) rowsIn {
	n := len(rows)
	return rowsIn{table: "addresses", columns: []column{
		texts("recipient_id", n, func(i int) string { return rows[i].RecipientID }),
		texts("channel", n, func(i int) string { return rows[i].Channel }),
		texts("address", n, func(i int) string { return rows[i].Address }),
		texts("label", n, func(i int) string { return rows[i].Label }),
		numbers("created_at", n, func(i int) int64 { return rows[i].CreatedAt }),
	}, conflict: " ON CONFLICT DO NOTHING"}
}
