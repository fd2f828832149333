package dispatch

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// parking is a RunStore over what is parked.
type parking struct {
	parked  []Parked
	waiting []Waiting
	digest  Digest
	saved   []RunBatch
	err     error
}

func (p *parking) Parked(context.Context, []string, time.Time) ([]Parked, error) {
	return p.parked, p.err
}

func (p *parking) Digest(context.Context, string, int) (Digest, error) { return p.digest, p.err }

func (p *parking) SaveRuns(_ context.Context, b RunBatch) ([]string, error) {
	p.saved = append(p.saved, b)
	var ids []string
	for _, r := range b.Runs {
		ids = append(ids, r.Next.ID)
	}
	return ids, p.err
}

func (p *parking) Waiting(context.Context, []string, []string) ([]Waiting, error) {
	return p.waiting, p.err
}

func waitFor(step string) notify.Step {
	return notify.Step{Key: "unread", Kind: notify.StepWait, Wait: &notify.Wait{Step: step, For: []string{"read"}, Seconds: 900}}
}

// parkedAt is a house with a run of evt for ada that waits at one of its steps.
func parkedAt(step string, steps ...notify.Step) (*house, *parking) {
	h := newHouse().over(steps...)
	at, _ := stepOf(steps, step)
	lot := &parking{parked: []Parked{{
		Run: notify.Run{
			ID: "ntf_1", EventID: "evt", RecipientID: "ada", Workflow: "shipped", WorkflowVersion: 7, Priority: notify.Medium,
			Status: notify.RunParked, Step: step, Kind: at.Kind, Rest: keys(steps[len(steps)-1:]), ResumeAt: noon, Turn: 4,
		},
		Event:        *h.store.events["evt"],
		Notification: notify.Notification{ID: "ntf_1", EventID: "evt", Recipient: notify.RecipientRef{ID: "ada"}, Workflow: "shipped", Priority: notify.Medium},
		Sent:         map[notify.Channel]Sent{notify.InApp: {ID: "msg_1", Status: notify.Delivered}},
	}}}
	h.Runs = lot
	return h, lot
}

func (h *house) resume(t *testing.T, lot *parking) RunBatch {
	t.Helper()
	require.NoError(t, h.Resume(t.Context(), notify.Medium, []string{"ntf_1"}))
	require.Len(t, lot.saved, 1)
	return lot.saved[0]
}

func TestAWaitStopsGoesOnOrWaitsOn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		signals []string
		whenMet string
		early   bool
		outcome string // empty when it waits on
		says    string
		sent    int
	}{
		"nothing came in time":                     {[]string{"delivered"}, "", false, "pass", "No read of in_app in time: it goes on.", 1},
		"it was read":                              {[]string{"delivered", "read"}, "", true, "stop", "in_app: read. Nothing more is needed.", 0},
		"it was read just in time":                 {[]string{"delivered", "read"}, "", false, "stop", "in_app: read. Nothing more is needed.", 0},
		"a click proves that it was read":          {[]string{"delivered", "clicked"}, "", true, "stop", "in_app: clicked. Nothing more is needed.", 0},
		"it was read, which lets it go on":         {[]string{"delivered", "read"}, notify.MetGoOn, true, "pass", "in_app: read. It goes on.", 1},
		"seen is not read":                         {[]string{"delivered", "seen"}, "", true, "", "", 0},
		"its message was cancelled":                {[]string{"cancelled"}, "", true, "stop", "The message of in_app was cancelled.", 0},
		"its message failed: no use in waiting":    {[]string{"failed"}, "", true, "pass", "The message of in_app is failed: it goes on at once.", 1},
		"its message was skipped late":             {[]string{"skipped"}, "", true, "pass", "The message of in_app is skipped: it goes on at once.", 1},
		"its message expired":                      {[]string{"expired"}, "", true, "pass", "The message of in_app is expired: it goes on at once.", 1},
		"its message is still under way, too soon": {[]string{"sending"}, "", true, "", "", 0},
		"its message is gone: nothing can come":    {nil, "", true, "pass", "The message of in_app is not there any more: it goes on at once.", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wait := waitFor("in_app")
			wait.Wait.WhenMet = test.whenMet
			h, lot := parkedAt("unread", channelStep("in_app", notify.InApp), wait, channelStep("email", notify.Email))
			lot.parked[0].Signals = test.signals
			if test.early {
				lot.parked[0].ResumeAt = noon.Add(time.Minute)
			}
			batch := h.resume(t, lot)
			require.Len(t, batch.Runs, 1)
			require.Equal(t, 4, batch.Runs[0].Next.Turn, "the turn that was read decides who was first")
			require.Len(t, batch.Messages, test.sent)
			if test.outcome == "" {
				require.Equal(t, RunDone{Next: lot.parked[0].Run, Waits: true}, batch.Runs[0], "it waits on as it did")
				return
			}
			require.Equal(t, notify.RunDone, batch.Runs[0].Next.Status)
			said := batch.Runs[0].Decisions[0]
			require.Equal(t, []any{"wait", test.outcome, test.says, noon}, []any{said.Step, said.Outcome, said.Detail, said.At})
			if test.sent > 0 {
				require.Equal(t, [][]string{{batch.Messages[0].ID}}, [][]string{h.queue.deliver[0].ids})
			}
		})
	}
}

func TestADelayThatIsOverAsksThePolicyAnew(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(h *house)
		want   []any
	}{
		"and sends": {func(*house) {}, []any{notify.Queued, notify.SkipReason("")}},
		"the person opted out meanwhile": {func(h *house) {
			h.change(func(p *Person) { p.Preferences.Channels = map[notify.Channel]bool{notify.Email: false} })
		}, []any{notify.Skipped, notify.OptedOut}},
		"the address was suppressed":        {func(h *house) { h.change(func(p *Person) { suppress(p, "ada@example.com") }) }, []any{notify.Skipped, notify.Suppressed}},
		"the person was erased":             {func(h *house) { h.change(func(p *Person) { p.ErasedAt = noon }) }, []any{notify.Skipped, notify.Erased}},
		"the person is gone":                {func(h *house) { delete(h.store.people, "ada") }, []any{notify.Skipped, notify.RecipientNotFound}},
		"the workflow was switched off":     {func(h *house) { h.workflows.list[0].Enabled = false }, []any{notify.Skipped, notify.WorkflowDisabled}},
		"it expired while it waited":        {func(h *house) { h.Runs.(*parking).parked[0].Event.ExpiresAt = noon }, []any{notify.Expired, notify.SkipReason("")}},
		"the vendor of the channel is gone": {func(h *house) { h.routes.closed[notify.Email] = true }, []any{notify.Skipped, notify.NoIntegration}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, lot := parkedAt("pause", delayed(notify.Delay{Seconds: 60}), channelStep("email", notify.Email))
			test.change(h)
			batch := h.resume(t, lot)
			require.Equal(t, notify.RunDone, batch.Runs[0].Next.Status)
			require.Len(t, batch.Messages, 1)
			m := batch.Messages[0]
			require.Equal(t, test.want, []any{m.Status, m.SkipReason})
			require.Equal(t, []any{"ntf_1", "evt"}, []any{m.NotificationID, m.EventID})
		})
	}
}

func TestARunParksAgainAtItsNextStep(t *testing.T) {
	t.Parallel()
	h, lot := parkedAt("pause", delayed(notify.Delay{Seconds: 60}), notify.Step{Key: "again", Kind: notify.StepDelay, Delay: &notify.Delay{Seconds: 120}})
	next := h.resume(t, lot).Runs[0].Next
	require.Equal(t, []any{notify.RunParked, "again", noon.Add(2 * time.Minute), 4}, []any{next.Status, next.Step, next.ResumeAt, next.Turn})
	require.Empty(t, next.Rest)
}

func TestAThrottleSaysWhetherThereWasRoom(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		full    bool
		outcome string
		want    []any
	}{
		"room":    {false, "pass", []any{notify.Queued, notify.SkipReason("")}},
		"no room": {true, "stop", []any{notify.Skipped, notify.FrequencyCapped}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			few := notify.Step{Key: "few", Kind: notify.StepThrottle, Throttle: &notify.Throttle{Limit: 2, Seconds: 60}}
			h, lot := parkedAt("few", few, channelStep("email", notify.Email))
			lot.parked[0].Full = test.full
			batch := h.resume(t, lot)
			said := batch.Runs[0].Decisions[0]
			require.Equal(t, []string{"throttle", test.outcome, "At most 2 in 1m0s."}, []string{said.Step, said.Outcome, said.Detail})
			require.Equal(t, test.want, []any{batch.Messages[0].Status, batch.Messages[0].SkipReason})
		})
	}
}

func TestADigestThatIsFullGoesOnWithAllOfIt(t *testing.T) {
	t.Parallel()
	gather := notify.Step{Key: "gather", Kind: notify.StepDigest, Digest: &notify.Digest{Seconds: 600}}
	many := channelStep("email", notify.Email)
	many.If = []notify.Condition{{Field: "digest.total", Op: "gt", Value: []byte(`2`)}}
	h, lot := parkedAt("gather", gather, many)
	lot.parked[0].DigestID, lot.digest = "dig_1", Digest{ID: "dig_1", Total: 3, Items: []DigestItem{{Event: notify.Event{ID: "a"}}}}
	batch := h.resume(t, lot)
	require.Equal(t, "dig_1", batch.Runs[0].Closed)
	require.Equal(t, "3 gathered.", batch.Runs[0].Decisions[0].Detail)
	require.Equal(t, notify.Queued, batch.Messages[0].Status, "conditions see what was gathered")
	require.Equal(t, 3, h.templates.asked[0].Vars.Digest["total"], "and templates too")

	h, lot = parkedAt("gather", gather, many)
	batch = h.resume(t, lot)
	require.Equal(t, []any{notify.Skipped, notify.ConditionFalse}, []any{batch.Messages[0].Status, batch.Messages[0].SkipReason}, "one alone is a digest of one")
}

func TestAFaultOfOneRunEndsItAndOneOfTheHouseDoesNot(t *testing.T) {
	t.Parallel()
	h, lot := parkedAt("pause", delayed(notify.Delay{Seconds: 60}), channelStep("email", notify.Email))
	lot.parked[0].Step = "gone"
	batch := h.resume(t, lot)
	require.Equal(t, notify.RunDone, batch.Runs[0].Next.Status)
	said := batch.Runs[0].Decisions[0]
	require.Equal(t, []string{"resume", "stop", "It cannot go on: the workflow has no step gone"}, []string{said.Step, said.Outcome, said.Detail})

	h, lot = parkedAt("pause", delayed(notify.Delay{Seconds: 60}), channelStep("email", notify.Email))
	h.wishes.err = notify.ErrUnavailable
	require.ErrorIs(t, h.Resume(t.Context(), notify.Medium, []string{"ntf_1"}), notify.ErrUnavailable)
	require.Empty(t, lot.saved, "it is tried again later")
}

func TestAnEventEndsTheRunsItIsAbout(t *testing.T) {
	t.Parallel()
	theirs := func(id, workflow, data string) Waiting {
		return Waiting{ID: id, Workflow: workflow, RecipientID: "ada", Event: notify.Event{ID: "evt_then", Data: []byte(data)}}
	}
	for name, test := range map[string]struct {
		rules []notify.CancelOn
		want  []string
	}{
		"of the same order": {[]notify.CancelOn{{EventType: "order.shipped", Match: "data.order"}}, []string{"ntf_same"}},
		"all of them":       {[]notify.CancelOn{{EventType: "order.shipped"}}, []string{"ntf_same", "ntf_other", "ntf_none"}},
		"one of two rules":  {[]notify.CancelOn{{EventType: "other"}, {EventType: "order.shipped", Match: "data.order"}}, []string{"ntf_same"}},
		"no rule is of it":  {[]notify.CancelOn{{EventType: "other"}}, nil},
		"nothing to match":  {[]notify.CancelOn{{EventType: "order.shipped", Match: "data.nothing"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			h.store.events["evt"].Data = []byte(`{"order":7}`)
			h.workflows.stops = []notify.Workflow{{Key: "cart", CancelOn: test.rules}}
			h.Runs = &parking{waiting: []Waiting{
				theirs("ntf_same", "cart", `{"order":7}`), theirs("ntf_other", "cart", `{"order":8}`), theirs("ntf_none", "cart", `{}`),
				theirs("ntf_strange", "another", `{"order":7}`),
			}}
			var told []string
			h.Stopped = func(runs []string) { told = append(told, runs...) }
			stops := h.dispatch(t).Stops
			require.Equal(t, test.want, told, "whose page is open hears of it")
			if test.want == nil {
				require.Empty(t, stops)
				return
			}
			require.Len(t, stops, 1)
			require.Equal(t, test.want, stops[0].Runs)
			d := stops[0].Decision
			require.Equal(t, []any{"cancel", "stop", "The event order.shipped came.", "event:evt", noon}, []any{d.Step, d.Outcome, d.Detail, d.Rule, d.At})
		})
	}
	h := newHouse()
	h.workflows.stops = []notify.Workflow{{Key: "cart"}}
	h.Runs = &parking{err: fmt.Errorf("%w: database gone", notify.ErrUnavailable)}
	require.ErrorContains(t, h.Dispatch(t.Context(), notify.Medium, []string{"evt"}), "find the runs that event evt ends")
}
