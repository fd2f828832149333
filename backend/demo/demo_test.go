package demo

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

var until = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

func madeUp(t *testing.T, p Plan) Batch {
	t.Helper()
	require.NoError(t, p.Check())
	var all Batch
	last := time.Time{}
	for b := range p.Traffic() {
		all.Events = append(all.Events, b.Events...)
		all.Messages = append(all.Messages, b.Messages...)
		all.Notifications = append(all.Notifications, b.Notifications...)
		all.Attempts = append(all.Attempts, b.Attempts...)
		all.Suppressions = append(all.Suppressions, b.Suppressions...)
		for _, c := range b.Changes {
			require.False(t, c.At.Before(last), "changes come in the order of their times")
			last = c.At
		}
		all.Changes = append(all.Changes, b.Changes...)
	}
	return all
}

func TestTheSamePlanIsTheSameTraffic(t *testing.T) {
	t.Parallel()
	plan := Plan{Size: 6000, Days: 9, Seed: 4, Until: until}
	require.Equal(t, madeUp(t, plan), madeUp(t, plan))
	require.Equal(t, plan.Cast().People, plan.Cast().People)
	other := plan
	other.Seed = 5
	require.NotEqual(t, madeUp(t, plan).Events[0].ID, madeUp(t, other).Events[0].ID)
}

func TestThereIsAboutAsMuchAsThePlanSays(t *testing.T) {
	t.Parallel()
	for _, plan := range []Plan{{Size: 300, Days: 1}, {Size: 20_000, Days: 30}, {Size: 60_000, Days: 45}} {
		plan.Until, plan.Seed = until, 1
		require.InEpsilon(t, plan.Size, len(madeUp(t, plan).Changes), 0.1)
	}
}

func TestAPlanThatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	for field, plan := range map[string]Plan{
		"size": {Days: 1, Until: until}, "days": {Size: 1, Days: 1000, Until: until}, "until": {Size: 1, Days: 1},
	} {
		require.ErrorContains(t, plan.Check(), field)
	}
}

// next are the kinds that may follow each in a timeline; what people do may come
// after a message arrived or was taken.
var next = map[string][]string{
	"": {"queued", "held", "skipped"}, "held": {"queued"}, "queued": {"sent", "delivered", "failed", "unknown", "retry", "failover", "cancelled"},
	"retry": {"sent", "delivered", "failed", "unknown", "retry", "failover"}, "failover": {"sent", "delivered", "failed", "unknown"},
	"sent": {"delivered", "failed", "opened"}, "delivered": {"opened", "seen"}, "seen": {"read", "clicked"}, "read": {"clicked"},
	"opened": {"clicked", "unsubscribed", "complained"}, "clicked": {"unsubscribed", "complained"},
}

func TestEveryTimelineIsOneThatTheLineCouldHaveWritten(t *testing.T) {
	t.Parallel()
	all := madeUp(t, Plan{Size: 30_000, Days: 30, Seed: 1, Until: until})
	stories := map[string][]Change{}
	for _, c := range all.Changes {
		stories[c.MessageID] = append(stories[c.MessageID], c)
		require.False(t, c.At.After(until))
	}
	require.Len(t, stories, len(all.Messages), "each message has a story")
	for _, m := range all.Messages {
		before, status := "", ""
		for i, c := range stories[m.ID] {
			require.Contains(t, next[before], c.Kind, "after %q", before)
			require.Equal(t, i == 0, c.First)
			if before = c.Kind; slices.Contains(notify.Statuses, notify.Status(c.Kind)) {
				status = c.Kind
			}
		}
		require.True(t, m.Status.Ended())
		require.Equal(t, string(m.Status), status, "the last status of the timeline is the message's")
		require.Equal(t, m.Status == notify.Skipped, m.SkipReason != "")
		require.Equal(t, m.Status.Dead(), !m.DeadAt.IsZero())
		require.Equal(t, m.CreatedAt, stories[m.ID][0].At)
	}
}

func TestTheTrafficHasWhatReportsAsk(t *testing.T) {
	t.Parallel()
	all := madeUp(t, Plan{Size: 60_000, Days: 30, Seed: 1, Until: until})
	kinds, reasons, codes, per := map[string]int{}, map[notify.SkipReason]int{}, map[string]int{}, map[string]int{}
	first, second, ids := 0, 0, map[string]bool{}
	for _, c := range all.Changes {
		kinds[c.Kind]++
	}
	for _, m := range all.Messages {
		reasons[m.SkipReason]++
		codes[m.ErrorCode]++
		per[m.Recipient.ID]++
		if m.CreatedAt.Before(until.AddDate(0, 0, -15)) {
			first++
		} else {
			second++
		}
		require.False(t, ids[m.ID])
		ids[m.ID] = true
	}
	for _, kind := range []string{
		"queued", "held", "sent", "delivered", "failed", "skipped", "cancelled", "unknown", "retry", "failover", "seen", "read", "opened", "clicked", "unsubscribed", "complained",
	} {
		require.Positive(t, kinds[kind], kind)
	}
	for _, reason := range []notify.SkipReason{
		notify.OptedOut, notify.NoAddress, notify.Suppressed, notify.FrequencyCapped, notify.ConditionFalse, notify.Duplicate, notify.WorkflowDisabled,
	} {
		require.Positive(t, reasons[reason], reason)
	}
	require.Greater(t, len(codes), 8)
	require.Greater(t, second, first, "there is a trend")
	var most int
	for _, n := range per {
		most = max(most, n)
	}
	require.Greater(t, most, 10*len(all.Messages)/len(per), "few people get much more than most")
	for _, s := range all.Suppressions {
		require.Contains(t, []notify.SuppressionReason{notify.Bounce, notify.Complaint, notify.Unsubscribe}, s.Reason)
	}
	t.Log(len(all.Messages), len(all.Events), kinds, reasons, codes, most, len(per), len(all.Suppressions))
}
