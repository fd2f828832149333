package app

import (
	"context"
	"errors"
	"fmt"

	"clarion/backend/api"
	"clarion/backend/dispatch"
	"clarion/backend/ingest"
	"clarion/backend/notify"
	"clarion/backend/template"
	"clarion/backend/workflow"
)

// simulator thinks an event through: the door's own checks, then the policy.
type simulator struct {
	acceptor  *ingest.Acceptor
	workflows *workflow.Catalog
	templates *template.Catalog
	dispatch  *dispatch.Simulator
}

// Simulate answers what an event would do. Nothing is stored or sent.
func (s simulator) Simulate(ctx context.Context, q api.SimulateQuestion) (any, error) {
	var flows []notify.Workflow
	if q.Workflow != nil {
		checked, err := s.workflows.Check(ctx, *q.Workflow)
		if err != nil {
			return nil, err
		}
		flows = []notify.Workflow{checked}
	}
	rehearsal, err := s.acceptor.Rehearse(ctx, q.Request, flows)
	if err != nil {
		return nil, err
	}
	return s.dispatch.Simulate(ctx, dispatch.Question{
		Event: rehearsal.Event, People: rehearsal.Upserts, Workflows: flows, At: q.At,
	})
}

// Faults tells what is wrong with a workflow: what would keep it from being
// saved, and templates that it names and that have nothing to say.
func (s simulator) Faults(ctx context.Context, w notify.Workflow) (api.WorkflowFaults, error) {
	found := api.WorkflowFaults{Faults: []notify.FieldError{}, Doubts: []notify.FieldError{}}
	var invalid *notify.Invalid
	if _, err := s.workflows.Check(ctx, w); errors.As(err, &invalid) {
		found.Faults = invalid.Fields
	} else if err != nil {
		return found, err
	}
	for i, step := range w.Steps {
		if step.Template == "" || !step.Channel.Known() {
			continue
		}
		path := fmt.Sprintf("steps[%d].template", i)
		version, err := s.templates.Live(ctx, step.Template)
		switch {
		case errors.Is(err, notify.ErrNotFound):
			found.Doubts = append(found.Doubts, notify.FieldError{Path: path, Code: "unknown_template", Detail: fmt.Sprintf("no live template %q", step.Template)})
		case err != nil:
			return found, err
		case len(version.Channels[step.Channel]) == 0:
			found.Doubts = append(found.Doubts, notify.FieldError{Path: path, Code: "no_content", Detail: fmt.Sprintf("template %s has no %s content", step.Template, step.Channel)})
		}
	}
	return found, nil
}

func (h *house) simulator() simulator {
	words := content{h.templates, h.workflows}
	return simulator{h.acceptor, h.workflows, h.templates, &dispatch.Simulator{
		Links:  h.links,
		Reader: h.db, Census: h.db, Workflows: h.workflows, Keys: words, Timezone: h.timezone, Templates: words, Views: words, Wishes: h.preferences, Routes: h.integrations,
		Candidates: h.deliverer, Clock: h.clock,
	}}
}
