package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

// about makes everything in a batch one person's.
func about(b dispatch.Batch, who string) dispatch.Batch {
	for i := range b.Notifications {
		b.Notifications[i].Recipient.ID = who
	}
	for i := range b.Messages {
		m := &b.Messages[i]
		m.Recipient.ID, m.Address = who, who+"@example.com"
	}
	for i := range b.Runs {
		b.Runs[i].RecipientID = who
	}
	return b
}

// nothingLeft is that nothing of a person is left where work in hand could leave it.
func nothingLeft(t *testing.T, db *DB, who string) {
	t.Helper()
	for _, left := range []string{
		"messages WHERE recipient_id = ? AND (recipient_name <> '' OR address <> '' OR content NOT IN ('', '{}'))",
		"messages WHERE recipient_id = ? AND status <> 'skipped'",
		"notifications WHERE recipient_id = ? AND recipient_name <> ''",
		"group_members WHERE recipient_id = ?",
		"recipient_history WHERE recipient_id = ?",
	} {
		require.Zero(t, count(t, db, left, who), left)
	}
}

// TestOfTwentyWhoseWorkIsInHandNoneLeavesAnythingOfWhoIsErased has messages saved in
// every way, runs gone on with and groups joined in the moment of an erasure. All of
// them read the person before.
func TestOfTwentyWhoseWorkIsInHandNoneLeavesAnythingOfWhoIsErased(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		require.NoError(t, db.PutGroup(ctx, notify.Group{Key: "ops", Name: "Ops"}, start))
		for round := range 3 {
			who, bystander := fmt.Sprint("ada-", round), fmt.Sprint("bo-", round)
			put(t, db, true, start, notify.Recipient{ID: who, Name: "Ada"}, notify.Recipient{ID: bystander, Name: "Bo"})
			work := []func() error{func() error { return db.EraseRecipient(ctx, who, later) }}
			events := 0
			save := func(n int, change func(b *dispatch.Batch)) {
				b := about(newBatch(accept(t, db, n)), who)
				events += n
				b.Messages[0].Recipient = notify.RecipientRef{ID: bystander, Name: "Bo"}
				b.Notifications[0].Recipient = b.Messages[0].Recipient
				if change != nil {
					change(&b)
				}
				work = append(work, func() error {
					got, err := db.Save(ctx, b)
					if err == nil && len(got) != n {
						err = fmt.Errorf("saved %d of %d events", len(got), n)
					}
					return err
				})
			}
			for range 4 {
				save(2, nil)
				save(copyFrom, nil)
			}
			save(copyFrom, func(b *dispatch.Batch) { b.Behind = func() bool { return true } })
			save(2, func(b *dispatch.Batch) {
				for i := range b.Messages {
					b.Messages[i].Caps = []notify.WishCap{{Cap: notify.Cap{Max: 100, Per: notify.PerDay}}}
				}
			})
			save(2, func(b *dispatch.Batch) {
				b.Runs = about(parkedBatch([]string{b.Events[1].ID}, notify.StepDelay, nil), who).Runs
				b.Runs[0].ID = b.Notifications[1].ID
			})
			for range 3 {
				ids := park(t, db, about(parkedBatch(accept(t, db, 1), notify.StepDelay, nil), who))
				parked := parkedNow(t, db, ids, start.Add(2*time.Hour))
				require.Len(t, parked, 1)
				events++
				next := parked[0].Run
				next.Status = notify.RunDone
				b := dispatch.RunBatch{
					Now: start.Add(2 * time.Hour), LeaseUntil: start.Add(3 * time.Hour), Messages: []notify.Message{newMessage(parked[0].Notification)},
					Runs: []dispatch.RunDone{{Next: next, Decisions: []notify.Decision{{Step: "delay", Outcome: "pass"}}}},
				}
				work = append(work, func() error { _, err := db.SaveRuns(ctx, b); return err })
			}
			for range 5 {
				work = append(work, func() error { _, err := db.JoinMembers(ctx, "ops", []string{bystander, who}, start); return err })
			}
			require.Len(t, work, 20)
			allAtOnce(t, work)
			nothingLeft(t, db, who)
			require.Equal(t, events, count(t, db, "messages WHERE recipient_id IN (?, ?)", who, bystander), "the books balance")
			require.Equal(t, 11, count(t, db, "messages WHERE recipient_id = ? AND recipient_name <> '' AND status = 'queued'", bystander), "others get theirs")
			require.Equal(t, 1, count(t, db, "group_members WHERE recipient_id = ?", bystander))
		}
	})
}

func TestWhatIsSavedAfterAnErasureSaysNothing(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		put(t, db, true, start, notify.Recipient{ID: "ada", Name: "Ada"})
		for _, n := range []int{2, copyFrom} {
			early := about(newBatch(accept(t, db, n)), "ada")
			early.Behind = func() bool { return true }
			plain := about(newBatch(accept(t, db, n)), "ada")
			require.NoError(t, db.EraseRecipient(t.Context(), "ada", later))
			for _, b := range []dispatch.Batch{early, plain} {
				got, err := db.Save(t.Context(), b)
				require.NoError(t, err)
				require.Len(t, got, n)
				require.Equal(t, notify.Skipped, b.Messages[0].Status, "the batch says so as well: nobody hands it on")
				require.Equal(t, []string{"created", "skipped"}, kinds(t, db, b.Messages[0].ID))
			}
		}
		nothingLeft(t, db, "ada")
		require.Zero(t, count(t, db, "messages WHERE skip_reason <> 'erased'"))
	})
}

func TestWhoWasMergedMeanwhileStillGetsTheirMessages(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		put(t, db, true, start, notify.Recipient{ID: "ada"}, notify.Recipient{ID: "guest"})
		b := about(newBatch(accept(t, db, 2)), "guest")
		_, err := db.w.ExecContext(t.Context(), "UPDATE recipients SET merged_into = 'ada', erased_at = 1 WHERE id = 'guest'")
		require.NoError(t, err)
		_, err = db.Save(t.Context(), b)
		require.NoError(t, err)
		require.Equal(t, 2, count(t, db, "messages WHERE status = 'queued'"))
	})
}
