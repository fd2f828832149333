package api

import (
	"context"
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/ingest"
	"clarion/backend/notify"
)

// Tester runs a workflow where nobody is reached but who asks for it.
type Tester interface {
	Test(ctx context.Context, run TestRun) (ingest.Answer, error)
}

// TestRun is a workflow to be tried on one recipient. Own is the recipient that
// the caller is; empty for an API key.
type TestRun struct {
	Workflow  notify.Workflow
	Recipient string
	Own       string
	Data      json.RawMessage
	TraceID   string
}

type testInput struct {
	Recipient string          `json:"recipient"`
	Data      json.RawMessage `json:"data"`
	Version   int             `json:"version"`
	Draft     *workflowInput  `json:"draft"`
}

type testAnswer struct {
	EventID string `json:"event_id"`
}

func (s *Server) testWorkflow(c *fiber.Ctx) error {
	in, err := decode[testInput](c)
	if err != nil {
		return err
	}
	key, err := param(c, "key")
	if err != nil {
		return err
	}
	current := callOf(c)
	run := TestRun{Recipient: in.Recipient, Data: in.Data, TraceID: current.trace}
	if current.kind == byMember {
		run.Own = current.ownRecipient().Recipient
	}
	if run.Recipient == "" {
		run.Recipient = run.Own
	}
	if run.Recipient == "" {
		return notify.InvalidField("recipient", "required", "an API key is no recipient: name one")
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	if run.Workflow, err = s.tested(ctx, key, in); err != nil {
		return err
	}
	answer, err := s.Tester.Test(ctx, run)
	if err != nil {
		return err
	}
	return reply(c, fiber.StatusAccepted, testAnswer{answer.EventID})
}

// tested picks the workflow: a draft, a version, or the live one.
func (s *Server) tested(ctx context.Context, key string, in testInput) (notify.Workflow, error) {
	switch {
	case in.Draft != nil:
		return in.Draft.workflow(key), nil
	case in.Version > 0:
		return s.Workflows.Version(ctx, key, in.Version)
	default:
		return s.Workflows.Workflow(ctx, key)
	}
}
