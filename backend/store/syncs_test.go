package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/audience"
	"clarion/backend/notify"
	"clarion/backend/roster"
	"clarion/backend/roster/syncs"
)

// elsewhere is another system: rows of id, mail and department, and the groups
// of each, given two at a time.
type elsewhere struct {
	rows []syncs.Row
	// fails is what comes after so many pages.
	after int
	fails error
	then  func()
}

func entry(id, mail, dept string, groups ...string) syncs.Row {
	cell := func(s string) []string {
		if s == "" {
			return nil
		}
		return []string{s}
	}
	return syncs.Row{Cells: [][]string{cell(id), cell(mail), cell(dept)}, Groups: groups}
}

func (e *elsewhere) Read(_ context.Context, a syncs.Ask, each func(syncs.Page) error) error {
	for at := 0; at < len(e.rows); at += 2 {
		if e.fails != nil && at/2 == e.after {
			return e.fails
		}
		if e.then != nil && at/2 == e.after {
			e.then()
		}
		if err := each(syncs.Page{Heads: a.Columns, Rows: e.rows[at:min(at+2, len(e.rows))]}); err != nil {
			return err
		}
	}
	return nil
}

// plainSealer writes a secret down with the place it belongs to.
type plainSealer struct{}

func (plainSealer) Seal(plain []byte, about string) (string, error) {
	return about + "|" + string(plain), nil
}

func (plainSealer) Open(sealed, about string) ([]byte, error) {
	if len(sealed) < len(about)+1 || sealed[:len(about)] != about {
		return nil, errors.New("sealed elsewhere")
	}
	return []byte(sealed[len(about)+1:]), nil
}

type syncHouse struct {
	*DB
	from  *elsewhere
	clock *hour
	syncs *syncs.Syncs
	work  *syncs.Worker
}

func newSyncHouse(t *testing.T, db *DB, change func(*syncs.Input)) *syncHouse {
	t.Helper()
	h := &syncHouse{DB: db, from: &elsewhere{}, clock: &hour{start}}
	readers := map[syncs.Kind]syncs.Reader{syncs.KindLDAP: h.from}
	h.syncs = &syncs.Syncs{
		Store: db, Sealer: plainSealer{}, Readers: readers, Clock: h.clock,
		GroupExists: func(ctx context.Context, key string) error { _, err := db.Group(ctx, key); return err },
	}
	h.work = &syncs.Worker{Books: db, Sealer: plainSealer{}, Readers: readers, Clock: h.clock, Log: slog.New(slog.DiscardHandler), Name: "w1"}
	for _, key := range []string{"staff", "ops"} {
		require.NoError(t, db.PutGroup(t.Context(), notify.Group{Key: key, Name: key}, start))
	}
	in := syncs.Input{Secret: "word", Settings: syncs.Settings{
		Key: "corp", Kind: syncs.KindLDAP, Enabled: true, LDAP: &syncs.LDAP{Host: "ldap.corp", BindDN: "cn=a", Base: "dc=b"}, Group: "staff",
		Columns: []syncs.Column{
			{From: "uid", Column: roster.Column{To: "id"}}, {From: "mail", Column: roster.Column{To: "email"}},
			{From: "dept", Column: roster.Column{To: "data.dept"}},
		},
		Memberships: syncs.Memberships{From: "memberOf", Map: []syncs.Membership{{Value: "cn=Ops,dc=b", Group: "ops"}}},
		Gone:        syncs.Gone{Policy: syncs.Leave, MostPercent: 50}, Schedule: syncs.Schedule{Kind: "every", Minutes: 60},
	}}
	if change != nil {
		change(&in)
	}
	_, err := h.syncs.Put(t.Context(), in)
	require.NoError(t, err)
	return h
}

// run reads everybody once and tells how it went: state, upserted, unchanged,
// faulty and absent.
func (h *syncHouse) run(t *testing.T) (syncs.Run, []any) {
	t.Helper()
	_, err := h.syncs.Start(t.Context(), "corp", "bo", false)
	require.NoError(t, err)
	require.True(t, h.work.Once(t.Context()))
	return h.last(t)
}

func (h *syncHouse) last(t *testing.T) (syncs.Run, []any) {
	t.Helper()
	s, err := h.syncs.Get(t.Context(), "corp")
	require.NoError(t, err)
	return *s.Last, []any{s.Last.State, s.Last.Upserted, s.Last.Unchanged, s.Last.Faulty, s.Last.Absent}
}

func (h *syncHouse) members(t *testing.T, group string) []string {
	t.Helper()
	list, _, err := h.Members(t.Context(), group, notify.Page{})
	require.NoError(t, err)
	ids := []string{}
	for _, each := range list {
		ids = append(ids, each.ID)
	}
	return ids
}

func TestASyncStoresWhoIsNewOrChangedAndSeesWhoLeft(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		h := newSyncHouse(t, db, nil)
		h.from.rows = []syncs.Row{
			entry("a", "a@example.com", "Sales", "CN=Ops, dc=b"), entry("b", "no mailbox", ""), entry("c", "c@example.com", "Sales"),
			entry("a", "again@example.com", ""), entry("", "d@example.com", ""), entry("e", "", ""),
		}
		run, counts := h.run(t)
		require.Equal(t, []any{syncs.Done, 3, 0, 3, 0}, counts)
		require.Equal(t, []any{6, "bo", start}, []any{run.Read, run.By, run.EndedAt})
		require.Equal(t, []string{"a", "c", "e"}, h.members(t, "staff"))
		require.Equal(t, []string{"a"}, h.members(t, "ops"))
		faults, next, err := h.syncs.Faulty(ctx, "corp", notify.Page{Limit: 2})
		require.NoError(t, err)
		more, _, err := h.syncs.Faulty(ctx, "corp", notify.Page{Limit: 2, After: next})
		require.NoError(t, err)
		var told []string
		for _, f := range append(faults, more...) {
			told = append(told, fmt.Sprintf("%d %s %s", f.Line, f.Faults[0].Column, f.Faults[0].Code))
		}
		require.Equal(t, []string{"2 mail invalid_email", "4  duplicate", "5 uid required"}, told)

		// One moves, one leaves, one is mended, and one was taken for unreadable.
		require.NoError(t, db.UpsertRecipients(ctx, []notify.Recipient{{ID: "c", Name: "Cy"}}, false, start))
		h.from.rows = []syncs.Row{entry("a", "", ""), entry("b", "b@example.com", ""), entry("c", "c@example.com", "Sales"), entry("e", "no mailbox", "")}
		_, counts = h.run(t)
		require.Equal(t, []any{syncs.Done, 2, 1, 1, 0}, counts)
		a, err := db.Recipient(ctx, "a")
		require.NoError(t, err)
		require.Empty(t, a.Addresses, "what is empty there is empty here")
		require.JSONEq(t, "{}", string(a.Data))
		require.Empty(t, h.members(t, "ops"))
		require.Equal(t, []string{"a", "b", "c", "e"}, h.members(t, "staff"), "a faulty row is no sign that somebody left")

		gone := entry("c", "c@example.com", "Sales")
		gone.Gone = true
		h.from.rows = []syncs.Row{entry("a", "", ""), entry("b", "b@example.com", ""), gone, entry("e", "", "")}
		_, counts = h.run(t)
		require.Equal(t, []any{syncs.Done, 0, 3, 0, 1}, counts)
		require.Equal(t, []string{"a", "b", "e"}, h.members(t, "staff"))
		c, err := db.Recipient(ctx, "c")
		require.NoError(t, err)
		require.Equal(t, "Cy", c.Name, "the person stays")
		_, counts = h.run(t)
		require.Equal(t, []any{syncs.Done, 0, 3, 0, 0}, counts, "nobody leaves twice")
		h.from.rows[2].Gone = false
		_, counts = h.run(t)
		require.Equal(t, []any{syncs.Done, 1, 3, 0, 0}, counts)
		require.Contains(t, h.members(t, "staff"), "c")
	})
}

func TestAnAnswerThatNobodyWouldBelieveTakesNobodyAway(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		h := newSyncHouse(t, db, nil)
		all := []syncs.Row{entry("a", "", ""), entry("b", "", ""), entry("c", "", ""), entry("d", "", "")}
		h.from.rows = all
		h.run(t)
		for name, rows := range map[string][]syncs.Row{"an empty one": nil, "a quarter": all[:1]} {
			h.from.rows = rows
			run, counts := h.run(t)
			require.Equal(t, []any{syncs.Failed, 0, len(rows), 0, 0}, counts, name)
			require.Equal(t, syncs.TooManyGone, run.Code)
			require.Contains(t, run.Error, "nobody was treated as gone")
			require.Len(t, h.members(t, "staff"), 4)
		}
		h.from.rows, h.from.after, h.from.fails = all, 1, &syncs.Trouble{Code: syncs.Unreachable, Detail: "the connection broke"}
		run, counts := h.run(t)
		require.Equal(t, []any{syncs.Failed, 0, 2, 0, 0}, counts, "half an answer is none")
		require.Equal(t, "the connection broke", run.Error)
		require.Len(t, h.members(t, "staff"), 4)
		h.from.fails = nil

		h.from.rows = all[:2]
		_, counts = h.run(t)
		require.Equal(t, []any{syncs.Done, 0, 2, 0, 2}, counts, "as many as may vanish")
		h.from.rows = nil
		_, err := h.syncs.Start(ctx, "corp", "bo", true)
		require.NoError(t, err)
		require.True(t, h.work.Once(ctx))
		_, counts = h.last(t)
		require.Equal(t, []any{syncs.Done, 0, 0, 0, 2}, counts, "a person said that it is right")
		require.Empty(t, h.members(t, "staff"))
	})
}

func TestWhoIsGoneIsMarkedAndWhoWasErasedStaysErased(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		h := newSyncHouse(t, db, func(in *syncs.Input) {
			in.Gone = syncs.Gone{Policy: syncs.Mark, Attribute: "left", MostPercent: 100}
		})
		h.from.rows = []syncs.Row{entry("a", "", "IT"), entry("b", "", "IT"), entry("c", "", "IT"), entry("d", "", "IT")}
		h.run(t)
		require.NoError(t, db.EraseRecipient(ctx, "b", start))
		_, err := (&audience.Audience{Store: db, Clock: h.clock}).Merge(ctx, audience.Merge{From: "c", Into: "d"})
		require.NoError(t, err)
		h.from.rows = h.from.rows[3:]
		_, counts := h.run(t)
		require.Equal(t, []any{syncs.Done, 0, 1, 0, 3}, counts)
		for id, want := range map[string]string{"a": `{"dept":"IT","left":true}`, "b": "", "d": `{"dept":"IT","left":false}`} {
			r, err := db.Recipient(ctx, id)
			require.NoError(t, err)
			if want == "" {
				require.False(t, r.ErasedAt.IsZero())
				continue
			}
			require.JSONEq(t, want, string(r.Data), id)
		}
		h.from.rows = []syncs.Row{entry("a", "", "IT")}
		_, err = h.syncs.Start(ctx, "corp", "bo", true)
		require.NoError(t, err)
		require.True(t, h.work.Once(ctx))
		a, err := db.Recipient(ctx, "a")
		require.NoError(t, err)
		require.JSONEq(t, `{"dept":"IT","left":false}`, string(a.Data), "who is back is not gone")
	})
}

func TestARunGoesOnAfterACrashAndStopsWhenItIsCancelled(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		h := newSyncHouse(t, db, nil)
		h.from.rows = []syncs.Row{entry("a", "", ""), entry("b", "no mailbox", ""), entry("c", "", ""), entry("d", "", ""), entry("e", "", "")}
		h.from.after, h.from.fails = 2, fmt.Errorf("the process died: %w", notify.ErrUnavailable)
		_, err := h.syncs.Start(ctx, "corp", "bo", false)
		require.NoError(t, err)
		require.False(t, h.work.Once(ctx))
		_, counts := h.last(t)
		require.Equal(t, []any{syncs.Running, 3, 0, 1, 0}, counts)
		h.from.fails = nil
		next := *h.work
		next.Name = "w2"
		require.False(t, next.Once(ctx), "it is still the dead one's")
		h.clock.at = h.clock.at.Add(time.Hour / 2)
		require.True(t, next.Once(ctx))
		run, counts := h.last(t)
		require.Equal(t, []any{syncs.Done, 4, 0, 1, 0}, counts, "nobody was missed and nobody counted twice")
		require.Equal(t, []any{1, 5}, []any{run.Restarts, run.Read})

		h.from.rows = append(h.from.rows, entry("f", "", ""), entry("g", "", ""))
		h.from.after, h.from.then = 2, func() {
			_, err := h.syncs.Cancel(ctx, "corp")
			require.NoError(t, err)
		}
		_, counts = h.run(t)
		require.Equal(t, []any{syncs.Cancelled, 0, 3, 1, 0}, counts)
		_, err = h.syncs.Cancel(ctx, "corp")
		require.ErrorIs(t, err, notify.ErrConflict)
		_, err = db.Recipient(ctx, "g")
		require.ErrorIs(t, err, notify.ErrNotFound)

		h.from.then = func() { require.NoError(t, h.syncs.Delete(ctx, "corp")) }
		_, err = h.syncs.Start(ctx, "corp", "bo", false)
		require.NoError(t, err)
		require.True(t, h.work.Once(ctx))
		_, err = h.syncs.Get(ctx, "corp")
		require.ErrorIs(t, err, notify.ErrNotFound)
		left, err := db.KnownPeople(ctx, "corp", []string{"a"})
		require.NoError(t, err)
		require.Empty(t, left)
	})
}

func TestAProcessThatEndsGivesItsRunBack(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		h := newSyncHouse(t, db, nil)
		h.from.rows = []syncs.Row{entry("a", "", ""), entry("b", "", ""), entry("c", "", "")}
		ctx, end := context.WithCancel(t.Context())
		h.from.after, h.from.then = 1, end
		_, err := h.syncs.Start(ctx, "corp", "bo", false)
		require.NoError(t, err)
		require.False(t, h.work.Once(ctx))
		h.from.then = nil
		next := *h.work
		next.Name = "w2"
		require.True(t, next.Once(t.Context()), "nobody waits for its lease")
		run, counts := h.last(t)
		require.Equal(t, []any{syncs.Done, 3, 0, 0, 0}, counts)
		require.Equal(t, 1, run.Restarts)
	})
}

func TestARunThatTakesItsProcessDownEnds(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		h := newSyncHouse(t, db, nil)
		h.from.rows, h.from.fails = []syncs.Row{entry("a", "", "")}, errors.New("the process died")
		_, err := h.syncs.Start(t.Context(), "corp", "bo", false)
		require.NoError(t, err)
		for range 6 {
			require.False(t, h.work.Once(t.Context()))
			h.clock.at = h.clock.at.Add(time.Hour)
		}
		require.True(t, h.work.Once(t.Context()))
		run, _ := h.last(t)
		require.Equal(t, []any{syncs.Failed, syncs.Interrupted}, []any{run.State, run.Code})
	})
}

func TestOfTwentySchedulersOneBeginsWhatIsDue(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		h := newSyncHouse(t, db, nil)
		runs := func() []syncs.Run {
			list, _, err := h.syncs.Runs(ctx, "corp", notify.Page{})
			require.NoError(t, err)
			return list
		}
		require.NoError(t, h.work.Fire(ctx))
		require.Empty(t, runs(), "nothing is due")
		// Three times passed while nobody looked: they count once.
		h.clock.at = start.Add(3*time.Hour + time.Minute)
		due, err := db.DueSyncs(ctx, h.clock.at)
		require.NoError(t, err)
		require.Len(t, due, 1)
		race(t, 20, func(int) error {
			return db.Fire(context.Background(), due[0], h.clock.at.Add(time.Hour), syncs.Run{
				ID: notify.NewID(notify.SyncRunID), Sync: "corp", State: syncs.Waiting, CreatedAt: h.clock.at,
			})
		})
		require.Len(t, runs(), 1)
		var won atomic.Int32
		race(t, 20, func(n int) error {
			_, _, err := db.ClaimRun(context.Background(), fmt.Sprint(n), h.clock.at, h.clock.at.Add(time.Minute))
			if err == nil {
				won.Add(1)
			}
			if errors.Is(err, notify.ErrNotFound) {
				return nil
			}
			return err
		})
		require.EqualValues(t, 1, won.Load())
		_, err = h.syncs.Start(ctx, "corp", "bo", false)
		require.ErrorIs(t, err, notify.ErrConflict, "one at a time")

		h.clock.at = h.clock.at.Add(2 * time.Hour)
		require.NoError(t, h.work.Fire(ctx))
		require.Len(t, runs(), 1, "a run that is still open stands for the next one too")
		s, err := h.syncs.Get(ctx, "corp")
		require.NoError(t, err)
		require.True(t, s.NextAt.After(h.clock.at))
		_, err = h.syncs.Cancel(ctx, "corp")
		require.NoError(t, err)
		h.clock.at = s.NextAt
		require.NoError(t, h.work.Fire(ctx))
		require.Len(t, runs(), 2)
		require.Empty(t, runs()[0].By)
	})
}

func TestASecretIsKeptForItsServerOnly(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		h := newSyncHouse(t, db, nil)
		s, err := h.syncs.Get(ctx, "corp")
		require.NoError(t, err)
		require.True(t, s.SecretSet)
		same := syncs.Input{Settings: s.Settings}
		same.Name = "Everybody"
		s, err = h.syncs.Put(ctx, same)
		require.NoError(t, err)
		stored, err := db.Sync(ctx, "corp")
		require.NoError(t, err)
		require.Equal(t, []any{"Everybody", "sync:corp|word", start.Add(time.Hour)}, []any{s.Name, stored.Sealed, s.NextAt})
		for name, change := range map[string]func(*syncs.LDAP){
			"another host":       func(l *syncs.LDAP) { l.Host = "evil.example" },
			"another port":       func(l *syncs.LDAP) { l.Port = 1389 },
			"less privacy":       func(l *syncs.LDAP) { l.Security = syncs.Plain },
			"other certificates": func(l *syncs.LDAP) { l.BindDN = "cn=other" },
		} {
			other, there := same, *same.LDAP
			change(&there)
			other.LDAP = &there
			_, err = h.syncs.Put(ctx, other)
			var invalid *notify.Invalid
			require.ErrorAs(t, err, &invalid, name)
			require.Equal(t, "secret", invalid.Fields[0].Path)
			_, err = h.syncs.Preview(ctx, other)
			require.ErrorAs(t, err, &invalid, name)
		}
		off := same
		off.Enabled = false
		s, err = h.syncs.Put(ctx, off)
		require.NoError(t, err)
		require.True(t, s.NextAt.IsZero(), "what is off is never due")
	})
}

func TestOldRunsAndFaultyRowsAreTidiedUp(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		h := newSyncHouse(t, db, nil)
		h.from.rows = []syncs.Row{entry("a", "no mailbox", "")}
		h.run(t)
		h.run(t)
		count := func() (runs, faults int) {
			list, _, err := h.syncs.Runs(ctx, "corp", notify.Page{})
			require.NoError(t, err)
			rows, _, err := h.syncs.Faulty(ctx, "corp", notify.Page{})
			require.NoError(t, err)
			return len(list), len(rows)
		}
		for _, c := range []struct {
			days         time.Duration
			runs, faults int
		}{{6, 2, 1}, {8, 2, 0}, {91, 1, 0}} {
			require.NoError(t, db.TidySyncs(ctx, start.Add(c.days*24*time.Hour)))
			runs, faults := count()
			require.Equal(t, []int{c.runs, c.faults}, []int{runs, faults}, "after %d days", c.days)
		}
	})
}
