package template

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/osteele/liquid/parser"
)

// written is a source with its partials written out where they are rendered, so
// that MJML, plain text and the cage see one text. Each partial stands between
// {% __with "key", name: value %} and {% end__with %}, which no author can write.
type written struct {
	source string
	// author is the source before, and spans say what of it is where.
	author string
	spans  []span
	// used are the partials in it by their versions; one there is none of has zero.
	used   map[string]int
	faults []fault
}

// span is a stretch of a written source. What a partial says has only the place
// of the tag that renders it.
type span struct {
	at, from int
	own      bool
}

// asIs is a source that was made by the house and has no lines an author knows.
func asIs(source string) *written { return &written{source: source} }

type expander struct {
	partials Partials
	mode     mode
	out      strings.Builder
	w        *written
	// root is the partial that is looked at by itself, if one is.
	root  string
	stack []string
	from  int // of the author's tag
}

// expand writes a source out.
func (all Partials) expand(source string, m mode) *written {
	return all.expandIn("", source, m)
}

// expandIn writes out what the partial of a key says itself.
func (all Partials) expandIn(root, source string, m mode) *written {
	e := &expander{partials: all, mode: m, root: root, w: &written{author: source, used: map[string]int{}}}
	if len(source) > maxSource {
		e.w.faults = []fault{{line: 1, code: "too_large", detail: fmt.Sprintf("the source has %d bytes; at most %d are allowed", len(source), maxSource)}}
		return e.w
	}
	if !strings.Contains(source, "{%") {
		e.w.source = source
		return e.w
	}
	e.walk(source)
	e.w.source = e.out.String()
	return e.w
}

func (e *expander) walk(source string) {
	skip, at := "", 0
	for _, tok := range parser.Scan(source, parser.SourceLoc{LineNo: 1}, nil) {
		if len(e.stack) == 0 {
			e.from = at
		}
		at += len(tok.Source)
		isTag := tok.Type == parser.TagTokenType
		switch {
		case tok.Source == "":
		case skip != "":
			e.write(tok.Source)
			if isTag && tok.Name == skip {
				skip = ""
			}
		case isTag && (tok.Name == "comment" || tok.Name == "raw"):
			skip = "end" + tok.Name
			e.write(tok.Source)
		case isTag && tok.Name == "render":
			e.render(tok)
		case isTag && strings.Contains(tok.Name, "__"):
			e.fault("unknown_tag", fmt.Sprintf("there is no tag %q", tok.Name))
		case tok.Type == parser.TextTokenType && e.mode == slackBlock && len(e.stack) > 0:
			e.write(jsonEscaper.Replace(tok.Source))
		default:
			e.write(tok.Source)
		}
	}
}

func (e *expander) write(s string) {
	own := len(e.stack) == 0
	if last := len(e.w.spans) - 1; own || last < 0 || e.w.spans[last].own {
		e.w.spans = append(e.w.spans, span{e.out.Len(), e.from, own})
	}
	e.out.WriteString(s)
}

func (e *expander) fault(code, detail string) {
	if len(e.stack) > 0 {
		detail = fmt.Sprintf("partial %q: %s", e.stack[len(e.stack)-1], detail)
	}
	if len(e.w.faults) < 20 {
		line, column := placeIn(e.w.author, e.from)
		e.w.faults = append(e.w.faults, fault{line, code, detail, column})
	}
}

var renderArgs = regexp.MustCompile(`(?s)^\s*("[^"]*"|'[^']*')\s*(?:,.*)?$`)

// render puts a partial in the place of its tag.
func (e *expander) render(tok parser.Token) {
	found := renderArgs.FindStringSubmatch(tok.Args)
	if found == nil {
		e.fault("syntax", "render needs the key of a partial in quotes, then name: value, separated by commas")
		return
	}
	key := strings.Trim(found[1], `"'`)
	part, ok := e.partials[key]
	e.w.used[key] = part.Version
	text, lacks := part.Text, "text"
	if e.mode == htmlMode {
		text, lacks = part.MJML, "MJML or HTML"
	}
	switch {
	case key == e.root || slices.Contains(e.stack, key):
		e.fault("recursive_partial", fmt.Sprintf("partial %q renders itself", key))
	case !ok:
		e.fault("unknown_partial", fmt.Sprintf("there is no partial %q that is live", key))
	case len(e.stack) == maxDepth:
		e.fault("not_allowed", fmt.Sprintf("partials are nested more than %d deep", maxDepth))
	case strings.TrimSpace(text) == "":
		e.fault("no_content", fmt.Sprintf("partial %q has no %s, which this place needs", key, lacks))
	case e.out.Len()+len(text) > maxWritten:
		e.fault("too_large", fmt.Sprintf("with its partials it has more than %d bytes", maxWritten))
	default:
		e.put(tok, key, strings.TrimRight(text, "\r\n"))
	}
}

func (e *expander) put(tok parser.Token, key, text string) {
	// The tag keeps its length, and what is in it its place.
	begin, end := strings.Replace(tok.Source, "render", "__with", 1), "%}"
	if rest, trims := strings.CutSuffix(begin, "-%}"); trims {
		begin, end = rest+" %}", "-%}"
	}
	e.write(begin)
	e.stack = append(e.stack, key)
	e.walk(text)
	e.write("{% end__with " + end)
	e.stack = e.stack[:len(e.stack)-1]
}

// place is where in the author's source a place of the written one comes from;
// zeros when there is none.
func (w *written) place(at int) (line, column int) {
	if len(w.spans) == 0 {
		if w.author == "" {
			return 0, 0
		}
		return placeIn(w.author, at)
	}
	i, exact := slices.BinarySearchFunc(w.spans, at, func(s span, at int) int { return s.at - at })
	if !exact {
		i--
	}
	s := w.spans[max(i, 0)]
	if s.own {
		return placeIn(w.author, s.from+at-s.at)
	}
	return placeIn(w.author, s.from)
}

// line is the author's line of a line of the written source.
func (w *written) line(n int) int {
	if len(w.used) == 0 || n <= 0 {
		return n
	}
	at := 0
	for range n - 1 {
		next := strings.IndexByte(w.source[at:], '\n')
		if next < 0 {
			break
		}
		at += next + 1
	}
	line, _ := w.place(at)
	return line
}

func placeIn(source string, at int) (line, column int) {
	at = min(at, len(source))
	start := strings.LastIndexByte(source[:at], '\n') + 1
	return 1 + strings.Count(source[:at], "\n"), utf8.RuneCountInString(source[start:at]) + 1
}
