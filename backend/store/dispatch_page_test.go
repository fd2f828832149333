package store

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

// pageOf is a page of an event's audience, of so many that it is copied.
func pageOf(event, from, to string) dispatch.Batch {
	b := dispatch.Batch{Now: start, LeaseUntil: start, Events: []dispatch.EventDone{{ID: event, Status: notify.EventAccepted, From: from, Cursor: to}}}
	for i := range copyFrom {
		one := newBatch([]string{event})
		n, m := one.Notifications[0], one.Messages[0]
		n.Recipient.ID = fmt.Sprintf("%s-%02d", to, i)
		m.Recipient.ID = n.Recipient.ID
		b.Notifications, b.Messages = append(b.Notifications, n), append(b.Messages, m)
	}
	return b
}

// books counts what pages leave: notifications, messages, rows of timelines.
func books(t *testing.T, db *DB) []int {
	t.Helper()
	return []int{count(t, db, "notifications"), count(t, db, "messages"), count(t, db, "message_events")}
}

func TestAPageIsSavedBehindTheOneBefore(t *testing.T) {
	cases := map[string]struct {
		// before is what becomes of the page before, while this one waits for it.
		before func(t *testing.T, db *DB, event string) bool
		fields func(b *dispatch.Batch)
		// saved is whether this one is saved, pages how many are there in the end.
		saved bool
		pages int
	}{
		"it is saved":     {before: first, saved: true, pages: 2},
		"it is not saved": {before: func(*testing.T, *DB, string) bool { return false }},
		"it is saved, then somebody is faster": {before: func(t *testing.T, db *DB, event string) bool {
			t.Helper()
			return first(t, db, event) && move(t, db, event, "cursor = 'z'")
		}, pages: 1},
		"it is saved, then the broadcast is paused": {before: func(t *testing.T, db *DB, event string) bool {
			t.Helper()
			return first(t, db, event) && move(t, db, event, "status = 'held'")
		}, pages: 1},
		"there are caps to be counted": {before: first, fields: func(b *dispatch.Batch) {
			b.Messages[0].Caps = []notify.WishCap{{Cap: notify.Cap{Max: 9, Per: notify.PerDay}}}
		}, saved: true, pages: 2},
		"it is too small to be copied": {before: first, fields: func(b *dispatch.Batch) {
			b.Notifications, b.Messages = b.Notifications[:1], b.Messages[:1]
		}, saved: true, pages: 1},
	}
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *DB) {
				event := accept(t, db, 1)[0]
				page := pageOf(event, "m", "s")
				if tt.fields != nil {
					tt.fields(&page)
				}
				page.Behind = func() bool { return tt.before(t, db, event) }
				got, err := db.Save(t.Context(), page)
				require.NoError(t, err)
				require.Equal(t, tt.saved, len(got) == 1)
				n := tt.pages * copyFrom
				if len(page.Messages) == 1 {
					n++
				}
				require.Equal(t, []int{n, n, n}, books(t, db))
			})
		})
	}
}

func first(t *testing.T, db *DB, event string) bool {
	t.Helper()
	got, err := db.Save(t.Context(), pageOf(event, "", "m"))
	return err == nil && len(got) == 1
}

func move(t *testing.T, db *DB, event, to string) bool {
	t.Helper()
	_, err := db.w.ExecContext(t.Context(), "UPDATE events SET "+to+" WHERE id = ?", event)
	return err == nil
}

func TestAPageThatOthersHaveSavedIsNotSavedAgain(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		event := accept(t, db, 1)[0]
		require.True(t, first(t, db, event))
		again := pageOf(event, "", "m")
		again.Behind = func() bool { return true }
		got, err := db.Save(t.Context(), again)
		require.NoError(t, err)
		require.Empty(t, got)
		require.Equal(t, []int{copyFrom, copyFrom, copyFrom}, books(t, db))
	})
}

// TestOfTwentyWhoMakeAnAudienceEachPageIsSavedOnce has twenty make the same pages,
// each page beginning while the one before it is under way. Who stands in the way of
// another may have to give up; whoever comes next goes on from where that was.
func TestOfTwentyWhoMakeAnAudienceEachPageIsSavedOnce(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		event := accept(t, db, 1)[0]
		var won atomic.Int64
		for cursor := ""; cursor != "s"; {
			var all sync.WaitGroup
			for range 20 {
				all.Go(func() { won.Add(makePages(t, db, event, cursor)) })
			}
			all.Wait()
			require.NoError(t, db.w.NewRaw("SELECT cursor FROM events WHERE id = ?", event).Scan(t.Context(), &cursor))
		}
		require.EqualValues(t, 3, won.Load())
		require.Equal(t, []int{3 * copyFrom, 3 * copyFrom, 3 * copyFrom}, books(t, db))
	})
}

// makePages makes the pages behind a cursor and counts those it saved.
func makePages(t *testing.T, db *DB, event, cursor string) int64 {
	behind, from := func() bool { return true }, cursor
	var saved atomic.Int64
	var pages sync.WaitGroup
	for _, to := range []string{"g", "m", "s"} {
		if to <= cursor {
			continue
		}
		page := pageOf(event, from, to)
		owned, known, ok := make(chan struct{}), make(chan struct{}), false
		own := sync.OnceFunc(func() { close(owned) })
		page.Behind, page.Owned = behind, own
		pages.Go(func() {
			defer close(known)
			defer own()
			got, err := db.Save(t.Context(), page)
			if err != nil && !errors.Is(err, notify.ErrUnavailable) {
				t.Error(err)
			}
			if ok = len(got) == 1; ok {
				saved.Add(1)
			}
		})
		<-owned
		behind, from = func() bool { <-known; return ok }, to
	}
	pages.Wait()
	return saved.Load()
}

func TestAnEventIsLookedAfterUntilItsNextPage(t *testing.T) {
	cases := map[string]struct {
		done dispatch.EventDone
		look time.Time
	}{
		"which comes at once":      {dispatch.EventDone{}, start.Add(9 * time.Second)},
		"which is due later":       {dispatch.EventDone{Due: start.Add(7 * time.Second)}, start.Add(7 * time.Second)},
		"which somebody waits for": {dispatch.EventDone{Due: start.Add(time.Second / 4), Soon: true}, start.Add(9 * time.Second)},
	}
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *DB) {
				b := pageOf(accept(t, db, 1)[0], "", "m")
				b.LeaseUntil = start.Add(9 * time.Second)
				b.Events[0].Due, b.Events[0].Soon = tt.done.Due, tt.done.Soon
				_, err := db.Save(t.Context(), b)
				require.NoError(t, err)
				require.Equal(t, 1, count(t, db, fmt.Sprintf("watch WHERE kind = 'event' AND look_at = %d", micros(tt.look))))
			})
		})
	}
}
