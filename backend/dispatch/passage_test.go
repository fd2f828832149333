package dispatch

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// keyMaker makes the key that it is told, or fails.
type keyMaker struct{ err error }

func (k keyMaker) Key(_ context.Context, source string, vars *Vars) (string, error) {
	return fmt.Sprintf("%s=%v", source, vars.Data["total"]), k.err
}

func delayed(delay notify.Delay) notify.Step {
	return notify.Step{Key: "pause", Kind: notify.StepDelay, Delay: &delay}
}

func channelStep(key string, channel notify.Channel) notify.Step {
	return notify.Step{Key: key, Kind: notify.StepChannel, Channel: channel, Template: "shipped"}
}

// over gives the only workflow of the house these steps.
func (h *house) over(steps ...notify.Step) *house {
	h.workflows.list[0].Steps = steps
	h.Keys = keyMaker{}
	return h
}

func TestADelayParksUntilItsTime(t *testing.T) {
	t.Parallel()
	day := func(text string) time.Time {
		at, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		return at
	}
	office := &notify.Window{From: "09:00", To: "17:00", Days: []string{"mon", "tue", "wed", "thu", "fri"}}
	for name, test := range map[string]struct {
		delay notify.Delay
		data  string
		zone  string
		until string // empty when it passes at once
		says  string
	}{
		"for a while":                        {notify.Delay{Seconds: 3600}, ``, "", "2026-11-21T13:00:00Z", "It waits for its time."},
		"until a time":                       {notify.Delay{Until: day("2026-12-24T18:00:00Z")}, ``, "", "2026-12-24T18:00:00Z", "It waits for its time."},
		"until a time that has been":         {notify.Delay{Until: day("2026-11-21T11:59:59Z")}, ``, "", "", "Its time has come already."},
		"until this very moment":             {notify.Delay{Until: noon}, ``, "", "", "Its time has come already."},
		"until what the event says":          {notify.Delay{Field: "data.starts_at"}, `{"starts_at":"2026-11-22T09:30:00+02:00"}`, "", "2026-11-22T07:30:00Z", "It waits for its time."},
		"ahead of what the event says":       {notify.Delay{Field: "data.starts_at", Seconds: -3600}, `{"starts_at":"2026-11-22T09:00:00Z"}`, "", "2026-11-22T08:00:00Z", "It waits for its time."},
		"ahead of it, which has been":        {notify.Delay{Field: "data.starts_at", Seconds: -86400}, `{"starts_at":"2026-11-22T09:00:00Z"}`, "", "", "Its time has come already."},
		"a time that the event does not say": {notify.Delay{Field: "data.starts_at"}, `{}`, "", "", "No delay: data.starts_at is not a time such as 2026-12-24T18:00:00Z."},
		"a time that is none":                {notify.Delay{Field: "data.starts_at"}, `{"starts_at":"tomorrow"}`, "", "", "No delay: data.starts_at is not a time such as 2026-12-24T18:00:00Z."},
		"a time that is a number":            {notify.Delay{Field: "data.starts_at"}, `{"starts_at":1795000000}`, "", "", "No delay: data.starts_at is not a time such as 2026-12-24T18:00:00Z."},
		"within the window":                  {notify.Delay{Window: &notify.Window{From: "09:00", To: "17:00"}}, ``, "", "", "Its time has come already."},
		"to the window of the next workday":  {notify.Delay{Window: office}, ``, "", "2026-11-23T09:00:00Z", "It waits for its time."},
		"in the zone of the person":          {notify.Delay{Window: office}, ``, "Pacific/Kiritimati", "2026-11-22T19:00:00Z", "It waits for its time."},
		"first for a while, then the window": {notify.Delay{Seconds: 6 * 3600, Window: &notify.Window{From: "09:00", To: "17:00"}}, ``, "", "2026-11-22T09:00:00Z", "It waits for its time."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse().over(delayed(test.delay), channelStep("email", notify.Email))
			h.change(func(p *Person) { p.Timezone = test.zone })
			if test.data != "" {
				h.store.events["evt"].Data = []byte(test.data)
			}
			batch := h.dispatch(t)
			said := batch.Notifications[0].Decisions[0]
			require.Equal(t, []any{"delay", test.says, "workflow:shipped"}, []any{said.Step, said.Detail, said.Rule})
			if test.until == "" {
				require.Equal(t, "pass", said.Outcome)
				require.Empty(t, batch.Runs)
				require.Len(t, batch.Messages, 1, "what follows is sent now")
				return
			}
			require.Equal(t, "hold", said.Outcome)
			require.Empty(t, batch.Messages, "what follows waits")
			require.Len(t, batch.Runs, 1)
			run := batch.Runs[0]
			require.Equal(t, []any{batch.Notifications[0].ID, "evt", "ada", "shipped", 7, notify.RunParked, "pause", notify.StepDelay, []string{"email"}},
				[]any{run.ID, run.EventID, run.RecipientID, run.Workflow, run.WorkflowVersion, run.Status, run.Step, run.Kind, run.Rest})
			require.Equal(t, []string{test.until, test.until}, []string{run.ResumeAt.UTC().Format(time.RFC3339), said.Until.UTC().Format(time.RFC3339)})
		})
	}
}

func TestADelayOfSomebodyWithoutAZoneIsInThatOfTheHouse(t *testing.T) {
	t.Parallel()
	window := notify.Delay{Window: &notify.Window{From: "09:00", To: "10:00"}}
	h := newHouse().over(delayed(window))
	h.Timezone = func(context.Context) (string, error) { return "Asia/Shanghai", nil }
	require.Equal(t, noon.Add(13*time.Hour), h.dispatch(t).Runs[0].ResumeAt)

	h = newHouse().over(delayed(window))
	h.Timezone = func(context.Context) (string, error) { return "", errors.New("database gone") }
	require.ErrorIs(t, h.Dispatch(t.Context(), notify.Medium, []string{"evt"}), notify.ErrUnavailable, "a fault of ours is no wrong time")
	require.Empty(t, h.store.batches)
}

func TestWindowsFollowTheClockOnTheWall(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		window notify.Window
		zone   string
		at     string
		want   string
	}{
		"open":                               {notify.Window{From: "09:00", To: "17:00"}, "UTC", "2026-11-21T12:00:00Z", "2026-11-21T12:00:00Z"},
		"from its first moment":              {notify.Window{From: "09:00", To: "17:00"}, "UTC", "2026-11-21T09:00:00Z", "2026-11-21T09:00:00Z"},
		"shut at its last":                   {notify.Window{From: "09:00", To: "17:00"}, "UTC", "2026-11-21T17:00:00Z", "2026-11-22T09:00:00Z"},
		"past midnight":                      {notify.Window{From: "22:00", To: "02:00"}, "UTC", "2026-11-22T01:00:00Z", "2026-11-22T01:00:00Z"},
		"past midnight of a named day":       {notify.Window{From: "22:00", To: "02:00", Days: []string{"sat"}}, "UTC", "2026-11-22T01:00:00Z", "2026-11-22T01:00:00Z"},
		"not past midnight of another day":   {notify.Window{From: "22:00", To: "02:00", Days: []string{"sat"}}, "UTC", "2026-11-23T01:00:00Z", "2026-11-28T22:00:00Z"},
		"its own zone stands before another": {notify.Window{From: "09:00", To: "17:00", Timezone: "Asia/Shanghai"}, "Europe/London", "2026-11-21T12:00:00Z", "2026-11-22T01:00:00Z"},
		"fourteen hours ahead":               {notify.Window{From: "09:00", To: "17:00"}, "Pacific/Kiritimati", "2026-11-21T12:00:00Z", "2026-11-21T19:00:00Z"},
		"twelve hours behind":                {notify.Window{From: "09:00", To: "17:00"}, "Etc/GMT+12", "2026-11-21T12:00:00Z", "2026-11-21T21:00:00Z"},
		"over the short night":               {notify.Window{From: "09:00", To: "17:00"}, "Europe/London", "2026-03-28T18:00:00Z", "2026-03-29T08:00:00Z"},
		"over the long night":                {notify.Window{From: "09:00", To: "17:00"}, "Europe/London", "2026-10-24T18:00:00Z", "2026-10-25T09:00:00Z"},
		"an opening that is jumped over":     {notify.Window{From: "01:30", To: "05:00"}, "Europe/London", "2026-03-28T22:00:00Z", "2026-03-29T01:00:00Z"},
		"an end that is jumped over":         {notify.Window{From: "00:15", To: "01:30"}, "Europe/London", "2026-03-29T00:59:00Z", "2026-03-29T00:59:00Z"},
		"shut from that jump on":             {notify.Window{From: "00:15", To: "01:30"}, "Europe/London", "2026-03-29T01:00:00Z", "2026-03-29T23:15:00Z"},
		"the first of two openings":          {notify.Window{From: "01:30", To: "05:00"}, "Europe/London", "2026-10-24T22:00:00Z", "2026-10-25T00:30:00Z"},
		"a window that is all jumped over":   {notify.Window{From: "01:10", To: "01:40"}, "Europe/London", "2026-03-29T00:30:00Z", "2026-03-30T00:10:00Z"},
		"the last of two ends":               {notify.Window{From: "00:15", To: "01:30"}, "Europe/London", "2026-10-25T01:15:00Z", "2026-10-25T01:15:00Z"},
		"a zone that nobody knows":           {notify.Window{From: "09:00", To: "17:00", Timezone: "Mars/Base"}, "UTC", "2026-11-21T18:00:00Z", "2026-11-22T09:00:00Z"},
		"times that are none":                {notify.Window{From: "nine", To: "17:00"}, "UTC", "2026-11-21T18:00:00Z", "2026-11-21T18:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(time.RFC3339, test.at)
			require.NoError(t, err)
			require.Equal(t, test.want, Opening(test.window, at, test.zone).UTC().Format(time.RFC3339))
		})
	}
}

func TestABranchTakesTheFirstArmThatIsOpen(t *testing.T) {
	t.Parallel()
	rich := []notify.Condition{{Field: "data.total", Op: "gt", Value: []byte(`100`)}}
	within := func(arm string, step notify.Step) notify.Step { step.Within = arm; return step }
	inner := notify.Step{Key: "inner", Kind: notify.StepBranch, Within: "size.big", Branch: &notify.Branch{Arms: []notify.Arm{{Key: "all"}}}}
	steps := []notify.Step{
		{Key: "size", Kind: notify.StepBranch, Branch: &notify.Branch{Arms: []notify.Arm{{Key: "big", If: rich}, {Key: "other"}}}},
		within("size.big", channelStep("text", notify.SMS)), inner, within("inner.all", channelStep("more", notify.SMS)),
		within("size.other", channelStep("mail", notify.Email)), channelStep("last", notify.Email),
	}
	for name, test := range map[string]struct {
		total, says string
		want        []notify.Channel
	}{
		"whose conditions hold":                {"101", "It took big.", []notify.Channel{notify.SMS, notify.SMS, notify.Email}},
		"the next, and nothing within another": {"10", "It took other.", []notify.Channel{notify.Email, notify.Email}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse().over(steps...)
			h.store.events["evt"].Data = []byte(`{"total":` + test.total + `}`)
			batch := h.dispatch(t)
			var got []notify.Channel
			for _, m := range batch.Messages {
				got = append(got, m.Channel)
			}
			require.Equal(t, test.want, got)
			require.Equal(t, test.says, batch.Notifications[0].Decisions[0].Detail)
		})
	}
	h := newHouse().over(notify.Step{Key: "size", Kind: notify.StepBranch, Branch: &notify.Branch{Arms: []notify.Arm{{Key: "big", If: rich}}}}, steps[1])
	batch := h.dispatch(t)
	require.Empty(t, batch.Messages)
	require.Equal(t, "No arm is open.", batch.Notifications[0].Decisions[0].Detail)
}

func TestDigestsAndThrottlesAskForTheirStream(t *testing.T) {
	t.Parallel()
	gather := notify.Step{Key: "gather", Kind: notify.StepDigest, Digest: &notify.Digest{Key: "thread", Seconds: 600, Count: 5}}
	few := notify.Step{Key: "few", Kind: notify.StepThrottle, Throttle: &notify.Throttle{Limit: 2, Seconds: 60}}
	h := newHouse().over(gather, channelStep("email", notify.Email))
	run := h.dispatch(t).Runs[0]
	require.Equal(t, &notify.Gather{Scope: "workflow\nshipped\ngather\nada\nthread=10", Rule: *gather.Digest}, run.Gather)
	require.Equal(t, noon.Add(10*time.Minute), run.ResumeAt)

	h = newHouse().over(few, channelStep("email", notify.Email))
	batch := h.dispatch(t)
	require.Equal(t, &notify.Ticket{Scope: "workflow\nshipped\nfew\nada\n", Rule: *few.Throttle}, batch.Runs[0].Ticket)
	require.Equal(t, noon, batch.Runs[0].ResumeAt)
	require.Empty(t, batch.Notifications[0].Decisions, "nobody notices that it asks")

	h = newHouse().over(gather, channelStep("email", notify.Email))
	h.Keys = keyMaker{errors.New("no such word")}
	batch = h.dispatch(t)
	require.Empty(t, batch.Runs)
	require.Len(t, batch.Messages, 1, "a key that cannot be made is no reason to lose anything")
	require.Equal(t, "Left out: its key cannot be made: no such word", batch.Notifications[0].Decisions[0].Detail)
}

func TestWhereNothingWillBeSentNothingIsWaitedFor(t *testing.T) {
	t.Parallel()
	pause := delayed(notify.Delay{Seconds: 60})
	for name, change := range map[string]func(h *house){
		"the workflow is off":     func(h *house) { h.workflows.list[0].Enabled = false },
		"the person was erased":   func(h *house) { h.change(func(p *Person) { p.ErasedAt = noon }) },
		"the person is not known": func(h *house) { delete(h.store.people, "ada") },
		"its condition fails": func(h *house) {
			h.workflows.list[0].Steps[0].If = []notify.Condition{{Field: "data.total", Op: "gt", Value: []byte(`100`)}}
		},
		"a wait without a message": func(h *house) { h.workflows.list[0].Steps[0] = waitFor("email") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse().over(pause, channelStep("email", notify.Email))
			change(h)
			batch := h.dispatch(t)
			require.Empty(t, batch.Runs)
			require.Len(t, batch.Messages, 1, "each channel ends in a row all the same")
		})
	}
}

func TestATestRunWaitsAMomentOnly(t *testing.T) {
	t.Parallel()
	h := newHouse().over(delayed(notify.Delay{Seconds: 86400}))
	h.store.events["evt"].Source = notify.TestSource
	batch := h.dispatch(t)
	require.Equal(t, noon.Add(testPause), batch.Runs[0].ResumeAt)
	require.Equal(t, "It waits for its time. A test run waits a moment only.", batch.Notifications[0].Decisions[0].Detail)
}
