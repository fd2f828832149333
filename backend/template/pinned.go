package template

import (
	"context"
	"errors"
	"fmt"

	"clarion/backend/notify"
)

// pin is a version that goes out whatever is live.
type pin struct {
	key     string
	version int
}

// pinnedMost bounds how many pinned versions are remembered. A version that has
// been live is never written again, so none is ever out of date.
const pinnedMost = 256

// RenderPinned renders one version of a template, live or not. Its layout and
// partials are the live ones.
func (c *Catalog) RenderPinned(ctx context.Context, key string, version int, r Request) (notify.Content, notify.TemplateRef, error) {
	var err error
	if r.Version, err = c.pinnedVersion(ctx, pin{key, version}); err != nil {
		return notify.Content{}, notify.TemplateRef{}, err
	}
	content, locale, err := c.Render(ctx, r)
	return content, notify.TemplateRef{Key: key, Version: version, Locale: locale}, err
}

func (c *Catalog) pinnedVersion(ctx context.Context, p pin) (Version, error) {
	c.mu.Lock()
	found, ok := c.pinned[p]
	c.mu.Unlock()
	if ok {
		return found, nil
	}
	v, err := c.store.TemplateVersion(ctx, p.key, p.version)
	switch {
	case errors.Is(err, notify.ErrNotFound):
		return v, fmt.Errorf("template %s version %d: %w", p.key, p.version, err)
	case err != nil:
		return v, fmt.Errorf("load template %s version %d: %w: %w", p.key, p.version, notify.ErrUnavailable, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.pinned) >= pinnedMost {
		clear(c.pinned)
	}
	c.pinned[p] = v
	return v, nil
}
