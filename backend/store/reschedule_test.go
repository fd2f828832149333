package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/ingest"
	"clarion/backend/notify"
)

func TestWhatIsHeldIsSentNowOrAtAnotherTime(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		withAda(t, db)
		b := waiting(accept(t, db, 3), nine)
		_, err := db.Save(t.Context(), b)
		require.NoError(t, err)
		now := start.Add(time.Minute)
		done, err := db.Reschedule(t.Context(), ingest.Reschedule{Message: b.Messages[0].ID, Now: now, By: "A member"})
		require.NoError(t, err)
		require.Equal(t, ingest.Rescheduled{Messages: 1}, done)
		done, err = db.Reschedule(t.Context(), ingest.Reschedule{Notification: b.Notifications[1].ID, Now: now, At: start.Add(2 * time.Hour), By: "A member"})
		require.NoError(t, err)
		require.Equal(t, ingest.Rescheduled{Messages: 1}, done)

		refs := dueMessages(t, db, sweepAt(now)).Refs
		require.Len(t, refs, 1)
		require.Equal(t, b.Messages[0].ID, refs[0].ID)
		claim := claimOf(b.Messages[:1])
		claim.Now = now
		got, err := db.ClaimMessages(t.Context(), claim)
		require.NoError(t, err)
		require.Len(t, got.Asked, 1, "whether it is wanted is asked all the same")
		require.Equal(t, notify.Released, got.Asked[0].HeldFor)

		list := leavingNow(t, db, dueRuns(t, db, nine), nine)
		require.Len(t, list[0].Items, 1, "what has a time of its own is no longer in the digest")
		refs = dueMessages(t, db, sweepAt(start.Add(2*time.Hour))).Refs
		require.Equal(t, b.Messages[1].ID, refs[len(refs)-1].ID)

		n, err := db.Notification(t.Context(), b.Notifications[1].ID)
		require.NoError(t, err)
		last := n.Decisions[len(n.Decisions)-1]
		require.Equal(t, []any{"reschedule", "hold", true}, []any{last.Step, last.Outcome, last.Until.Equal(start.Add(2 * time.Hour))})

		done, err = db.Reschedule(t.Context(), ingest.Reschedule{Message: b.Messages[0].ID, Now: now})
		require.NoError(t, err)
		require.Zero(t, done, "it is too late")
		_, err = db.Reschedule(t.Context(), ingest.Reschedule{Message: "msg_none", Now: now})
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}

func TestARunThatRestsIsGivenAnotherTimeAndShown(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ids := park(t, db, parkedBatch(accept(t, db, 1), notify.StepDelay, nil))
		run, err := db.Run(t.Context(), ids[0])
		require.NoError(t, err)
		require.Equal(t, []any{notify.RunParked, "pause", notify.StepDelay, []string{"email"}}, []any{run.Status, run.Step, run.Kind, run.Left})
		require.True(t, run.DueAt.Equal(start.Add(time.Hour)))
		done, err := db.Reschedule(t.Context(), ingest.Reschedule{Notification: ids[0], Now: start.Add(time.Second), By: "A member"})
		require.NoError(t, err)
		require.Equal(t, ingest.Rescheduled{Runs: 1}, done)
		require.Equal(t, ids, dueRuns(t, db, start.Add(time.Second)))
		require.Len(t, parkedNow(t, db, ids, start.Add(time.Second)), 1)
		none, err := db.Run(t.Context(), "ntf_none")
		require.NoError(t, err)
		require.Nil(t, none)
	})
}

func TestAnyDeviceOfAPersonProvesThatItWasOpened(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		b := parkedBatch(accept(t, db, 1), notify.StepWait, nil)
		phone, tablet := newMessage(b.Notifications[0]), newMessage(b.Notifications[0])
		phone.Status = notify.Failed
		b.Messages, b.Runs[0].Awaits = []notify.Message{phone, tablet}, phone.ID
		ids := park(t, db, b)
		require.Equal(t, "queued", parkedNow(t, db, ids, start)[0].Signals[0], "one device that fails leaves the other")
		_, err := db.w.ExecContext(t.Context(), "INSERT INTO message_events (message_id, at, kind, channel, source, detail) VALUES (?, 1, 'opened', 'email', 'shop', '')", tablet.ID)
		require.NoError(t, err)
		require.Contains(t, parkedNow(t, db, ids, start)[0].Signals, "opened")
		_, err = db.w.ExecContext(t.Context(), "UPDATE runs SET look_at = resume_at")
		require.NoError(t, err)
		require.NoError(t, db.WakeRuns(t.Context(), []string{tablet.ID}, start.Add(time.Minute)))
		require.Equal(t, ids, dueRuns(t, db, start.Add(time.Minute)))
	})
}

func TestWhatHasEndedIsRemovedAfterItsTime(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		withAda(t, db)
		ids := park(t, db, parkedBatch(accept(t, db, 2), notify.StepDelay, nil))
		for _, p := range parkedNow(t, db, ids[:1], start.Add(time.Hour)) {
			require.Len(t, goOn(t, db, p, start.Add(time.Hour)), 1)
		}
		_, err := db.Save(t.Context(), waiting(accept(t, db, 2), nine))
		require.NoError(t, err)
		later := nine.AddDate(0, 0, 30)
		n, err := db.PruneRuns(t.Context(), nine)
		require.NoError(t, err)
		require.Zero(t, n, "it is not long ago")
		for _, l := range leavingNow(t, db, dueRuns(t, db, nine), nine) {
			_, err := db.SaveLeaving(t.Context(), left(l, nine))
			require.NoError(t, err)
		}
		_, err = db.PruneRuns(t.Context(), later)
		require.NoError(t, err)
		require.Equal(t, 1, count(t, db, "runs"), "what waits stays")
		require.Zero(t, count(t, db, "digests")+count(t, db, "digest_items"))
	})
}
