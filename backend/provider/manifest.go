package provider

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
)

var (
	nameShape = regexp.MustCompile(`^[a-z]+$`)
	keyShape  = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

// Sound reports what is wrong with the manifest itself. A manifest is written
// by us, so a fault here is a bug that start-up must show.
func (m Manifest) Sound() error {
	var faults []error
	add := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("provider %q: "+format, append([]any{m.Name}, args...)...))
	}
	if !nameShape.MatchString(m.Name) {
		add("the name must be lower-case letters")
	}
	if m.Label == "" || m.Docs == "" {
		add("the label and the docs address must be set")
	}
	if !m.Channel.Known() {
		add("channel %q is not known", m.Channel)
	}
	if m.New == nil {
		add("New is not set")
	}
	seen := map[string]bool{}
	for _, s := range m.Settings {
		switch {
		case !keyShape.MatchString(s.Key) || s.Label == "":
			add("setting %q needs a key of lower-case words and a label", s.Key)
		case seen[s.Key]:
			add("setting %s is listed twice", s.Key)
		case s.Default != "" && len(s.Options) > 0 && !slices.Contains(s.Options, s.Default):
			add("the default of setting %s is not among its options", s.Key)
		case s.Secret && s.Default != "":
			add("setting %s is secret and must have no default", s.Key)
		}
		seen[s.Key] = true
	}
	if (m.Make == nil) != (len(m.Makes) == 0) {
		add("Makes and Make go together")
	}
	for _, key := range m.Makes {
		if !seen[key] {
			add("it makes %s, which is no setting", key)
		}
	}
	return errors.Join(faults...)
}
