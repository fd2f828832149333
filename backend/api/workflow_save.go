package api

import (
	"context"
	"encoding/json"
	"sort"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/approval"
	"clarion/backend/notify"
	"clarion/backend/workflow"
)

// workflowView is a workflow with what is being written. While nothing is live
// its own fields are those of the draft.
type workflowView struct {
	notify.Workflow
	Draft  *notify.Workflow    `json:"draft"`
	Review approval.Head       `json:"review"`
	Faults []notify.FieldError `json:"faults"`
}

func (s *Server) workflowView(ctx context.Context, key string) (workflowView, error) {
	view := workflowView{}
	var err error
	if view.Review, err = s.Reviews.Head(ctx, approval.Target{Kind: approval.Workflow, Key: key}); err != nil {
		return view, err
	}
	if view.Review.LiveVersion != 0 {
		if view.Workflow, err = s.Workflows.Version(ctx, key, view.Review.LiveVersion); err != nil {
			return view, err
		}
	}
	if view.Review.Open == nil {
		return view, nil
	}
	draft, err := s.Workflows.Version(ctx, key, view.Review.Open.Version)
	if err != nil {
		return view, err
	}
	faults, err := s.Workflows.Faults(ctx, draft)
	if err != nil {
		return view, err
	}
	view.Draft, view.Faults = &draft, faults.Fields
	if view.Review.LiveVersion == 0 {
		view.Workflow = draft
	}
	return view, nil
}

// listWorkflows lists what is live and what was never live yet.
func (s *Server) listWorkflows(c *fiber.Ctx) error {
	return whole(s, c, func(ctx context.Context) ([]workflowView, error) {
		live, err := s.Workflows.List(ctx)
		if err != nil {
			return nil, err
		}
		open, err := s.Workflows.Open(ctx)
		if err != nil {
			return nil, err
		}
		return s.workflowViews(ctx, live, open)
	})
}

func (s *Server) workflowViews(ctx context.Context, live, open []notify.Workflow) ([]workflowView, error) {
	byKey := map[string]*workflowView{}
	for _, w := range live {
		byKey[w.Key] = &workflowView{Workflow: w}
	}
	for _, w := range open {
		if byKey[w.Key] == nil {
			byKey[w.Key] = &workflowView{Workflow: w}
		}
		byKey[w.Key].Draft = &w
	}
	keys := make([]string, 0, len(byKey))
	for key := range byKey {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	heads, err := s.Reviews.Heads(ctx, approval.Workflow, keys)
	if err != nil {
		return nil, err
	}
	views := make([]workflowView, len(keys))
	for i, key := range keys {
		byKey[key].Review = heads[key]
		views[i] = *byKey[key]
	}
	return views, nil
}

func (s *Server) getWorkflow(c *fiber.Ctx) error { return shown(s, c, "key", s.workflowView) }

// workflowInput is a workflow without what the house gives it. Enabled is on
// unless it says otherwise.
type workflowInput struct {
	EventType           string            `json:"event_type"`
	Name                string            `json:"name"`
	Category            string            `json:"category"`
	Priority            notify.Priority   `json:"priority"`
	Critical            bool              `json:"critical"`
	ExpiresAfterSeconds int               `json:"expires_after_seconds"`
	Enabled             *bool             `json:"enabled"`
	Steps               []notify.Step     `json:"steps"`
	CancelOn            []notify.CancelOn `json:"cancel_on"`
	EventSchema         json.RawMessage   `json:"event_schema"`
	// Revision is that of the draft it was made from, zero for none; nil asks
	// for none.
	Revision *int `json:"revision"`
}

func (in workflowInput) workflow(key string) notify.Workflow {
	w := notify.Workflow{
		Key: key, EventType: in.EventType, Name: in.Name, Category: in.Category, Priority: in.Priority,
		Critical: in.Critical, ExpiresAfterSeconds: in.ExpiresAfterSeconds, Enabled: in.Enabled == nil || *in.Enabled,
		Steps: in.Steps, CancelOn: in.CancelOn, EventSchema: in.EventSchema,
	}
	if string(w.EventSchema) == "null" {
		w.EventSchema = nil
	}
	return w
}

// putWorkflow saves a draft, or, by a key that may publish, what is live.
func (s *Server) putWorkflow(c *fiber.Ctx) error {
	in, err := decode[workflowInput](c)
	if err != nil {
		return err
	}
	current := callOf(c)
	return shown(s, c, "key", func(ctx context.Context, key string) (workflowView, error) {
		if err := s.saveWorkflow(ctx, current, in.workflow(key), in.Revision); err != nil {
			return workflowView{}, err
		}
		return s.workflowView(ctx, key)
	})
}

// saveWorkflow takes faults only from people, who go on writing.
func (s *Server) saveWorkflow(ctx context.Context, by *call, w notify.Workflow, revision *int) error {
	if by.pushes() {
		_, err := s.Workflows.Save(ctx, w, by.id())
		return err
	}
	if by.kind == byKey {
		faults, err := s.Workflows.Faults(ctx, w)
		if err != nil {
			return err
		}
		if err := faults.Err(); err != nil {
			return err
		}
	}
	_, _, err := s.Workflows.Keep(ctx, workflow.Draft{Workflow: w, By: by.id(), Revision: revision})
	return err
}

func (s *Server) deleteWorkflow(c *fiber.Ctx) error { return s.done(c, "key", s.Workflows.Delete) }
