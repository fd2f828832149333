package dispatch

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// boxes are the channels that have a sandbox integration.
type boxes map[notify.Channel]bool

func (b boxes) HasSandbox(_ context.Context, channel notify.Channel) (bool, error) {
	if channel == notify.Slack {
		return false, errors.New("the database is down")
	}
	return b[channel], nil
}

func TestATestRunGoesWhereNobodyIsReached(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		actor   string
		channel notify.Channel
		status  notify.Status
	}{
		"a channel with a sandbox":         {"ada", notify.Email, notify.Queued},
		"a channel without":                {"ada", notify.SMS, notify.Skipped},
		"the inbox of who asks":            {"ada", notify.InApp, notify.Queued},
		"the inbox of somebody else":       {"wei", notify.InApp, notify.Skipped},
		"an inbox when a key asks for it":  {"", notify.InApp, notify.Skipped},
		"a sandbox when a key asks for it": {"", notify.Email, notify.Queued},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			h.Sandboxes = boxes{notify.Email: true}
			draft := flow("draft", tt.channel)
			event := h.store.events["evt"]
			event.Source, event.Actor, event.Direct = notify.TestSource, tt.actor, &notify.Direct{Workflow: &draft}
			m, decisions := h.message(t)
			require.Equal(t, "draft", m.Workflow, "the workflow of the run, not the live one")
			require.True(t, m.IsTest())
			require.Equal(t, tt.status, m.Status)
			if tt.status == notify.Skipped {
				require.Equal(t, notify.NoIntegration, m.SkipReason)
				require.Contains(t, decisions[len(decisions)-1].Detail, "test run")
			}
		})
	}
}

func TestATestRunWaitsForADatabaseThatIsDown(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.Sandboxes = boxes{}
	h.change(func(p *Person) {
		p.Addresses = append(p.Addresses, notify.Address{Channel: notify.Slack, Address: "U1"})
	})
	draft := flow("draft", notify.Slack)
	h.store.events["evt"].Source, h.store.events["evt"].Direct = notify.TestSource, &notify.Direct{Workflow: &draft}
	require.ErrorIs(t, h.Dispatch(t.Context(), notify.Medium, []string{"evt"}), notify.ErrUnavailable)
	require.Empty(t, h.store.batches)
}
