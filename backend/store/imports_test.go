package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"clarion/backend/audience"
	"clarion/backend/notify"
	"clarion/backend/roster"
)

type hour struct{ at time.Time }

func (h *hour) Now() time.Time { return h.at }

func importer(db *DB) (*roster.Imports, *roster.Worker, *hour) {
	clock := &hour{start}
	exists := func(ctx context.Context, key string) error { _, err := db.Group(ctx, key); return err }
	work := &roster.Worker{Books: db, Clock: clock, Log: slog.New(slog.DiscardHandler), Name: "w1"}
	return &roster.Imports{Store: db, Clock: clock, GroupExists: exists}, work, clock
}

// uploaded is an import whose file was cut into parts of so many bytes.
func uploaded(t *testing.T, s *roster.Imports, file string, size int) string {
	t.Helper()
	i, err := s.Create(t.Context(), roster.New{Name: "people.csv", By: "bo@example.com"})
	require.NoError(t, err)
	for n := 1; len(file) > 0; n++ {
		cut := min(size, len(file))
		require.NoError(t, s.Upload(t.Context(), i.ID, n, []byte(file[:cut])))
		file = file[cut:]
	}
	return i.ID
}

var idNameAge = []roster.Column{{To: "id"}, {To: "name"}, {To: "data.age", Type: "number"}}

func TestAFileIsCheckedShownAndThenStored(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		s, work, _ := importer(db)
		put(t, db, true, start, notify.Recipient{ID: "a", Name: "Old", Data: json.RawMessage(`{"tier":"gold","age":1}`)})
		require.NoError(t, db.PutGroup(ctx, notify.Group{Key: "staff", Name: "Staff"}, start))
		// A part may end in the middle of a character.
		id := uploaded(t, s, "id,name,age\na,Åda,41\nb,Bo,old\nc,\"Cy\",\na,Again,2\n,No id,3\n", 7)

		heads, err := s.Headings(ctx, id)
		require.NoError(t, err)
		require.Equal(t, "data.age", heads[2].Guess.To)
		require.Error(t, s.Check(ctx, id, roster.Mapping{Columns: idNameAge[:2]}), "every column has its place in the mapping")
		require.Error(t, s.Check(ctx, id, roster.Mapping{Columns: idNameAge, Group: "nobody"}))
		require.NoError(t, s.Check(ctx, id, roster.Mapping{Columns: idNameAge, Group: "staff"}))
		require.ErrorIs(t, s.Start(ctx, id), notify.ErrConflict, "what is not checked yet cannot start")
		require.True(t, work.Once(ctx))
		require.False(t, work.Once(ctx), "what is checked waits for a person")

		i, err := s.Get(ctx, id)
		require.NoError(t, err)
		require.Equal(t, []any{roster.Checked, 5, 3, 0}, []any{i.State, i.Rows, i.Faulty, i.Stored})
		rows, next, err := s.Faulty(ctx, id, notify.Page{Limit: 2})
		require.NoError(t, err)
		require.NotEmpty(t, next)
		more, _, err := s.Faulty(ctx, id, notify.Page{Limit: 2, After: next})
		require.NoError(t, err)
		var told []string
		for _, row := range append(rows, more...) {
			told = append(told, fmt.Sprintf("%d %s %s: %s", row.Line, row.Row, row.Faults[0].Column, row.Faults[0].Code))
		}
		require.Equal(t, []string{"3 b,Bo,old age: not_a_number", "5 a,Again,2 id: duplicate", "6 ,No id,3 id: required"}, told)
		_, err = db.Recipient(ctx, "c")
		require.ErrorIs(t, err, notify.ErrNotFound, "nothing was stored yet")

		require.NoError(t, s.Start(ctx, id))
		require.True(t, work.Once(ctx))
		i, err = s.Get(ctx, id)
		require.NoError(t, err)
		require.Equal(t, []any{roster.Done, 2, start}, []any{i.State, i.Stored, i.EndedAt})
		a, err := db.Recipient(ctx, "a")
		require.NoError(t, err)
		require.Equal(t, "Åda", a.Name)
		require.JSONEq(t, `{"tier":"gold","age":41}`, string(a.Data), "attributes the file does not know stay")
		members, _, err := db.Members(ctx, "staff", notify.Page{})
		require.NoError(t, err)
		require.Len(t, members, 2)
		_, err = db.ImportPart(ctx, id, 1)
		require.ErrorIs(t, err, notify.ErrNotFound, "the file is gone when the import ends")
	})
}

func TestAnImportGoesOnAfterARestartAndStopsWhenItIsCancelled(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		s, work, clock := importer(db)
		var file strings.Builder
		file.WriteString("id,name,age\n")
		for n := range 4500 {
			fmt.Fprintf(&file, "p%05d,Person %d,%d\n", n, n, n)
		}
		ready := func() string {
			id := uploaded(t, s, file.String(), 50_000)
			require.NoError(t, s.Check(ctx, id, roster.Mapping{Columns: idNameAge}))
			require.True(t, work.Once(ctx))
			require.NoError(t, s.Start(ctx, id))
			return id
		}
		stored := func(id string) int {
			i, err := s.Get(ctx, id)
			require.NoError(t, err)
			return i.Stored
		}

		id := ready()
		dying := &roster.Worker{Books: &dies{DB: db, after: 1}, Clock: clock, Log: work.Log, Name: "w0"}
		require.False(t, dying.Once(ctx))
		require.Equal(t, 2000, stored(id))
		require.False(t, work.Once(ctx), "it is still the dead one's")
		clock.at = clock.at.Add(time.Minute)
		require.True(t, work.Once(ctx))
		require.Equal(t, 4500, stored(id), "no row is missing and none was stored twice")
		last, err := db.Recipient(ctx, "p04499")
		require.NoError(t, err)
		require.Equal(t, "Person 4499", last.Name)

		id = ready()
		stopping := &roster.Worker{Books: &dies{DB: db, after: 1, then: func() { require.NoError(t, s.Cancel(ctx, id)) }}, Clock: clock, Log: work.Log, Name: "w0"}
		require.False(t, stopping.Once(ctx))
		require.Equal(t, 2000, stored(id))
		i, err := s.Get(ctx, id)
		require.NoError(t, err)
		require.Equal(t, roster.Cancelled, i.State)
		require.ErrorIs(t, s.Start(ctx, id), notify.ErrConflict)
	})
}

// dies stops storing after so many chunks, or has something happen then.
type dies struct {
	*DB
	after int
	then  func()
}

func (d *dies) StoreRows(ctx context.Context, p roster.Progress, people []notify.Recipient) error {
	if d.after--; d.after < 0 {
		if d.then == nil {
			return fmt.Errorf("the process died: %w", notify.ErrUnavailable)
		}
		d.then()
		d.then = nil
	}
	return d.DB.StoreRows(ctx, p, people)
}

func TestOfTwentyWorkersOneTakesAnImport(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		s, _, _ := importer(db)
		id := uploaded(t, s, "id,name,age\na,b,1\n", 100)
		require.NoError(t, s.Check(t.Context(), id, roster.Mapping{Columns: idNameAge}))
		var won atomic.Int32
		race(t, 20, func(n int) error {
			_, err := db.ClaimImport(context.Background(), fmt.Sprint(n), start, start.Add(time.Minute))
			if err == nil {
				won.Add(1)
			}
			if errors.Is(err, notify.ErrNotFound) {
				return nil
			}
			return err
		})
		require.EqualValues(t, 1, won.Load())
	})
}

func TestLeftImportsAreTidiedUp(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		s, work, clock := importer(db)
		left := uploaded(t, s, "id,name,age\na,b,1\n", 100)
		ended := uploaded(t, s, "id,name,age\na,b,old\n", 100)
		require.NoError(t, s.Check(ctx, ended, roster.Mapping{Columns: idNameAge}))
		require.True(t, work.Once(ctx))
		require.NoError(t, s.Start(ctx, ended))
		require.True(t, work.Once(ctx))
		require.NoError(t, db.TidyImports(ctx, clock.at.Add(25*time.Hour)))
		i, err := s.Get(ctx, left)
		require.NoError(t, err)
		require.Equal(t, roster.Cancelled, i.State)
		rows, _, err := s.Faulty(ctx, ended, notify.Page{})
		require.NoError(t, err)
		require.Len(t, rows, 1)
		require.NoError(t, db.TidyImports(ctx, clock.at.Add(8*24*time.Hour)))
		rows, _, err = s.Faulty(ctx, ended, notify.Page{})
		require.NoError(t, err)
		require.Empty(t, rows)
	})
}

// BenchmarkImport reads and stores 100,000 rows on PostgreSQL.
func BenchmarkImport(b *testing.B) {
	db := onPostgres(b)
	s, work, _ := importer(db)
	var file strings.Builder
	file.WriteString("id,name,email,phone,age,tier\n")
	for n := range 100_000 {
		fmt.Fprintf(&file, "p%06d,Person %d,p%d@example.com,+4477%08d,%d,gold\n", n, n, n, n, n%90)
	}
	columns := []roster.Column{{To: "id"}, {To: "name"}, {To: "email"}, {To: "phone"}, {To: "data.age", Type: "number"}, {To: "data.tier"}}
	for b.Loop() {
		i, err := s.Create(b.Context(), roster.New{Name: "people.csv"})
		require.NoError(b, err)
		text := file.String()
		for n := 1; len(text) > 0; n++ {
			cut := min(roster.PartMost, len(text))
			require.NoError(b, s.Upload(b.Context(), i.ID, n, []byte(text[:cut])))
			text = text[cut:]
		}
		require.NoError(b, s.Check(b.Context(), i.ID, roster.Mapping{Columns: columns}))
		begin := time.Now()
		require.True(b, work.Once(b.Context()))
		checked := time.Since(begin)
		require.NoError(b, s.Start(b.Context(), i.ID))
		begin = time.Now()
		require.True(b, work.Once(b.Context()))
		took := time.Since(begin)
		b.Logf("100,000 rows: checked in %s, stored in %s, %.0f rows a second", checked.Round(time.Millisecond), took.Round(time.Millisecond), 100_000/took.Seconds())
		b.ReportMetric(100_000/took.Seconds(), "rows/s")
	}
}

func TestAFileThatSaysAnOldIdMeansWhoTheyBecame(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		put(t, db, true, start, ada(), notify.Recipient{ID: "old"})
		require.NoError(t, db.MergeRecipients(ctx, audience.Merge{Into: "ada", From: "old"}, later))
		require.NoError(t, db.PutGroup(ctx, notify.Group{Key: "staff", Name: "Staff"}, start))
		people := []notify.Recipient{
			{ID: "old", Data: json.RawMessage(`{"shoe":41}`)}, {ID: "ada", Data: json.RawMessage(`{"hat":57}`)},
		}
		require.NoError(t, db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
			return db.putRoster(ctx, tx, people, roster.Progress{Group: "staff", Now: later})
		}))
		r, err := db.Recipient(ctx, "ada")
		require.NoError(t, err)
		require.JSONEq(t, `{"tier":"gold","shoe":41,"hat":57}`, string(r.Data), "what the file does not know stays, and both rows count")
		var members []string
		require.NoError(t, db.r.NewSelect().Table("group_members").Column("recipient_id").Where("group_key = 'staff'").Scan(ctx, &members))
		require.Equal(t, []string{"ada"}, members)
	})
}
