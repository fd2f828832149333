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
	Templates(ctx context.Context, f Filter, p notify.Page) ([]Item, string, error)
	// Folders returns every folder and how many templates are in it.
	Folders(ctx context.Context) ([]Folder, error)
	DeleteTemplate(ctx context.Context, key string) error
	// FileTemplate puts a template into a folder.
	FileTemplate(ctx context.Context, key, folder string, now time.Time) error
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
	// KeepTemplate stores a draft: at most one version of a key is open.
	KeepTemplate(ctx context.Context, d Draft, now time.Time) (Version, error)
}

// Draft is a version that is being written.
type Draft struct {
	Name    string
	Version Version
	By      string
	// Revision is the token of the draft this one was made from: nil asks for
	// none, zero for no draft at all. Another one is notify.ErrConflict.
	Revision *int
}

// LayoutDraft is a layout that is being written.
type LayoutDraft struct {
	Layout   Layout
	By       string
	Revision *int
}

// LayoutStore keeps what emails are set in.
type LayoutStore interface {
	// Layout returns one version of a layout; version zero is the live one.
	Layout(ctx context.Context, key string, version int) (Layout, error)
	// SaveLayout stores l as its next version, makes it live and returns it with
	// its number.
	SaveLayout(ctx context.Context, l Layout, by string, now time.Time) (Layout, error)
	// KeepLayout stores a draft.
	KeepLayout(ctx context.Context, d LayoutDraft, now time.Time) (Layout, error)
	// Layouts returns the live version of every layout, or its draft where none
	// was live yet, ordered by key.
	Layouts(ctx context.Context) ([]Layout, error)
}
