package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

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

// emptyIsNull is the expr of a column in which the empty text means nothing.
const emptyIsNull = "NULLIF(%s, '')"

// copyIn writes a batch by COPY: the cheapest way in, which stops at the first
// row that the table refuses.
func copyIn(ctx context.Context, tx pgx.Tx, table string, columns []column) error {
	_, err := tx.Conn().PgConn().CopyFrom(ctx, bytes.NewReader(copied(columns)), copyText(table, columns))
	return err
}

func copyText(table string, columns []column) string {
	return "COPY " + pgx.Identifier{table}.Sanitize() + " (" + names(columns) + ") FROM STDIN (FORMAT binary)"
}

// The binary format of COPY: a mark with flags and an empty extension, then the
// rows, then a row of no fields.
var (
	copyHead = append([]byte("PGCOPY\n\xff\r\n\x00"), make([]byte, 8)...)
	copyTail = []byte{0xff, 0xff}
)

// copied is a batch in the binary format of COPY.
func copied(columns []column) []byte {
	b := bytes.Clone(copyHead)
	for i := range columns[0].len() {
		b = binary.BigEndian.AppendUint16(b, uint16(len(columns)))
		for _, c := range columns {
			b = c.appendField(b, i)
		}
	}
	return append(b, copyTail...)
}

// appendField writes the value of row i behind its length, which is -1 for NULL.
func (c column) appendField(b []byte, i int) []byte {
	switch v := c.values.(type) {
	case []string:
		if v[i] == "" && c.expr == emptyIsNull {
			return binary.BigEndian.AppendUint32(b, 1<<32-1)
		}
		return append(binary.BigEndian.AppendUint32(b, uint32(len(v[i]))), v[i]...)
	case []int64:
		if c.kind == "integer" {
			return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, 4), uint32(v[i]))
		}
		return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(b, 8), uint64(v[i]))
	case []bool:
		b = binary.BigEndian.AppendUint32(b, 1)
		if v[i] {
			return append(b, 1)
		}
		return append(b, 0)
	default:
		panic(fmt.Sprintf("column %s has values of %T, which COPY has no field for", c.name, c.values))
	}
}
