package api

import (
	"context"
	"encoding/json"
	"sort"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
)

// Workflows keeps what events start.
type Workflows interface {
	List(ctx context.Context) ([]notify.Workflow, error)
	Workflow(ctx context.Context, key string) (notify.Workflow, error)
	Versions(ctx context.Context, key string) ([]notify.Workflow, error)
	// Save stores a new version and makes it live.
	Save(ctx context.Context, w notify.Workflow, by string) (notify.Workflow, error)
	Delete(ctx context.Context, key string) error
}

// Categories keeps what recipients can switch.
type Categories interface {
	Categories(ctx context.Context) (map[string]notify.Category, error)
	PutCategory(ctx context.Context, category notify.Category) error
	DeleteCategory(ctx context.Context, key string) error
}

func (s *Server) workflowRoutes() []route {
	return []route{
		get("/v1/workflows", access.Read, s.listWorkflows),
		get("/v1/workflows/:key", access.Read, s.getWorkflow),
		put("/v1/workflows/:key", access.ContentWrite, s.putWorkflow).audited("workflow.save"),
		remove("/v1/workflows/:key", access.ContentWrite, s.deleteWorkflow).audited("workflow.delete"),
		get("/v1/workflows/:key/versions", access.Read, s.listWorkflowVersions),
		get("/v1/workflows/:key/versions/:version", access.Read, s.getWorkflowVersion),
		get("/v1/categories", access.Read, s.listCategories),
		put("/v1/categories/:key", access.ContentWrite, s.putCategory).audited("category.save"),
		remove("/v1/categories/:key", access.ContentWrite, s.deleteCategory).audited("category.delete"),
	}
}

// whole answers a list that is short enough to have no pages.
func whole[T any](s *Server, c *fiber.Ctx, load func(context.Context) ([]T, error)) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	items, err := load(ctx)
	if err != nil {
		return err
	}
	return replyPage(c, items, "")
}

func (s *Server) listWorkflows(c *fiber.Ctx) error { return whole(s, c, s.Workflows.List) }

func (s *Server) getWorkflow(c *fiber.Ctx) error { return shown(s, c, "key", s.Workflows.Workflow) }

// workflowInput is a workflow without what the house gives it. Enabled is on
// unless it says otherwise.
type workflowInput struct {
	EventType           string          `json:"event_type"`
	Name                string          `json:"name"`
	Category            string          `json:"category"`
	Priority            notify.Priority `json:"priority"`
	Critical            bool            `json:"critical"`
	ExpiresAfterSeconds int             `json:"expires_after_seconds"`
	Enabled             *bool           `json:"enabled"`
	Steps               []notify.Step   `json:"steps"`
	EventSchema         json.RawMessage `json:"event_schema"`
}

func (in workflowInput) workflow(key string) notify.Workflow {
	w := notify.Workflow{
		Key: key, EventType: in.EventType, Name: in.Name, Category: in.Category, Priority: in.Priority,
		Critical: in.Critical, ExpiresAfterSeconds: in.ExpiresAfterSeconds, Enabled: in.Enabled == nil || *in.Enabled,
		Steps: in.Steps, EventSchema: in.EventSchema,
	}
	if string(w.EventSchema) == "null" {
		w.EventSchema = nil
	}
	return w
}

func (s *Server) putWorkflow(c *fiber.Ctx) error {
	in, err := decode[workflowInput](c)
	if err != nil {
		return err
	}
	by := callOf(c).id()
	return shown(s, c, "key", func(ctx context.Context, key string) (notify.Workflow, error) {
		return s.Workflows.Save(ctx, in.workflow(key), by)
	})
}

func (s *Server) deleteWorkflow(c *fiber.Ctx) error { return s.done(c, "key", s.Workflows.Delete) }

func (s *Server) listWorkflowVersions(c *fiber.Ctx) error {
	key, err := param(c, "key")
	if err != nil {
		return err
	}
	return whole(s, c, func(ctx context.Context) ([]notify.Workflow, error) { return s.workflowVersions(ctx, key) })
}

// workflowVersions tells a workflow without versions from one that is not there.
func (s *Server) workflowVersions(ctx context.Context, key string) ([]notify.Workflow, error) {
	versions, err := s.Workflows.Versions(ctx, key)
	if err == nil && len(versions) == 0 {
		err = notify.ErrNotFound
	}
	return versions, err
}

func (s *Server) getWorkflowVersion(c *fiber.Ctx) error {
	number, err := strconv.Atoi(c.Params("version"))
	if err != nil {
		return notify.ErrNotFound
	}
	return shown(s, c, "key", func(ctx context.Context, key string) (notify.Workflow, error) {
		return s.workflowVersion(ctx, key, number)
	})
}

func (s *Server) workflowVersion(ctx context.Context, key string, number int) (notify.Workflow, error) {
	versions, err := s.workflowVersions(ctx, key)
	for _, w := range versions {
		if w.Version == number {
			return w, nil
		}
	}
	if err == nil {
		err = notify.ErrNotFound
	}
	return notify.Workflow{}, err
}

func (s *Server) listCategories(c *fiber.Ctx) error {
	return whole(s, c, func(ctx context.Context) ([]notify.Category, error) {
		byKey, err := s.Categories.Categories(ctx)
		list := make([]notify.Category, 0, len(byKey))
		for _, category := range byKey {
			list = append(list, category)
		}
		sort.Slice(list, func(i, j int) bool { return list[i].Key < list[j].Key })
		return list, err
	})
}

func (s *Server) putCategory(c *fiber.Ctx) error {
	in, err := decode[struct {
		Name      string                 `json:"name"`
		Names     map[string]string      `json:"names"`
		Mandatory bool                   `json:"mandatory"`
		Ambiguity notify.AmbiguityPolicy `json:"ambiguity"`
	}](c)
	if err != nil {
		return err
	}
	return shown(s, c, "key", func(ctx context.Context, key string) (notify.Category, error) {
		category := notify.Category{Key: key, Name: in.Name, Names: in.Names, Mandatory: in.Mandatory, Ambiguity: in.Ambiguity}
		if err := s.Categories.PutCategory(ctx, category); err != nil {
			return category, err
		}
		stored, err := s.Categories.Categories(ctx)
		if err != nil {
			return category, err
		}
		return stored[key], nil
	})
}

func (s *Server) deleteCategory(c *fiber.Ctx) error {
	return s.done(c, "key", s.Categories.DeleteCategory)
}
