package template

import (
	"slices"

	"golang.org/x/text/language"
)

var chains = newLRU[string, []string](1024)

// localeChain lists the canonical locales to try for a wanted one, from the
// most exact: the locale, its language in its script, its language.
func localeChain(locale string) []string {
	if len(locale) > 64 {
		return nil
	}
	chain, err := chains.get(locale, func() ([]string, error) { return makeChain(locale) })
	if err != nil {
		return nil
	}
	return chain
}

func makeChain(locale string) ([]string, error) {
	tag, err := language.Parse(locale)
	if err != nil || locale == "" {
		return nil, err
	}
	var out []string
	add := func(parts ...any) {
		t, err := language.Compose(parts...)
		if err != nil {
			return
		}
		if s := t.String(); len(out) == 0 || out[len(out)-1] != s {
			out = append(out, s)
		}
	}
	base, _ := tag.Base()
	script, _ := tag.Script()
	region, sure := tag.Region()
	out = append(out, tag.String())
	if sure == language.Exact {
		add(base, region)
	}
	add(base, script)
	add(base)
	// A chain is kept and handed to many renders at once: with no room behind
	// its end, who appends to it appends to a copy.
	return slices.Clip(out), nil
}

// canonical spells a locale the one way that chains use, or gives it back when
// it is none.
func canonical(locale string) string {
	if chain := localeChain(locale); len(chain) > 0 {
		return chain[0]
	}
	return locale
}

// pick finds the source for a locale: along its chain, then the default. The
// returned locale is the key under which the source is kept.
func pick(sources map[string]Source, wanted, fallback string) (string, bool) {
	if _, ok := sources[wanted]; ok && wanted != "" {
		return wanted, true
	}
	for _, want := range append(localeChain(wanted), canonical(fallback)) {
		if _, ok := sources[want]; ok {
			return want, true
		}
		for key := range sources {
			if canonical(key) == want {
				return key, true
			}
		}
	}
	return "", false
}
