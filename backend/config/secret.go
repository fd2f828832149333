package config

import "fmt"

// Secret is a text that is never printed, logged or encoded.
type Secret string

const hidden = "[hidden]"

// Reveal returns the text itself, for the one place that needs it.
func (s Secret) Reveal() string { return string(s) }

// String hides the text; so do the other ways to print it.
func (s Secret) String() string { return hidden }

// GoString hides the text from %#v.
func (s Secret) GoString() string { return hidden }

// Format hides the text from every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hidden)) }

// MarshalText hides the text from JSON, YAML and slog.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
