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
	// Parts are the live ones it goes out with: the layout it names, the partials
	// that it or its layout renders.
	Parts []Part
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
	texts := w.Version.texts()
	if key := w.Version.Layout; key != "" {
		layout, err := c.store.Part(ctx, PartRef{Kind: LayoutPart, Key: key})
		if err != nil {
			return w, fmt.Errorf("layout %s: %w", key, err)
		}
		w.Parts, texts = append(w.Parts, layout), append(texts, layout.MJML, layout.Text)
	}
	live, err := c.partials.Reload(ctx)
	w.Parts = append(w.Parts, live.reached(texts...)...)
	return w, err
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

// Sections are those of a layout or a partial.
func (p Part) Sections() []Section { return []Section{{"mjml", p.MJML}, {"text", p.Text}} }

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
