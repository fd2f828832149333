package store

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/dispatch"
	"clarion/backend/ingest"
	"clarion/backend/notify"
)

// allAtOnce starts what it is given in the same moment and wants none to fail.
// What the database itself broke off for others' sake is done again, as the
// queue does.
func allAtOnce(t *testing.T, work []func() error) {
	t.Helper()
	faults := make([]error, len(work))
	ready := make(chan struct{})
	var all sync.WaitGroup
	for i, do := range work {
		all.Go(func() {
			<-ready
			for faults[i] = do(); errors.Is(faults[i], notify.ErrUnavailable) && t.Context().Err() == nil; {
				faults[i] = do()
			}
		})
	}
	close(ready)
	all.Wait()
	for _, err := range faults {
		require.NoError(t, err)
	}
}

// runWithMessages parks a run whose notification has n messages that are queued.
func runWithMessages(t *testing.T, db *DB, n int) (dispatch.Parked, []notify.Message) {
	t.Helper()
	events := accept(t, db, 1)
	claimEvents(t, db, events)
	b := parkedBatch(events, notify.StepDelay, nil)
	b.Notifications[0].Decisions = []notify.Decision{{Step: "delay", Outcome: "hold"}}
	for range n {
		b.Messages = append(b.Messages, newMessage(b.Notifications[0]))
	}
	ids := park(t, db, b)
	list := parkedNow(t, db, ids, start.Add(time.Hour))
	require.Len(t, list, 1)
	return list[0], b.Messages
}

func decisionsOf(t *testing.T, db *DB, id string) []string {
	t.Helper()
	n, err := db.Notification(t.Context(), id)
	require.NoError(t, err)
	said := make([]string, len(n.Decisions))
	for i, d := range n.Decisions {
		said[i] = d.Step + " " + d.Outcome + " " + d.Detail
	}
	return said
}

// TestOfTwentyWhoDecideAtOnceNoDecisionIsLost has a run go on, a message given
// another time and eighteen judged, all of one notification.
func TestOfTwentyWhoDecideAtOnceNoDecisionIsLost(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		withAda(t, db)
		for range 5 {
			parked, messages := runWithMessages(t, db, 19)
			held := messages[18]
			_, err := db.Judge(t.Context(), []notify.Judgement{{Message: held, Step: "quiet hours", WishAnswer: notify.WishAnswer{Until: start.Add(time.Hour)}}}, start)
			require.NoError(t, err)
			want := []string{"delay hold ", "quiet hours hold "}
			next := parked.Run
			next.Status = notify.RunDone
			work := []func() error{func() error {
				saved, err := db.SaveRuns(t.Context(), dispatch.RunBatch{Now: start, Runs: []dispatch.RunDone{{
					Next: next, Decisions: []notify.Decision{{Step: "delay", Outcome: "pass"}},
				}}})
				if err == nil && len(saved) != 1 {
					return errors.New("nobody was faster, and it was not saved")
				}
				return err
			}, func() error {
				_, err := db.Reschedule(t.Context(), ingest.Reschedule{Message: held.ID, Now: start, By: "ada"})
				return err
			}}
			another := ingest.Reschedule{Message: held.ID, Now: start, By: "ada"}.Decision()
			want = append(want, "delay pass ", another.Step+" "+another.Outcome+" "+another.Detail)
			for i, m := range messages[:18] {
				why := fmt.Sprint("judged ", i)
				want = append(want, "preference skip "+why)
				stop := notify.Judgement{Message: m, Step: "preference", WishAnswer: notify.WishAnswer{Skip: notify.OptedOut, Detail: why}}
				work = append(work, func() error {
					_, err := db.Judge(t.Context(), []notify.Judgement{stop}, start)
					return err
				})
			}
			allAtOnce(t, work)
			said := decisionsOf(t, db, parked.ID)
			require.ElementsMatch(t, want, said)
			require.Equal(t, want[:2], said[:2], "what was decided before stands before")
		}
	})
}

// TestWhatIsCancelledWhileARunGoesOnIsNotSent cancels ten runs, by their event or
// their notification, while ten go on with them and make a message each.
func TestWhatIsCancelledWhileARunGoesOnIsNotSent(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		for range 5 {
			var work []func() error
			for i := range 10 {
				parked, _ := runWithMessages(t, db, 0)
				work = append(work, func() error {
					next := parked.Run
					next.Status = notify.RunDone
					_, err := db.SaveRuns(t.Context(), dispatch.RunBatch{
						Now: start, LeaseUntil: start, Messages: []notify.Message{newMessage(parked.Notification)}, Runs: []dispatch.RunDone{{Next: next}},
					})
					return err
				}, func() error {
					if i%2 == 0 {
						_, err := db.CancelEvent(t.Context(), parked.Event.ID, start)
						return err
					}
					_, err := db.CancelNotification(t.Context(), parked.ID, start)
					return err
				})
			}
			allAtOnce(t, work)
			require.Zero(t, count(t, db, "messages WHERE status <> 'cancelled'"), "who went on before it was cancelled has his message stopped")
		}
	})
}

// TestOfTwentyWhoCancelOrGoOnOneDecides has nineteen cancel the run with which
// the twentieth goes on.
func TestOfTwentyWhoCancelOrGoOnOneDecides(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		for range 5 {
			parked, _ := runWithMessages(t, db, 1)
			work := []func() error{func() error {
				next := parked.Run
				next.Status = notify.RunDone
				_, err := db.SaveRuns(t.Context(), dispatch.RunBatch{Now: start, Runs: []dispatch.RunDone{{
					Next: next, Decisions: []notify.Decision{{Step: "delay", Outcome: "pass"}},
				}}})
				return err
			}}
			for range 19 {
				work = append(work, func() error {
					_, err := db.CancelNotification(t.Context(), parked.ID, start)
					return err
				})
			}
			allAtOnce(t, work)
			said := decisionsOf(t, db, parked.ID)
			require.Len(t, said, 2, "%v", said)
			require.Contains(t, []string{"delay pass ", "cancel stop The notification was cancelled."}, said[1])
		}
	})
}

// TestWhatARunWaitsForIsNotOverlooked wakes a run, or gives it another time,
// after somebody has read it and before he saves what he made of it.
func TestWhatARunWaitsForIsNotOverlooked(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		parkAwaiting := func() (dispatch.Parked, notify.Message) {
			b := parkedBatch(accept(t, db, 1), notify.StepWait, nil)
			m := newMessage(b.Notifications[0])
			b.Messages, b.Runs[0].Awaits = []notify.Message{m}, m.ID
			return parkedNow(t, db, park(t, db, b), start.Add(firstLook))[0], m
		}
		look := start.Add(firstLook)

		read, m := parkAwaiting()
		require.NoError(t, db.WakeRuns(t.Context(), []string{m.ID}, look))
		saved, err := db.SaveRuns(t.Context(), dispatch.RunBatch{Now: look, Runs: []dispatch.RunDone{{Next: read.Run, Waits: true}}})
		require.NoError(t, err)
		require.Empty(t, saved, "he read before it came")
		require.Equal(t, []string{read.ID}, dueRuns(t, db, look), "it is looked at once more")

		read, _ = parkAwaiting()
		done, err := db.Reschedule(t.Context(), ingest.Reschedule{Notification: read.ID, Now: look, At: start.Add(9 * time.Hour)})
		require.NoError(t, err)
		require.Equal(t, 1, done.Runs)
		require.Empty(t, goOn(t, db, read, start.Add(time.Hour)), "it has another time now")
		require.Equal(t, 1, count(t, db, "runs WHERE id = ? AND status = 'parked' AND resume_at = ?", read.ID, micros(start.Add(9*time.Hour))))
	})
}
