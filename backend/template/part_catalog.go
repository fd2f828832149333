package template

import (
	"context"
	"fmt"

	"clarion/backend/notify"
)

// Parts returns the live version of every part of a kind, or its draft where none
// was live yet.
func (c *Catalog) Parts(ctx context.Context, kind PartKind) ([]Part, error) {
	return c.store.Parts(ctx, kind)
}

// Part returns one version of a part; version zero is the live one.
func (c *Catalog) Part(ctx context.Context, r PartRef) (Part, error) { return c.store.Part(ctx, r) }

// Partials returns those that are live.
func (c *Catalog) Partials(ctx context.Context) (Partials, error) { return c.partials.Get(ctx) }

// PutPart stores a part as a new version and makes it live: messages rendered
// from now on have it.
func (c *Catalog) PutPart(ctx context.Context, p Part, by string) (Part, error) {
	if err := c.partReady(ctx, p); err != nil {
		return p, err
	}
	saved, err := c.store.SavePart(ctx, p, by, c.clock.Now())
	if err != nil {
		return p, fmt.Errorf("save %s %s: %w", p.Kind, p.Key, err)
	}
	c.ForgetPart(p.Kind, p.Key)
	return saved, nil
}

// KeepPart stores a draft of a part, which may have faults.
func (c *Catalog) KeepPart(ctx context.Context, d PartDraft) (Part, error) {
	if err := checkKey(d.Part.Key); err != nil {
		return d.Part, err
	}
	if n := len(d.Part.MJML) + len(d.Part.Text); n > maxDraft {
		return d.Part, notify.InvalidField("mjml", "too_large", fmt.Sprintf("MJML and text together have %d bytes; at most %d are allowed", n, maxDraft))
	}
	saved, err := c.store.KeepPart(ctx, d, c.clock.Now())
	if err != nil {
		return saved, fmt.Errorf("save a draft of %s %s: %w", d.Part.Kind, d.Part.Key, err)
	}
	return saved, nil
}

// PartFaults are what keeps a part from going live, as far as it is its own.
func (c *Catalog) PartFaults(ctx context.Context, p Part) (*notify.Invalid, error) {
	live, err := c.partials.Get(ctx)
	if err != nil {
		return nil, err
	}
	return onlyFaults(CheckPart(p, live))
}

// PartReady reports everything that keeps a stored part from going live.
func (c *Catalog) PartReady(ctx context.Context, r PartRef) error {
	p, err := c.store.Part(ctx, r)
	if err != nil {
		return err
	}
	return c.partReady(ctx, p)
}

func (c *Catalog) partReady(ctx context.Context, p Part) error {
	live, err := c.partials.Reload(ctx)
	if err != nil {
		return err
	}
	if err := CheckPart(p, live); err != nil || p.Kind != PartialPart {
		return err
	}
	return c.breaks(ctx, p, live)
}

// WholePart is one version of a part with what goes out together with it.
type WholePart struct {
	Part Part
	// Partials are the live ones that it renders.
	Partials []Part
	// Reach are the live templates that change when it goes live.
	Reach []string
}

// WholePart returns a version of a part, live or not.
func (c *Catalog) WholePart(ctx context.Context, r PartRef) (WholePart, error) {
	p, err := c.store.Part(ctx, r)
	if err != nil {
		return WholePart{}, err
	}
	live, err := c.partials.Reload(ctx)
	if err != nil {
		return WholePart{}, err
	}
	uses, err := c.PartUses(ctx, r.Kind)
	return WholePart{p, live.reached(p.MJML, p.Text), uses[r.Key].Templates}, err
}

// ForgetPart drops what is remembered of a part.
func (c *Catalog) ForgetPart(kind PartKind, key string) {
	if kind == PartialPart {
		c.partials.Forget()
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.layouts, key)
}

// RenderIn renders an email in a layout as it is being written: what is given
// counts, not what is stored, and nothing of it is kept.
func (c *Catalog) RenderIn(ctx context.Context, l Part, r Request) (content notify.Content, locale string, err error) {
	if r.Partials, err = c.partials.Get(ctx); err != nil {
		return content, "", err
	}
	l.Version, r.Layout = 0, l
	return c.engine.Render(ctx, r)
}

// Shown is a partial as people would see it, by itself.
type Shown struct {
	Locale     string
	Channels   map[notify.Channel]notify.Content
	Parameters []Parameter
}

// ShowPartial renders a partial as it is being written in an email and as text.
// The data of the request is what it is given.
func (c *Catalog) ShowPartial(ctx context.Context, p Part, r Request) (Shown, error) {
	live, err := c.partials.Get(ctx)
	if err != nil {
		return Shown{}, err
	}
	p.Version = 0
	out := Shown{Locale: r.Locale, Channels: map[notify.Channel]notify.Content{}, Parameters: p.Parameters(live)}
	r.Partials = live.with(p)
	r.Version = Version{Key: p.Key, DefaultLocale: r.Locale, Channels: map[notify.Channel]map[string]Source{}}
	for channel, source := range p.shownAs(live, r.Vars.Data) {
		r.Channel, r.Version.Channels[channel] = channel, map[string]Source{r.Locale: source}
		if out.Channels[channel], _, err = c.engine.Render(ctx, r); err != nil {
			return out, err
		}
	}
	return out, nil
}
