package template

import (
	"context"
	"fmt"
	"slices"

	"clarion/backend/notify"
)

// stock is everything that is live.
type stock struct {
	templates map[string]Version
	layouts   map[string]Part
	partials  Partials
}

func (c *Catalog) stock(ctx context.Context) (stock, error) {
	index, err := c.live.Get(ctx)
	if err != nil {
		return stock{}, fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
	}
	s := stock{templates: index, layouts: map[string]Part{}}
	if s.partials, err = c.partials.Get(ctx); err != nil {
		return s, err
	}
	layouts, err := c.store.LiveParts(ctx, LayoutPart)
	for _, l := range layouts {
		s.layouts[l.Key] = l
	}
	return s, err
}

// reached are the partials in one source and in its layout.
func (s stock) reached(u unit) []Part {
	texts := u.source.texts()
	if u.channel == notify.Email {
		texts = append(texts, u.layout.MJML, u.layout.Text)
	}
	return s.partials.reached(texts...)
}

// Use is where a part stands.
type Use struct {
	// Templates are the keys of the live templates that it is in, by way of a
	// layout or another partial too: what changes when it goes live.
	Templates []string
	// Parts are the live layouts and partials that render it themselves.
	Parts []PartRef
}

// PartUses returns where each part of a kind stands, by key.
func (c *Catalog) PartUses(ctx context.Context, kind PartKind) (map[string]Use, error) {
	s, err := c.stock(ctx)
	if err != nil {
		return nil, err
	}
	uses := map[string]Use{}
	for _, key := range sortedKeys(s.templates) {
		for _, part := range s.partsOf(s.templates[key], kind) {
			use := uses[part]
			use.Templates = append(use.Templates, key)
			uses[part] = use
		}
	}
	if kind != PartialPart {
		return uses, nil
	}
	for _, holders := range []map[string]Part{s.layouts, s.partials} {
		for _, key := range sortedKeys(holders) {
			holder := holders[key]
			for _, part := range named(holder.MJML, holder.Text) {
				use := uses[part]
				use.Parts = append(use.Parts, PartRef{Kind: holder.Kind, Key: key})
				uses[part] = use
			}
		}
	}
	return uses, nil
}

// partsOf are the keys of the parts of a kind in a template.
func (s stock) partsOf(v Version, kind PartKind) []string {
	if kind == LayoutPart {
		if v.Layout == "" {
			return nil
		}
		return []string{v.Layout}
	}
	layout := s.layouts[v.Layout]
	var keys []string
	for _, part := range s.partials.reached(append(v.texts(), layout.MJML, layout.Text)...) {
		keys = append(keys, part.Key)
	}
	return keys
}

// breaks reports the live templates that a partial would break, since it changes
// all that render it at once. What is broken already is not its fault.
func (c *Catalog) breaks(ctx context.Context, p Part, live Partials) error {
	with, err := c.stock(ctx)
	if err != nil {
		return err
	}
	with.partials = live.with(p)
	var out notify.Invalid
	for _, key := range sortedKeys(with.templates) {
		for _, u := range with.units(with.templates[key], p.Key) {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("try partial %s in the live templates: %w", p.Key, err)
			}
			_, faults := compileUnit(u, nil)
			if u.partials = live; len(faults) == 0 || broken(u) {
				continue
			}
			for _, f := range faults {
				out.Add("used_by."+key, f.code, sourcePath(u.channel, u.locale)+"."+f.field+": "+f.detail)
			}
		}
	}
	return out.Err()
}

// units are the sources of a template that a partial is in.
func (s stock) units(v Version, partial string) []unit {
	var list []unit
	for _, channel := range sortedKeys(v.Channels) {
		for _, locale := range sortedKeys(v.Channels[channel]) {
			u := unit{v.Channels[channel][locale], channel, locale, s.layouts[v.Layout], s.partials}
			if slices.ContainsFunc(s.reached(u), func(found Part) bool { return found.Key == partial }) {
				list = append(list, u)
			}
		}
	}
	return list
}

func broken(u unit) bool {
	_, faults := compileUnit(u, nil)
	return len(faults) > 0
}
