// Package provider says what a vendor is to Clarion: a Manifest that describes
// it, from which the integration form is drawn, and a Sender made from its
// settings. Each vendor lives in a folder of its own and is one line in
// registry. A provider translates; it never decides, retries, stores or logs.
package provider

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sort"
	"strconv"
	"time"

	"clarion/backend/notify"
)

// Setting is one value a provider needs.
type Setting struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	Help  string `json:"help,omitempty"`
	// Secret values are sealed at rest, write-only in the API and never shown.
	Secret   bool     `json:"secret"`
	Required bool     `json:"required"`
	Default  string   `json:"default,omitempty"`
	Options  []string `json:"options,omitempty"`
}

// Values are the settings of one integration, in plain text, in memory only.
type Values map[string]string

// Deps are what the house lends a provider.
type Deps struct {
	// HTTP makes every call. It already has timeouts, a response cap, no
	// redirects and no retries; a provider must not use any other client.
	HTTP *http.Client
	// Dial connects for what does not speak HTTP, to where it is allowed. Nil goes
	// anywhere, which is for tests.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// BaseURL replaces the vendor's address when set: the sandbox, or a test.
	// It has no trailing slash.
	BaseURL string
	// CallbackURL is where this integration's callbacks arrive, as the vendor
	// sees it; empty when it cannot be reached from outside.
	CallbackURL string
	// Now is the clock for signature windows.
	Now func() time.Time
	// Tokens keeps access tokens for vendors that give them; see Pass.
	Tokens Tokens
}

// Manifest describes a vendor.
type Manifest struct {
	// Name is the key used in storage and URLs: lower-case letters.
	Name    string         `json:"name"`
	Label   string         `json:"label"`
	Channel notify.Channel `json:"channel"`
	// Docs is the vendor's page for the settings.
	Docs     string    `json:"docs"`
	Settings []Setting `json:"settings"`
	// Receipts is true when the vendor calls back: about what became of a
	// message, or about people who want no more of them.
	Receipts bool `json:"receipts"`
	// Recalls is true when the vendor can delete what it has taken; the sender then
	// implements notify.Recaller, where the way in allows it.
	Recalls bool `json:"recalls"`
	// Makes names the settings that Make makes: keys of one's own, which no vendor
	// gives.
	Makes []string `json:"makes,omitempty"`
	// Make makes them afresh; nil where there are none.
	Make func() (Values, error) `json:"-"`
	// Takes says whether the vendor can serve an address of its channel; nil
	// means all. It only looks at the address's shape.
	Takes func(address string) bool `json:"-"`
	// New makes a sender. It checks what can be checked without a call. When
	// the vendor calls back, the sender also implements notify.Receiver.
	New func(v Values, d Deps) (notify.Sender, error) `json:"-"`
}

// Check reports every setting that is required and missing, unknown, or not
// among its options, with paths such as settings.api_key.
func (m Manifest) Check(v Values) error {
	var faults notify.Invalid
	known := map[string]bool{}
	for _, s := range m.Settings {
		known[s.Key] = true
		value := v[s.Key]
		switch {
		case value == "" && s.Required:
			faults.Add("settings."+s.Key, "required", s.Label+" is required")
		case value != "" && len(s.Options) > 0 && !slices.Contains(s.Options, value):
			faults.Add("settings."+s.Key, "not_an_option", fmt.Sprintf("%s must be one of %v", s.Label, s.Options))
		}
	}
	for key := range v {
		if !known[key] {
			faults.Add("settings."+key, "unknown_setting", m.Label+" has no such setting")
		}
	}
	sort.Slice(faults.Fields, func(i, j int) bool { return faults.Fields[i].Path < faults.Fields[j].Path })
	return faults.Err()
}

// With returns v with the defaults of the manifest filled in.
func (m Manifest) With(v Values) Values {
	out := Values{}
	for _, s := range m.Settings {
		if s.Default != "" {
			out[s.Key] = s.Default
		}
	}
	for key, value := range v {
		if value != "" {
			out[key] = value
		}
	}
	return out
}

// RetryAfter reads a Retry-After header, in seconds or as an HTTP date. It
// returns zero for a missing, negative or unreadable value and caps at an hour:
// a vendor that asks for years is not obeyed.
func RetryAfter(header string, now time.Time) time.Duration {
	var d time.Duration
	if seconds, err := strconv.Atoi(header); err == nil {
		if seconds > int(time.Hour/time.Second) {
			return time.Hour
		}
		d = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(header); err == nil {
		d = at.Sub(now)
	}
	return min(max(d, 0), time.Hour)
}
