package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"clarion/backend/audience"
	"clarion/backend/consent"
	"clarion/backend/notify"
)

// What stays where it is when its person is merged, erased or asks for their
// data, and why. Every other table that names a recipient must move its rows,
// lose them, and give them out. A table that is not dealt with fails the test.
var (
	staysAtMerge = map[string]string{
		"consents":        "append-only; who reads about the second reads these too",
		"inbox_feeds":     "its new epoch makes open clients of the old id ask anew",
		"sync_people":     "the id by which a directory knows them, which a sync follows by itself",
		"schedule_people": "who had what their clock has shown; the second has had it too, or has not",

		"broadcast_people": "the audience as it was frozen; dispatch follows the id",
		"import_rows":      "a file as it came; taking the audience down follows the id",
	}
	staysAtErasure = map[string]string{
		"consents":        "without content, so that the chain still proves",
		"suppressions":    "the promise not to write again",
		"messages":        "without content and address, so that the books balance",
		"notifications":   "without the name, so that decisions can be explained",
		"runs":            "ids and times only; it ends at the next step, as erased",
		"inbox_feeds":     "its new epoch makes open clients drop what they hold",
		"members":         "an account of the house, which is removed by itself",
		"revoked_links":   "closed links stay closed",
		"sync_people":     "an id and a hash, so that an unchanged row does not bring them back",
		"schedule_people": "an id, so that a planned time stays as it was",

		"broadcast_people": "the audience as it was frozen, without what was given about them",
	}
	staysAtHome = map[string]string{
		"recipients":      "the head of the export",
		"inbox_feeds":     "a counter",
		"inbox_log":       "what to tell open clients; the items themselves are given out",
		"members":         "an account of the house, which shows its own",
		"revoked_links":   "when links were closed by somebody of the house",
		"group_members":   "given out as groups",
		"sync_people":     "an id and a hash of what the directory says, which is in the profile",
		"schedule_people": "an id; what was caused is given out",
	}
)

// tablesOfPeople are those that name a recipient.
func tablesOfPeople(t *testing.T, db *DB) []string {
	t.Helper()
	var names []string
	require.NoError(t, db.w.NewRaw(`SELECT DISTINCT m.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c
		WHERE m.type = 'table' AND c.name = 'recipient_id' ORDER BY m.name`).Scan(t.Context(), &names))
	require.Greater(t, len(names), 10)
	return names
}

// fill stores a row about a recipient, whatever columns the table has.
func fill(t *testing.T, db *DB, table, recipient string) {
	t.Helper()
	var columns []struct {
		Name, Type string
		Hidden     int
	}
	require.NoError(t, db.w.NewRaw("SELECT name, type, hidden FROM pragma_table_xinfo(?)", table).Scan(t.Context(), &columns))
	var names, values []string
	for _, c := range columns {
		if c.Hidden != 0 {
			continue
		}
		value := fmt.Sprintf("'%s-%s'", table, c.Name)
		switch {
		case c.Name == "recipient_id":
			value = "'" + recipient + "'"
		case slices.Contains(jsonColumns, c.Name):
			value = "'{}'"
		case c.Name == "status":
			value = "'sent'"
		case !strings.Contains(c.Type, "TEXT") && !strings.Contains(c.Type, "BLOB"):
			value = "1"
		}
		names, values = append(names, c.Name), append(values, value)
	}
	text := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(names, ", "), strings.Join(values, ", "))
	_, err := db.w.ExecContext(t.Context(), text)
	require.NoError(t, err, text)
}

func rowsOf(t *testing.T, db *DB, table, recipient string) int {
	t.Helper()
	n := 0
	require.NoError(t, db.w.NewRaw("SELECT count(*) FROM ? WHERE recipient_id = ?", bun.Ident(table), recipient).Scan(t.Context(), &n))
	return n
}

func TestMergingErasingAndExportingDealWithEveryTableOfPeople(t *testing.T) {
	ctx := t.Context()
	merged, erased, held := onSQLite(t), onSQLite(t), onSQLite(t)
	for _, db := range []*DB{merged, erased, held} {
		put(t, db, true, start, notify.Recipient{ID: "ada"}, notify.Recipient{ID: "old"})
		for _, table := range tablesOfPeople(t, db) {
			fill(t, db, table, "old")
		}
		_, err := db.w.ExecContext(ctx, "UPDATE consent_head SET place = 1")
		require.NoError(t, err)
	}
	require.NoError(t, merged.MergeRecipients(ctx, audience.Merge{Into: "ada", From: "old"}, later))
	require.NoError(t, erased.EraseRecipient(ctx, "old", later))
	for _, table := range tablesOfPeople(t, merged) {
		require.Equal(t, staysAtMerge[table] != "", rowsOf(t, merged, table, "old") > 0, "merging: what becomes of %s?", table)
		require.Equal(t, staysAtErasure[table] != "", rowsOf(t, erased, table, "old") > 0, "erasing: what becomes of %s?", table)
		if staysAtHome[table] != "" {
			continue
		}
		given := 0
		require.NoError(t, held.Held(ctx, "old", table, func(audience.Record) error { given++; return nil }), "exporting: where is %s?", table)
		require.Contains(t, audience.Parts(), table)
		if table != "suppressions" { // those of the addresses that are the person's now
			require.Positive(t, given, "exporting: where is %s?", table)
		}
	}
}

func TestWhatAMergedIdSaidIsReadAndErasedWithWhoTheyBecame(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		put(t, db, true, start, notify.Recipient{ID: "ada"}, notify.Recipient{ID: "old"})
		word := notify.Consent{Recipient: "old", Kind: notify.ConsentStopped, Source: notify.ByVendor, Channel: notify.SMS, Wording: "STOP"}
		require.NoError(t, db.AppendConsent(ctx, word, start))
		require.NoError(t, db.MergeRecipients(ctx, audience.Merge{Into: "ada", From: "old"}, later))
		stopped := consent.Filter{Recipient: "ada", Channel: notify.SMS}
		list, _, err := db.Consents(ctx, stopped, notify.Page{})
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.NoError(t, db.EraseRecipient(ctx, "ada", later))
		list, _, err = db.Consents(ctx, stopped, notify.Page{})
		require.NoError(t, err)
		require.Empty(t, list)
		verdict := proven(t, db, consent.Head{})
		require.True(t, verdict.Intact, verdict.Why)
	})
}
