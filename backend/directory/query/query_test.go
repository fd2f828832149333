package query_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"clarion/backend/directory/query"
	"clarion/backend/roster/syncs"
	"clarion/backend/testbed"
)

var reader = query.Reader{Dial: (&net.Dialer{}).DialContext}

// staff is a database of another house with so many people.
func staff(t *testing.T, n int) string {
	t.Helper()
	address := testbed.Postgres(t)
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), fmt.Sprintf(`CREATE TABLE staff (no text, full_name text, active boolean, since timestamptz, born date, teams text[], score numeric);
		INSERT INTO staff SELECT 'p' || i, 'Persön ' || i, i %% 2 = 0, '2026-01-02 03:04:05.5+01', '1990-02-03', ARRAY['Ops', 'a "b", c'], i / 4.0
			FROM generate_series(1, %d) AS i`, n))
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))
	return address
}

func ask(address, text string) syncs.Ask {
	return syncs.Ask{Secret: address + "?sslmode=disable", SQL: syncs.SQL{Query: text, TimeoutSeconds: 30}}
}

func read(ctx context.Context, r query.Reader, a syncs.Ask) (page syncs.Page, pages int, err error) {
	err = r.Read(ctx, a, func(p syncs.Page) error {
		page.Heads = p.Heads
		page.Rows = append(page.Rows, p.Rows...)
		pages++
		return nil
	})
	return page, pages, err
}

func TestAQueryIsReadInPages(t *testing.T) {
	t.Parallel()
	address := staff(t, 1200)
	a := ask(address, "SELECT *, NULL AS nothing FROM staff ORDER BY length(no), no")
	page, pages, err := read(t.Context(), reader, a)
	require.NoError(t, err)
	require.Equal(t, []string{"no", "full_name", "active", "since", "born", "teams", "score", "nothing"}, page.Heads)
	require.Len(t, page.Rows, 1200)
	require.Equal(t, 3, pages)
	require.Equal(t, [][]string{
		{"p1"}, {"Persön 1"}, {"false"}, {"2026-01-02T02:04:05.5Z"}, {"1990-02-03"}, {"Ops", `a "b", c`}, {"0.25000000000000000000"}, nil,
	}, page.Rows[0].Cells)

	a.Columns, a.Memberships = []string{"full_name", "no"}, "teams"
	page, _, err = read(t.Context(), reader, a)
	require.NoError(t, err)
	require.Equal(t, [][]string{{"Persön 1"}, {"p1"}}, page.Rows[0].Cells)
	require.Equal(t, []string{"Ops", `a "b", c`}, page.Rows[0].Groups)

	none, _, err := read(t.Context(), reader, ask(address, "SELECT no FROM staff WHERE false"))
	require.NoError(t, err)
	require.Empty(t, none.Rows)
}

func TestAQueryOnlyReads(t *testing.T) {
	t.Parallel()
	address := staff(t, 3)
	for name, text := range map[string]string{
		"a write":                        "DELETE FROM staff RETURNING no",
		"a write inside of a read":       "WITH gone AS (DELETE FROM staff RETURNING no) SELECT * FROM gone",
		"a second statement":             "SELECT no FROM staff; DELETE FROM staff",
		"an end of the transaction":      "SELECT 1; COMMIT; DELETE FROM staff; SELECT 1",
		"a function that writes":         "SELECT setval('numbers', 7)",
		"another kind of statement":      "TRUNCATE staff",
		"a query nobody can understand":  "SELEC no",
		"a column that is not in it":     "SELECT nothing FROM staff",
		"an end of the read-only ground": "SELECT set_config('transaction_read_only', 'off', true), setval('numbers', 7)",
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := pgx.Connect(t.Context(), address)
			require.NoError(t, err)
			defer conn.Close(t.Context())
			_, err = conn.Exec(t.Context(), "CREATE SEQUENCE IF NOT EXISTS numbers")
			require.NoError(t, err)
			_, _, err = read(t.Context(), reader, ask(address, text))
			var trouble *syncs.Trouble
			require.ErrorAs(t, err, &trouble)
			require.Equal(t, []string{"sql.query", syncs.BadQuery}, []string{trouble.Field, trouble.Code})
			var left, last int
			require.NoError(t, conn.QueryRow(t.Context(), "SELECT (SELECT count(*) FROM staff), (SELECT last_value FROM numbers)").Scan(&left, &last))
			require.Equal(t, []int{3, 1}, []int{left, last})
		})
	}
}

func TestWhyADatabaseCannotBeRead(t *testing.T) {
	t.Parallel()
	address := staff(t, 3)
	for name, c := range map[string]struct {
		change      func(*syncs.Ask)
		field, code string
	}{
		"a user that is not there":     {func(a *syncs.Ask) { a.Secret = strings.Replace(a.Secret, "postgres@", "nobody:secret-word@", 1) }, "secret", syncs.Refused},
		"a database that is not there": {func(a *syncs.Ask) { a.Secret = strings.Replace(a.Secret, "?", "_not?", 1) }, "secret", syncs.Refused},
		"a server that is not there":   {func(a *syncs.Ask) { a.Secret = "postgres://bo:secret-word@127.0.0.1:1/staff" }, "secret", syncs.Unreachable},
		"a socket of this machine":     {func(a *syncs.Ask) { a.Secret = "postgres://bo:secret-word@%2Ftmp/staff" }, "secret", syncs.Unreadable},
		"no TLS there": {func(a *syncs.Ask) {
			a.Secret = strings.Replace(a.Secret, "sslmode=disable", "sslmode=require", 1)
		}, "secret", syncs.Unreachable},
		"a query that takes too long": {func(a *syncs.Ask) { a.SQL = syncs.SQL{Query: "SELECT pg_sleep(60)", TimeoutSeconds: 1} }, "sql.timeout_seconds", syncs.TooSlow},
		"a column it does not give":   {func(a *syncs.Ask) { a.Columns = []string{"no", "mail"} }, "columns[1].from", syncs.BadQuery},
		"a column of groups it does not give": {func(a *syncs.Ask) {
			a.Columns, a.Memberships = []string{"no"}, "groups"
		}, "memberships.from", syncs.BadQuery},
	} {
		t.Run(name, func(t *testing.T) {
			a := ask(address, "SELECT no FROM staff")
			c.change(&a)
			_, _, err := read(t.Context(), reader, a)
			var trouble *syncs.Trouble
			require.ErrorAs(t, err, &trouble)
			require.Equal(t, []string{c.field, c.code}, []string{trouble.Field, trouble.Code}, trouble.Detail)
			require.NotContains(t, trouble.Detail, "secret-word")
		})
	}
	forbidding := query.Reader{Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, fmt.Errorf("%w: a private network", syncs.ErrNotAllowed)
	}}
	_, _, err := read(t.Context(), forbidding, ask(address, "SELECT no FROM staff"))
	var trouble *syncs.Trouble
	require.ErrorAs(t, err, &trouble)
	require.Equal(t, syncs.NotAllowed, trouble.Code)
}
