package app

import (
	"context"

	"clarion/backend/api"
	"clarion/backend/dispatch"
	"clarion/backend/ingest"
	"clarion/backend/notify"
	"clarion/backend/workflow"
)

// simulator thinks an event through: the door's own checks, then the policy.
type simulator struct {
	acceptor  *ingest.Acceptor
	workflows *workflow.Catalog
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

func (h *house) simulator() simulator {
	words := content{h.templates, h.workflows}
	return simulator{h.acceptor, h.workflows, &dispatch.Simulator{
		Reader: h.db, Census: h.db, Workflows: h.workflows, Templates: words, Views: words, Routes: h.integrations,
		Candidates: h.deliverer, Clock: h.clock,
	}}
}
