package app

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"clarion/backend/dispatch"
	"clarion/backend/ingest"
	"clarion/backend/notify"
	"clarion/backend/preference"
	"clarion/backend/store"
)

// wall is a clock that stands where it is set.
type wall struct{ at time.Time }

func (w *wall) Now() time.Time { return w.at }

// still are the parts of dispatch that have nothing to do with preferences.
type still struct {
	flows      []notify.Workflow
	categories map[string]notify.Category
}

func (s *still) ForEvent(context.Context, string) ([]notify.Workflow, error) { return s.flows, nil }
func (s *still) Categories(context.Context) (map[string]notify.Category, error) {
	return s.categories, nil
}

func (s *still) Render(_ context.Context, r dispatch.RenderRequest) (notify.Content, notify.TemplateRef, error) {
	return notify.Content{Text: "x"}, notify.TemplateRef{Key: r.Template, Version: 1, Locale: "en"}, nil
}
func (s *still) Together(context.Context, dispatch.DigestRequest) (dispatch.DigestWords, error) {
	return dispatch.DigestWords{}, nil
}
func (s *still) Workflow(context.Context, string) (notify.Workflow, error) { return s.flows[0], nil }
func (s *still) Event(notify.Event) (dispatch.Vars, error)                 { return dispatch.Vars{}, nil }
func (s *still) Recipient(notify.Recipient) (map[string]any, error)        { return nil, nil }
func (s *still) HasWay(context.Context, notify.Channel, string, string) (bool, error) {
	return true, nil
}
func (s *still) Candidates(context.Context, *notify.Message) ([]notify.Account, error) {
	return nil, nil
}
func (s *still) EnqueueDispatch(context.Context, notify.Priority, []string) error { return nil }
func (s *still) EnqueueDeliver(context.Context, notify.Priority, notify.Channel, []string) error {
	return nil
}
func (s *still) Pinned(context.Context, string, int) (notify.Workflow, error) { return s.flows[0], nil }
func (s *still) Stops(context.Context, string) ([]notify.Workflow, error)     { return nil, nil }
func (s *still) Digest(dispatch.Digest) (map[string]any, error)               { return nil, nil }
func (s *still) Of(notify.Message, notify.Category) notify.Links              { return notify.Links{} }
func (s *still) Yield(notify.Priority)                                        {}
func (s *still) Take(notify.Priority) func()                                  { return func() {} }
func (s *still) Lead(notify.Priority) (func(), bool)                          { return func() {}, true }

var preferredChannels = []notify.Channel{notify.Email, notify.SMS, notify.InApp}

// anyChoices draws what a person may have chosen.
func anyChoices(t *rapid.T, now time.Time) notify.Preferences {
	switches := rapid.MapOf(rapid.SampledFrom(preferredChannels), rapid.Bool())
	maybe := rapid.SampledFrom([]*bool{nil, new(bool)})
	p := notify.Preferences{
		Timezone: rapid.SampledFrom([]string{"", "Europe/London", "Pacific/Kiritimati", "Etc/GMT+12"}).Draw(t, "zone"),
		Channels: switches.Draw(t, "channels"),
		Categories: map[string]notify.CategoryPreference{"news": {
			Enabled: maybe.Draw(t, "category"), Channels: switches.Draw(t, "category channels"),
			Cadence: rapid.SampledFrom([]notify.Cadence{"", "", "", notify.Never, notify.Instant, notify.Hourly, notify.Daily, notify.Weekly}).Draw(t, "cadence"),
		}},
		Workflows: map[string]notify.WorkflowPreference{"weekly": {Enabled: maybe.Draw(t, "workflow"), Channels: switches.Draw(t, "workflow channels")}},
	}
	if rapid.IntRange(0, 7).Draw(t, "paused") == 0 {
		p.PausedUntil = now.Add(time.Duration(rapid.IntRange(-5, 5).Draw(t, "hours")) * time.Hour)
	}
	if rapid.Bool().Draw(t, "quiet") {
		start, length := rapid.IntRange(0, 23).Draw(t, "start"), rapid.IntRange(1, 23).Draw(t, "length")
		p.QuietHours = &notify.QuietWindow{Enabled: true, Start: fmt.Sprintf("%02d:00", start), End: fmt.Sprintf("%02d:00", (start+length)%24)}
	}
	if rapid.Bool().Draw(t, "capped") {
		p.FrequencyCap = &notify.Cap{Max: rapid.IntRange(1, 4).Draw(t, "max"), Per: rapid.SampledFrom(notify.Periods).Draw(t, "per")}
	}
	return p
}

func anyCategory(t *rapid.T) notify.Category {
	setting := rapid.SampledFrom([]notify.Setting{"", notify.On, notify.Off, notify.Required})
	c := notify.Category{Key: "news", Name: "News", Mandatory: rapid.IntRange(0, 5).Draw(t, "mandatory") == 0}
	c.Defaults.Enabled = setting.Draw(t, "default")
	c.Defaults.Channels = map[notify.Channel]notify.Setting{notify.SMS: setting.Draw(t, "sms")}
	c.QuietHours = rapid.SampledFrom([]notify.QuietPolicy{"", notify.QuietHold, notify.QuietDrop, notify.QuietDigest, notify.QuietPass}).Draw(t, "policy")
	c.Cadence = rapid.SampledFrom([]notify.Cadence{"", "", "", notify.Hourly, notify.Daily}).Draw(t, "usual cadence")
	if rapid.Bool().Draw(t, "category capped") {
		c.FrequencyCap = &notify.Cap{Max: rapid.IntRange(1, 3).Draw(t, "category max"), Per: notify.PerDay}
	}
	return c
}

// TestTheSimulatorTheTraceAndWhatWasSavedAgree draws preferences, categories,
// caps and hours: what was said beforehand is what happens, once for each channel
// and with one explanation.
func TestTheSimulatorTheTraceAndWhatWasSavedAgree(t *testing.T) {
	t.Parallel()
	db, err := store.Open(t.Context(), store.Config{URL: "sqlite://" + filepath.Join(t.TempDir(), "clarion.db")})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.Migrate(t.Context()))
	people := 0
	rapid.Check(t, func(r *rapid.T) {
		people++
		s := &story{t: r, db: db, person: fmt.Sprintf("person-%d", people), clock: &wall{time.Date(2026, 3, 27, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 72*60).Draw(r, "minute")) * time.Minute)}}
		s.begin()
		for range rapid.IntRange(1, 6).Draw(r, "events") {
			s.event()
			s.clock.at = s.clock.at.Add(time.Duration(rapid.IntRange(0, 300).Draw(r, "minutes")) * time.Minute)
		}
	})
}

// story is one person through some events.
type story struct {
	t          *rapid.T
	db         *store.DB
	person     string
	clock      *wall
	dispatcher *dispatch.Dispatcher
	simulator  *dispatch.Simulator
}

func (s *story) begin() {
	ctx, category := context.Background(), anyCategory(s.t)
	flow := notify.Workflow{Key: "weekly", EventType: "weekly", Category: "news", Priority: notify.Medium, Enabled: true, Version: 1, Critical: rapid.IntRange(0, 4).Draw(s.t, "critical") == 0}
	for _, c := range preferredChannels {
		flow.Steps = append(flow.Steps, notify.Step{Key: string(c), Kind: notify.StepChannel, Channel: c, Template: "t"})
	}
	quiet := &still{flows: []notify.Workflow{flow}, categories: map[string]notify.Category{"news": category}}
	desk := &preference.Preferences{Store: s.db, Clock: s.clock, Categories: quiet.Categories, House: func(context.Context) (notify.HouseRules, error) {
		return notify.HouseRules{Timezone: "Asia/Shanghai", DigestAt: "08:30", DigestDay: "wed"}, nil
	}}
	s.dispatcher = dispatch.New(dispatch.Deps{
		Store: s.db, Runs: s.db, Workflows: quiet, Templates: quiet, Views: quiet, Links: quiet, Wishes: desk, Routes: quiet, Queue: quiet, Turns: quiet, Clock: s.clock, Log: slog.New(slog.DiscardHandler),
	})
	s.simulator = &dispatch.Simulator{Reader: s.db, Census: s.db, Workflows: quiet, Templates: quiet, Views: quiet, Links: quiet, Wishes: desk, Routes: quiet, Candidates: quiet, Clock: s.clock}
	require.NoError(s.t, s.db.UpsertRecipients(ctx, []notify.Recipient{{ID: s.person, Addresses: []notify.Address{
		{Channel: notify.Email, Address: s.person + "@example.com"}, {Channel: notify.SMS, Address: "+447700900123"},
	}}}, true, s.clock.at))
	choices := anyChoices(s.t, s.clock.at)
	_, err := s.db.ChangePreferences(ctx, preference.Write{Recipient: s.person, Now: s.clock.at, Edit: func(notify.Preferences) (notify.Preferences, error) { return choices, nil }})
	require.NoError(s.t, err)
}

func (s *story) event() {
	ctx := context.Background()
	e := notify.Event{ID: notify.NewID(notify.EventID), Source: "shop", Type: "weekly", To: []notify.Target{{Recipient: s.person}}, Data: []byte(`{}`), TraceID: "tr", Status: notify.EventAccepted, CreatedAt: s.clock.at}
	if rapid.Bool().Draw(s.t, "expires") {
		e.ExpiresAt = s.clock.at.Add(time.Duration(rapid.IntRange(1, 600).Draw(s.t, "expiry")) * time.Minute)
	}
	said, err := s.simulator.Simulate(ctx, dispatch.Question{Event: e})
	require.NoError(s.t, err)
	_, err = s.db.SaveEvents(ctx, []ingest.Entry{{Event: e, LeaseUntil: s.clock.at}}, s.clock.at)
	require.NoError(s.t, err)
	require.NoError(s.t, s.dispatcher.Dispatch(ctx, notify.Medium, []string{e.ID}))
	made, _, err := s.db.Messages(ctx, notify.MessageFilter{EventID: e.ID}, notify.Page{Limit: 10})
	require.NoError(s.t, err)
	require.Len(s.t, made, len(preferredChannels), "one message for each channel")
	run, err := s.db.Notification(ctx, made[0].NotificationID)
	require.NoError(s.t, err)
	for _, m := range made {
		s.agree(said, m, run)
	}
}

// agree holds what was said of a channel to what became of it, and both to its
// explanation.
func (s *story) agree(said dispatch.Simulation, m notify.Message, run notify.Notification) {
	var told []notify.Decision
	for _, d := range run.Decisions {
		if d.Channel == m.Channel {
			told = append(told, d)
		}
	}
	for _, step := range said.Recipients[0].Steps {
		if step.Channel == m.Channel {
			require.Equal(s.t, step.Status, m.Status, "%s: %v against %v", m.Channel, step.Decisions, told)
			require.Equal(s.t, step.Decisions, told)
			if step.SendAt != nil {
				require.True(s.t, step.SendAt.Equal(m.DueAt))
			}
		}
	}
	ends := 0
	for _, d := range told {
		if d.Outcome != "pass" {
			ends++
		}
	}
	last := told[len(told)-1]
	switch m.Status {
	case notify.Queued:
		require.Zero(s.t, ends)
	case notify.Held:
		require.Equal(s.t, []any{1, "hold"}, []any{ends, last.Outcome})
		require.Equal(s.t, map[notify.SkipReason]string{notify.QuietHours: "quiet hours", notify.Digested: "cadence"}[m.HeldFor], last.Step)
		require.False(s.t, m.Critical && m.HeldFor == notify.Digested, "what is critical is not gathered")
		require.True(s.t, m.DueAt.After(s.clock.at))
		require.False(s.t, !m.ExpiresAt.IsZero() && m.DueAt.After(m.ExpiresAt), "it is not kept beyond its expiry")
	default:
		require.Equal(s.t, []any{notify.Skipped, 1, "skip", m.SkipReason}, []any{m.Status, ends, last.Outcome, last.Reason})
		require.Contains(s.t, notify.SkipReasons, m.SkipReason)
		require.False(s.t, m.Critical, "nothing a person chose stops what is critical")
	}
	require.NotEmpty(s.t, last.Detail)
}
