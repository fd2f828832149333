package api

import (
	"context"
	"sort"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
	"clarion/backend/workflow"
)

// Workflows keeps what events start.
type Workflows interface { //nolint:interfacebloat // the port of one resource: every method is one of its routes
	List(ctx context.Context) ([]notify.Workflow, error)
	Workflow(ctx context.Context, key string) (notify.Workflow, error)
	Versions(ctx context.Context, key string) ([]notify.Workflow, error)
	// Open returns the open version of every workflow that has one.
	Open(ctx context.Context) ([]notify.Workflow, error)
	// Version returns one version, live or not.
	Version(ctx context.Context, key string, version int) (notify.Workflow, error)
	// Save stores a new version and makes it live.
	Save(ctx context.Context, w notify.Workflow, by string) (notify.Workflow, error)
	// Keep stores a draft and returns what keeps it from going live.
	Keep(ctx context.Context, d workflow.Draft) (notify.Workflow, *notify.Invalid, error)
	// Faults are what keeps a workflow from going live.
	Faults(ctx context.Context, w notify.Workflow) (*notify.Invalid, error)
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
		orBy(access.ContentPublish, remove("/v1/workflows/:key", access.ContentApprove, s.deleteWorkflow)).audited("workflow.delete"),
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

func (s *Server) getWorkflowVersion(c *fiber.Ctx) error { return oneVersion(s, c, s.Workflows.Version) }

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
		notify.CategoryPolicy
	}](c)
	if err != nil {
		return err
	}
	return shown(s, c, "key", func(ctx context.Context, key string) (notify.Category, error) {
		category := notify.Category{Key: key, Name: in.Name, Names: in.Names, Mandatory: in.Mandatory, Ambiguity: in.Ambiguity, CategoryPolicy: in.CategoryPolicy}
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
