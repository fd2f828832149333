package store

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/broadcast"
	"clarion/backend/notify"
)

// Every number of a broadcast's progress is as long as the list that it opens.
func TestTheNumbersOfABroadcastAreTheLengthsOfTheirLists(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		crowded(t, db, 6)
		b := newBroadcast(t, db, broadcast.Audience{Everybody: true})
		roll, err := db.TakeAudience(ctx, b, start)
		require.NoError(t, err)
		b.People = roll.People
		b = launched(t, db, b)
		b.People, b.Recall = roll.People, broadcast.Recalled
		// Four of six have come to their turn, two of them with two messages each.
		fates := []struct {
			person string
			status notify.Status
			held   notify.HoldReason
			recall broadcast.RecallOutcome
		}{
			{"p000", notify.Delivered, "", broadcast.RecallDeleted}, {"p000", notify.Sent, "", broadcast.RecallCannot},
			{"p001", notify.Sent, "", broadcast.RecallCannot}, {"p001", notify.Sent, "", broadcast.RecallCannot},
			{"p002", notify.Held, notify.BroadcastPaused, ""}, {"p003", notify.Held, notify.QuietHours, ""},
		}
		for i, fate := range fates {
			m := aMessage(fate.person)
			m.EventID, m.Broadcast, m.Status, m.HeldFor = b.EventID, b.ID, string(fate.status), string(fate.held)
			seed(t, db, m)
			if fate.recall != "" {
				taken := []broadcast.Taken{{MessageID: m.ID, Outcome: fate.recall, Detail: fmt.Sprint(i)}}
				require.NoError(t, db.SaveRecalls(ctx, b.ID, taken, start))
			}
		}
		_, err = db.w.ExecContext(ctx, "UPDATE events SET cursor = 'p003' WHERE id = ?", b.EventID)
		require.NoError(t, err)

		messages := func(f notify.MessageFilter) int {
			f.Broadcast = b.ID
			list, _, err := db.Messages(ctx, f, notify.Page{})
			require.NoError(t, err)
			return len(list)
		}
		outcomes := func(f broadcast.OutcomeFilter) int {
			f.Broadcast = b.ID
			list, _, err := db.BroadcastOutcomes(ctx, f, notify.Page{})
			require.NoError(t, err)
			return len(list)
		}
		progress := func() broadcast.Progress {
			p, err := db.BroadcastProgress(ctx, b)
			require.NoError(t, err)
			return p
		}
		p := progress()
		require.Equal(t, 6, p.People)
		require.Equal(t, p.People, outcomes(broadcast.OutcomeFilter{}))
		require.Equal(t, 4, p.Reached)
		require.Equal(t, p.Reached, outcomes(broadcast.OutcomeFilter{Reached: broadcast.ReachedYes}))
		require.Equal(t, p.People-p.Reached, outcomes(broadcast.OutcomeFilter{Reached: broadcast.ReachedNo}))
		require.Equal(t, p.Messages, messages(notify.MessageFilter{}))
		require.Equal(t, map[notify.Status]int{notify.Delivered: 1, notify.Sent: 3, notify.Held: 2}, p.Counts)
		for status, n := range p.Counts {
			require.Equal(t, n, messages(notify.MessageFilter{Status: []notify.Status{status}}), status)
		}
		require.Equal(t, 1, p.Waiting)
		require.Equal(t, p.Waiting, messages(notify.MessageFilter{Status: []notify.Status{notify.Held}, HeldFor: notify.BroadcastPaused}))
		require.Equal(t, map[broadcast.RecallOutcome]int{broadcast.RecallDeleted: 1, broadcast.RecallCannot: 3}, p.Recalls, "messages")
		require.Equal(t, map[broadcast.RecallOutcome]int{broadcast.RecallDeleted: 1, broadcast.RecallCannot: 2}, p.Recalled, "people")
		for outcome, n := range p.Recalled {
			require.Equal(t, n, outcomes(broadcast.OutcomeFilter{Recall: []broadcast.RecallOutcome{outcome}}), outcome)
		}

		_, err = db.w.ExecContext(ctx, "UPDATE events SET status = ? WHERE id = ?", notify.EventDispatched, b.EventID)
		require.NoError(t, err)
		require.Equal(t, p.People, progress().Reached, "it has been through all of them")
		require.Equal(t, p.People, outcomes(broadcast.OutcomeFilter{Reached: broadcast.ReachedYes}))
		require.Zero(t, outcomes(broadcast.OutcomeFilter{Reached: broadcast.ReachedNo}))
	})
}
