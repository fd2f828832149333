package api

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/dispatch"
	"clarion/backend/ingest"
	"clarion/backend/notify"
)

type simulatorFake struct{ *fakes }

// Simulate answers with what it was asked: the source stands in for the
// address, the workflow's name for the text.
func (f *simulatorFake) Simulate(_ context.Context, q SimulateQuestion) (any, error) {
	step := dispatch.SimulatedStep{
		Kind:     notify.StepChannel,
		Workflow: q.Request.Type, Step: "email", Channel: notify.Email, Priority: notify.Medium, Status: notify.Queued,
		Address: q.Request.Source, Decisions: []notify.Decision{}, Integrations: []dispatch.Choice{}, SendAt: &f.at,
	}
	if q.Workflow != nil {
		step.Version, step.Content.Text = q.Workflow.Version, q.Workflow.Name
	}
	at := q.At
	if at.IsZero() {
		at = f.at
	}
	return dispatch.Simulation{At: at, Recipients: []dispatch.Simulated{{Steps: []dispatch.SimulatedStep{step}}}}, f.failing()
}

func (f *simulatorFake) Faults(_ context.Context, w notify.Workflow) (WorkflowFaults, error) {
	found := WorkflowFaults{Faults: []notify.FieldError{}, Doubts: []notify.FieldError{}}
	if len(w.Steps) == 0 {
		found.Faults = append(found.Faults, notify.FieldError{Path: "steps", Code: "required", Detail: w.Key})
	}
	return found, f.failing()
}

// testerFake answers with who is tested for whom.
type testerFake struct{ *fakes }

func (f *testerFake) Test(_ context.Context, run TestRun) (ingest.Answer, error) {
	id := fmt.Sprintf("evt_%s_%s_%d_%d", run.Recipient, run.Own, run.Workflow.Version, len(run.Workflow.Steps))
	return ingest.Answer{EventID: id}, f.failing()
}

func TestATestRunIsOfWhoAsksForIt(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	session, key := h.login(), h.key(access.ContentWrite)
	draft := `"draft":{"category":"orders","steps":[]}`
	tests := map[string]struct {
		a      ask
		status int
		has    string
	}{
		"a member's own":            {ask{body: `{}`, session: session}, 202, `"evt_ada_ada_3_1"`},
		"a member's for somebody":   {ask{body: `{"recipient":"wei"}`, session: session}, 202, `"evt_wei_ada_3_1"`},
		"a member's draft":          {ask{body: `{` + draft + `}`, session: session}, 202, `"evt_ada_ada_0_0"`},
		"a key's for somebody":      {ask{body: `{"recipient":"wei","version":3}`, bearer: key}, 202, `"evt_wei__3_1"`},
		"a key's for nobody":        {ask{body: `{}`, bearer: key}, 422, `"path":"recipient"`},
		"a version that is not":     {ask{body: `{"version":9}`, session: session}, 404, typeNotFound},
		"a workflow that is not":    {ask{path: "/v1/workflows/ghost/test", body: `{}`, session: session}, 404, typeNotFound},
		"a draft with a wrong name": {ask{body: `{"draft":{"kategory":"orders"}}`, session: session}, 422, `"path":"draft.kategory"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.a.method = "POST"
			if tt.a.path == "" {
				tt.a.path = "/v1/workflows/order.shipped/test"
			}
			got := h.do(tt.a)
			require.Equal(t, tt.status, got.status, string(got.raw))
			require.Contains(t, string(got.raw), tt.has)
		})
	}
}

func TestADraftIsCheckedUnderItsKey(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	got := h.do(ask{method: "POST", path: "/v1/workflows/brand.new/check", body: `{"category":"orders"}`, bearer: h.key(access.Read)})
	require.Contains(t, string(got.raw), `"faults":[{"path":"steps","code":"required","detail":"brand.new"}]`)
}

func TestASimulationIsOfTheCallersSource(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	body := `{"event":{"type":"order.shipped","to":["ada"]}}`
	require.Contains(t, string(h.do(ask{method: "POST", path: "/v1/simulate", body: body, bearer: h.key(access.Read)}).raw), `"address":"shop"`)
	require.Contains(t, string(h.do(ask{method: "POST", path: "/v1/simulate", body: body, session: h.login()}).raw), `"address":"admin"`)
}

func TestWhatASimulationIsOf(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	const event = `"event":{"type":"order.shipped","to":["ada"]}`
	const steps = `"category":"orders","steps":[{"key":"a","kind":"channel","channel":"sms","template":"x"}]`
	tests := map[string]struct {
		body   string
		status int
		has    string
	}{
		"the live workflows":         {`{` + event + `}`, 200, `"version":0`},
		"the live version of one":    {`{` + event + `,"key":"order.shipped"}`, 200, `"version":3`},
		"a version":                  {`{` + event + `,"key":"order.shipped","version":3}`, 200, `"version":3`},
		"a version that is not":      {`{` + event + `,"key":"order.shipped","version":9}`, 404, typeNotFound},
		"a version of nothing":       {`{` + event + `,"version":3}`, 422, `"path":"key"`},
		"a draft":                    {`{` + event + `,"workflow":{"key":"order.shipped","name":"Draft",` + steps + `}}`, 200, `"text":"Draft"`},
		"a draft of another type":    {`{` + event + `,"workflow":{"key":"o","event_type":"order.lost",` + steps + `}}`, 422, `"path":"event.type"`},
		"another time":               {`{` + event + `,"at":"2027-01-01T00:00:00Z"}`, 200, `"at":"2027-01-01T00:00:00Z"`},
		"no event":                   {`{}`, 422, `"path":"event"`},
		"an event without a type":    {`{"event":{"to":["ada"]}}`, 422, `"path":"event.type"`},
		"an event with a wrong name": {`{"event":{"type":"t","to":["ada"],"dta":{}}}`, 422, `"path":"event.dta"`},
		"an event with a bad target": {`{"event":{"type":"t","to":[{"id":"a","email":"x"}]}}`, 422, `"path":"event.to[0].email"`},
		"an event that is a list":    {`{"event":[]}`, 422, `"path":"event"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := h.do(ask{method: "POST", path: "/v1/simulate", body: tt.body, bearer: h.key(access.Read)})
			require.Equal(t, tt.status, got.status, string(got.raw))
			require.Contains(t, string(got.raw), tt.has)
		})
	}
}

func TestASimulationOfManyCostsTheRateOfMany(t *testing.T) {
	t.Parallel()
	h := openHouse(t, func(c *Config, _ *Deps) { c.RatePerSecond = 3 })
	bearer := h.key(access.Read)
	many := `{"event":{"type":"order.shipped","to":["a","b","c","d","e","f","g","h","i","j"]}}`
	got := h.do(ask{method: "POST", path: "/v1/simulate", body: many, bearer: bearer})
	for range 3 {
		if got.status == 429 {
			break
		}
		h.clock.move(time.Millisecond)
		got = h.do(ask{method: "POST", path: "/v1/simulate", body: many, bearer: bearer})
	}
	require.Equal(t, 429, got.status)
}

func TestAnEmptyValueOfAConditionIsAValue(t *testing.T) {
	t.Parallel()
	for _, value := range []string{`""`, "[]", "null", "0", "false"} {
		raw, err := marshal(notify.Condition{Field: "data.a", Op: "eq", Value: []byte(value)})
		require.NoError(t, err)
		require.JSONEq(t, `{"field":"data.a","op":"eq","value":`+value+`}`, string(raw))
	}
}
