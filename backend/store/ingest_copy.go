package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"clarion/backend/notify"
)

// repeatsLast is for how many batches one repeated event makes us expect more.
const repeatsLast = 64

// saveEventsAlone copies the batch, which costs the server half of an insert
// but fails as a whole on a key that is taken. Then, and for some batches
// thereafter, the unique key sorts out who was first: where events are repeated
// at all they are repeated often.
func (db *DB) saveEventsAlone(ctx context.Context, columns []column) (map[string]bool, error) {
	ids := columns[0].values.([]string)
	fresh := make(map[string]bool, len(ids))
	if db.repeats.Add(-1) < 0 {
		db.repeats.Store(0)
		err := db.copy(ctx, "events", columns)
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
	return fresh, db.query(ctx, saveEventsText(columns), arrays(columns), noteIDs(fresh))
}

// emptyIsNull is the expr of a column in which the empty text means nothing.
const emptyIsNull = "NULLIF(%s, '')"

// copy writes a batch by COPY, in one transaction: the cheapest way in, which
// stops at the first row that the table refuses.
func (db *DB) copy(ctx context.Context, table string, columns []column) error {
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return classify(err)
	}
	defer conn.Release()
	text := "COPY " + pgx.Identifier{table}.Sanitize() + " (" + names(columns) + ") FROM STDIN (FORMAT binary)"
	_, err = conn.Conn().PgConn().CopyFrom(ctx, bytes.NewReader(copied(columns)), text)
	return classify(err)
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
		return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(b, 8), uint64(v[i]))
	default:
		panic(fmt.Sprintf("column %s has values of %T, which COPY has no field for", c.name, c.values))
	}
}
