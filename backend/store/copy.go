package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"

	"github.com/jackc/pgx/v5"
)

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

// copied is a batch in the binary format of COPY. What neighbouring columns say the
// same of in every row is written down once and repeated as it is.
func copied(columns []column) []byte {
	n := columns[0].len()
	if n == 0 {
		return append(bytes.Clone(copyHead), copyTail...)
	}
	parts := []copyPart{{same: binary.BigEndian.AppendUint16(nil, uint16(len(columns)))}}
	for _, c := range columns {
		last := &parts[len(parts)-1]
		switch {
		case !c.constant():
			parts = append(parts, copyPart{column: c})
		case last.same != nil:
			last.same = c.appendField(last.same, 0)
		default:
			parts = append(parts, copyPart{same: c.appendField(nil, 0)})
		}
	}
	first := appendRow(nil, parts, 0)
	b := make([]byte, 0, len(copyHead)+n*(len(first)+len(first)/8)+len(copyTail))
	b = append(append(b, copyHead...), first...)
	for i := 1; i < n; i++ {
		b = appendRow(b, parts, i)
	}
	return append(b, copyTail...)
}

// copyPart is a part of each row: bytes that are the same in all of them, or the
// field of a column.
type copyPart struct {
	same   []byte
	column column
}

func appendRow(b []byte, parts []copyPart, i int) []byte {
	for j := range parts {
		if p := &parts[j]; p.same != nil {
			b = append(b, p.same...)
		} else {
			b = p.column.appendField(b, i)
		}
	}
	return b
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
