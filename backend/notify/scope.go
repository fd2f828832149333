package notify

import (
	"strings"
)

// SuppressionScope is what a suppression is about: its channel, everything, or
// one category, workflow or source, written kind:key.
type SuppressionScope string

// The scopes that need no key. The channel's is stored as nothing.
const (
	ScopeChannel    SuppressionScope = "channel"
	ScopeEverything SuppressionScope = "everything"
)

// ScopeKinds are the scopes that name something, and what they name.
var ScopeKinds = []string{"category", "workflow", "source"}

// Known reports whether a scope can be read; the empty one is the channel's.
func (s SuppressionScope) Known() bool {
	switch s {
	case "", ScopeChannel, ScopeEverything:
		return true
	}
	kind, key, _ := strings.Cut(string(s), ":")
	for _, known := range ScopeKinds {
		if kind == known {
			return key != ""
		}
	}
	return false
}

// Covers reports whether the entry stops a message. That the address is the
// message's, is the caller's to know.
func (s Suppression) Covers(m *Message) bool {
	switch s.Scope {
	case ScopeEverything:
		return true
	case "", ScopeChannel:
		return s.Channel == m.Channel
	}
	kind, key, _ := strings.Cut(string(s.Scope), ":")
	of := map[string]string{"category": m.Category, "workflow": m.Workflow, "source": m.Source}[kind]
	return s.Channel == m.Channel && of == key
}

// Sentence says why a message to the address is not sent. The claim of a message
// writes the same one.
func (s Suppression) Sentence() string {
	about := ""
	if s.Scope != "" && s.Scope != ScopeChannel {
		about = " for " + strings.Replace(string(s.Scope), ":", " ", 1)
	}
	return "The address is suppressed" + about + ": " + string(s.Reason) + "."
}

// SuppressionEnd is how an entry ended.
type SuppressionEnd string

// The ends: by itself, by somebody, or because its person asked for messages again.
const (
	SuppressionExpired      SuppressionEnd = "expired"
	SuppressionReleased     SuppressionEnd = "released"
	SuppressionResubscribed SuppressionEnd = "resubscribed"
)
