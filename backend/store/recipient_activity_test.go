package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"clarion/backend/audience"
	"clarion/backend/inbox"
	"clarion/backend/notify"
	"clarion/backend/roster"
	"clarion/backend/suppression"
)

// linesOf are the lines of a page as kind and what happened.
func linesOf(list []audience.Activity) []string {
	out := make([]string, len(list))
	for i, a := range list {
		out[i] = string(a.Kind) + " " + a.What
	}
	return out
}

// aLife lets a bit of everything happen with Ada, an hour apart.
func aLife(t *testing.T, db *DB) {
	t.Helper()
	ctx := t.Context()
	at := func(hours int) time.Time { return start.Add(time.Duration(hours) * time.Hour) }
	put(t, db, true, at(0), notify.Recipient{ID: "ada", Addresses: []notify.Address{{Channel: notify.Email, Address: "Ada@example.com"}}}, notify.Recipient{ID: "old"})
	require.NoError(t, db.PutGroup(ctx, notify.Group{Key: "ops", Name: "Operations"}, at(0)))
	require.NoError(t, db.AddMembers(ctx, "ops", []string{"ada"}, at(1)))
	require.NoError(t, db.AddMembers(ctx, "ops", []string{"ada"}, at(2)), "who is in it does not join again")
	m := aMessage("ada")
	m.CreatedAt, m.Status, m.Channel = micros(at(3)), "sent", "in_app"
	seed(t, db, m)
	for _, kind := range []string{"seen", "read"} {
		_, err := db.w.NewInsert().Model(&timelineRow{MessageID: m.ID, At: micros(at(3)), Kind: kind, Channel: m.Channel, Source: m.Source}).Exec(ctx)
		require.NoError(t, err)
	}
	_, err := db.w.ExecContext(ctx, `INSERT INTO notifications (id, event_id, recipient_id, workflow, workflow_version, category, priority, decisions, trace_id, created_at)
		VALUES ('ntf_1', 'evt_1', 'ada', 'w', 1, 'c', 'low', '', 't', ?)`, micros(at(3)))
	require.NoError(t, err)
	_, err = db.w.ExecContext(ctx, "INSERT INTO inbox_items (id, recipient_id, message_id, feed_offset, content, created_at) VALUES ('inb_1', 'ada', ?, 1, '{}', ?)", m.ID, micros(at(3)))
	require.NoError(t, err)
	_, err = db.Mark(ctx, inbox.Mark{Recipient: "ada", IDs: []string{"inb_1"}, As: "read"}, at(4))
	require.NoError(t, err)
	require.NoError(t, db.AppendConsent(ctx, notify.Consent{Recipient: "old", Kind: notify.ConsentStopped, Source: notify.ByVendor}, at(5)))
	suppress(t, db, notify.Email, "ada@example.com")
	_, err = db.w.ExecContext(ctx, "UPDATE suppressions SET created_at = ?", micros(at(6)))
	require.NoError(t, err)
	entries, _, err := db.Suppressions(ctx, suppression.Filter{}, notify.Page{})
	require.NoError(t, err)
	_, err = db.ReleaseSuppression(ctx, entries[0].ID, notify.EndedSuppression{How: notify.SuppressionReleased, At: at(7), By: "bo"}, notify.Consent{})
	require.NoError(t, err)
	require.NoError(t, db.MergeRecipients(ctx, audience.Merge{Into: "ada", From: "old"}, at(8)))
	require.NoError(t, db.RemoveMembers(ctx, "ops", []string{"ada", "nobody"}, at(9)))
	s, work, clock := importer(db)
	clock.at = at(10)
	id := uploaded(t, s, "id\nada\n", 100)
	require.NoError(t, s.Check(ctx, id, roster.Mapping{Columns: []roster.Column{{To: "id"}}, Group: "ops"}))
	require.True(t, work.Once(ctx))
	err = s.Start(ctx, id)
	require.NoError(t, err)
	require.True(t, work.Once(ctx))
	require.NoError(t, db.DeleteGroup(ctx, "ops", at(11)))
}

var aLifeTold = []string{
	"group left", "group joined", "import imported", "group left", "profile merged", "suppression released", "suppression suppressed",
	"consent stopped", "inbox read", "message sent", "event named", "group joined", "profile created",
}

func TestOneTimelineTellsAllThatHappenedWithAPerson(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		aLife(t, db)
		list, next, err := db.RecipientActivity(ctx, audience.ActivityFilter{Recipient: "ada"}, notify.Page{})
		require.NoError(t, err)
		require.Empty(t, next)
		require.Equal(t, aLifeTold, linesOf(list))
		require.Equal(t, []string{"seen", "read"}, list[9].Engaged)
		require.Equal(t, "Operations", list[0].Name, "a group that is gone keeps its name")
		require.Equal(t, "people.csv", list[2].Name)
		require.Equal(t, "old", list[4].Ref)
		require.Equal(t, "bo", list[5].Actor)

		for name, kinds := range map[string][]audience.ActivityKind{
			"all": nil, "groups": {audience.ActivityGroup}, "two": {audience.ActivityMessage, audience.ActivityProfile},
		} {
			var want []string
			for _, line := range aLifeTold {
				kind, _, _ := strings.Cut(line, " ")
				for _, k := range kinds {
					if string(k) == kind {
						want = append(want, line)
					}
				}
			}
			if kinds == nil {
				want = aLifeTold
			}
			for size := 1; size <= len(want); size++ {
				var got []string
				for p := (notify.Page{Limit: size}); ; {
					list, next, err := db.RecipientActivity(ctx, audience.ActivityFilter{Recipient: "ada", Kinds: kinds}, p)
					require.NoError(t, err)
					require.LessOrEqual(t, len(list), size)
					if got = append(got, linesOf(list)...); next == "" {
						break
					}
					p.After = next
				}
				require.Equal(t, want, got, "%s in pages of %d", name, size)
			}
		}
		for _, cursor := range []string{"bm90", "W10", "eyJyZWFkIjoieCJ9", "{}"} {
			_, _, err := db.RecipientActivity(ctx, audience.ActivityFilter{Recipient: "ada"}, notify.Page{After: cursor})
			require.ErrorAs(t, err, new(*notify.Invalid), cursor)
		}
		list, _, err = db.RecipientActivity(ctx, audience.ActivityFilter{Recipient: "nobody"}, notify.Page{})
		require.NoError(t, err)
		require.Empty(t, list)
	})
}

// Every table is walked by its own index, from the newest row on.
func TestTheActivityOfABusyPersonReadsNoWholeTable(t *testing.T) {
	t.Parallel()
	db := onPostgres(t)
	crowd(t, db, 20_000)
	for _, s := range activityStreams {
		for name, after := range map[string]string{"first page": "", "next page": map[bool]string{true: "1 x", false: map[bool]string{true: "9", false: "x"}[s.key == "h.seq"]}[s.timed]} {
			text, args, err := s.page("r17", after, 51)
			require.NoError(t, err)
			var lines []string
			require.NoError(t, db.w.NewRaw("EXPLAIN "+text, args...).Scan(t.Context(), &lines))
			for _, table := range []string{"messages", "notifications", "events", "recipients", "addresses"} {
				require.NotRegexp(t, fmt.Sprintf(`Seq Scan on %s\b`, table), strings.Join(lines, "\n"), "%s, %s", s.name, name)
			}
		}
	}
}

func TestRowsThatNameANewPersonTwiceAddUpInOrder(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		put(t, db, true, start, notify.Recipient{ID: "empty"})
		row := func(id, data string) notify.Recipient { return notify.Recipient{ID: id, Data: json.RawMessage(data)} }
		people := []notify.Recipient{
			row("new", `{"tier":"gold"}`), row("empty", `{"a":1}`), row("new", `{"age":41}`), row("other", `{"age":7}`),
			row("new", `{"tier":"silver"}`), row("empty", `{"b":2}`), row("new", ""),
		}
		require.NoError(t, db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
			return db.putRoster(ctx, tx, people, roster.Progress{Now: later})
		}))
		for who, want := range map[string]string{"new": `{"tier":"silver","age":41}`, "other": `{"age":7}`, "empty": `{"a":1,"b":2}`} {
			r, err := db.Recipient(ctx, who)
			require.NoError(t, err)
			require.JSONEq(t, want, string(r.Data), who)
		}
	})
}
