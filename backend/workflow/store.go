package workflow

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Store is what keeping workflows and categories needs of the database.
type Store interface {
	DefinitionStore
	DraftStore
	CategoryStore
}

// DefinitionStore keeps versioned workflows.
type DefinitionStore interface {
	// LiveWorkflows returns the live version of every workflow.
	LiveWorkflows(ctx context.Context) ([]notify.Workflow, error)
	WorkflowVersion(ctx context.Context, key string, version int) (notify.Workflow, error)
	WorkflowVersions(ctx context.Context, key string) ([]notify.Workflow, error)
	// SaveWorkflow stores w as a new version, makes it live and returns it with
	// its version.
	SaveWorkflow(ctx context.Context, w notify.Workflow, by string, now time.Time) (notify.Workflow, error)
	DeleteWorkflow(ctx context.Context, key string) error
}

// DraftStore keeps workflows that are being written.
type DraftStore interface {
	// KeepWorkflow stores a draft: at most one version of a key is open.
	KeepWorkflow(ctx context.Context, d Draft, now time.Time) (notify.Workflow, error)
	// OpenWorkflows returns the open version of every workflow that has one.
	OpenWorkflows(ctx context.Context) ([]notify.Workflow, error)
}

// Draft is a workflow that is being written.
type Draft struct {
	Workflow notify.Workflow
	By       string
	// Revision is the token of the draft this one was made from: nil asks for
	// none, zero for no draft at all. Another one is notify.ErrConflict.
	Revision *int
}

// CategoryStore keeps categories.
type CategoryStore interface {
	Categories(ctx context.Context) ([]notify.Category, error)
	PutCategory(ctx context.Context, c notify.Category, now time.Time) error
	DeleteCategory(ctx context.Context, key string) error
}
