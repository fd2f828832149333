package template

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// textWriter writes words with the breaks between them. Breaks and spaces wait
// until something follows, and are written at the latest before a piece of
// Liquid, so that each branch and each round starts in the same place.
type textWriter struct {
	b       strings.Builder
	marker  *regexp.Regexp
	breaks  int
	written int // breaks already written since the last word
	space   bool
	started bool
	item    []int // numbers of the open lists, -1 for bullets
}

func (w *textWriter) document(source string) string {
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		return ""
	}
	w.node(root)
	return w.b.String()
}

func (w *textWriter) block(n int) {
	if w.started {
		w.breaks = max(w.breaks, n-w.written)
	}
	w.space = false
}

func (w *textWriter) flush() {
	switch {
	case w.breaks > 0:
		w.b.WriteString(strings.Repeat("\n", w.breaks))
		w.written += w.breaks
	case w.space && w.written == 0 && w.started:
		w.b.WriteByte(' ')
	}
	w.breaks, w.space = 0, false
}

func (w *textWriter) words(s string) {
	s = strings.ReplaceAll(s, "\u00a0", " ")
	for s != "" {
		trimmed := strings.TrimLeft(s, " \t\r\n\f\u200b\u200c\ufeff")
		if len(trimmed) < len(s) {
			w.space = true
		}
		if trimmed == "" {
			return
		}
		end := strings.IndexAny(trimmed, " \t\r\n\f")
		if end < 0 {
			end = len(trimmed)
		}
		w.flush()
		w.b.WriteString(trimmed[:end])
		w.started, w.written = true, 0
		s = trimmed[end:]
	}
}
