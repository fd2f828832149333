package query

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"clarion/backend/roster/syncs"
)

// rowsAtOnce is how many rows are fetched in one page.
const rowsAtOnce = 500

// Read gives the rows of the query. They are one picture of the database: those
// that are written meanwhile come the next time.
func (r Reader) Read(ctx context.Context, a syncs.Ask, each func(syncs.Page) error) error {
	conn, err := r.connect(ctx, a)
	if err != nil {
		return err
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), endWithin)
		defer cancel()
		_ = conn.Close(end)
	}()
	if err := begin(ctx, conn, a.SQL); err != nil {
		return ended(ctx, err)
	}
	size := rowsAtOnce
	if a.LDAP.PageSize > 0 {
		size = a.LDAP.PageSize
	}
	for {
		result := conn.ExecParams(ctx, fmt.Sprintf("FETCH FORWARD %d FROM people", size), nil, nil, nil, nil).Read()
		if result.Err != nil {
			return ended(ctx, result.Err)
		}
		if len(result.Rows) == 0 {
			return nil
		}
		page, err := pageOf(a, result)
		if err != nil {
			return err
		}
		if err := each(page); err != nil || len(result.Rows) < size {
			return err
		}
	}
}

// begin opens the cursor. Each statement goes by the protocol that takes one
// statement and no more, and a cursor is of a SELECT only.
func begin(ctx context.Context, conn *pgconn.PgConn, q syncs.SQL) error {
	for _, text := range []string{
		"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
		fmt.Sprintf("SET LOCAL statement_timeout = %d", (time.Duration(q.TimeoutSeconds) * time.Second).Milliseconds()),
		"SET LOCAL idle_in_transaction_session_timeout = '30min'",
		"SET LOCAL TimeZone = 'UTC'", "SET LOCAL DateStyle = 'ISO'",
		"DECLARE people NO SCROLL CURSOR FOR " + q.Query,
	} {
		if err := conn.ExecParams(ctx, text, nil, nil, nil, nil).Read().Err; err != nil {
			return err
		}
	}
	return nil
}

func ended(ctx context.Context, err error) error {
	switch {
	case context.Cause(ctx) == context.DeadlineExceeded: //nolint:errorlint // the cause is the sentinel itself
		return &syncs.Trouble{Field: "sql.query", Code: syncs.TooSlow, Detail: "the database did not answer in time"}
	case ctx.Err() != nil:
		return ctx.Err()
	default:
		return trouble(err)
	}
}

func pageOf(a syncs.Ask, result *pgconn.Result) (syncs.Page, error) {
	place := map[string]int{}
	page := syncs.Page{Heads: a.Columns}
	var all []string
	for i, field := range result.FieldDescriptions {
		if _, twice := place[field.Name]; !twice {
			place[field.Name] = i
			all = append(all, field.Name)
		}
	}
	if len(a.Columns) == 0 {
		page.Heads = all
	}
	for i, head := range page.Heads {
		if _, ok := place[head]; !ok {
			return page, &syncs.Trouble{Field: fmt.Sprintf("columns[%d].from", i), Code: syncs.BadQuery, Detail: fmt.Sprintf("the query gives no column %q", head)}
		}
	}
	groups, found := place[a.Memberships]
	if a.Memberships != "" && !found {
		return page, &syncs.Trouble{Field: "memberships.from", Code: syncs.BadQuery, Detail: fmt.Sprintf("the query gives no column %q", a.Memberships)}
	}
	for _, cells := range result.Rows {
		row := syncs.Row{Cells: make([][]string, len(page.Heads))}
		for i, head := range page.Heads {
			row.Cells[i] = valuesOf(result.FieldDescriptions[place[head]].DataTypeOID, cells[place[head]])
		}
		if a.Memberships != "" {
			row.Groups = split(valuesOf(result.FieldDescriptions[groups].DataTypeOID, cells[groups]))
		}
		page.Rows = append(page.Rows, row)
	}
	return page, nil
}

// split takes a text with semicolons for several values.
func split(values []string) []string {
	if len(values) != 1 {
		return values
	}
	return strings.Split(values[0], ";")
}

// valuesOf is a cell as text in the shapes that roster knows.
func valuesOf(kind uint32, raw []byte) []string {
	if raw == nil {
		return nil
	}
	text := string(raw)
	switch kind {
	case pgtype.BoolOID:
		if text == "t" {
			return []string{"true"}
		}
		return []string{"false"}
	case pgtype.TimestampOID, pgtype.TimestamptzOID:
		return []string{strings.TrimSuffix(strings.Replace(text, " ", "T", 1), "+00") + "Z"}
	case pgtype.TextArrayOID, pgtype.VarcharArrayOID:
		var list []string
		if pgtype.NewMap().Scan(kind, pgtype.TextFormatCode, raw, &list) == nil {
			return list
		}
	}
	return []string{text}
}
