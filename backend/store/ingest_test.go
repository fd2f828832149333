package store

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/ingest"
	"clarion/backend/notify"
)

func saved(t *testing.T, db *DB, entries ...ingest.Entry) []ingest.Saved {
	t.Helper()
	got, err := db.SaveEvents(t.Context(), entries, start)
	require.NoError(t, err)
	require.Len(t, got, len(entries))
	return got
}

func TestAnEventComesBackAsItWent(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		e := newEvent("k1")
		e.Priority, e.Actor, e.Tenant, e.ExpiresAt = notify.High, "till-7", "eu", start.Add(time.Hour)
		e.Direct = &notify.Direct{Channels: []notify.Channel{notify.SMS}, Content: &notify.Content{Text: "hi"}}
		saved(t, db, ingest.Entry{Event: e})
		got := claimEvents(t, db, []string{e.ID})
		require.Equal(t, []notify.Event{e}, got)
	})
}

func TestFiftyConcurrentEventsWithOneKeyAreStoredOnce(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		var all sync.WaitGroup
		results := make([]ingest.Saved, 50)
		for i := range results {
			all.Go(func() {
				got, err := db.SaveEvents(t.Context(), []ingest.Entry{{Event: newEvent("same")}}, start)
				if err != nil {
					t.Error(err)
					return
				}
				results[i] = got[0]
			})
		}
		all.Wait()
		first := 0
		for _, r := range results {
			require.Equal(t, results[0].ID, r.ID)
			if !r.Duplicate {
				first++
			}
		}
		require.Equal(t, 1, first)
		require.Equal(t, 1, count(t, db, "events"))
	})
}

func TestAKeyWithAnotherBodyIsReported(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		saved(t, db, ingest.Entry{Event: newEvent("k")})
		again, other := newEvent("k"), newEvent("k")
		other.Fingerprint = "f2"
		got := saved(t, db, ingest.Entry{Event: again}, ingest.Entry{Event: other})
		require.True(t, got[0].Duplicate)
		require.False(t, got[0].KeyReused)
		require.True(t, got[1].KeyReused)
	})
}

func TestDuplicatesWithinOneBatchAreStoredOnce(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		a, b, c := newEvent("k"), newEvent("k"), newEvent("other")
		elsewhere := newEvent("k")
		elsewhere.Source = "billing"
		got := saved(t, db, ingest.Entry{Event: a}, ingest.Entry{Event: b}, ingest.Entry{Event: c}, ingest.Entry{Event: elsewhere})
		require.Equal(t, []string{a.ID, a.ID, c.ID, elsewhere.ID}, []string{got[0].ID, got[1].ID, got[2].ID, got[3].ID})
		require.Equal(t, a.To, got[1].To)
		require.Equal(t, a.TraceID, got[1].TraceID)
		require.True(t, got[1].Duplicate)
		require.Equal(t, 3, count(t, db, "events"))
	})
}

func TestARepeatIsFoundWhetherItWasExpectedOrNot(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		first := saved(t, db, ingest.Entry{Event: newEvent("k")})[0]
		for i, expected := range []int32{0, 1, 0, repeatsLast} {
			db.repeats.Store(expected)
			got := saved(t, db, ingest.Entry{Event: newEvent("k")}, ingest.Entry{Event: newEvent("")})
			require.Equal(t, []bool{true, false}, []bool{got[0].Duplicate, got[1].Duplicate})
			require.Equal(t, first.ID, got[0].ID)
			require.Equal(t, i+2, count(t, db, "events"))
		}
	})
}

func TestEventsWithoutAKeyAreNeverDuplicates(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		for _, s := range saved(t, db, ingest.Entry{Event: newEvent("")}, ingest.Entry{Event: newEvent("")}) {
			require.False(t, s.Duplicate)
		}
	})
}

func TestRecipientsGivenInlineAreStoredWithTheEvent(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ada := notify.Recipient{ID: "ada", Name: "Ada", Addresses: []notify.Address{{Channel: notify.Email, Address: "ada@example.com"}}}
		saved(t, db, ingest.Entry{Event: newEvent("k"), Upserts: []notify.Recipient{ada}})
		people, err := db.People(t.Context(), []string{"ada", "nobody"})
		require.NoError(t, err)
		require.Len(t, people, 1)
		require.Equal(t, ada.Addresses, people[0].Addresses)
		missing, err := db.Missing(t.Context(), []string{"ada", "nobody"}, []string{"no-group"}, []string{"no-segment"})
		require.NoError(t, err)
		require.Equal(t, ingest.Unknown{Recipients: map[string]bool{"nobody": true}, Groups: map[string]bool{"no-group": true}, Segments: map[string]bool{"no-segment": true}}, missing)
	})
}

func TestCancellingStopsWhatWasNotSent(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		list := queued(t, db, 3)
		under := claimed(t, db, list[:1])[0]
		got, err := db.CancelMessage(ctx, list[1].ID, start)
		require.NoError(t, err)
		require.Equal(t, ingest.Cancelled{Messages: 1}, got)
		got, err = db.CancelNotification(ctx, list[2].NotificationID, start)
		require.NoError(t, err)
		require.Equal(t, ingest.Cancelled{Messages: 1}, got)
		waiting := accept(t, db, 2)
		got, err = db.CancelEvent(ctx, waiting[0], start)
		require.NoError(t, err)
		require.Equal(t, ingest.Cancelled{Events: 1}, got)
		got, err = db.CancelByKey(ctx, "shop", "order-A-1", start)
		require.NoError(t, err)
		require.Equal(t, ingest.Cancelled{Events: 1}, got)
		require.Empty(t, claimEvents(t, db, waiting))
		require.Equal(t, notify.Sending, message(t, db, under.ID).Status)
		require.Equal(t, []string{"created", "queued", "cancelled"}, kinds(t, db, list[1].ID))
		_, err = db.CancelEvent(ctx, "evt_none", start)
		require.ErrorIs(t, err, notify.ErrNotFound)
		_, err = db.CancelMessage(ctx, "msg_none", start)
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}

func TestAPromisedNotificationCanBeCancelledBeforeItIsMade(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		held := newEvent("held")
		held.Status, held.Direct = notify.EventHeld, &notify.Direct{Template: "t", Channels: []notify.Channel{notify.Email}}
		first, second := notify.NewID(notify.NotificationID), notify.NewID(notify.NotificationID)
		held.To = []notify.Target{{Recipient: "ada", NotificationID: first}, {Recipient: "wei", NotificationID: second}}
		id := saved(t, db, ingest.Entry{Event: held, LeaseUntil: start.Add(time.Hour)})[0].ID
		got, err := db.CancelNotification(ctx, first, start)
		require.NoError(t, err)
		require.Equal(t, ingest.Cancelled{}, got, "wei is still to be notified")
		e, err := db.Event(ctx, id)
		require.NoError(t, err)
		require.Equal(t, held.To[1:], e.To)
		_, err = db.CancelNotification(ctx, first, start)
		require.ErrorIs(t, err, notify.ErrNotFound)
		got, err = db.CancelNotification(ctx, second, start)
		require.NoError(t, err)
		require.Equal(t, ingest.Cancelled{Events: 1}, got)
		e, err = db.Event(ctx, id)
		require.NoError(t, err)
		require.Equal(t, notify.EventCancelled, e.Status)
	})
}

func TestAClosedDatabaseRefusesEventsAsUnavailable(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		require.NoError(t, db.Close())
		_, err := db.SaveEvents(t.Context(), []ingest.Entry{{Event: newEvent("k")}}, start)
		require.ErrorIs(t, err, notify.ErrUnavailable)
	})
}

func TestAFullDiskRefusesEventsAsUnavailableAndRecovers(t *testing.T) {
	t.Parallel()
	db := onSQLite(t)
	var pages int
	require.NoError(t, db.w.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages))
	_, err := db.w.ExecContext(t.Context(), "PRAGMA max_page_count = ?", pages)
	require.NoError(t, err)
	entries := make([]ingest.Entry, 400)
	for i := range entries {
		entries[i].Event = newEvent("")
	}
	_, err = db.SaveEvents(t.Context(), entries, start)
	require.ErrorIs(t, err, notify.ErrUnavailable)
	require.Zero(t, count(t, db, "events"))
	_, err = db.w.ExecContext(t.Context(), "PRAGMA max_page_count = 1000000")
	require.NoError(t, err)
	_, err = db.SaveEvents(t.Context(), entries, start)
	require.NoError(t, err)
}
