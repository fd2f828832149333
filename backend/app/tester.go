package app

import (
	"context"
	"errors"
	"fmt"

	"clarion/backend/api"
	"clarion/backend/ingest"
	"clarion/backend/integration"
	"clarion/backend/notify"
	"clarion/backend/workflow"
)

// tester puts a test run on the line: an event with its workflow in it, from the
// source whose messages never leave the box.
type tester struct {
	acceptor     *ingest.Acceptor
	workflows    *workflow.Catalog
	integrations *integration.Catalog
}

func (h *house) tester() tester { return tester{h.acceptor, h.workflows, h.integrations} }

// Test accepts the event of a test run.
func (t tester) Test(ctx context.Context, run api.TestRun) (ingest.Answer, error) {
	w, err := t.workflows.Check(ctx, run.Workflow)
	if err != nil {
		return ingest.Answer{}, err
	}
	// Trying a workflow out before it is switched on is what a test run is for.
	w.Enabled = true
	if err := t.mayReach(ctx, w, run); err != nil {
		return ingest.Answer{}, err
	}
	answer := t.acceptor.Accept(ctx, []ingest.Request{{
		Source: notify.TestSource, Type: w.EventType, To: []ingest.To{{ID: run.Recipient}}, Data: run.Data, Actor: run.Own,
		TraceID: run.TraceID, Direct: &notify.Direct{Category: w.Category, Workflow: &w},
	}})[0]
	return answer, ofTestRun(answer.Err)
}

// mayReach refuses a run none of whose channels leads into the box.
func (t tester) mayReach(ctx context.Context, w notify.Workflow, run api.TestRun) error {
	var faults notify.Invalid
	for i, step := range w.Steps {
		if step.Channel == notify.InApp && run.Recipient == run.Own {
			return nil
		}
		ok, err := t.integrations.HasSandbox(ctx, step.Channel)
		if err != nil {
			return fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
		}
		if ok {
			return nil
		}
		detail := fmt.Sprintf("a test run goes to sandbox integrations only, and none that is enabled serves %s", step.Channel)
		faults.Add(fmt.Sprintf("steps[%d].channel", i), "no_sandbox", detail)
	}
	return faults.Err()
}

// ofTestRun names the recipient as the caller of a test run did.
func ofTestRun(err error) error {
	var invalid *notify.Invalid
	if errors.As(err, &invalid) {
		for i, f := range invalid.Fields {
			if f.Path == "to[0]" {
				invalid.Fields[i].Path = "recipient"
			}
		}
	}
	return err
}
