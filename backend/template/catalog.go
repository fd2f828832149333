package template

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"

	"clarion/backend/fresh"
	"clarion/backend/notify"
)

// staleAfter is how long another process may go on with an old version after a
// new one went live here.
const staleAfter = time.Second

var keyShape = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,99}$`)

// Catalog keeps templates, layouts and partials and renders the live version.
type Catalog struct {
	store  Store
	engine *Engine
	clock  notify.Clock
	live   *fresh.Value[map[string]Version]
	// partials are the live ones.
	partials *fresh.Value[Partials]
	// fallback is asked on every rendering; nil where there is nothing to ask.
	fallback func(context.Context) (Fallback, error)

	mu      sync.Mutex
	layouts map[string]layoutAt
	pinned  map[pin]Version
}

// Fallback stands in for what a recipient has not said.
type Fallback struct{ Locale, Timezone string }

type layoutAt struct {
	layout Part
	at     time.Time
}

// NewCatalog makes a Catalog.
func NewCatalog(store Store, engine *Engine, clock notify.Clock) *Catalog {
	c := &Catalog{store: store, engine: engine, clock: clock, layouts: map[string]layoutAt{}, pinned: map[pin]Version{}}
	c.live = fresh.New(staleAfter, time.Now, func(ctx context.Context) (map[string]Version, error) {
		list, err := store.LiveTemplates(ctx)
		if err != nil {
			return nil, fmt.Errorf("load live templates: %w", err)
		}
		index := make(map[string]Version, len(list))
		for _, v := range list {
			index[v.Key] = v
		}
		return index, nil
	})
	c.partials = fresh.New(staleAfter, time.Now, func(ctx context.Context) (Partials, error) {
		list, err := store.LiveParts(ctx, PartialPart)
		if err != nil {
			return nil, fmt.Errorf("load live partials: %w: %w", notify.ErrUnavailable, err)
		}
		index := make(Partials, len(list))
		for _, p := range list {
			index[p.Key] = p
		}
		return index, nil
	})
	return c
}

// FallBackOn makes every rendering ask for a locale and a time zone for those
// who have said none. It is called before the first rendering.
func (c *Catalog) FallBackOn(ask func(context.Context) (Fallback, error)) { c.fallback = ask }

// Live returns the live version of a template, or notify.ErrNotFound. A key
// that is unknown here is looked up once more in the database, because another
// process may just have made it.
func (c *Catalog) Live(ctx context.Context, key string) (Version, error) {
	index, err := c.live.Get(ctx)
	if err != nil {
		return Version{}, fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
	}
	v, ok := index[key]
	if !ok {
		if index, err = c.live.Reload(ctx); err != nil {
			return Version{}, fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
		}
		if v, ok = index[key]; !ok {
			return v, fmt.Errorf("template %s: %w", key, notify.ErrNotFound)
		}
	}
	return v, nil
}

// RenderLive renders the live version of a template and says which version and
// locale it was.
func (c *Catalog) RenderLive(ctx context.Context, key string, r Request) (notify.Content, notify.TemplateRef, error) {
	version, err := c.Live(ctx, key)
	if err != nil {
		return notify.Content{}, notify.TemplateRef{}, err
	}
	r.Version = version
	content, locale, err := c.Render(ctx, r)
	return content, notify.TemplateRef{Key: version.Key, Version: version.Version, Locale: locale}, err
}

// Render renders any version, also one that was never saved: a preview. The
// layout it names and the partials are found here.
func (c *Catalog) Render(ctx context.Context, r Request) (content notify.Content, locale string, err error) {
	if r.Layout, err = c.layout(ctx, r.Version.Layout); err != nil {
		return content, "", err
	}
	if r.Partials, err = c.partials.Get(ctx); err != nil {
		return content, "", err
	}
	if c.fallback != nil {
		f, err := c.fallback(ctx)
		if err != nil {
			return content, "", fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
		}
		r.Timezone = f.Timezone
		if r.Locale == "" {
			r.Locale = f.Locale
		}
	}
	return c.engine.Render(ctx, r)
}

// Template returns a template with its live version, which is empty while there
// is none.
func (c *Catalog) Template(ctx context.Context, key string) (Template, Version, error) {
	t, err := c.store.Template(ctx, key)
	if err != nil {
		return t, Version{}, fmt.Errorf("template %s: %w", key, err)
	}
	if t.LiveVersion == 0 {
		return t, Version{}, nil
	}
	v, err := c.store.TemplateVersion(ctx, key, t.LiveVersion)
	return t, v, err
}

// Versions returns all versions of a template, newest first.
func (c *Catalog) Versions(ctx context.Context, key string) ([]Version, error) {
	return c.store.TemplateVersions(ctx, key)
}

// layout returns the live layout of a key, at most staleAfter old; the zero
// layout when the key is empty.
func (c *Catalog) layout(ctx context.Context, key string) (Part, error) {
	if key == "" {
		return Part{}, nil
	}
	c.mu.Lock()
	found, ok := c.layouts[key]
	c.mu.Unlock()
	if ok && time.Since(found.at) < staleAfter {
		return found.layout, nil
	}
	layout, err := c.store.Part(ctx, PartRef{Kind: LayoutPart, Key: key})
	if err != nil {
		if errors.Is(err, notify.ErrNotFound) {
			return layout, notify.InvalidField("layout", "unknown_layout", fmt.Sprintf("no layout %q", key))
		}
		if ok {
			return found.layout, nil
		}
		return layout, fmt.Errorf("load layout %s: %w: %w", key, notify.ErrUnavailable, err)
	}
	c.mu.Lock()
	c.layouts[key] = layoutAt{layout, time.Now()}
	c.mu.Unlock()
	return layout, nil
}

// Delete removes a template with its versions; messages keep what they said.
func (c *Catalog) Delete(ctx context.Context, key string) error {
	defer c.live.Forget()
	return c.store.DeleteTemplate(ctx, key)
}

// CheckDirect checks that a direct send names a live template which has all the
// channels and takes the data.
func (c *Catalog) CheckDirect(ctx context.Context, direct *notify.Direct, data json.RawMessage) error {
	if direct.Template == "" {
		return nil
	}
	version, err := c.Live(ctx, direct.Template)
	if errors.Is(err, notify.ErrNotFound) {
		return notify.InvalidField("template", "unknown_template", fmt.Sprintf("no template %q", direct.Template))
	}
	if err != nil {
		return err
	}
	var faults notify.Invalid
	for i, channel := range direct.Channels {
		if len(version.Channels[channel]) == 0 {
			faults.Add(fmt.Sprintf("channels[%d]", i), "no_content", fmt.Sprintf("template %s has no %s content", version.Key, channel))
		}
	}
	if err := faults.Err(); err != nil {
		return err
	}
	if len(data) == 0 {
		data = json.RawMessage(`{}`)
	}
	return ValidateData(version.Schema, data)
}
