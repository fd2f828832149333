package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/broadcast"
	"clarion/backend/delivery"
	"clarion/backend/dispatch"
	"clarion/backend/notify"
	"clarion/backend/segment"
)

// crowded fills the store with recipients p000 and so on; every third is gold.
func crowded(t *testing.T, db *DB, n int) {
	t.Helper()
	list := make([]notify.Recipient, n)
	for i := range list {
		tier := "plain"
		if i%3 == 0 {
			tier = "gold"
		}
		list[i] = notify.Recipient{ID: fmt.Sprintf("p%03d", i), Data: json.RawMessage(`{"tier":"` + tier + `"}`)}
	}
	require.NoError(t, db.UpsertRecipients(t.Context(), list, true, start))
}

func newBroadcast(t *testing.T, db *DB, a broadcast.Audience) broadcast.Broadcast {
	t.Helper()
	b := broadcast.Broadcast{
		ID: notify.NewID(notify.BroadcastID), Name: "News", State: broadcast.Draft, Revision: 1, Authors: []string{"mem_1"}, Source: "shop",
		Plan:      broadcast.Plan{Audience: a, Content: &notify.Content{Title: "Hi"}, Channels: []notify.Channel{notify.InApp}, Data: json.RawMessage(`{"a":1}`)},
		CreatedBy: "Bo", CreatedAt: start, UpdatedAt: start,
	}
	require.NoError(t, db.AddBroadcast(t.Context(), b, broadcast.Entry{At: start, Kind: "created", By: "Bo"}))
	return b
}

// launched is a broadcast whose event has begun.
func launched(t *testing.T, db *DB, b broadcast.Broadcast) broadcast.Broadcast {
	t.Helper()
	b, err := db.ChangeBroadcast(t.Context(), b.ID, start, func(b *broadcast.Broadcast) (broadcast.Change, error) {
		b.State, b.EventID = broadcast.Sending, notify.NewID(notify.EventID)
		e := notify.Event{
			ID: b.EventID, Source: "shop", Type: broadcast.EventType, To: []notify.Target{{Broadcast: b.ID}}, Data: json.RawMessage(`{}`),
			TraceID: "t", Status: notify.EventAccepted, CreatedAt: start, Direct: &notify.Direct{Channels: []notify.Channel{notify.InApp}},
		}
		return broadcast.Change{Launch: &e, Entry: broadcast.Entry{At: start, Kind: "started"}}, nil
	})
	require.NoError(t, err)
	return b
}

func TestABroadcastIsReadBackAsItWasWritten(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		b := newBroadcast(t, db, broadcast.Audience{Segments: []string{"gold"}})
		b, err := db.ChangeBroadcast(t.Context(), b.ID, start, func(b *broadcast.Broadcast) (broadcast.Change, error) {
			b.Before = &broadcast.Before{State: broadcast.Approved, Name: "Old news", Plan: b.Plan, People: 3, By: "Bo", At: start}
			return broadcast.Change{}, nil
		})
		require.NoError(t, err)
		got, err := db.Broadcast(t.Context(), b.ID)
		require.NoError(t, err)
		require.Equal(t, b, got)
		b.Before = nil
		list, next, err := db.Broadcasts(t.Context(), broadcast.Filter{State: []broadcast.State{broadcast.Draft}, Q: "EW"}, notify.Page{})
		require.NoError(t, err)
		require.Empty(t, next)
		require.Equal(t, []broadcast.Broadcast{b}, list)
		for _, f := range []broadcast.Filter{{Q: "%"}, {State: []broadcast.State{broadcast.Sending}}} {
			list, _, err = db.Broadcasts(t.Context(), f, notify.Page{})
			require.NoError(t, err)
			require.Empty(t, list)
		}
		history, err := db.History(t.Context(), b.ID)
		require.NoError(t, err)
		require.Equal(t, []broadcast.Entry{{Number: 1, At: start, Kind: "created", By: "Bo"}}, history)
	})
}

func TestEditsOfOneInARowAreOneOfTheLastTime(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		b := newBroadcast(t, db, broadcast.Audience{Everybody: true})
		for i, by := range []string{"Bo", "Bo", "Ada", "Bo"} {
			_, err := db.ChangeBroadcast(t.Context(), b.ID, start, func(*broadcast.Broadcast) (broadcast.Change, error) {
				return broadcast.Change{Entry: broadcast.Entry{At: start.Add(time.Duration(i) * time.Second), Kind: "edited", By: by}}, nil
			})
			require.NoError(t, err)
		}
		history, err := db.History(t.Context(), b.ID)
		require.NoError(t, err)
		require.Equal(t, []broadcast.Entry{
			{Number: 1, At: start, Kind: "created", By: "Bo"},
			{Number: 2, At: start.Add(time.Second), Kind: "edited", By: "Bo"},
			{Number: 3, At: start.Add(2 * time.Second), Kind: "edited", By: "Ada"},
			{Number: 4, At: start.Add(3 * time.Second), Kind: "edited", By: "Bo"},
		}, history)
	})
}

func TestAGroupKnowsTheBroadcastsThatNameIt(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		naming := func(group string) []string {
			ids := []string{}
			list, _, err := db.Broadcasts(t.Context(), broadcast.Filter{Group: group}, notify.Page{})
			require.NoError(t, err)
			for _, b := range list {
				ids = append(ids, b.ID)
			}
			return ids
		}
		b := newBroadcast(t, db, broadcast.Audience{Groups: []string{"ops", "it's", "ops"}})
		newBroadcast(t, db, broadcast.Audience{Segments: []string{"ops"}, Recipients: []string{"ops"}})
		require.Equal(t, []string{b.ID}, naming("ops"))
		require.Equal(t, []string{b.ID}, naming("it's"))
		require.Empty(t, naming("op"))
		for _, groups := range [][]string{{"dev", "ops"}, {"dev"}, nil} {
			_, err := db.ChangeBroadcast(t.Context(), b.ID, start, func(b *broadcast.Broadcast) (broadcast.Change, error) {
				b.Plan.Audience.Groups = groups
				return broadcast.Change{}, nil
			})
			require.NoError(t, err)
			require.Empty(t, naming("it's"), "what is named no more is forgotten")
			require.Equal(t, slices.Contains(groups, "ops"), len(naming("ops")) == 1)
			require.Equal(t, slices.Contains(groups, "dev"), len(naming("dev")) == 1)
		}
	})
}

func TestAnAudienceIsTakenDownOncePerPerson(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		crowded(t, db, 30)
		rule := segment.Rule{Field: "data.tier", Op: "eq", Value: json.RawMessage(`"gold"`)}
		require.NoError(t, db.PutSegment(ctx, segment.Segment{Key: "gold", Name: "Gold", Rule: rule}, start))
		for _, id := range []string{"p000", "p001", "p002"} {
			_, err := db.w.ExecContext(ctx, "INSERT INTO group_members (group_key, recipient_id) VALUES ('ops', ?)", id)
			require.NoError(t, err)
		}
		_, err := db.w.ExecContext(ctx, "UPDATE recipients SET erased_at = 1 WHERE id = 'p003'")
		require.NoError(t, err)
		for name, tt := range map[string]struct {
			audience broadcast.Audience
			want     int
		}{
			"everybody but the erased":           {broadcast.Audience{Everybody: true}, 29},
			"a segment":                          {broadcast.Audience{Segments: []string{"gold"}}, 9},
			"who is on several lists comes once": {broadcast.Audience{Segments: []string{"gold"}, Groups: []string{"ops"}, Recipients: []string{"p000", "p000", "nobody"}}, 12},
			"everybody and one who is not there": {broadcast.Audience{Everybody: true, Recipients: []string{"p001", "nobody"}}, 30},
		} {
			t.Run(name, func(t *testing.T) {
				b := newBroadcast(t, db, tt.audience)
				roll, err := db.TakeAudience(ctx, b, start)
				require.NoError(t, err)
				require.Equal(t, tt.want, roll.People)
				again, err := db.TakeAudience(ctx, b, start)
				require.NoError(t, err)
				roll.Turn++
				require.Equal(t, roll, again)
				require.Equal(t, tt.want, count(t, db, "broadcast_people WHERE broadcast_id = '"+b.ID+"'"))
				var paged []string
				q := dispatch.AudienceQuery{Broadcast: b.ID, Limit: 4}
				for {
					page, err := db.Audience(ctx, q)
					require.NoError(t, err)
					if len(page) == 0 {
						break
					}
					for _, one := range page {
						paged = append(paged, one.ID)
					}
					q.After = paged[len(paged)-1]
				}
				require.Len(t, paged, tt.want)
				sample, err := db.SampleAudience(ctx, b.ID, 5)
				require.NoError(t, err)
				require.Len(t, sample, 5)
				for _, written := range []string{"", "frozen"} {
					b.Hash = written
					_, err = db.AudiencePerson(ctx, b, paged[0], start)
					require.NoError(t, err)
					_, err = db.AudiencePerson(ctx, b, "p003", start)
					require.ErrorIs(t, err, notify.ErrNotFound, "who was erased is in no audience")
				}
				b.Revision++
				_, err = db.TakeAudience(ctx, b, start)
				require.ErrorIs(t, err, notify.ErrConflict, "what was edited meanwhile is not taken down")
				_, err = db.ChangeBroadcast(ctx, b.ID, start, func(now *broadcast.Broadcast) (broadcast.Change, error) {
					now.State = broadcast.Submitted
					return broadcast.Change{}, nil
				})
				require.NoError(t, err)
				b.Revision--
				_, err = db.TakeAudience(ctx, b, start)
				require.ErrorIs(t, err, notify.ErrConflict, "a preview that began with the draft does not change what was submitted")
				b.State = broadcast.Submitted
				_, err = db.TakeAudience(ctx, b, start)
				require.NoError(t, err)
				b, err = db.ChangeBroadcast(ctx, b.ID, start, func(now *broadcast.Broadcast) (broadcast.Change, error) {
					now.Hash = "frozen"
					return broadcast.Change{}, nil
				})
				require.NoError(t, err)
				_, err = db.TakeAudience(ctx, b, start)
				require.ErrorIs(t, err, notify.ErrConflict, "what is frozen stays as it is")
			})
		}
	})
}

func TestOfTwentyWhoApproveOneWins(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		b := newBroadcast(t, db, broadcast.Audience{Everybody: true})
		var all sync.WaitGroup
		var won atomic.Int64
		for range 20 {
			all.Go(func() {
				_, err := db.ChangeBroadcast(t.Context(), b.ID, start, func(b *broadcast.Broadcast) (broadcast.Change, error) {
					if b.State != broadcast.Draft {
						return broadcast.Change{}, notify.ErrConflict
					}
					b.State = broadcast.Approved
					return broadcast.Change{Entry: broadcast.Entry{At: start, Kind: "approved"}}, nil
				})
				if err == nil {
					won.Add(1)
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 1, won.Load())
		require.Equal(t, 1, count(t, db, "broadcast_history WHERE kind = 'approved'"))
	})
}

func TestOfTwentyWorkersOneGetsABroadcastWhoseTimeHasCome(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		b := newBroadcast(t, db, broadcast.Audience{Everybody: true})
		_, err := db.ClaimBroadcast(t.Context(), "w", start, start.Add(time.Minute))
		require.ErrorIs(t, err, notify.ErrNotFound, "nobody is to look at a draft")
		_, err = db.ChangeBroadcast(t.Context(), b.ID, start, func(b *broadcast.Broadcast) (broadcast.Change, error) {
			b.LookAt = start
			return broadcast.Change{}, nil
		})
		require.NoError(t, err)
		var all sync.WaitGroup
		var won atomic.Int64
		for range 20 {
			all.Go(func() {
				if _, err := db.ClaimBroadcast(t.Context(), "w", start, start.Add(time.Minute)); err == nil {
					won.Add(1)
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 1, won.Load())
		require.NoError(t, db.Beat(t.Context(), "w", start))
		require.NoError(t, db.EndLeases(t.Context(), start))
		_, err = db.ClaimBroadcast(t.Context(), "x", start, start.Add(time.Minute))
		require.ErrorIs(t, err, notify.ErrNotFound, "whoever has it lives")
		require.NoError(t, db.Forget(t.Context(), "w"))
		require.NoError(t, db.EndLeases(t.Context(), start))
		_, err = db.ClaimBroadcast(t.Context(), "x", start, start.Add(time.Minute))
		require.NoError(t, err, "the lease of the dead is not waited for")
	})
}

func TestAPausedBroadcastLosesAndRepeatsNobody(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		crowded(t, db, 6)
		b := newBroadcast(t, db, broadcast.Audience{Everybody: true})
		_, err := db.TakeAudience(ctx, b, start)
		require.NoError(t, err)
		b = launched(t, db, b)
		events, err := db.Accepted(ctx, []string{b.EventID}, start)
		require.NoError(t, err)
		require.Len(t, events, 1)
		require.Equal(t, b.ID, events[0].Broadcast())
		page := func(from, to string) dispatch.Batch {
			batch := newBatch([]string{b.EventID})
			batch.Events[0].From, batch.Events[0].Cursor, batch.Events[0].Status = from, to, notify.EventAccepted
			batch.Messages[0].Broadcast = b.ID
			return batch
		}
		first := page("", "p002")
		saved, err := db.Save(ctx, first)
		require.NoError(t, err)
		require.Len(t, saved, 1)

		move := func(state broadcast.State, what broadcast.EventMove) {
			_, err := db.ChangeBroadcast(ctx, b.ID, start, func(b *broadcast.Broadcast) (broadcast.Change, error) {
				b.State = state
				return broadcast.Change{Event: what}, nil
			})
			require.NoError(t, err)
		}
		move(broadcast.Paused, broadcast.HoldEvent)
		saved, err = db.Save(ctx, page("p002", "p004"))
		require.NoError(t, err)
		require.Empty(t, saved, "a page that was decided before the pause is not stored after it")
		id := first.Messages[0].ID
		claimed, err := db.ClaimMessages(ctx, delivery.Claim{IDs: []string{id}, AttemptIDs: []string{"att_1"}, Integration: "int_1", Worker: "w", Now: start.Add(time.Second), LeaseUntil: start.Add(time.Minute)})
		require.NoError(t, err)
		require.Empty(t, claimed.Messages)
		require.Equal(t, 1, claimed.Held)
		held := message(t, db, id)
		require.Equal(t, notify.Held, held.Status)
		require.Equal(t, notify.BroadcastPaused, held.HeldFor)
		require.Equal(t, far, held.DueAt)
		p, err := db.BroadcastProgress(ctx, b)
		require.NoError(t, err)
		require.Equal(t, 1, p.Waiting)
		require.Equal(t, 3, p.Reached)

		move(broadcast.Sending, broadcast.ReleaseEvent)
		events, err = db.Accepted(ctx, []string{b.EventID}, start)
		require.NoError(t, err)
		require.Equal(t, "p002", events[0].Cursor, "it goes on where it was")
		n, err := db.ReleaseHeld(ctx, b.EventID, start, 10)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, notify.Queued, message(t, db, id).Status)
		n, err = db.ReleaseHeld(ctx, b.EventID, start, 10)
		require.NoError(t, err)
		require.Zero(t, n)

		move(broadcast.Cancelled, broadcast.CancelEvent)
		require.Equal(t, notify.Cancelled, message(t, db, id).Status)
		events, err = db.Accepted(ctx, []string{b.EventID}, start)
		require.NoError(t, err)
		require.Empty(t, events)
	})
}

func TestAPacedPageIsDueWhenItSays(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		b := launched(t, db, newBroadcast(t, db, broadcast.Audience{Everybody: true}))
		batch := newBatch([]string{b.EventID})
		batch.Events[0].Status, batch.Events[0].Cursor, batch.Events[0].Due = notify.EventAccepted, "p001", start.Add(2*time.Second)
		_, err := db.Save(t.Context(), batch)
		require.NoError(t, err)
		require.Empty(t, claimEvents(t, db, []string{b.EventID}))
		events, err := db.Accepted(t.Context(), []string{b.EventID}, start.Add(2*time.Second))
		require.NoError(t, err)
		require.Len(t, events, 1)
	})
}

func TestTheOutcomeOfEverybodyIsListed(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		crowded(t, db, 3)
		b := newBroadcast(t, db, broadcast.Audience{Everybody: true})
		_, err := db.TakeAudience(ctx, b, start)
		require.NoError(t, err)
		b = launched(t, db, b)
		batch := newBatch([]string{b.EventID})
		batch.Messages[0].Broadcast, batch.Messages[0].Recipient.ID = b.ID, "p001"
		_, err = db.Save(ctx, batch)
		require.NoError(t, err)
		first, next, err := db.BroadcastOutcomes(ctx, broadcast.OutcomeFilter{Broadcast: b.ID}, notify.Page{Limit: 2})
		require.NoError(t, err)
		require.NotEmpty(t, next)
		require.Equal(t, "p000", first[0].Recipient.ID)
		require.Empty(t, first[0].Messages)
		require.Equal(t, []broadcast.OutcomeMessage{{ID: batch.Messages[0].ID, Channel: notify.Email, Status: notify.Queued}}, first[1].Messages)
		rest, _, err := db.BroadcastOutcomes(ctx, broadcast.OutcomeFilter{Broadcast: b.ID}, notify.Page{Limit: 2, After: next})
		require.NoError(t, err)
		require.Len(t, rest, 1)
		list, _, err := db.Messages(ctx, notify.MessageFilter{Broadcast: b.ID}, notify.Page{})
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, b.ID, list[0].Broadcast)
	})
}
