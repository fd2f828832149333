package store

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/audience"
	"clarion/backend/broadcast"
	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

// pageWith is a page of so many whose last is the given person.
func pageWith(event, to, last string, n int) dispatch.Batch {
	b := pageOf(event, "m", to)
	b.Notifications, b.Messages = b.Notifications[:n], b.Messages[:n]
	b.Notifications[n-1].Recipient.ID, b.Messages[n-1].Recipient.ID = last, last
	return b
}

// ofPerson counts what an event has for somebody: notifications and messages.
func ofPerson(t *testing.T, db *DB, id string) []int {
	t.Helper()
	where := " WHERE recipient_id = '" + id + "'"
	return []int{count(t, db, "notifications"+where), count(t, db, "messages"+where)}
}

func TestWhoIsMergedWhileTheirAudienceIsWalkedIsReachedOnce(t *testing.T) {
	sizes := map[string]func(event string) dispatch.Batch{
		"a small page":  func(event string) dispatch.Batch { return pageWith(event, "s", "zoe", 2) },
		"a copied page": func(event string) dispatch.Batch { return pageWith(event, "s", "zoe", copyFrom) },
		"a copied page behind another": func(event string) dispatch.Batch {
			b := pageWith(event, "s", "zoe", copyFrom)
			b.Behind = func() bool { return true }
			return b
		},
		"a page of whom some wait": func(event string) dispatch.Batch {
			b := pageWith(event, "s", "zoe", 2)
			for _, n := range b.Notifications {
				b.Runs = append(b.Runs, notify.Run{
					ID: n.ID, EventID: event, RecipientID: n.Recipient.ID, Workflow: n.Workflow, Priority: notify.Medium, Status: notify.RunParked, ResumeAt: later, Step: "wait", Kind: notify.StepDelay,
				})
			}
			return b
		},
		"nobody else": func(event string) dispatch.Batch { return pageWith(event, "s", "zoe", 1) },
	}
	for name, page := range sizes {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *DB) {
				ctx := t.Context()
				put(t, db, true, start, notify.Recipient{ID: "old"}, notify.Recipient{ID: "zoe"})
				event := accept(t, db, 1)[0]
				before := pageWith(event, "m", "old", 2)
				before.Events[0].From = ""
				got, err := db.Save(ctx, before)
				require.NoError(t, err)
				require.Len(t, got, 1)
				require.NoError(t, db.MergeRecipients(ctx, audience.Merge{Into: "zoe", From: "old"}, later))
				require.Equal(t, []int{1, 1}, ofPerson(t, db, "zoe"), "what the first got is the second's")
				b := page(event)
				got, err = db.Save(ctx, b)
				require.NoError(t, err)
				require.Len(t, got, 1, "the audience is walked on")
				require.Equal(t, []int{1, 1}, ofPerson(t, db, "zoe"), "and who was reached by the other id is not reached again")
				n := len(b.Notifications)
				require.Equal(t, []int{n + 1, n + 1, n + 1}, books(t, db), "the others are")
				require.Equal(t, notify.Skipped, b.Messages[n-1].Status, "nobody hands on what is not there")
				require.Equal(t, max(0, len(b.Runs)-1), count(t, db, "runs"))
			})
		})
	}
}

func TestAMergeAndTwentyWhoSaveAPageFailNobody(t *testing.T) {
	for name, n := range map[string]int{"a small page": 2, "a copied page": copyFrom} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *DB) {
				ctx := t.Context()
				put(t, db, true, start, notify.Recipient{ID: "old"}, notify.Recipient{ID: "zoe"})
				event := accept(t, db, 1)[0]
				before := pageWith(event, "m", "old", 2)
				before.Events[0].From = ""
				_, err := db.Save(ctx, before)
				require.NoError(t, err)
				var won atomic.Int32
				race(t, 21, func(i int) error {
					if i == 20 {
						return db.MergeRecipients(ctx, audience.Merge{Into: "zoe", From: "old"}, later)
					}
					got, err := db.Save(ctx, pageWith(event, "s", "zoe", n))
					won.Add(int32(len(got)))
					return err
				})
				require.EqualValues(t, 1, won.Load())
				require.Equal(t, 1, ofPerson(t, db, "zoe")[0])
				// Where the page was faster, what the other id had got stays with that.
				require.Equal(t, n+1+ofPerson(t, db, "old")[0], count(t, db, "notifications"))
				require.Equal(t, n, count(t, db, "notifications WHERE recipient_id <> 'zoe' AND recipient_id <> 'old'"))
			})
		})
	}
}

func TestTheOutcomeOfWhoWasMergedSaysWhoTheyBecame(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		put(t, db, true, start, notify.Recipient{ID: "older"}, notify.Recipient{ID: "old"}, notify.Recipient{ID: "ann"}, notify.Recipient{ID: "zoe"})
		b := newBroadcast(t, db, broadcast.Audience{Recipients: []string{"old", "older", "zoe"}})
		_, err := db.TakeAudience(ctx, b, start)
		require.NoError(t, err)
		b = launched(t, db, b)
		for _, id := range []string{"older", "zoe"} {
			m := aMessage(id)
			m.EventID, m.Broadcast = b.EventID, b.ID
			seed(t, db, m)
		}
		require.NoError(t, db.MergeRecipients(ctx, audience.Merge{Into: "zoe", From: "old"}, later))
		require.NoError(t, db.MergeRecipients(ctx, audience.Merge{Into: "ann", From: "older"}, later))
		list, _, err := db.BroadcastOutcomes(ctx, broadcast.OutcomeFilter{Broadcast: b.ID}, notify.Page{Limit: 10})
		require.NoError(t, err)
		type line struct {
			id, into string
			messages int
		}
		var got []line
		for _, o := range list {
			got = append(got, line{o.Recipient.ID, o.MergedInto, len(o.Messages)})
		}
		require.Equal(t, []line{{"old", "zoe", 0}, {"older", "ann", 1}, {"zoe", "", 1}}, got)
	})
}
