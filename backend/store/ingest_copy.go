package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"clarion/backend/notify"
)

// repeatsLast is for how many batches one repeated event makes us expect more.
const repeatsLast = 64

// saveEventsAlone copies the batch, which costs the server half of an insert
// but fails as a whole on a key that is taken. Then, and for some batches
// thereafter, the unique key sorts out who was first: where events are repeated
// at all they are repeated often.
func (db *DB) saveEventsAlone(ctx context.Context, columns, open []column) (map[string]bool, error) {
	ids := columns[0].values.([]string)
	fresh := make(map[string]bool, len(ids))
	if db.repeats.Add(-1) < 0 {
		db.repeats.Store(0)
		err := db.copyEvents(ctx, columns, open)
		if err == nil {
			for _, id := range ids {
				fresh[id] = true
			}
			return fresh, nil
		}
		if !errors.Is(err, notify.ErrConflict) {
			return nil, err
		}
		db.repeats.Store(repeatsLast)
	}
	return fresh, db.query(ctx, saveEventsText(columns, open), slices.Concat(arrays(columns), arrays(open)), noteIDs(fresh))
}

// copyEvents writes events and their lists in one round trip: both statements
// travel as one query, which PostgreSQL runs as one transaction. Such a query
// takes no parameters; the lists hold nothing but ids and times of our making.
func (db *DB) copyEvents(ctx context.Context, columns, open []column) error {
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return classify(err)
	}
	defer conn.Release()
	text := copyText("events", columns) + "; INSERT INTO watch (" + names(open) + ") VALUES " + literals(open)
	_, err = conn.Conn().PgConn().CopyFrom(ctx, bytes.NewReader(copied(columns)), text)
	return classify(err)
}

// literals are the rows of a batch written out.
func literals(columns []column) string {
	var b strings.Builder
	for i := range columns[0].len() {
		for j, c := range columns {
			b.WriteString(separator(i, j))
			switch v := c.at(i).(type) {
			case int64:
				b.WriteString(strconv.FormatInt(v, 10))
			default:
				b.WriteString("'" + strings.ReplaceAll(fmt.Sprint(v), "'", "''") + "'")
			}
		}
	}
	return b.String() + ")"
}

// separator stands in front of the value in row i and column j.
func separator(i, j int) string {
	switch {
	case j > 0:
		return ", "
	case i > 0:
		return "), ("
	default:
		return "("
	}
}
