package broadcast

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestWhatIsSubmittedIsFrozenAndApprovedBySomebodyElse(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.submitted(plan)
	require.Equal(t, 10, b.People)
	require.Equal(t, []Pin{{Kind: "template", Key: "news", Version: 3, Hash: "h"}}, b.Frozen.Pins)
	require.Equal(t, 10, b.Frozen.Estimate.Reached)

	_, err := h.desk.Approve(t.Context(), b.ID, Verdict{Hash: b.Hash, By: author})
	require.ErrorIs(t, err, notify.ErrForbidden, "the author cannot")
	_, err = h.desk.Reject(t.Context(), b.ID, Verdict{Comment: "no", By: author})
	require.ErrorIs(t, err, notify.ErrForbidden)
	_, err = h.desk.Approve(t.Context(), b.ID, Verdict{Hash: b.Hash, By: Actor{ID: "mem_c"}})
	require.ErrorIs(t, err, notify.ErrForbidden, "nor somebody without the right")
	_, err = h.desk.Approve(t.Context(), b.ID, Verdict{Hash: "another", By: approver})
	var changed *ChangedError
	require.ErrorAs(t, err, &changed, "nor something else than was looked at")
	require.Equal(t, b.Hash, changed.Hash)

	_, err = h.desk.Approve(t.Context(), b.ID, Verdict{Hash: b.Hash, By: approver})
	require.NoError(t, err)
	_, err = h.desk.Approve(t.Context(), b.ID, Verdict{Hash: b.Hash, By: approver})
	require.ErrorIs(t, err, notify.ErrConflict, "it is decided once")
	h.work()
	require.Equal(t, Sending, h.now(b.ID).State)
	require.Len(t, h.store.launched, 1)
	event := h.store.launched[0]
	require.Equal(t, b.ID, event.Broadcast())
	require.Equal(t, map[string]int{"news": 3}, event.Direct.Pins)
	require.Equal(t, notify.Low, event.Priority)
}

func TestAnyEditVoidsWhatWasSubmittedOrApproved(t *testing.T) {
	t.Parallel()
	later := plan
	later.SendAt = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for name, to := range map[string]func(h *desktop) Broadcast{
		"submitted": func(h *desktop) Broadcast { return h.submitted(plan) },
		"scheduled": func(h *desktop) Broadcast { return h.sending(later) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			b := to(h)
			edited, err := h.desk.Edit(t.Context(), b.ID, Edit{Name: "Other news", Plan: plan, Revision: b.Revision, By: approver})
			require.NoError(t, err)
			require.Equal(t, []any{Draft, "", (*Frozen)(nil), ""}, []any{edited.State, edited.Hash, edited.Frozen, edited.DecidedBy})
			require.Equal(t, []string{author.ID, approver.ID}, edited.Authors, "who edits it is an author of it too")
			require.Equal(t, "voided", h.store.history[len(h.store.history)-1].Kind)
			void := fmt.Sprintf("It was edited while it was %s: it needs a new approval.", name)
			require.Equal(t, void, edited.Reason, "whoever looks at it is told")
			further, err := h.desk.Edit(t.Context(), b.ID, Edit{Name: "More news", Plan: plan, By: approver})
			require.NoError(t, err)
			require.Equal(t, void, further.Reason, "also while it is written on")
			_, err = h.desk.Approve(t.Context(), b.ID, Verdict{Hash: b.Hash, By: approver})
			require.ErrorIs(t, err, notify.ErrConflict)
			h.clock.at = later.SendAt
			h.work()
			require.Empty(t, h.store.launched, "nothing goes out")
			_, err = h.desk.Edit(t.Context(), b.ID, Edit{Name: "Stale", Plan: plan, Revision: b.Revision, By: author})
			require.ErrorIs(t, err, notify.ErrConflict)
		})
	}
}

func TestWhatIsBeingSentIsNotEdited(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.sending(plan)
	_, err := h.desk.Edit(t.Context(), b.ID, Edit{Name: "News", Plan: plan, By: author})
	require.ErrorIs(t, err, notify.ErrConflict)
}

func TestTheHashIsOfAllThatIsDecidedOn(t *testing.T) {
	t.Parallel()
	base := Frozen{Pins: []Pin{{Kind: "template", Key: "news", Version: 3, Hash: "h"}}, People: 2, Digest: "d"}
	p := plan
	p.Data = json.RawMessage(`{"a":1,"b":2}`)
	of := func(change func(name *string, p *Plan, f *Frozen)) string {
		name, p, f := "News", p, base
		change(&name, &p, &f)
		hash, err := hashOf(name, p, f)
		require.NoError(t, err)
		return hash
	}
	same := of(func(*string, *Plan, *Frozen) {})
	require.Equal(t, same, of(func(_ *string, p *Plan, _ *Frozen) { p.Data = json.RawMessage(`{ "b": 2, "a": 1 }`) }), "however the data is written")
	for name, change := range map[string]func(*string, *Plan, *Frozen){
		"the name":     func(n *string, _ *Plan, _ *Frozen) { *n = "Old" },
		"the channels": func(_ *string, p *Plan, _ *Frozen) { p.Channels = []notify.Channel{notify.SMS} },
		"the data":     func(_ *string, p *Plan, _ *Frozen) { p.Data = json.RawMessage(`{"a":2,"b":2}`) },
		"the time":     func(_ *string, p *Plan, _ *Frozen) { p.SendAt = time.Unix(1, 0) },
		"the rate":     func(_ *string, p *Plan, _ *Frozen) { p.PerSecond = 5 },
		"the words":    func(_ *string, p *Plan, _ *Frozen) { p.Content = &notify.Content{Title: "x"} },
		"a version": func(_ *string, _ *Plan, f *Frozen) {
			f.Pins = []Pin{{Kind: "template", Key: "news", Version: 4, Hash: "h"}}
		},
		"the audience": func(_ *string, _ *Plan, f *Frozen) { f.Digest = "other" },
		"the count":    func(_ *string, _ *Plan, f *Frozen) { f.People = 3 },
		"the estimate": func(_ *string, _ *Plan, f *Frozen) { f.Estimate.Reached = 1 },
	} {
		require.NotEqual(t, same, of(change), name)
	}
}

func TestAnOwnerMayApproveAloneWithAReason(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.submitted(plan)
	_, err := h.desk.BreakGlass(t.Context(), b.ID, Verdict{Hash: b.Hash, By: owner})
	var invalid *notify.Invalid
	require.ErrorAs(t, err, &invalid, "a reason is needed")
	_, err = h.desk.BreakGlass(t.Context(), b.ID, Verdict{Hash: b.Hash, Comment: "an outage", By: author})
	require.ErrorIs(t, err, notify.ErrForbidden)
	_, err = h.desk.BreakGlass(t.Context(), b.ID, Verdict{Hash: b.Hash, Comment: "an outage", By: owner})
	require.NoError(t, err)
	last := h.store.history[len(h.store.history)-1]
	require.Equal(t, []string{"break_glass", "Ada", "an outage"}, []string{last.Kind, last.By, last.Detail})
}

func TestALayoutThatChangesVoidsWhatWasFrozen(t *testing.T) {
	t.Parallel()
	h := open(t)
	later := plan
	later.SendAt = h.clock.at.Add(time.Hour)
	b := h.submitted(later)
	h.words.changed = true
	_, err := h.desk.Approve(t.Context(), b.ID, Verdict{Hash: b.Hash, By: approver})
	require.ErrorIs(t, err, notify.ErrConflict)
	h.words.changed = false
	_, err = h.desk.Approve(t.Context(), b.ID, Verdict{Hash: b.Hash, By: approver})
	require.NoError(t, err)
	h.work()
	require.Equal(t, Scheduled, h.now(b.ID).State)
	h.words.changed, h.clock.at = true, later.SendAt
	h.work()
	require.Equal(t, Draft, h.now(b.ID).State, "also between the approval and its time")
	require.Empty(t, h.store.launched)
}

func TestAScheduledBroadcastBeginsAtItsTime(t *testing.T) {
	t.Parallel()
	h := open(t)
	later := plan
	later.SendAt = h.clock.at.Add(time.Hour)
	b := h.sending(later)
	require.Equal(t, Scheduled, b.State)
	h.clock.at = later.SendAt.Add(-time.Second)
	h.work()
	require.Empty(t, h.store.launched)
	h.clock.at = later.SendAt
	h.work()
	require.Equal(t, Sending, h.now(b.ID).State)
	require.Len(t, h.store.launched, 1)
}

func TestWhatBarsItIsSaidBeforeAnybodyDecides(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.made(Plan{})
	_, err := h.desk.Submit(t.Context(), b.ID, Submission{By: author})
	var invalid *notify.Invalid
	require.ErrorAs(t, err, &invalid)
	var paths []string
	for _, f := range invalid.Fields {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{"audience", "content", "channels", "category"}, paths)

	h.rehearsal.message.Status, h.rehearsal.message.Reason = notify.Skipped, notify.TemplateFailed
	whole := h.made(plan)
	_, err = h.desk.Submit(t.Context(), whole.ID, Submission{By: author})
	require.NoError(t, err)
	h.work()
	now := h.now(whole.ID)
	require.Equal(t, Draft, now.State, "what the sample shows to be wrong goes back to its author")
	require.Contains(t, now.Reason, "It cannot go out as it is")
}

func TestEachFindingHasItsRule(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	email := RehearsedMessage{Channel: notify.Email, Status: notify.Queued, Parts: 1, LeavesWay: true, MayRefuse: true}
	with := func(m RehearsedMessage, change func(m *RehearsedMessage)) RehearsedMessage {
		change(&m)
		return m
	}
	for name, tt := range map[string]struct {
		message RehearsedMessage
		at      time.Time
		people  int
		codes   []string
	}{
		"nothing":                             {email, time.Time{}, 1, nil},
		"nobody":                              {email, time.Time{}, 0, []string{"empty_audience"}},
		"a time that passed":                  {email, now.Add(-time.Hour), 1, []string{"time_past"}},
		"no way to refuse":                    {with(email, func(m *RehearsedMessage) { m.LeavesWay = false }), time.Time{}, 1, []string{"no_unsubscribe"}},
		"what nobody may refuse needs no way": {with(email, func(m *RehearsedMessage) { m.LeavesWay, m.MayRefuse = false, false }), time.Time{}, 1, nil},
		"a link that is not https":            {with(email, func(m *RehearsedMessage) { m.Content.HTML = `<a href="http://shop.example.org/x">` }), time.Time{}, 1, []string{"insecure_link"}},
		"a link that leads nowhere":           {with(email, func(m *RehearsedMessage) { m.Content.HTML = `<a href="https://shop.invalid/x">` }), time.Time{}, 1, []string{"dead_link"}},
		"variables in words as they stand":    {with(email, func(m *RehearsedMessage) { m.Content.Title = "Hi {{ name }}" }), time.Time{}, 1, []string{"literal_variables"}},
		"words of spam":                       {with(email, func(m *RehearsedMessage) { m.Content.Subject = "ACT NOW" }), time.Time{}, 1, []string{"spam_words"}},
		"a large email":                       {with(email, func(m *RehearsedMessage) { m.Content.HTML = string(make([]byte, emailMost+1)) }), time.Time{}, 1, []string{"too_large"}},
		"a text of many parts":                {RehearsedMessage{Channel: notify.SMS, Status: notify.Queued, Parts: 4}, time.Time{}, 1, []string{"many_parts"}},
		"quiet hours":                         {with(email, func(m *RehearsedMessage) { m.Status = notify.Held }), time.Time{}, 1, []string{"quiet_hours"}},
		"caps":                                {RehearsedMessage{Channel: notify.Email, Status: notify.Skipped, Reason: notify.FrequencyCapped}, time.Time{}, 1, []string{"reaches_nobody", "capped"}},
		"a variable that is missing":          {RehearsedMessage{Channel: notify.Email, Status: notify.Skipped, Reason: notify.TemplateFailed}, time.Time{}, 1, []string{"reaches_nobody", "variables_missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sample := []Rehearsed{{Messages: []RehearsedMessage{tt.message}}}
			b := Broadcast{Plan: Plan{SendAt: tt.at}}
			var codes []string
			for _, f := range judge(b, estimate(tt.people, 0, sample), sample, now) {
				codes = append(codes, f.Code)
				require.NotEmpty(t, f.Detail)
			}
			require.Equal(t, tt.codes, codes)
		})
	}
}

func TestAnEstimateIsScaledToTheWholeAudience(t *testing.T) {
	t.Parallel()
	sample := []Rehearsed{
		{Messages: []RehearsedMessage{{Channel: notify.SMS, Status: notify.Queued, Parts: 2, CostMicros: 80_000}}},
		{Messages: []RehearsedMessage{{Channel: notify.SMS, Status: notify.Held, Parts: 2}}},
		{Messages: []RehearsedMessage{{Channel: notify.SMS, Status: notify.Skipped, Reason: notify.OptedOut}}},
		{Messages: []RehearsedMessage{{Channel: notify.SMS, Status: notify.Skipped, Reason: notify.OptedOut}}},
	}
	require.Equal(t, Estimate{
		People: 1000, Sampled: 4, Reached: 500, Seconds: 50, CostMicros: 20_000_000,
		Channels: []ChannelEstimate{{Channel: notify.SMS, Messages: 500, Parts: 1000, Held: 250, CostMicros: 20_000_000}},
		Skips:    []SkipEstimate{{Channel: notify.SMS, Reason: notify.OptedOut, People: 500}},
	}, estimate(1000, 10, sample))
}

func TestPauseResumeAndTheEnd(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.sending(plan)
	_, err := h.desk.Resume(t.Context(), b.ID, approver)
	require.ErrorIs(t, err, notify.ErrConflict, "what is not paused is not resumed")
	_, err = h.desk.Pause(t.Context(), b.ID, "wait", approver)
	require.NoError(t, err)
	require.Equal(t, HoldEvent, h.store.moves[len(h.store.moves)-1])
	h.clock.at = h.clock.at.Add(time.Hour)
	h.work()
	require.Equal(t, Paused, h.now(b.ID).State, "nobody resumes it by themselves")

	h.store.waiting, h.store.progress = 3, Progress{Waiting: 3, EventStatus: notify.EventAccepted, Counts: map[notify.Status]int{notify.Held: 3}}
	_, err = h.desk.Resume(t.Context(), b.ID, approver)
	require.NoError(t, err)
	require.Equal(t, ReleaseEvent, h.store.moves[len(h.store.moves)-1])
	h.work()
	require.Zero(t, h.store.waiting, "what was held goes on")

	h.store.progress = Progress{EventStatus: notify.EventDispatched, Counts: map[notify.Status]int{notify.Queued: 1, notify.Sent: 9}}
	h.clock.at = h.clock.at.Add(time.Minute)
	h.work()
	require.Equal(t, Sending, h.now(b.ID).State, "one is still on its way")
	h.store.progress.Counts = map[notify.Status]int{notify.Sent: 10}
	h.clock.at = h.clock.at.Add(time.Minute)
	h.work()
	require.Equal(t, Completed, h.now(b.ID).State)
	_, err = h.desk.Cancel(t.Context(), b.ID, Cancellation{Keep: true, By: approver})
	require.ErrorIs(t, err, notify.ErrConflict, "there is nothing to stop any more, and what was sent is to be left")
}

func TestWhatCannotBeCarriedPausesItWithAReason(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		why    string
		counts map[notify.Status]int
		says   string
	}{
		"an integration that is paused": {"The integration Mail is paused: 401", map[notify.Status]int{notify.Queued: 5}, "Mail is paused"},
		"more failures than successes":  {"", map[notify.Status]int{notify.Failed: 20, notify.Sent: 3, notify.Queued: 5}, "20 messages have failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			b := h.sending(plan)
			h.ways.why, h.store.progress = tt.why, Progress{EventStatus: notify.EventAccepted, Counts: tt.counts}
			h.clock.at = h.clock.at.Add(time.Minute)
			h.work()
			paused := h.now(b.ID)
			require.Equal(t, Paused, paused.State)
			require.Contains(t, paused.Reason, tt.says)
			require.Equal(t, HoldEvent, h.store.moves[len(h.store.moves)-1])
			h.ways.why = ""
			_, err := h.desk.Resume(t.Context(), b.ID, approver)
			require.NoError(t, err)
			h.work()
			require.Equal(t, Sending, h.now(b.ID).State, "what somebody has seen does not pause it again")
		})
	}
}

func TestAPlanIsHeldToItsForm(t *testing.T) {
	t.Parallel()
	for path, p := range map[string]Plan{
		"audience.segments[0]": {Audience: Audience{Segments: []string{"a b"}}},
		"channels[0]":          {Channels: []notify.Channel{"pigeon"}},
		"channels[1]":          {Channels: []notify.Channel{notify.SMS, notify.SMS}},
		"priority":             {Priority: "soon"},
		"per_second":           {PerSecond: -1},
		"data":                 {Data: json.RawMessage(`[1]`)},
		"window.timezone":      {Window: &notify.Window{From: "20:00", To: "08:00", Timezone: "Mars/Base"}},
		"window.days[0]":       {Window: &notify.Window{From: "20:00", To: "08:00", Timezone: "UTC", Days: []string{"someday"}}},
	} {
		var invalid *notify.Invalid
		require.ErrorAs(t, checkPlan("News", p), &invalid, path)
		require.Equal(t, path, invalid.Fields[0].Path)
	}
	var invalid *notify.Invalid
	for _, zone := range []string{"", "Local"} {
		require.ErrorAs(t, checkPlan("News", Plan{Window: &notify.Window{From: "20:00", To: "08:00", Timezone: zone}}), &invalid)
		require.Equal(t, "window.timezone", invalid.Fields[0].Path, "the machine's own zone is not one that people know")
	}
	require.NoError(t, checkPlan("News", plan))
	require.Error(t, checkPlan(" ", plan))
}
