package template

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Store is what keeping templates and layouts needs of the database.
type Store interface {
	NameStore
	VersionStore
	LayoutStore
}

// NameStore keeps the names.
type NameStore interface {
	// Template returns one template, or notify.ErrNotFound.
	Template(ctx context.Context, key string) (Template, error)
	// Templates returns a page ordered by key.
	Templates(ctx context.Context, p notify.Page) ([]Template, string, error)
	DeleteTemplate(ctx context.Context, key string) error
}

// VersionStore keeps their versions.
type VersionStore interface {
	// LiveTemplates returns the live version of every template, ordered by key.
	LiveTemplates(ctx context.Context) ([]Version, error)
	TemplateVersion(ctx context.Context, key string, version int) (Version, error)
	// TemplateVersions returns all versions, newest first. They outlive the
	// template, because messages name them.
	TemplateVersions(ctx context.Context, key string) ([]Version, error)
	// SaveTemplate stores v as the next version, makes it live and returns it
	// with its number. An empty name keeps the template's name, or is its key.
	SaveTemplate(ctx context.Context, v Version, name, by string, now time.Time) (Version, error)
}

// LayoutStore keeps what emails are set in.
type LayoutStore interface {
	// Layout returns one version of a layout; version zero is the newest.
	Layout(ctx context.Context, key string, version int) (Layout, error)
	// SaveLayout stores l as its next version and returns it with its number.
	SaveLayout(ctx context.Context, l Layout, now time.Time) (Layout, error)
	// Layouts returns the newest version of every layout, ordered by key.
	Layouts(ctx context.Context) ([]Layout, error)
}
