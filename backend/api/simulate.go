package api

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/ingest"
	"clarion/backend/notify"
)

// Simulator thinks events and workflows through without storing or sending
// anything.
type Simulator interface {
	Simulate(ctx context.Context, q SimulateQuestion) (any, error)
	// Faults lists what is wrong with a workflow, and what is only doubtful.
	Faults(ctx context.Context, w notify.Workflow) (WorkflowFaults, error)
}

// WorkflowFaults is what is wrong with a workflow: with a fault it cannot be
// saved, with a doubt it can.
type WorkflowFaults struct {
	Faults []notify.FieldError `json:"faults"`
	Doubts []notify.FieldError `json:"doubts"`
}

// SimulateQuestion is an event and, when it is set, the workflow that stands in
// for the live ones. A zero At means the present moment.
type SimulateQuestion struct {
	Request  ingest.Request
	Workflow *notify.Workflow
	At       time.Time
}

func (s *Server) simulateRoutes() []route {
	// Nothing is stored, so there is nothing to do once.
	simulate := post("/v1/simulate", access.Read, s.simulate).unaudited("a simulation stores nothing")
	simulate.once = false
	check := post("/v1/workflows/:key/check", access.Read, s.checkWorkflow).unaudited("a check stores nothing")
	check.once = false
	test := post("/v1/workflows/:key/test", access.ContentWrite, s.testWorkflow).audited("workflow.test", noContent)
	return []route{simulate, check, test}
}

func (s *Server) checkWorkflow(c *fiber.Ctx) error {
	in, err := decode[workflowInput](c)
	if err != nil {
		return err
	}
	return shown(s, c, "key", func(ctx context.Context, key string) (WorkflowFaults, error) {
		return s.Simulator.Faults(ctx, in.workflow(key))
	})
}

// draftInput is a workflow that need not be stored.
type draftInput struct {
	Key string `json:"key"`
	workflowInput
}

type simulateInput struct {
	Event json.RawMessage `json:"event"`
	At    time.Time       `json:"at"`
	// Workflow is a draft; Key and Version name one that is stored.
	Workflow *draftInput `json:"workflow"`
	Key      string      `json:"key"`
	Version  int         `json:"version"`
}

func (s *Server) simulate(c *fiber.Ctx) error {
	in, err := decode[simulateInput](c)
	if err != nil {
		return err
	}
	if len(in.Event) == 0 {
		return notify.InvalidField("event", "required", "is required")
	}
	q := SimulateQuestion{At: in.At}
	if q.Request, err = ingest.Decode(in.Event); err != nil {
		return below("event", err)
	}
	current := callOf(c)
	q.Request.Source, q.Request.TraceID = current.source(), current.trace
	if err := s.pay(c, current, len(q.Request.To)-1); err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	if q.Workflow, err = s.simulated(ctx, in); err != nil {
		return err
	}
	if q.Workflow != nil && q.Workflow.EventType != "" && q.Workflow.EventType != q.Request.Type {
		return notify.InvalidField("event.type", "other_type", "the workflow starts on "+q.Workflow.EventType)
	}
	answer, err := s.Simulator.Simulate(ctx, q)
	if err != nil {
		return err
	}
	return replyOK(c, answer)
}

// simulated picks the workflow: a draft, a version, or nil for the live ones.
func (s *Server) simulated(ctx context.Context, in simulateInput) (*notify.Workflow, error) {
	switch {
	case in.Workflow != nil:
		w := in.Workflow.workflow(in.Workflow.Key)
		return &w, nil
	case in.Key != "" && in.Version > 0:
		w, err := s.Workflows.Version(ctx, in.Key, in.Version)
		return &w, err
	case in.Key != "":
		w, err := s.Workflows.Workflow(ctx, in.Key)
		return &w, err
	case in.Version != 0:
		return nil, notify.InvalidField("key", "required", "a version needs the key of its workflow")
	}
	return nil, nil
}

// below puts the paths of faults below a field.
func below(field string, err error) error {
	var invalid *notify.Invalid
	if errors.As(err, &invalid) {
		for i, f := range invalid.Fields {
			path := field
			if f.Path != "" {
				path += "." + f.Path
			}
			invalid.Fields[i].Path = path
		}
	}
	return err
}
