package store

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

// toAda decides one message for each event, all for ada, with caps.
func toAda(tb testing.TB, db *DB, n int, caps ...notify.WishCap) dispatch.Batch {
	tb.Helper()
	events := accept(tb, db, n)
	claimEvents(tb, db, events)
	b := newBatch(events)
	for i := range b.Messages {
		b.Notifications[i].Recipient.ID, b.Messages[i].Recipient.ID, b.Messages[i].Caps = "ada", "ada", caps
	}
	return b
}

func capOf(most int, per notify.Period, category string) notify.WishCap {
	return notify.WishCap{Category: category, Cap: notify.Cap{Max: most, Per: per}, Rule: "preference:frequency_cap"}
}

// states counts ada's messages by status.
func states(tb testing.TB, db *DB) map[notify.Status]int {
	tb.Helper()
	var rows []struct {
		Status notify.Status
		N      int
	}
	require.NoError(tb, db.w.NewRaw("SELECT status, COUNT(*) AS n FROM messages WHERE recipient_id = 'ada' GROUP BY status").Scan(tb.Context(), &rows))
	found := map[notify.Status]int{}
	for _, row := range rows {
		found[row.Status] = row.N
	}
	return found
}

func withAda(tb testing.TB, db *DB) {
	tb.Helper()
	require.NoError(tb, db.UpsertRecipients(tb.Context(), []notify.Recipient{{ID: "ada"}}, true, start))
}

// TestOfTwentyEventsAtOnceACapLetsExactlyThreeThrough saves twenty events, each
// alone and all at once.
func TestOfTwentyEventsAtOnceACapLetsExactlyThreeThrough(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		withAda(t, db)
		batches := make([]dispatch.Batch, 20)
		for i := range batches {
			batches[i] = toAda(t, db, 1, capOf(3, notify.PerDay, ""))
		}
		var all sync.WaitGroup
		faults := make([]error, len(batches))
		for i := range batches {
			all.Go(func() { _, faults[i] = db.Save(t.Context(), batches[i]) })
		}
		all.Wait()
		for _, err := range faults {
			require.NoError(t, err)
		}
		require.Equal(t, map[notify.Status]int{notify.Queued: 3, notify.Skipped: 17}, states(t, db))
		require.Equal(t, 17, count(t, db, "messages WHERE skip_reason = 'frequency_capped' AND error_detail <> ''"))
		require.Equal(t, 17, count(t, db, "notifications WHERE decisions LIKE '%frequency_capped%'"), "each has its decision")
		require.Equal(t, 17, count(t, db, "message_events WHERE kind = 'skipped' AND detail LIKE '%frequency_capped%'"))
		for _, b := range batches {
			require.Equal(t, message(t, db, b.Messages[0].ID).Status, b.Messages[0].Status, "the batch says what was saved")
		}
	})
}

func TestACapCountsWhatWasReallyQueuedWithinItsPeriod(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		withAda(t, db)
		b := toAda(t, db, 9)
		for i, change := range []func(m *notify.Message){
			func(*notify.Message) {}, // counts
			func(m *notify.Message) { m.Category = "news" },
			func(m *notify.Message) { m.DueAt = start.Add(-25 * time.Hour) },
			func(m *notify.Message) { m.Status, m.SkipReason = notify.Skipped, notify.OptedOut },
			func(m *notify.Message) {
				m.Status, m.HeldFor, m.DueAt = notify.Held, notify.QuietHours, start.Add(time.Hour)
			},
			func(m *notify.Message) { m.Source = notify.TestSource },
			func(m *notify.Message) { m.Status = notify.Expired },
			func(m *notify.Message) { m.Recipient.ID = "eve" },
			func(m *notify.Message) { m.Critical = true }, // counts: the person got it
		} {
			change(&b.Messages[i])
		}
		_, err := db.Save(ctx, b)
		require.NoError(t, err)
		keys := []notify.CapKey{{Recipient: "ada", Per: notify.PerDay}, {Recipient: "ada", Category: "news", Per: notify.PerDay}, {Recipient: "ada", Per: notify.PerWeek}, {Recipient: "eve", Per: notify.PerHour}}
		counts, err := db.CapCounts(ctx, keys, start)
		require.NoError(t, err)
		require.Equal(t, map[notify.CapKey]int{keys[0]: 3, keys[1]: 1, keys[2]: 4, keys[3]: 1}, counts)
		_, err = db.CancelMessage(ctx, b.Messages[0].ID, start)
		require.NoError(t, err)
		counts, err = db.CapCounts(ctx, keys[:1], start)
		require.NoError(t, err)
		require.Equal(t, 2, counts[keys[0]], "what was cancelled was not got")
		counts, err = db.CapCounts(ctx, keys[:1], start.Add(24*time.Hour))
		require.NoError(t, err)
		require.Zero(t, counts[keys[0]], "the period slides")
	})
}

func TestAClaimLeavesAloneWhoMustBeAskedAgain(t *testing.T) {
	soon := start.Add(2 * time.Minute)
	chosen := notify.Preferences{Channels: map[notify.Channel]bool{notify.SMS: false}}
	quiet := notify.Preferences{QuietHours: &notify.QuietWindow{Enabled: true, Start: "22:00", End: "07:00"}}
	for name, test := range map[string]struct {
		choices  *notify.Preferences
		chosenAt time.Time
		claimAt  time.Time
		change   func(m *notify.Message)
		asked    bool
	}{
		"who never chose":                       {nil, start, soon, func(*notify.Message) {}, false},
		"who chose before":                      {&chosen, start.Add(-time.Second), soon, func(*notify.Message) {}, false},
		"who chose since":                       {&chosen, start.Add(time.Second), soon, func(*notify.Message) {}, true},
		"quiet hours and a fresh message":       {&quiet, start.Add(-time.Hour), start.Add(time.Second), func(*notify.Message) {}, false},
		"quiet hours and a message that is old": {&quiet, start.Add(-time.Hour), soon, func(*notify.Message) {}, true},
		"a message that was held":               {nil, start, soon, func(m *notify.Message) { m.HeldFor = notify.QuietHours }, true},
		"what is critical asks nobody":          {&quiet, start.Add(time.Second), soon, func(m *notify.Message) { m.Critical = true }, false},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *DB) {
				withAda(t, db)
				if test.choices != nil {
					putChoices(t, db, "ada", *test.choices, test.chosenAt)
				}
				b := toAda(t, db, 1)
				test.change(&b.Messages[0])
				_, err := db.Save(t.Context(), b)
				require.NoError(t, err)
				claim := claimOf(b.Messages)
				claim.Now = test.claimAt
				got, err := db.ClaimMessages(t.Context(), claim)
				require.NoError(t, err)
				require.Equal(t, []int{1, 0}, map[bool][]int{true: {len(got.Asked), len(got.Messages)}, false: {len(got.Messages), len(got.Asked)}}[test.asked])
				if test.asked {
					require.Equal(t, []any{b.Messages[0].ID, "ada", notify.Queued}, []any{got.Asked[0].ID, got.Asked[0].Recipient.ID, got.Asked[0].Status})
					claim.Judged = true
					got, err = db.ClaimMessages(t.Context(), claim)
					require.NoError(t, err)
					require.Len(t, got.Messages, 1, "once they were asked it is claimed")
				}
			})
		})
	}
}

func TestAJudgementSkipsHoldsOrLetsGo(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		withAda(t, db)
		b := toAda(t, db, 6)
		for i := range b.Messages[:5] {
			b.Messages[i].HeldFor = notify.QuietHours
		}
		_, err := db.Save(ctx, b)
		require.NoError(t, err)
		_, err = db.CancelMessage(ctx, b.Messages[4].ID, start)
		require.NoError(t, err)
		wake := start.Add(8 * time.Hour)
		list := make([]notify.Judgement, 5)
		for i := range list {
			list[i] = notify.Judgement{Message: b.Messages[i], Step: "preference"}
		}
		list[0].WishAnswer = notify.WishAnswer{Skip: notify.OptedOut, Detail: "off", Rule: "preference:channel"}
		list[1].Step, list[1].WishAnswer = "quiet hours", notify.WishAnswer{Until: wake, Detail: "quiet", Rule: "preference:quiet_hours"}
		list[2].Caps = []notify.WishCap{capOf(2, notify.PerDay, "")}
		list[3].Caps = list[2].Caps
		may, err := db.Judge(ctx, list, start)
		require.NoError(t, err)
		require.Equal(t, []string{b.Messages[2].ID}, may, "one was counted, one more may go, the third is over the cap; what was cancelled stays so")

		skipped, held, gone, capped := message(t, db, b.Messages[0].ID), message(t, db, b.Messages[1].ID), message(t, db, b.Messages[2].ID), message(t, db, b.Messages[3].ID)
		require.Equal(t, []any{notify.Skipped, notify.OptedOut, "off"}, []any{skipped.Status, skipped.SkipReason, skipped.ErrorDetail})
		require.Equal(t, []any{notify.Held, notify.QuietHours, wake, "quiet"}, []any{held.Status, held.HeldFor, held.DueAt, held.ErrorDetail})
		require.Equal(t, []any{notify.Queued, notify.SkipReason("")}, []any{gone.Status, gone.HeldFor})
		require.Equal(t, []any{notify.Skipped, notify.FrequencyCapped}, []any{capped.Status, capped.SkipReason})
		require.Equal(t, notify.Cancelled, message(t, db, b.Messages[4].ID).Status)
		for i, outcome := range []string{"skip", "hold", "", "skip"} {
			n := 0
			if outcome != "" {
				n = 1
			}
			require.Equal(t, n, count(t, db, "notifications WHERE id = ? AND decisions LIKE ?", b.Notifications[i].ID, fmt.Sprintf(`%%"outcome":"%s"%%`, outcome)))
		}
		require.Equal(t, []string{"created", "queued", "held"}, kinds(t, db, held.ID))
		require.Len(t, dueMessages(t, db, sweepAt(wake)).Refs, 3, "the held one wakes with those that are still queued")
		require.Equal(t, notify.Queued, message(t, db, held.ID).Status)
	})
}

// TestChannelsThatStopTheSamePeopleAtOnceDoNotBlockEachOther judges two channels
// of the same notifications side by side, one from the front, one from the back.
func TestChannelsThatStopTheSamePeopleAtOnceDoNotBlockEachOther(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		const people, channels = 60, 4
		events := accept(t, db, people)
		claimEvents(t, db, events)
		b := newBatch(events)
		lists := make([][]notify.Judgement, channels)
		for i, run := range b.Notifications {
			for n := range channels {
				m := b.Messages[i]
				if n > 0 {
					m = newMessage(run)
					m.Channel = []notify.Channel{notify.Email, notify.SMS, notify.Push, notify.InApp}[n]
					b.Messages = append(b.Messages, m)
				}
				stop := notify.Judgement{Message: m, Step: "preference", WishAnswer: notify.WishAnswer{Skip: notify.OptedOut, Detail: "off"}}
				lists[n] = append(lists[n], stop)
			}
		}
		_, err := db.Save(t.Context(), b)
		require.NoError(t, err)
		var all sync.WaitGroup
		failed := make([]error, channels)
		for n, list := range lists {
			if n%2 == 1 {
				slices.Reverse(list)
			}
			all.Go(func() { _, failed[n] = db.Judge(t.Context(), list, start) })
		}
		all.Wait()
		for _, err := range failed {
			require.NoError(t, err)
		}
		for _, run := range b.Notifications {
			n, err := db.Notification(t.Context(), run.ID)
			require.NoError(t, err)
			require.Len(t, n.Decisions, channels, "each channel's decision is kept")
		}
	})
}
