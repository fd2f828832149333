package template

import (
	"context"
	"sort"

	"clarion/backend/notify"
)

// Filter picks templates; empty fields do not filter.
type Filter struct {
	// Q is part of a key or a name.
	Q string
	// Folder is one folder, with those below it.
	Folder string
	// State is that of the open version, or else live or retired.
	State []string
	// Channel picks those that say something for it, as they are seen first.
	Channel notify.Channel
}

// Folder is a folder with the number of templates in it.
type Folder struct {
	Path  string `json:"path"`
	Count int    `json:"count"`
}

// Language is a language of a template. It is complete when every channel says
// something in it.
type Language struct {
	Locale   string `json:"locale"`
	Complete bool   `json:"complete"`
}

// Item is a template in a list, with what its newest version says.
type Item struct {
	Template
	State     string           `json:"state"`
	Channels  []notify.Channel `json:"channels"`
	Languages []Language       `json:"languages"`
}

// Outline is what a version says at a glance: its channels in the order of the
// house, and its languages.
func (v Version) Outline() ([]notify.Channel, []Language) {
	channels, count := []notify.Channel{}, map[string]int{}
	for _, info := range notify.Channels {
		sources, ok := v.Channels[info.Channel]
		if !ok {
			continue
		}
		channels = append(channels, info.Channel)
		for locale := range sources {
			count[locale]++
		}
	}
	languages := make([]Language, 0, len(count))
	for locale, n := range count {
		languages = append(languages, Language{locale, n == len(channels)})
	}
	sort.Slice(languages, func(i, j int) bool { return languages[i].Locale < languages[j].Locale })
	return channels, languages
}

// List returns a page of templates.
func (c *Catalog) List(ctx context.Context, f Filter, p notify.Page) ([]Item, string, error) {
	return c.store.Templates(ctx, f, p)
}

// Folders returns every folder that has a template.
func (c *Catalog) Folders(ctx context.Context) ([]Folder, error) { return c.store.Folders(ctx) }
