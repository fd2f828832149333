package workflow

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Store is what keeping workflows and categories needs of the database.
type Store interface {
	DefinitionStore
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

// CategoryStore keeps categories.
type CategoryStore interface {
	Categories(ctx context.Context) ([]notify.Category, error)
	PutCategory(ctx context.Context, c notify.Category, now time.Time) error
	DeleteCategory(ctx context.Context, key string) error
}
