package template

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"clarion/backend/notify"
)

// Section is one part of a version that people read: a field of a channel in a
// locale, the schema. Path names it.
type Section struct{ Path, Text string }

// Whole is one version with what goes out together with it.
type Whole struct {
	Name    string
	Version Version
	// Layout is the live one the version names, or zero.
	Layout Layout
}

// Whole returns a version, live or not.
func (c *Catalog) Whole(ctx context.Context, key string, version int) (Whole, error) {
	t, err := c.store.Template(ctx, key)
	if err != nil {
		return Whole{}, fmt.Errorf("template %s: %w", key, err)
	}
	w := Whole{Name: t.Name}
	if w.Version, err = c.store.TemplateVersion(ctx, key, version); err != nil {
		return w, err
	}
	if w.Version.Layout != "" {
		if w.Layout, err = c.store.Layout(ctx, w.Version.Layout, 0); err != nil {
			return w, fmt.Errorf("layout %s: %w", w.Version.Layout, err)
		}
	}
	return w, nil
}

// Version returns one version, live or not.
func (c *Catalog) Version(ctx context.Context, key string, version int) (Version, error) {
	return c.store.TemplateVersion(ctx, key, version)
}

// Ready reports everything that keeps a stored version from going live.
func (c *Catalog) Ready(ctx context.Context, key string, version int) error {
	v, err := c.store.TemplateVersion(ctx, key, version)
	if err != nil {
		return err
	}
	return c.check(ctx, v)
}

// Faults are those of a stored version.
func (c *Catalog) Faults(ctx context.Context, v Version) (*notify.Invalid, error) {
	return onlyFaults(c.check(ctx, v))
}

// Forget drops what is remembered of the live versions.
func (c *Catalog) Forget() { c.live.Forget() }

// LayoutVersion returns one version of a layout, live or not.
func (c *Catalog) LayoutVersion(ctx context.Context, key string, version int) (Layout, error) {
	return c.store.Layout(ctx, key, version)
}

// ForgetLayout drops what is remembered of a layout.
func (c *Catalog) ForgetLayout(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.layouts, key)
}

// LayoutUses returns the keys of the live templates set in each layout, in order.
func (c *Catalog) LayoutUses(ctx context.Context) (map[string][]string, error) {
	index, err := c.live.Get(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
	}
	uses := map[string][]string{}
	for _, key := range sortedKeys(index) {
		if layout := index[key].Layout; layout != "" {
			uses[layout] = append(uses[layout], key)
		}
	}
	return uses, nil
}

// RenderIn renders an email in a layout as it is being written: what is given
// counts, not what is stored, and nothing of it is kept.
func (c *Catalog) RenderIn(ctx context.Context, l Layout, r Request) (content notify.Content, locale string, err error) {
	l.Version, r.Layout = 0, l
	return c.engine.Render(ctx, r)
}

// Sections are the parts of a version in the order people read them.
func (v Version) Sections() []Section {
	list := []Section{{"default_locale", v.DefaultLocale}, {"layout", v.Layout}, {"schema", pretty(v.Schema)}}
	for _, info := range notify.Channels {
		sources := v.Channels[info.Channel]
		for _, locale := range sortedKeys(sources) {
			for _, part := range sources[locale].sections() {
				part.Path = "channels." + string(info.Channel) + "." + locale + "." + part.Path
				list = append(list, part)
			}
		}
	}
	return list
}

// sections are the fields of a source that hold something.
func (s Source) sections() []Section {
	var list []Section
	for _, part := range []Section{
		{"subject", s.Subject}, {"title", s.Title}, {"body", s.Body}, {"mjml", s.MJML}, {"html", s.HTML}, {"text", s.Text},
		{"image", s.Image}, {"url", s.URL}, {"blocks", s.Blocks},
	} {
		if part.Text != "" {
			list = append(list, part)
		}
	}
	for i, a := range s.Actions {
		list = append(list, Section{fmt.Sprintf("actions[%d]", i), strings.TrimSpace(a.ID + "\n" + a.Label + "\n" + a.URL)})
	}
	for _, key := range sortedKeys(s.Data) {
		list = append(list, Section{"data." + key, s.Data[key]})
	}
	return list
}

// Sections are the parts of a layout.
func (l Layout) Sections() []Section { return []Section{{"mjml", l.MJML}, {"text", l.Text}} }

func pretty(document json.RawMessage) string {
	var value any
	if len(document) == 0 || json.Unmarshal(document, &value) != nil {
		return string(document)
	}
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return string(document)
	}
	return string(text)
}
