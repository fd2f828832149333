package template

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// plainTemplate derives the Liquid of a plain-text part from the Liquid of an
// HTML part, so that a message costs no HTML parsing. It is not ok when a tag
// would be lost, as one in a part that is not shown.
func plainTemplate(source string) (text string, ok bool) {
	m := mark(source, func(marker string, p piece, at *markup) string {
		if p.block && !at.inTag && !at.inComment {
			return "<!--" + marker + "-->"
		}
		return marker
	})
	w := textWriter{marker: regexp.MustCompile(`^` + m.prefix + `\d+x$`)}
	text = w.document(m.source)
	return m.restore(text), m.keepsTags(text)
}

// keepsTags reports whether all tags are in a text, once and in order, but for
// those inside the tags of the markup and in comments, which come in pairs.
func (m marked) keepsTags(text string) bool {
	want := regexp.MustCompile(`<!--`+m.prefix+`\d+x-->`).FindAllString(m.source, -1)
	var got []string
	for _, found := range regexp.MustCompile(m.prefix+`\d+x`).FindAllString(text, -1) {
		if n := m.number(found); n >= 0 && m.pieces[n].block {
			got = append(got, "<!--"+found+"-->")
		}
	}
	return slices.Equal(want, got)
}

// plainText turns HTML into text to read: links as text (url), the rows of
// tables as lines, list items with a dash or a number.
func plainText(source string) string {
	w := textWriter{}
	return tidy(w.document(source))
}

func (w *textWriter) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c)
	}
}

var hidden = regexp.MustCompile(`(?i)display\s*:\s*none`)

func (w *textWriter) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		w.words(n.Data)
	case html.CommentNode:
		if w.marker != nil && w.marker.MatchString(n.Data) {
			w.flush()
			w.b.WriteString(n.Data)
			w.started = true
		}
	case html.ElementNode:
		if !hidden.MatchString(attribute(n, "style")) {
			w.element(n)
		}
	default:
		w.children(n)
	}
}

func (w *textWriter) element(n *html.Node) {
	switch n.DataAtom {
	case atom.Head, atom.Style, atom.Script, atom.Title, atom.Template, atom.Noscript:
	case atom.Br:
		w.breaks++
		w.space = false
	case atom.Hr:
		w.block(2)
		w.words("---")
		w.block(2)
	case atom.Img:
		w.words(attribute(n, "alt"))
	case atom.A:
		w.link(n)
	case atom.Ul, atom.Ol, atom.Li:
		w.list(n)
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Pre:
		w.between(n, 2)
	case atom.Table:
		if isData(n) {
			w.between(n, 2)
		} else {
			w.between(n, 1)
		}
	case atom.Tr, atom.Div, atom.Section, atom.Header, atom.Footer, atom.Article, atom.Body:
		w.between(n, 1)
	case atom.Td, atom.Th:
		w.cell(n)
	default:
		w.children(n)
	}
}

func (w *textWriter) between(n *html.Node, breaks int) {
	w.block(breaks)
	w.children(n)
	w.block(breaks)
}

// cell separates the cells of a row of data. The cells of a table that only
// lays out, as MJML makes, are paragraphs.
func (w *textWriter) cell(n *html.Node) {
	table := n.Parent
	for table != nil && table.DataAtom != atom.Table {
		table = table.Parent
	}
	if table == nil || !isData(table) {
		w.between(n, 2)
		return
	}
	for before := n.PrevSibling; before != nil; before = before.PrevSibling {
		if before.Type == html.ElementNode {
			w.words(" | ")
			break
		}
	}
	w.children(n)
}

func isData(table *html.Node) bool {
	role := attribute(table, "role")
	return role != "presentation" && role != "none"
}

func (w *textWriter) list(n *html.Node) {
	if n.DataAtom != atom.Li {
		start := -1
		if n.DataAtom == atom.Ol {
			start = 1
		}
		w.item = append(w.item, start)
		w.between(n, min(2, 3-len(w.item)))
		w.item = w.item[:len(w.item)-1]
		return
	}
	w.block(1)
	mark := "-"
	if last := len(w.item) - 1; last >= 0 {
		if w.item[last] > 0 {
			mark = fmt.Sprintf("%d.", w.item[last])
			w.item[last]++
		}
		w.flush()
		w.b.WriteString(strings.Repeat("  ", last))
	}
	w.words(mark + " ")
	w.children(n)
	w.block(1)
}

func (w *textWriter) link(n *html.Node) {
	before := w.b.Len()
	w.children(n)
	label := strings.TrimSpace(w.b.String()[before:])
	url := strings.TrimSpace(attribute(n, "href"))
	bare := strings.TrimPrefix(strings.TrimPrefix(url, "mailto:"), "tel:")
	switch {
	case url == "" || strings.HasPrefix(url, "#") || label == url || label == bare:
	case label == "":
		w.words(bare)
	default:
		w.words(" (" + bare + ")")
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// tidy takes out the spaces at line ends and more than one empty line.
func tidy(s string) string {
	lines := strings.Split(s, "\n")
	out := lines[:0]
	for _, line := range lines {
		line = strings.TrimRight(line, " \t\r")
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n")
}
