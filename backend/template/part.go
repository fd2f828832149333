package template

import (
	"regexp"
	"slices"
	"strings"
)

// PartKind says what a part is to the templates that share it.
type PartKind string

// The kinds of parts. A layout is the frame of an email: MJML is a whole <mjml>
// document and Text a whole plain-text part, each with {{ content }} where the
// email goes. A partial stands wherever it is rendered by name: its MJML (or
// HTML) in the MJML and the HTML of emails, its Text everywhere else.
const (
	LayoutPart  PartKind = "layout"
	PartialPart PartKind = "partial"
)

// Part is what templates share: a layout or a partial. It is cached by kind, key
// and version; version zero is a draft that was never saved.
type Part struct {
	Kind    PartKind `json:"-"`
	Key     string   `json:"key"`
	MJML    string   `json:"mjml"`
	Text    string   `json:"text,omitempty"`
	Version int      `json:"version"`
}

// PartRef names a version of a part; version zero is the live one.
type PartRef struct {
	Kind    PartKind
	Key     string
	Version int
}

// Partials are the live ones, by key.
type Partials map[string]Part

// with is the same partials with p in the place of its live version.
func (all Partials) with(p Part) Partials {
	if p.Kind != PartialPart {
		return all
	}
	out := make(Partials, len(all)+1)
	for key, part := range all {
		out[key] = part
	}
	out[p.Key] = p
	return out
}

var renderTag = regexp.MustCompile(`\{%-?\s*render\s+(?:"([^"]*)"|'([^']*)')`)

// named are the keys of the partials that texts render, each once, in order.
func named(texts ...string) []string {
	var keys []string
	for _, text := range texts {
		if !strings.Contains(text, "render") {
			continue
		}
		for _, found := range renderTag.FindAllStringSubmatch(text, -1) {
			if key := found[1] + found[2]; !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	slices.Sort(keys)
	return keys
}

// reached are the partials that texts render, and those that these render, in
// order. Keys of which there is no partial are left out.
func (all Partials) reached(texts ...string) []Part {
	var found []Part
	seen := map[string]bool{}
	queue := named(texts...)
	for len(queue) > 0 {
		key := queue[0]
		queue = queue[1:]
		part, ok := all[key]
		if !ok || seen[key] {
			continue
		}
		seen[key] = true
		found = append(found, part)
		queue = append(queue, named(part.MJML, part.Text)...)
	}
	slices.SortFunc(found, func(a, b Part) int { return strings.Compare(a.Key, b.Key) })
	return found
}

// texts are all sources of a source that may render partials.
func (s Source) texts() []string {
	list := []string{s.Subject, s.MJML, s.HTML, s.Text, s.Title, s.Body, s.Image, s.URL, s.Blocks}
	for _, value := range s.Data {
		list = append(list, value)
	}
	for _, a := range s.Actions {
		list = append(list, a.Label, a.URL)
	}
	return list
}

// texts are all sources of a version.
func (v Version) texts() []string {
	var list []string
	for _, sources := range v.Channels {
		for _, s := range sources {
			list = append(list, s.texts()...)
		}
	}
	return list
}
