package broadcast

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestTheQuotaIsReservedReleasedAndUsed(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.shelf.limits = Limits{Day: 15, Timezone: "UTC"}
	first := h.submitted(plan)
	require.Equal(t, Reservation{ID: first.ID, Revision: first.Revision, Day: "2026-11-21", Messages: 10}, h.shelf.reserved[first.ID])
	quota, err := h.desk.Quota(t.Context())
	require.NoError(t, err)
	require.Equal(t, Room{Limit: 15, Taken: 10}, quota.Day)

	second := h.made(plan)
	check, err := h.desk.Check(t.Context(), second.ID)
	require.NoError(t, err)
	require.Equal(t, "over_quota", check.Findings[0].Code, "there is no room for a second one")
	require.Equal(t, 10, check.Quota.Needs)
	_, err = h.desk.Submit(t.Context(), second.ID, Submission{By: author})
	require.NoError(t, err)
	h.work()
	require.Equal(t, Draft, h.now(second.ID).State)
	require.Contains(t, h.now(second.ID).Reason, "quota")

	_, err = h.desk.Reject(t.Context(), first.ID, Verdict{Comment: "no", By: approver})
	require.NoError(t, err)
	h.work()
	require.Zero(t, h.shelf.reserved[first.ID].Messages, "what was rejected gives it back")
	require.Equal(t, Rejected, h.now(first.ID).State)

	b := h.sending(plan)
	h.store.progress = Progress{EventStatus: notify.EventDispatched, Messages: 10, Counts: map[notify.Status]int{notify.Sent: 7, notify.Skipped: 3}}
	h.clock.at = h.clock.at.Add(time.Minute)
	h.work()
	require.Equal(t, Completed, h.now(b.ID).State)
	require.Equal(t, 7, h.shelf.reserved[b.ID].Messages, "what was sent is used")
	require.True(t, h.engine.runs[b.SagaID].over)
}

func TestWhoDecidesAndWhoWroteItAreTold(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.submitted(plan)
	require.Equal(t, "News waits with 10 people", h.shelf.heard[0])
	_, err := h.desk.Reject(t.Context(), b.ID, Verdict{Comment: "shorter", By: author})
	require.Error(t, err)
	require.NotContains(t, h.shelf.heard, "News submitted by : shorter", "what was not decided is not told")
	_, err = h.desk.Reject(t.Context(), b.ID, Verdict{Comment: "shorter", By: approver})
	require.NoError(t, err)
	require.Equal(t, "News rejected by Bo: shorter", h.shelf.heard[len(h.shelf.heard)-1])
}

func TestAQuotaThatFillsBetweenTheCheckAndTheReservationSendsItBack(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.made(plan)
	_, err := h.desk.Submit(t.Context(), b.ID, Submission{By: author})
	require.NoError(t, err)
	require.True(t, h.worker.Once(t.Context()), "its saga begins")
	saga := h.engine.runs[h.now(b.ID).SagaID]
	require.True(t, h.engine.step(saga), "it is frozen")
	h.shelf.limits = Limits{Day: 5}
	h.work()
	now := h.now(b.ID)
	require.Equal(t, Draft, now.State)
	require.Equal(t, "The quota of broadcasts for the day is 5 messages: 5 are left of it, and about 10 are needed.", now.Reason)
	require.Equal(t, "refused", h.store.history[len(h.store.history)-1].Kind)
}

func TestTakingASagaBackTakesBackItsBroadcast(t *testing.T) {
	t.Parallel()
	h := open(t)
	waits := h.submitted(plan)
	_, err := h.engine.TakeBack(t.Context(), waits.SagaID, "Bo")
	require.NoError(t, err)
	h.work()
	require.Equal(t, Draft, h.now(waits.ID).State, "what waited for its approval is a draft again")

	b := h.sending(plan)
	_, err = h.engine.TakeBack(t.Context(), b.SagaID, "Bo")
	require.NoError(t, err)
	h.work()
	require.Equal(t, Cancelled, h.now(b.ID).State)
	require.Contains(t, h.store.moves, CancelEvent)
}

func TestASubmissionAfterAnEditHasASagaOfItsOwn(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.submitted(plan)
	_, err := h.desk.Edit(t.Context(), b.ID, Edit{Name: "Other", Plan: plan, By: author})
	require.NoError(t, err)
	_, err = h.desk.Submit(t.Context(), b.ID, Submission{By: author})
	require.NoError(t, err)
	h.work()
	now := h.now(b.ID)
	require.NotEqual(t, b.SagaID, now.SagaID)
	require.True(t, h.engine.runs[b.SagaID].over, "the one before it is undone")
	require.Equal(t, Submitted, now.State, "and does not touch the new one")
	require.Equal(t, 10, h.shelf.reserved[b.ID].Messages)
}

// message is one that went out.
func went(id string, channel notify.Channel, status notify.Status) Sent {
	return Sent{MessageID: id, Channel: channel, Status: status, Integration: "int_1", ProviderMessageID: "there"}
}

func TestWhatIsCancelledIsTakenBackAsFarAsItGoes(t *testing.T) {
	t.Parallel()
	for name, finished := range map[string]bool{"while it is being sent": false, "after it had ended": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			b := h.sending(plan)
			if finished {
				h.store.progress = Progress{EventStatus: notify.EventDispatched, Counts: map[notify.Status]int{notify.Sent: 9}}
				h.clock.at = h.clock.at.Add(time.Minute)
				h.work()
				require.Equal(t, Completed, h.now(b.ID).State)
			}
			no := notify.Result{Outcome: notify.ContentRejected, Detail: "too old"}
			busy := notify.Result{Outcome: notify.Temporary, RetryAfter: time.Nanosecond}
			h.shelf.sent = []Sent{
				went("m1", notify.InApp, notify.Delivered), went("m2", notify.Slack, notify.Sent), went("m3", notify.Slack, notify.Sent),
				went("m4", notify.Email, notify.Sent), went("m5", notify.Email, notify.Cancelled), went("m6", notify.SMS, notify.Skipped),
				went("m7", notify.Slack, notify.Sending),
			}
			h.shelf.answers["m2"] = []notify.Result{busy, {Outcome: notify.OK}}
			h.shelf.answers["m3"] = []notify.Result{no}
			_, err := h.desk.Cancel(t.Context(), b.ID, Cancellation{Reason: "wrong", By: approver})
			require.NoError(t, err)
			h.work()
			require.Equal(t, Recalling, h.now(b.ID).Recall, "one is on its way to its vendor")
			require.Equal(t, CancelEvent, h.store.moves[len(h.store.moves)-1], "and is not tried again should it come back")
			h.shelf.sent[6].Status = notify.Sent
			h.shelf.answers["m7"] = []notify.Result{{Outcome: notify.OK}}
			h.clock.at = h.clock.at.Add(time.Minute)
			h.work()
			now := h.now(b.ID)
			require.Equal(t, []any{Cancelled, Recalled}, []any{now.State, now.Recall})
			outcomes := map[string]RecallOutcome{}
			for id, taken := range h.shelf.taken {
				outcomes[id] = taken.Outcome
			}
			require.Equal(t, map[string]RecallOutcome{
				"m1": RecallDeleted, "m2": RecallDeleted, "m3": RecallCannot, "m4": RecallCannot, "m5": RecallStopped, "m6": RecallNothing, "m7": RecallDeleted,
			}, outcomes)
			require.Equal(t, "too old", h.shelf.taken["m3"].Detail)
			require.Equal(t, []string{"m1"}, h.shelf.removed)
			require.Equal(t, 4, h.shelf.asked)
			_, err = h.desk.Cancel(t.Context(), b.ID, Cancellation{By: approver})
			require.ErrorIs(t, err, notify.ErrConflict, "it is taken back once")
		})
	}
}

func TestWhatIsToBeKeptIsOnlyStopped(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.sending(plan)
	h.shelf.sent = []Sent{went("m1", notify.InApp, notify.Delivered)}
	_, err := h.desk.Cancel(t.Context(), b.ID, Cancellation{Keep: true, By: approver})
	require.NoError(t, err)
	h.work()
	require.Equal(t, Cancelled, h.now(b.ID).State)
	require.Empty(t, h.shelf.removed)
	require.True(t, h.engine.runs[b.SagaID].over)
	_, err = h.desk.Cancel(t.Context(), b.ID, Cancellation{By: approver})
	require.NoError(t, err, "it can still be taken back afterwards")
	h.work()
	require.Equal(t, []string{"m1"}, h.shelf.removed)
	require.Equal(t, Recalled, h.now(b.ID).Recall)
}
