package store

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

func TestOfTwentyDispatchersOneStoresEachEvent(t *testing.T) {
	for name, n := range map[string]int{"a few events": 3, "so many that they are copied": 64} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *DB) {
				ids := accept(t, db, n)
				var all sync.WaitGroup
				var won atomic.Int64
				for range 20 {
					all.Go(func() {
						got, err := db.Save(t.Context(), newBatch(ids))
						if err != nil {
							t.Error(err)
						}
						won.Add(int64(len(got)))
					})
				}
				all.Wait()
				require.EqualValues(t, n, won.Load())
				require.Equal(t, n, count(t, db, "messages"))
				require.Empty(t, claimEvents(t, db, ids))
			})
		})
	}
}

func TestAPageOfAnEventIsStoredOnce(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ids := accept(t, db, 1)
		page := func(from, to string) int {
			b := newBatch(ids)
			b.Events[0].From, b.Events[0].Cursor, b.Events[0].Status = from, to, notify.EventAccepted
			b.Notifications[0].Recipient.ID = "after-" + from
			b.Messages[0].Recipient.ID = "after-" + from
			got, err := db.Save(t.Context(), b)
			require.NoError(t, err)
			return len(got)
		}
		require.Equal(t, 1, page("", "m"))
		require.Equal(t, 0, page("", "m"), "the page has been made")
		require.Equal(t, 1, page("m", "z"))
		require.Equal(t, 2, count(t, db, "messages"))
	})
}

func TestHeldEventsAreNotDispatched(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		e := newEvent("k")
		e.Status, e.SendAt = notify.EventHeld, start.Add(time.Hour)
		saved(t, db, entryOf(e))
		require.Empty(t, claimEvents(t, db, []string{e.ID}))
	})
}

func TestADispatchWithWhichOthersWereFasterStoresNothing(t *testing.T) {
	for name, n := range map[string]int{"a few events": 2, "so many that they are copied": copyFrom} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *DB) {
				ids := accept(t, db, n)
				claimEvents(t, db, ids)
				_, err := db.w.ExecContext(t.Context(), "UPDATE events SET cursor = 'further' WHERE id = ?", ids[0])
				require.NoError(t, err)
				b := newBatch(ids)
				got, err := db.Save(t.Context(), b)
				require.NoError(t, err)
				require.Equal(t, ids[1:], got)
				require.Equal(t, n-1, count(t, db, "messages"))
				require.Equal(t, n-1, count(t, db, "notifications"))
				require.Equal(t, n-1, count(t, db, "message_events"))
				again, err := db.Save(t.Context(), b)
				require.NoError(t, err)
				require.Empty(t, again)
			})
		})
	}
}

func TestAFewAndManyAreSavedAlike(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		for _, n := range []int{copyFrom - 1, copyFrom} {
			for _, want := range queued(t, db, n) {
				got := message(t, db, want.ID)
				require.Equal(t, want, got)
				require.Equal(t, []string{"created", "queued"}, kinds(t, db, want.ID))
			}
		}
	})
}

func TestEveryFirstStatusHasItsTimeline(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ids := accept(t, db, 3)
		claimEvents(t, db, ids)
		b := newBatch(ids)
		b.Messages[1].Status, b.Messages[1].SkipReason = notify.Skipped, notify.OptedOut
		b.Messages[2].Status, b.Messages[2].DueAt = notify.Held, start.Add(time.Hour)
		_, err := db.Save(t.Context(), b)
		require.NoError(t, err)
		for i, status := range []string{"queued", "skipped", "held"} {
			require.Equal(t, []string{"created", status}, kinds(t, db, b.Messages[i].ID))
			require.Equal(t, b.Messages[i], message(t, db, b.Messages[i].ID))
		}
		require.Equal(t, 1, count(t, db, `message_events WHERE detail = '{"reason":"opted_out"}' AND channel = 'email' AND source = 'shop'`))
	})
}

func TestALongAudienceIsDispatchedPageByPage(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ids := accept(t, db, 1)
		claimEvents(t, db, ids)
		b := newBatch(ids)
		b.Events[0].Status, b.Events[0].Cursor = notify.EventAccepted, "person-0"
		_, err := db.Save(t.Context(), b)
		require.NoError(t, err)
		again := claimEvents(t, db, ids)
		require.Len(t, again, 1)
		require.Equal(t, "person-0", again[0].Cursor)
		require.True(t, again[0].DispatchedAt.IsZero())
	})
}

func TestAnAudienceIsPagedWithoutDoubles(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := context.Background()
		for _, pair := range [][2]string{{"g1", "a"}, {"g1", "c"}, {"g1", "e"}, {"g2", "b"}, {"g2", "c"}} {
			_, err := db.w.ExecContext(ctx, "INSERT INTO group_members (group_key, recipient_id) VALUES (?, ?)", pair[0], pair[1])
			require.NoError(t, err)
		}
		q := dispatch.AudienceQuery{Recipients: []string{"e", "d", "a"}, Groups: []string{"g1", "g2"}, Limit: 2}
		var pages [][]string
		for {
			page, err := db.Audience(ctx, q)
			require.NoError(t, err)
			if len(page) == 0 {
				break
			}
			var ids []string
			for _, one := range page {
				ids = append(ids, one.ID)
				require.Equal(t, one.ID == "b" || one.ID == "c", one.By != "", "who is named is not there by a group")
			}
			pages = append(pages, ids)
			q.After = ids[len(ids)-1]
		}
		require.Equal(t, [][]string{{"a", "b"}, {"c", "d"}, {"e"}}, pages)
	})
}

func TestPeopleComeWithTheirSuppressions(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		ada := notify.Recipient{ID: "ada", Name: "Ada", Addresses: []notify.Address{
			{Channel: notify.Email, Address: "ada@example.com"}, {Channel: notify.SMS, Address: "+441"}}}
		require.NoError(t, db.UpsertRecipients(ctx, []notify.Recipient{ada}, true, start))
		_, err := db.AddSuppression(ctx, notify.Suppression{ID: "sup_1", Channel: notify.SMS, Address: "+441", Reason: notify.Manual}, start)
		require.NoError(t, err)
		people, err := db.People(ctx, []string{"ada"})
		require.NoError(t, err)
		require.Len(t, people, 1)
		require.Len(t, people[0].Addresses, 2)
		require.Len(t, people[0].Suppressions, 1)
		require.Equal(t, notify.Manual, people[0].Suppressions[0].Reason)
	})
}
