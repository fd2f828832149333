package integration_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/integration"
	"clarion/backend/notify"
)

// asked is a sender that can also be asked.
type asked struct {
	sender
	says notify.Result
}

func (a *asked) Probe(context.Context) notify.Result { return a.says }

// posted remembers what it sent.
type posted struct{ out []notify.Outbound }

func (p *posted) Send(_ context.Context, m notify.Outbound) notify.Result {
	p.out = append(p.out, m)
	return notify.Result{Outcome: notify.OK}
}

func TestTrying(t *testing.T) {
	t.Parallel()
	post := &posted{}
	c := integration.NewCatalog(integration.Deps{
		Waker: &memory{},
		Store: &memory{rows: []integration.Row{{Integration: mail(nil), Sealed: "v1.junk"}}}, Vendors: &vendors{}, Clock: &clock{noon},
		Sealer: nothing{}, BuiltIn: []notify.Account{
			{Integration: notify.Integration{ID: "good"}, Sender: &asked{says: notify.Result{Outcome: notify.OK, Detail: "known"}}},
			{Integration: notify.Integration{ID: "bad"}, Sender: &asked{says: notify.Result{Outcome: notify.AuthConfig, Code: "401", Detail: "no"}}},
			{Integration: notify.Integration{ID: "mute", Channel: notify.Slack}, Sender: post},
		},
	})
	for name, test := range map[string]struct {
		id, address string
		want        integration.Trial
	}{
		"a vendor that knows the account":                 {"good", "", integration.Trial{OK: true, Outcome: notify.OK, Detail: "known"}},
		"a vendor that does not":                          {"bad", "", integration.Trial{Outcome: notify.AuthConfig, Code: "401", Detail: "no"}},
		"a vendor that cannot be asked is sent a message": {"mute", "#ops", integration.Trial{OK: true, Outcome: notify.OK, Sent: true}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.Try(t.Context(), test.id, test.address)
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
	require.Len(t, post.out, 1, "an address is written to only where nothing can be asked")
	require.Equal(t, "#ops", post.out[0].To)
	_, err := c.Try(t.Context(), "mute", "")
	var invalid *notify.Invalid
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, "address", invalid.Fields[0].Path)
	_, err = c.Try(t.Context(), "ghost", "")
	require.ErrorIs(t, err, notify.ErrNotFound)
	broken, err := c.Try(t.Context(), "int_1", "")
	require.NoError(t, err)
	require.False(t, broken.OK, "an account whose settings cannot be opened says so")
	require.Contains(t, broken.Detail, "int_1")
}

// nothing opens nothing.
type nothing struct{}

func (nothing) Seal([]byte, string) (string, error) { return "", errors.New("no key") }
func (nothing) Open(string, string) ([]byte, error) { return nil, errors.New("no key") }

func TestArranging(t *testing.T) {
	t.Parallel()
	place := func(id string, order, weight int) integration.Place {
		return integration.Place{ID: id, Order: order, Weight: weight, Enabled: true}
	}
	for name, test := range map[string]struct {
		places []integration.Place
		path   string
		fails  error
	}{
		"all of the channel":        {[]integration.Place{place("b", 0, 1), place("a", 1, 9)}, "", nil},
		"one of another channel":    {[]integration.Place{place("a", 0, 1), place("b", 1, 1), place("text", 2, 1)}, "integrations[2].id", nil},
		"one twice":                 {[]integration.Place{place("a", 0, 1), place("a", 1, 1)}, "integrations[1].id", nil},
		"a weight of nothing":       {[]integration.Place{place("a", 0, 0), place("b", 1, 1)}, "integrations[0].weight", nil},
		"an order before the first": {[]integration.Place{place("a", -1, 1), place("b", 1, 1)}, "integrations[0].order", nil},
		"an old list":               {[]integration.Place{place("a", 0, 1)}, "", notify.ErrConflict},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, m, _ := newCatalog(t)
			for _, id := range []string{"a", "b", "text"} {
				m.rows = append(m.rows, integration.Row{Integration: notify.Integration{ID: id, Channel: notify.Email, Order: 5, Weight: 5}})
			}
			m.rows[2].Channel = notify.SMS
			err := c.Arrange(t.Context(), notify.Email, test.places)
			switch {
			case test.path != "":
				var invalid *notify.Invalid
				require.ErrorAs(t, err, &invalid)
				require.Equal(t, test.path, invalid.Fields[0].Path)
			case test.fails != nil:
				require.ErrorIs(t, err, test.fails)
			default:
				require.NoError(t, err)
				require.Equal(t, []int{1, 0, 5}, []int{m.rows[0].Order, m.rows[1].Order, m.rows[2].Order})
				return
			}
			require.Equal(t, []int{5, 5}, []int{m.rows[0].Order, m.rows[1].Order}, "refused as a whole")
		})
	}
}

func TestResuming(t *testing.T) {
	t.Parallel()
	c, m, _ := newCatalog(t)
	_, err := c.Save(t.Context(), mail(map[string]string{"key": secret}))
	require.NoError(t, err)
	require.NoError(t, m.PauseIntegration(t.Context(), "int_1", "refused", noon))
	require.NoError(t, c.Resume(t.Context(), "int_1"))
	require.Empty(t, m.rows[0].PausedReason)
	route, err := c.HasRoute(t.Context(), notify.Email)
	require.NoError(t, err)
	require.True(t, route, "it sends again at once")
	require.Equal(t, 2, m.woken, "saved and resumed: what waits is looked at again")
}

// pulses is what the books and the workers say.
type pulses struct{ since time.Time }

func (p *pulses) Calls(_ context.Context, since time.Time, most int) ([]integration.Calls, int, error) {
	p.since = since
	return []integration.Calls{
		{Integration: "int_1", Outcome: notify.OK, Count: 6}, {Integration: "int_1", Outcome: notify.Temporary, Count: 2},
		{Integration: "gone", Outcome: notify.OK, Count: most - 8},
	}, most, nil
}

func (p *pulses) Reports(context.Context, time.Time) ([]integration.Report, error) {
	return []integration.Report{
		{Worker: "wrk_1", Text: `{"int_1":{"breaker":"open","form":0.2,"hangs":true,"rests_until":"2030-01-01T00:00:00Z","limit":7},"gone":{"breaker":"open"}}`},
		{Worker: "wrk_2"},
	}, nil
}

func TestHealth(t *testing.T) {
	t.Parallel()
	c, _, _ := newCatalog(t)
	books := &pulses{}
	c.Pulses = books
	_, err := c.Save(t.Context(), mail(map[string]string{"key": secret, "from": "a@x.com"}))
	require.NoError(t, err)
	health, err := c.Health(t.Context())
	require.NoError(t, err)
	require.Equal(t, noon.Add(-15*time.Minute), books.since)
	require.Equal(t, integration.Health{
		Since: noon.Add(-15 * time.Minute), Capped: true, Workers: 2,
		Pulses: []integration.Pulse{{
			Integration: "int_1", Calls: 8, Errors: 2, Outcomes: map[notify.Outcome]int{notify.OK: 6, notify.Temporary: 2},
			Breakers: []integration.Breaker{{Worker: "wrk_1", State: "open"}}, Form: 0.6, EffectiveWeight: 0.6, Hanging: 1,
		}},
	}, health)
	plain, err := c.Plain(t.Context(), "int_1")
	require.NoError(t, err)
	require.Equal(t, map[string]string{"from": "a@x.com"}, plain, "what is secret stays inside")
}
