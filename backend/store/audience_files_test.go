package store

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/audience"
	"clarion/backend/broadcast"
	"clarion/backend/notify"
	"clarion/backend/roster"
)

// asked stands in for what a file in bulk goes on to.
type asked struct {
	steps int
	err   error
}

func (a *asked) Go(context.Context, roster.Import) (bool, error) {
	a.steps++
	return a.steps > 1, a.err
}

func audienceFile(t *testing.T, db *DB, n roster.New, file string) (string, *roster.Imports, *roster.Worker, *hour) {
	t.Helper()
	s, work, clock := importer(db)
	n.Name, n.Purpose = "audience", roster.ForAudience
	i, err := s.Create(t.Context(), n)
	require.NoError(t, err)
	for number := 1; len(file) > 0; number++ {
		cut := min(9, len(file))
		require.NoError(t, s.Upload(t.Context(), i.ID, number, []byte(file[:cut])))
		file = file[cut:]
	}
	return i.ID, s, work, clock
}

func peopleOf(t *testing.T, db *DB, b broadcast.Broadcast) map[string]string {
	t.Helper()
	list, err := db.SampleAudience(t.Context(), b.ID, 1000)
	require.NoError(t, err)
	out := map[string]string{}
	for _, p := range list {
		out[p.ID] = string(p.Data)
	}
	return out
}

func TestAFileSaysWhomABroadcastIsForAndWhatToEach(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		put(t, db, true, start, notify.Recipient{ID: "a", Name: "Ada"}, notify.Recipient{ID: "b"}, notify.Recipient{ID: "old"}, notify.Recipient{ID: "gone"})
		require.NoError(t, db.EraseRecipient(ctx, "gone", later))
		id, s, work, _ := audienceFile(t, db, roster.New{}, "id,name,points\na,Somebody,41\nb,,2\nnobody,,3\ngone,,4\nold,,many\nold,,5\n")
		require.NoError(t, s.Check(ctx, id, roster.Mapping{Columns: []roster.Column{{To: "id"}, {To: "name"}, {To: "data.points", Type: "number"}}}))
		require.True(t, work.Once(ctx))
		faults, _, err := s.Faulty(ctx, id, notify.Page{})
		require.NoError(t, err)
		var told []string
		for _, row := range faults {
			told = append(told, fmt.Sprintf("%d %s", row.Line, row.Faults[0].Code))
		}
		require.Equal(t, []string{"4 unknown_recipient", "5 unknown_recipient", "6 not_a_number", "7 duplicate"}, told)
		require.NoError(t, s.Start(ctx, id))
		require.True(t, work.Once(ctx))

		ada, err := db.Recipient(ctx, "a")
		require.NoError(t, err)
		require.Equal(t, "Ada", ada.Name, "an audience changes nobody")
		require.Empty(t, ada.Data)
		rows, _, err := s.Accepted(ctx, id, notify.Page{Limit: 1})
		require.NoError(t, err)
		require.Equal(t, []roster.AcceptedRow{{Line: 2, Recipient: "a"}}, rows)
		list, _, err := s.List(ctx, struct{}{}, notify.Page{})
		require.NoError(t, err)
		require.Empty(t, list, "it is no import of people")

		b := newBroadcast(t, db, broadcast.Audience{File: id, Recipients: []string{"a", "c"}})
		roll, err := db.TakeAudience(ctx, b, start)
		require.NoError(t, err)
		require.Equal(t, 3, roll.People)
		require.Equal(t, map[string]string{"a": `{"points":41}`, "b": `{"points":2}`, "c": ""}, peopleOf(t, db, b))
		_, err = db.w.ExecContext(ctx, `UPDATE import_rows SET data = '{"points":42}' WHERE recipient_id = 'a'`)
		require.NoError(t, err)
		other, err := db.TakeAudience(ctx, b, start)
		require.NoError(t, err)
		require.NotEqual(t, roll.Digest, other.Digest, "what is said to one alone is part of what is approved")
		require.NoError(t, db.MergeRecipients(ctx, audience.Merge{Into: "old", From: "b"}, later))
		_, err = db.TakeAudience(ctx, b, start)
		require.NoError(t, err)
		require.Equal(t, `{"points":2}`, peopleOf(t, db, b)["old"], "who was merged is meant by the old id as well")
		for _, written := range []string{"", "frozen"} {
			b.Hash = written
			one, err := db.AudiencePerson(ctx, b, "a", start)
			require.NoError(t, err)
			require.JSONEq(t, `{"points":42}`, string(one.Data))
			_, err = db.AudiencePerson(ctx, b, "nobody", start)
			require.ErrorIs(t, err, notify.ErrNotFound)
		}
	})
}

func TestAFileInBulkGoesOnByItselfToItsErrand(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		file := `{"id":"n1","email":"n1@example.com","data":{"code":"x"}}` + "\n\n\"n2\"\n{\"id\":\"n3\",\"fax\":1}\nno json\n"
		n := roster.New{Terms: roster.Terms{Format: roster.NDJSON, Strangers: roster.Create}, Errand: &roster.Errand{Broadcast: "bct_1", By: roster.Asker{ID: "key_1"}}}
		id, s, work, clock := audienceFile(t, db, n, file)
		errand := &asked{}
		work.Errands = errand
		var invalid *notify.Invalid
		require.ErrorAs(t, s.Complete(ctx, id, roster.Whole{Size: 3}), &invalid, "less has arrived than was sent")
		_, err := db.w.ExecContext(ctx, "UPDATE import_parts SET number = 99 WHERE number = 2")
		require.NoError(t, err)
		require.ErrorAs(t, s.Complete(ctx, id, roster.Whole{}), &invalid, "a part is missing")
		_, err = db.w.ExecContext(ctx, "UPDATE import_parts SET number = 2 WHERE number = 99")
		require.NoError(t, err)
		parts, err := s.Arrived(ctx, id)
		require.NoError(t, err)
		_, err = db.w.ExecContext(ctx, "UPDATE imports SET parts = ?", len(parts))
		require.NoError(t, err)
		require.NoError(t, s.Complete(ctx, id, roster.Whole{Size: int64(len(file))}))
		require.ErrorIs(t, s.Complete(ctx, id, roster.Whole{}), notify.ErrConflict, "once")

		for work.Once(ctx) {
		}
		require.Equal(t, 1, errand.steps, "the errand waits before its next step")
		clock.at = clock.at.Add(time.Second)
		require.True(t, work.Once(ctx))
		i, err := s.Get(ctx, id)
		require.NoError(t, err)
		require.Equal(t, []any{roster.Done, 4, 2, 2, "bct_1"}, []any{i.State, i.Rows, i.Faulty, i.Stored, i.Errand.Broadcast})
		n1, err := db.Recipient(ctx, "n1")
		require.NoError(t, err)
		require.Equal(t, "n1@example.com", n1.Addresses[0].Address)
		require.Empty(t, n1.Data, "what is said to them is not what is known of them")
		b := newBroadcast(t, db, broadcast.Audience{File: id})
		_, err = db.TakeAudience(ctx, b, start)
		require.NoError(t, err)
		require.Equal(t, map[string]string{"n1": `{"code":"x"}`, "n2": ""}, peopleOf(t, db, b))
		require.NoError(t, db.TidyImports(ctx, clock.at.Add(roster.AudienceKept+time.Second)))
		require.Zero(t, count(t, db, "import_rows"), "what is said to people is not kept for ever")
	})
}

func TestAFileInBulkThatCannotGoOnSaysWhy(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		put(t, db, true, start, notify.Recipient{ID: "a"})
		for name, tt := range map[string]struct {
			file string
			err  error
			want string
			most int
		}{
			"no good row":   {"\"nobody\"\n", nil, "None of its rows", 0},
			"too many rows": {"\"a\"\n\"b\"\n\"c\"\n", nil, "more than 2 rows", 2},
			"it is barred":  {"\"a\"\n", notify.InvalidField("template", "unknown_template", "no such template"), "no such template", 0},
		} {
			n := roster.New{Terms: roster.Terms{Format: roster.NDJSON}, Errand: &roster.Errand{Broadcast: "bct_1"}}
			id, s, work, _ := audienceFile(t, db, n, tt.file)
			work.Errands, work.RowsMost = &asked{err: tt.err}, tt.most
			require.NoError(t, s.Complete(ctx, id, roster.Whole{}), name)
			for work.Once(ctx) {
			}
			i, err := s.Get(ctx, id)
			require.NoError(t, err)
			require.Equal(t, roster.Failed, i.State, name)
			require.True(t, strings.Contains(i.Error, tt.want), i.Error)
		}
	})
}
