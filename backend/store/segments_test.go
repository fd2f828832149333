package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/dispatch"
	"clarion/backend/explain"
	"clarion/backend/ingest"
	"clarion/backend/notify"
	"clarion/backend/segment"
)

func ruleOf(t *testing.T, text string) segment.Rule {
	t.Helper()
	var r segment.Rule
	require.NoError(t, json.Unmarshal([]byte(text), &r))
	return r
}

func TestSegmentsAreKept(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		gold := ruleOf(t, `{"any":[{"field":"data.tier","op":"eq","value":"gold"},{"field":"group","op":"in","value":["ops"]}]}`)
		require.NoError(t, db.PutSegment(ctx, segment.Segment{Key: "beta", Name: "Beta", Description: "d", Rule: gold}, start))
		require.NoError(t, db.PutSegment(ctx, segment.Segment{Key: "all", Name: "Everybody", Rule: ruleOf(t, `{"field":"id","op":"exists"}`)}, start))
		got, err := db.Segment(ctx, "beta")
		require.NoError(t, err)
		require.Equal(t, segment.Segment{Key: "beta", Name: "Beta", Description: "d", Rule: gold, CreatedAt: start, UpdatedAt: start}, got)

		for f, want := range map[segment.Filter]string{{}: "all beta", {Q: "EVERY"}: "all", {Q: "be"}: "beta", {Group: "ops"}: "beta", {Group: "op"}: "", {Q: "x"}: ""} {
			list, _, err := db.Segments(ctx, f, notify.Page{})
			require.NoError(t, err)
			var keys []string
			for _, one := range list {
				keys = append(keys, one.Key)
			}
			require.Equal(t, want, strings.Join(keys, " "), "%+v", f)
		}

		later := start.Add(time.Hour)
		require.NoError(t, db.NoteCount(ctx, got, 7, later))
		changed := got
		changed.Rule = ruleOf(t, `{"field":"id","op":"exists"}`)
		require.NoError(t, db.NoteCount(ctx, changed, 99, later), "a number of another rule is dropped")
		got, err = db.Segment(ctx, "beta")
		require.NoError(t, err)
		require.Equal(t, 7, got.Members)
		require.Equal(t, later, got.CountedAt)

		require.NoError(t, db.DeleteSegment(ctx, "beta"))
		require.ErrorIs(t, db.DeleteSegment(ctx, "beta"), notify.ErrNotFound)
		_, err = db.Segment(ctx, "beta")
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}

// settlers stores n recipients, every tenth of them gold.
func settlers(t *testing.T, db *DB, n int) {
	t.Helper()
	list := make([]notify.Recipient, n)
	for i := range list {
		tier := "silver"
		if i%10 == 0 {
			tier = "gold"
		}
		list[i] = notify.Recipient{ID: fmt.Sprintf("r%05d", i), Data: json.RawMessage(`{"tier":"` + tier + `"}`)}
	}
	require.NoError(t, db.UpsertRecipients(t.Context(), list, true, start))
}

func TestTheMembersOfASegmentArePagedWithoutDoublesAndWithoutGaps(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		const many = firstStretch*3 + 7 // the last page lies three stretches on
		settlers(t, db, many)
		gold := ruleOf(t, `{"field":"data.tier","op":"eq","value":"gold"}`)
		seen, p := 0, notify.Page{Limit: 600}
		for {
			page, next, err := db.Fitting(t.Context(), gold, start, p)
			require.NoError(t, err)
			for _, one := range page {
				require.Equal(t, fmt.Sprintf("r%05d", seen*10), one.ID)
				seen++
			}
			if p.After = next; next == "" {
				break
			}
		}
		require.Equal(t, many/10+1, seen)
		last := ruleOf(t, fmt.Sprintf(`{"field":"id","op":"eq","value":"r%05d"}`, many-1))
		page, _, err := db.Fitting(t.Context(), last, start, notify.Page{Limit: 1})
		require.NoError(t, err)
		require.Len(t, page, 1, "who is far away is found in one page")
	})
}

func TestAPreviewNamesTheFirstOfAllHoweverManyShareALot(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		const many = 6_000
		settlers(t, db, many)
		for rule, want := range map[string]struct {
			count int
			first []int
		}{
			`{"field":"id","op":"exists"}`:                                                                        {many, []int{0, 1, 2, 3, 4}},
			`{"field":"data.tier","op":"eq","value":"gold"}`:                                                      {many / 10, []int{0, 10, 20, 30, 40}},
			`{"field":"id","op":"ends_with","value":"999"}`:                                                       {6, []int{999, 1999, 2999, 3999, 4999}},
			`{"field":"id","op":"eq","value":"r00005"}`:                                                           {1, []int{5}},
			`{"field":"data.tier","op":"eq","value":"bronze"}`:                                                    {0, nil},
			`{"any":[{"field":"id","op":"eq","value":"r00000"},{"field":"id","op":"starts_with","value":"r05"}]}`: {1001, []int{0, 5000, 5001, 5002, 5003}},
		} {
			n, found, err := db.FirstFitting(t.Context(), segment.Look{Rule: ruleOf(t, rule), Now: start, Most: 5})
			require.NoError(t, err)
			require.Equal(t, want.count, n, rule)
			ids := []string{}
			for _, i := range want.first {
				ids = append(ids, fmt.Sprintf("r%05d", i))
			}
			require.Equal(t, ids, refIDs(found), rule)
		}
	})
}

func TestAnAudienceMixesSegmentsGroupsAndNames(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		settlers(t, db, 50)
		require.NoError(t, db.PutSegment(ctx, segment.Segment{Key: "gold", Rule: ruleOf(t, `{"field":"data.tier","op":"eq","value":"gold"}`)}, start))
		require.NoError(t, db.PutGroup(ctx, notify.Group{Key: "g", Name: "G"}, start))
		require.NoError(t, db.AddMembers(ctx, "g", []string{"r00010", "r00011"}, start))
		q := dispatch.AudienceQuery{Recipients: []string{"r00011", "r00020", "zoe"}, Groups: []string{"g"}, Segments: []string{"gold", "deleted"}, Now: start}
		n, err := db.AudienceSize(ctx, q)
		require.NoError(t, err)
		require.Equal(t, 7, n)
		var got []dispatch.Selected
		q.Limit = 2
		for {
			page, err := db.Audience(ctx, q)
			require.NoError(t, err)
			got = append(got, page...)
			if len(page) < q.Limit {
				break
			}
			q.After = page[len(page)-1].ID
		}
		require.Equal(t, []dispatch.Selected{
			{ID: "r00000", By: "segment:gold"}, {ID: "r00010", By: "group:g"}, {ID: "r00011"}, {ID: "r00020"},
			{ID: "r00030", By: "segment:gold"}, {ID: "r00040", By: "segment:gold"}, {ID: "zoe"},
		}, got)
		require.NoError(t, db.EraseRecipient(ctx, "r00040", start))
		page, _, err := db.Fitting(ctx, ruleOf(t, `{"field":"id","op":"eq","value":"r00040"}`), start, notify.Page{})
		require.NoError(t, err)
		require.Empty(t, page, "who was erased is in no segment")
	})
}

func TestARecipientIsAskedEachRule(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		settlers(t, db, 2)
		held, err := db.Fits(t.Context(), "r00000", []segment.Rule{
			ruleOf(t, `{"field":"data.tier","op":"eq","value":"gold"}`), ruleOf(t, `{"field":"data.none","op":"eq","value":1}`),
			ruleOf(t, `{"not":{"field":"data.none","op":"eq","value":1}}`),
		}, start)
		require.NoError(t, err)
		require.Equal(t, []bool{true, false, true}, held)
		_, err = db.Fits(t.Context(), "nobody", []segment.Rule{ruleOf(t, `{"field":"id","op":"exists"}`)}, start)
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}

func TestWhatOnlyOneDatabaseCouldHoldIsStoredAndFoundByNobody(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		for name, data := range map[string]string{"zero": `{"tier":"a\u0000"}`, "huge": `{"tier":1e999999}`, "list": `["tier"]`, "none": ""} {
			require.NoError(t, db.UpsertRecipients(t.Context(), []notify.Recipient{{ID: name, Data: json.RawMessage(data)}}, true, start), name)
		}
		for _, text := range []string{`{"field":"data.tier","op":"starts_with","value":"a"}`, `{"field":"data.tier","op":"lt","value":5}`} {
			n, err := db.CountFitting(t.Context(), ruleOf(t, text), start)
			require.NoError(t, err)
			require.Zero(t, n)
		}
	})
}

func TestEventsAreFoundByTheListsTheyName(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		named := func(to ...notify.Target) string {
			e := newEvent("")
			e.To = to
			return saved(t, db, ingest.Entry{Event: e})[0].ID
		}
		both := named(notify.Target{Recipient: "ada"}, notify.Target{Segment: `be"ta`}, notify.Target{Group: "ops"})
		group := named(notify.Target{Group: `be"ta`})
		named(notify.Target{Recipient: "ops"})
		find := func(f explain.EventFilter) []string {
			list, _, err := db.Events(t.Context(), f, notify.Page{})
			require.NoError(t, err)
			ids := []string{}
			for _, e := range list {
				ids = append(ids, e.ID)
			}
			return ids
		}
		require.Equal(t, []string{both}, find(explain.EventFilter{Segment: `be"ta`}))
		require.Equal(t, []string{group}, find(explain.EventFilter{Group: `be"ta`}))
		require.Equal(t, []string{both}, find(explain.EventFilter{Group: "ops"}))
		require.Empty(t, find(explain.EventFilter{Segment: "ops"}))
	})
}
