package template

import (
	"context"
	"fmt"
	"strings"

	"clarion/backend/notify"
)

// NewVersion is a version to be saved, its template's name and who saves it.
type NewVersion = struct {
	Name    string
	Version Version
	By      string
}

// Save checks a version and makes it the live one.
func (c *Catalog) Save(ctx context.Context, n NewVersion) (Template, Version, error) {
	v := n.Version
	if err := c.check(ctx, v); err != nil {
		return Template{}, v, err
	}
	saved, err := c.store.SaveTemplate(ctx, v, n.Name, n.By, c.clock.Now())
	if err != nil {
		return Template{}, v, fmt.Errorf("save template %s: %w", v.Key, err)
	}
	c.live.Forget()
	return c.Template(ctx, saved.Key)
}

// Keep stores a draft. It may have faults, which keep it from going live and
// are returned apart: people save what they have not finished.
func (c *Catalog) Keep(ctx context.Context, d Draft) (Version, *notify.Invalid, error) {
	if err := checkKey(d.Version.Key); err != nil {
		return d.Version, nil, err
	}
	if err := checkSize(d.Version); err != nil {
		return d.Version, nil, err
	}
	faults, err := onlyFaults(c.check(ctx, d.Version))
	if err != nil {
		return d.Version, nil, err
	}
	saved, err := c.store.KeepTemplate(ctx, d, c.clock.Now())
	if err != nil {
		return saved, nil, fmt.Errorf("save a draft of template %s: %w", d.Version.Key, err)
	}
	return saved, faults, nil
}

// maxDraft bounds what is stored of a draft, whose fields are not checked.
const maxDraft = 900 << 10

func checkSize(v Version) error {
	n := len(v.Schema) + len(v.Layout) + len(v.DefaultLocale)
	for channel, sources := range v.Channels {
		if !channel.Known() {
			return notify.InvalidField("channels."+string(channel), "unknown", fmt.Sprintf("there is no channel %q", channel))
		}
		for locale, s := range sources {
			n += len(locale) + s.size()
		}
	}
	if n > maxDraft {
		return notify.InvalidField("channels", "too_large", fmt.Sprintf("all sources together have %d bytes; at most %d are allowed", n, maxDraft))
	}
	return nil
}

func (s Source) size() int {
	n := len(s.Subject) + len(s.MJML) + len(s.HTML) + len(s.Text) + len(s.Title) + len(s.Body) + len(s.Image) + len(s.URL) + len(s.Blocks)
	for key, value := range s.Data {
		n += len(key) + len(value)
	}
	for _, a := range s.Actions {
		n += len(a.ID) + len(a.Label) + len(a.URL)
	}
	return n
}

// onlyFaults tells the faults of an input from an error that is none.
func onlyFaults(err error) (*notify.Invalid, error) {
	if err == nil {
		return &notify.Invalid{}, nil
	}
	if invalid, ok := err.(*notify.Invalid); ok { //nolint:errorlint // a check returns its faults bare; one that is wrapped failed for another reason
		return invalid, nil
	}
	return nil, err
}

// check reports everything that keeps a version from going live.
func (c *Catalog) check(ctx context.Context, v Version) error {
	if err := checkKey(v.Key); err != nil {
		return err
	}
	with, err := c.shared(ctx, v)
	if err != nil {
		return err
	}
	return Check(v, with)
}

// shared is what a version goes out with.
func (c *Catalog) shared(ctx context.Context, v Version) (with Shared, err error) {
	if with.Layout, err = c.layout(ctx, v.Layout); err != nil {
		return with, err
	}
	with.Partials, err = c.partials.Get(ctx)
	return with, err
}

func checkKey(key string) error {
	if keyShape.MatchString(key) {
		return nil
	}
	return notify.InvalidField("key", "invalid_key", "must be 1 to 100 of a-z, 0-9, dot, dash, underscore, starting with a letter or digit")
}

// File puts a template into a folder: a path of names with slashes between.
func (c *Catalog) File(ctx context.Context, key, folder string) error {
	for _, name := range strings.Split(folder, "/") {
		if folder != "" && (strings.TrimSpace(name) == "" || len(folder) > 200) {
			return notify.InvalidField("folder", "invalid_folder", "must be names with slashes between, at most 200 bytes")
		}
	}
	return c.store.FileTemplate(ctx, key, folder, c.clock.Now())
}
