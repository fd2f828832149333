package store

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/delivery"
	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

var readsTable = regexp.MustCompile(`Scan.* on (events|messages|attempts)\b`)

// generic is the plan that PostgreSQL keeps for a prepared statement of the line.
func generic(t *testing.T, db *DB, text string) []string {
	t.Helper()
	conn, err := db.pool.Acquire(t.Context())
	require.NoError(t, err)
	defer conn.Release()
	statement, err := conn.Conn().Prepare(t.Context(), "", text)
	require.NoError(t, err)
	run := func(text string) {
		_, err := conn.Exec(t.Context(), text)
		require.NoError(t, err)
	}
	run("SET plan_cache_mode = force_generic_plan")
	run("PREPARE line AS " + text)
	defer run("DEALLOCATE line")
	nulls := strings.TrimSuffix(strings.Repeat("NULL, ", len(statement.ParamOIDs)), ", ")
	rows, err := conn.Query(t.Context(), fmt.Sprintf("EXPLAIN EXECUTE line (%s)", nulls))
	require.NoError(t, err)
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		require.NoError(t, rows.Scan(&line))
		lines = append(lines, line)
	}
	require.NoError(t, rows.Err())
	return lines
}

func TestTheLineLooksRowsUpByKeyHoweverSmallTheTableWasWhenItsStatementsWerePlanned(t *testing.T) {
	t.Parallel()
	results, _ := finishStatement([]delivery.Finish{{Changes: []delivery.Change{{Kind: "sent"}}}})
	s, err := newSaving(dispatch.Batch{
		Events: []dispatch.EventDone{{ID: "e"}}, Notifications: []notify.Notification{{ID: "n"}},
		Messages: []notify.Message{{ID: "m"}}, Now: time.Unix(1, 0),
	})
	require.NoError(t, err)
	statements := map[string]string{
		"claim messages": claimText, "finish attempts": results, "read events": acceptedText, "save a dispatch": s.text(), "close events": s.closing(""),
	}
	for size, fill := range map[string]func(t *testing.T, db *DB){
		"never filled": func(*testing.T, *DB) {},
		"with a hundred messages": func(t *testing.T, db *DB) {
			t.Helper()
			crowd(t, db, 100)
			_, err := db.w.ExecContext(t.Context(), `INSERT INTO attempts (id, message_id, number, integration, started_at)
				SELECT 'att' || id, id, 1, 'vendor', 0 FROM messages`)
			require.NoError(t, err)
			_, err = db.w.ExecContext(t.Context(), "ANALYZE")
			require.NoError(t, err)
		},
	} {
		t.Run(size, func(t *testing.T) {
			t.Parallel()
			db := onPostgres(t)
			fill(t, db)
			for name, text := range statements {
				lines := generic(t, db, text)
				found := 0
				for i, line := range lines {
					if readsTable.MatchString(line) {
						found++
						require.Regexp(t, `(Index|Recheck) Cond: \((message_)?id = `, lines[i+1], "%s:\n%s", name, strings.Join(lines, "\n"))
					}
				}
				require.NotZero(t, found, name)
			}
		})
	}
}
