package dispatch

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// AudienceSize counts the audience of the fake store.
func (m *memory) AudienceSize(ctx context.Context, q AudienceQuery) (int, error) {
	q.Limit = 1 << 20
	list, err := m.Audience(ctx, q)
	return len(list), err
}

// SuppressionsOf knows one suppressed address.
func (m *memory) SuppressionsOf(_ context.Context, addresses []notify.Address) ([]notify.Suppression, error) {
	var list []notify.Suppression
	for _, a := range addresses {
		if a.Address == "blocked@example.com" {
			list = append(list, notify.Suppression{ID: "sup_9", Channel: a.Channel, Address: a.Address, Reason: notify.Bounce})
		}
	}
	return list, nil
}

// CapCounts says that everybody got two.
func (m *memory) CapCounts(_ context.Context, keys []notify.CapKey, _ time.Time) (map[notify.CapKey]int, error) {
	counts := map[notify.CapKey]int{}
	for _, key := range keys {
		counts[key] = 2
	}
	return counts, nil
}

// accounts are two of email, one with three times the weight, and none else.
type accounts struct{}

func (accounts) Candidates(_ context.Context, m *notify.Message) ([]notify.Account, error) {
	channel := m.Channel
	if channel != notify.Email {
		return nil, nil
	}
	one := notify.Account{Integration: notify.Integration{ID: "int_a", Name: "A", Weight: 3, Sandbox: true}}
	return []notify.Account{one, {Integration: notify.Integration{ID: "int_b", Name: "B"}}}, nil
}

func (h *house) simulator() *Simulator {
	return &Simulator{
		Links:  links{},
		Reader: h.store, Census: h.store, Workflows: h.workflows, Templates: h.templates, Views: h.views, Wishes: h.wishes, Routes: h.routes,
		Candidates: accounts{}, Clock: h.clock,
	}
}

func (h *house) simulate(t *testing.T, q Question) Simulation {
	t.Helper()
	out, err := h.simulator().Simulate(t.Context(), q)
	require.NoError(t, err)
	return out
}

// TestASimulationIsWhatDispatchWouldSave runs the real thing beside it.
func TestASimulationIsWhatDispatchWouldSave(t *testing.T) {
	t.Parallel()
	over := []notify.Condition{{Field: "data.total", Op: "gt", Value: json.RawMessage("99")}}
	tests := map[string]func(h *house){
		"everything passes":       func(*house) {},
		"two steps of a channel":  func(h *house) { h.workflows.list[0].Steps = flow("s", notify.Email, notify.Email).Steps },
		"two workflows":           func(h *house) { h.workflows.list = append(h.workflows.list, flow("other", notify.SMS, notify.Push)) },
		"a switched off workflow": func(h *house) { h.workflows.list[0].Enabled = false },
		"a false condition":       func(h *house) { h.workflows.list[0].Steps[0].If = over },
		"an erased recipient":     func(h *house) { h.change(func(p *Person) { p.ErasedAt = noon }) },
		"a suppressed address":    func(h *house) { h.change(func(p *Person) { suppress(p, "ada@example.com") }) },
		"an opt-out": func(h *house) {
			h.change(func(p *Person) { p.Preferences.Channels = map[notify.Channel]bool{notify.Email: false} })
		},
		"an opt-out from what is critical": func(h *house) {
			h.change(func(p *Person) { p.Preferences.Channels = map[notify.Channel]bool{notify.Email: false} })
			h.workflows.list[0].Critical = true
		},
		"an event that has expired": func(h *house) { h.store.events["evt"].ExpiresAt = noon.Add(-time.Second) },
		"a channel without account": func(h *house) { h.routes.closed[notify.Email] = true },
		"a template that is not":    func(h *house) { h.templates.errs["shipped"] = notify.ErrNotFound },
		"a template that fails":     func(h *house) { h.templates.errs["shipped"] = fmt.Errorf("order_id is missing") },
		"a group and someone in it": func(h *house) {
			h.event("evt", "ada").To = append(h.store.events["evt"].To, notify.Target{Group: "ops"})
			h.store.groups["ops"] = []string{"ada", "zoe"}
		},
		"somebody who does not exist": func(h *house) { h.event("evt", "ada", "nobody") },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			change(h)
			event := *h.store.events["evt"]
			simulated := h.simulate(t, Question{Event: event})
			require.Empty(t, h.store.asked)
			require.Empty(t, h.store.batches)
			require.Empty(t, h.queue.deliver)

			var decisions [][]notify.Decision
			var steps []SimulatedStep
			for _, r := range simulated.Recipients {
				for _, s := range r.Steps {
					decisions, steps = append(decisions, s.Decisions), append(steps, s)
				}
			}
			batch := h.dispatch(t)
			require.Len(t, steps, len(batch.Messages))
			var all []notify.Decision
			for _, n := range batch.Notifications {
				all = append(all, n.Decisions...)
			}
			var said []notify.Decision
			for _, d := range decisions {
				said = append(said, d...)
			}
			require.Equal(t, all, said)
			for i, m := range batch.Messages {
				s := steps[i]
				require.Equal(t, []any{m.Workflow, m.Channel, m.Status, m.Address, m.Content, m.Template, m.Priority},
					[]any{s.Workflow, s.Channel, s.Status, s.Address, s.Content, s.Template, s.Priority})
			}
		})
	}
}

func TestASimulationSaysWhoCarriesItAndWhen(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.workflows.list[0].ExpiresAfterSeconds = 3600
	step := h.simulate(t, Question{Event: *h.store.events["evt"]}).Recipients[0].Steps[0]
	require.Equal(t, []Choice{{ID: "int_a", Name: "A", Sandbox: true, Share: 75}, {ID: "int_b", Name: "B", Share: 25}}, step.Integrations)
	require.Equal(t, noon, *step.SendAt)
	require.Equal(t, noon.Add(time.Hour), *step.ExpiresAt)
	require.Equal(t, 7, step.Version)

	event := *h.store.events["evt"]
	event.SendAt = noon.Add(48 * time.Hour)
	out := h.simulate(t, Question{Event: event, At: noon.Add(24 * time.Hour)})
	require.Equal(t, event.SendAt, out.At, "a held event is dispatched when its time comes")
	require.Equal(t, event.SendAt, *out.Recipients[0].Steps[0].SendAt)

	h.routes.closed[notify.Email] = true
	step = h.simulate(t, Question{Event: *h.store.events["evt"]}).Recipients[0].Steps[0]
	require.Empty(t, step.Integrations)
	require.Nil(t, step.SendAt)
	require.Equal(t, notify.NoIntegration, *step.Reason)
}

func TestASimulationShowsFiftyAndCountsTheRest(t *testing.T) {
	t.Parallel()
	h := newHouse()
	for i := range 120 {
		h.store.groups["all"] = append(h.store.groups["all"], fmt.Sprintf("p%03d", i))
	}
	event := *h.event("evt", "p000", "zoe")
	event.To = append(event.To, notify.Target{Group: "all"})
	out := h.simulate(t, Question{Event: event})
	require.Len(t, out.Recipients, 50)
	require.Equal(t, 71, out.More)
}

func TestADraftStandsInForWhatIsLive(t *testing.T) {
	t.Parallel()
	h := newHouse()
	draft := flow("draft", notify.SMS)
	draft.Version = 0
	out := h.simulate(t, Question{Event: *h.store.events["evt"], Workflows: []notify.Workflow{draft}})
	require.Len(t, out.Recipients[0].Steps, 1)
	require.Equal(t, "draft", out.Recipients[0].Steps[0].Workflow)
	require.Equal(t, "+447700900123", out.Recipients[0].Steps[0].Address)
	require.Equal(t, "sms", out.Recipients[0].Steps[0].Step)
}

func TestAnInlineRecipientIsAsItWouldBeOnceStored(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		given   notify.Recipient
		address string
		status  notify.Status
	}{
		"nothing new":             {notify.Recipient{ID: "ada"}, "ada@example.com", notify.Queued},
		"another address":         {notify.Recipient{ID: "ada", Addresses: []notify.Address{{Channel: notify.Email, Address: "new@example.com"}}}, "new@example.com", notify.Queued},
		"an address elsewhere":    {notify.Recipient{ID: "ada", Addresses: []notify.Address{{Channel: notify.SMS, Address: "+447700900999"}}}, "ada@example.com", notify.Queued},
		"a suppressed address":    {notify.Recipient{ID: "ada", Addresses: []notify.Address{{Channel: notify.Email, Address: "blocked@example.com"}}}, "blocked@example.com", notify.Skipped},
		"an address known as bad": {notify.Recipient{ID: "ada", Addresses: []notify.Address{{Channel: notify.Email, Address: "bad@example.com"}}}, "", notify.Skipped},
		"somebody new":            {notify.Recipient{ID: "bo", Addresses: []notify.Address{{Channel: notify.Email, Address: "bo@example.com"}}}, "bo@example.com", notify.Queued},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			h.change(func(p *Person) {
				p.ErasedAt = noon
				p.Addresses = append(p.Addresses, notify.Address{Channel: notify.Email, Address: "bad@example.com", Invalid: true})
			})
			event := *h.event("evt", tt.given.ID)
			step := h.simulate(t, Question{Event: event, People: []notify.Recipient{tt.given}}).Recipients[0].Steps[0]
			require.Equal(t, tt.status, step.Status)
			require.Equal(t, tt.address, step.Address)
		})
	}
}

func TestASimulationReportsWhatItCannotRead(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.store.peopleErr = notify.ErrUnavailable
	_, err := h.simulator().Simulate(t.Context(), Question{Event: *h.store.events["evt"]})
	require.ErrorIs(t, err, notify.ErrUnavailable)
	h = newHouse()
	h.workflows.err = fmt.Errorf("gone")
	_, err = h.simulator().Simulate(t.Context(), Question{Event: *h.store.events["evt"]})
	require.ErrorIs(t, err, notify.ErrUnavailable)
}
