package template

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Store is what keeping templates and parts needs of the database.
type Store interface {
	NameStore
	VersionStore
	PartStore
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

// PartDraft is a part that is being written.
type PartDraft struct {
	Part     Part
	By       string
	Revision *int
}

// PartStore keeps layouts and partials.
type PartStore interface {
	// Part returns one version of a part; version zero is the live one.
	Part(ctx context.Context, r PartRef) (Part, error)
	// SavePart stores p as its next version, makes it live and returns it with its
	// number.
	SavePart(ctx context.Context, p Part, by string, now time.Time) (Part, error)
	// KeepPart stores a draft.
	KeepPart(ctx context.Context, d PartDraft, now time.Time) (Part, error)
	// Parts returns the live version of every part of a kind, or its draft where
	// none was live yet, ordered by key.
	Parts(ctx context.Context, kind PartKind) ([]Part, error)
	// LiveParts returns the live versions, ordered by key.
	LiveParts(ctx context.Context, kind PartKind) ([]Part, error)
}
