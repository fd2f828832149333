// Package template turns a stored template version and the data of an event
// into what a message says, per channel and locale. It checks templates before
// they are saved and event data before it is accepted. Templates are Liquid in
// a cage: they read no file, start no endless loop and grow no endless text.
// It does no input or output, and imports nothing of ours but notify.
package template

import (
	"encoding/json"
	"time"

	"clarion/backend/notify"
)

// Template is the name under which versions are kept. LiveVersion is zero until
// one is published.
type Template struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	// Folder is where people look for it: a path such as shop/orders.
	Folder      string    `json:"folder"`
	LiveVersion int       `json:"live_version"`
	RetiredAt   time.Time `json:"retired_at,omitzero"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
}

// Version is one immutable state of a template. Version zero is a draft that
// was never saved: the engine does not cache it.
type Version struct {
	Key     string `json:"key"`
	Version int    `json:"version"`
	// Schema is the JSON Schema of the variables, which are the event's data;
	// empty allows any.
	Schema json.RawMessage `json:"schema,omitempty"`
	// Layout is the key of the layout that emails are set in; empty for none.
	Layout string `json:"layout,omitempty"`
	// Channels holds the sources by channel, then by locale.
	Channels      map[notify.Channel]map[string]Source `json:"channels"`
	DefaultLocale string                               `json:"default_locale"`
	CreatedAt     time.Time                            `json:"created_at"`
}

// Source is what an author writes for one channel in one locale. Every string
// is Liquid. A channel uses the fields its notify.ChannelInfo names; an email
// takes MJML or HTML, and gets its plain text from there when Text is empty.
type Source struct {
	Subject string `json:"subject,omitempty"`
	MJML    string `json:"mjml,omitempty"`
	HTML    string `json:"html,omitempty"`
	Text    string `json:"text,omitempty"`
	Title   string `json:"title,omitempty"`
	Body    string `json:"body,omitempty"`
	Image   string `json:"image,omitempty"`
	URL     string `json:"url,omitempty"`
	// Blocks is a JSON array of Slack blocks with Liquid in it.
	Blocks  string            `json:"blocks,omitempty"`
	Actions []notify.Action   `json:"actions,omitempty"`
	Data    map[string]string `json:"data,omitempty"`
}

// The bounds of the cage.
const (
	maxSource    = 64 << 10  // one field of a template
	maxEmail     = 256 << 10 // all rendered fields of an email
	maxOther     = 64 << 10  // all rendered fields of any other message
	maxText      = 64 << 10  // one value inside a template
	maxList      = 10_000    // one list a template loops over or builds
	maxLoopDepth = 2
	maxSteps     = 100_000   // loop rounds and filter work of one message
	maxWritten   = 256 << 10 // one field with its partials written out
	maxDepth     = 4         // partials inside partials
)
