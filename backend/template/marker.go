package template

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/osteele/liquid/parser"
)

// marked is a markup source in which each piece of Liquid was replaced by a
// marker that other parsers leave alone.
type marked struct {
	source string
	prefix string
	pieces []piece
}

type piece struct {
	text  string
	name  string // of the tag
	block bool   // {% … %}
	line  int
}

// place says how a marker is written where it stands.
type place func(marker string, p piece, at *markup) string

// mark replaces the Liquid in a source. Comments of Liquid are left out.
func mark(source string, where place) marked {
	m := marked{prefix: "lq"}
	for strings.Contains(source, m.prefix) {
		m.prefix += "q"
	}
	var out strings.Builder
	var at markup
	skip, raw := "", ""
	for _, tok := range parser.Scan(source, parser.SourceLoc{LineNo: 1}, nil) {
		isTag := tok.Type == parser.TagTokenType
		switch {
		case tok.Source == "":
			continue
		case skip != "":
			raw += tok.Source
			if !isTag || tok.Name != skip {
				continue
			}
			if skip == "endcomment" {
				skip = ""
				continue
			}
			skip = ""
			tok.Source, isTag = raw, false
		case isTag && (tok.Name == "comment" || tok.Name == "raw"):
			skip, raw = "end"+tok.Name, tok.Source
			continue
		case tok.Type == parser.TextTokenType:
			at.read(tok.Source)
			out.WriteString(tok.Source)
			continue
		}
		p := piece{tok.Source, tok.Name, isTag, tok.SourceLoc.LineNo}
		out.WriteString(where(fmt.Sprintf("%s%dx", m.prefix, len(m.pieces)), p, &at))
		m.pieces = append(m.pieces, p)
	}
	m.source = out.String()
	return m
}

// restore puts the Liquid back.
func (m marked) restore(s string) string {
	pattern := regexp.MustCompile(`<` + m.prefix + `\d+x></` + m.prefix + `\d+x>|` + m.prefix + `\d+x`)
	return pattern.ReplaceAllStringFunc(s, func(found string) string {
		if n := m.number(found); n >= 0 {
			return m.pieces[n].text
		}
		return found
	})
}

func (m marked) number(found string) int {
	_, rest, _ := strings.Cut(found, m.prefix)
	digits, _, _ := strings.Cut(rest, "x")
	n, err := strconv.Atoi(digits)
	if err != nil || n >= len(m.pieces) {
		return -1
	}
	return n
}

// lost finds a piece that a compiler dropped, or a tag it doubled or moved, in
// which case the Liquid would mean something else.
func (m marked) lost(compiled string) (piece, bool) {
	seen := make([]int, len(m.pieces))
	last := -1
	pattern := regexp.MustCompile(`<` + m.prefix + `\d+x></` + m.prefix + `\d+x>|` + m.prefix + `\d+x`)
	for _, found := range pattern.FindAllString(compiled, -1) {
		n := m.number(found)
		if n < 0 {
			continue
		}
		seen[n]++
		if p := m.pieces[n]; p.block {
			if seen[n] > 1 || n < last {
				return p, true
			}
			last = n
		}
	}
	for n, times := range seen {
		if times == 0 {
			return m.pieces[n], true
		}
	}
	return piece{}, false
}

// markup follows where in a document a reader is: inside a tag, inside a
// comment, and inside which MJML elements.
type markup struct {
	inTag, inComment bool
	quote            byte
	tag              strings.Builder
	tail             string
	stack            []string
}

func (m *markup) read(s string) {
	for i := range len(s) {
		m.step(s[i])
	}
}

func (m *markup) step(c byte) {
	if m.inComment {
		m.tail = (m.tail + string(c))[max(0, len(m.tail)-2):]
		m.inComment = m.tail != "-->"
		return
	}
	if !m.inTag {
		if c == '<' {
			m.inTag = true
			m.tag.Reset()
		}
		return
	}
	switch {
	case m.quote != 0:
		if c == m.quote {
			m.quote = 0
		}
	case c == '"' || c == '\'':
		m.quote = c
	case c == '>':
		m.inTag = false
		m.closeTag(m.tag.String())
		return
	}
	m.tag.WriteByte(c)
	if m.tag.Len() == 3 && m.tag.String() == "!--" {
		m.inTag, m.inComment, m.tail, m.quote = false, true, "", 0
	}
}

func (m *markup) closeTag(tag string) {
	name, closing := strings.CutPrefix(tag, "/")
	name, _, _ = strings.Cut(strings.Fields(name + " /")[0], "/")
	if !strings.HasPrefix(name, "mj") || strings.HasSuffix(tag, "/") {
		return
	}
	if !closing {
		m.stack = append(m.stack, name)
	} else if len(m.stack) > 0 {
		m.stack = m.stack[:len(m.stack)-1]
	}
}

func (m *markup) element() string {
	if len(m.stack) == 0 {
		return ""
	}
	return m.stack[len(m.stack)-1]
}
