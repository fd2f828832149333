package template

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/preslavrachev/gomjml/mjml"
)

// bareLayout frames an email that has no layout.
const bareLayout = `<mjml><mj-head><mj-attributes><mj-all font-family="Helvetica, Arial, sans-serif" /></mj-attributes></mj-head><mj-body>{{ content }}</mj-body></mjml>`

var (
	contentMark = regexp.MustCompile(`\{\{-?\s*content\s*-?\}\}`)
	component   = regexp.MustCompile(`<(mj-[\w-]+)`)
)

// components are those the compiler knows. It says nothing about others and
// leaves them out, so they are looked for first. mj-include is not among them:
// it would read files.
var components = func() map[string]bool {
	out := map[string]bool{}
	for _, name := range strings.Fields(`head body section column text button image title font wrapper divider social social-element
		group preview style attributes all class accordion accordion-element accordion-title accordion-text carousel carousel-image
		hero navbar navbar-link spacer table raw`) {
		out["mj-"+name] = true
	}
	return out
}()

// containers hold only other components: text in them is dropped, unless it is
// in mj-raw.
var containers = map[string]bool{
	"mj-body": true, "mj-section": true, "mj-wrapper": true, "mj-column": true, "mj-group": true, "mj-hero": true,
}

// frame sets an email's MJML in its layout, unless it is a whole document, and
// says how many lines of the layout are above it.
func frame(source, layout string) (framed string, above int) {
	if strings.Contains(source, "<mjml") {
		return source, 0
	}
	if layout == "" {
		layout = bareLayout
	}
	before, _, _ := strings.Cut(layout, contentMark.FindString(layout))
	return insert(layout, source), strings.Count(before, "\n")
}

func insert(layout, content string) string {
	at := contentMark.FindStringIndex(layout)
	if at == nil {
		return layout
	}
	return layout[:at[0]] + content + layout[at[1]:]
}

// compileMJML makes HTML of MJML once, with the Liquid still in it, so that a
// message costs no MJML.
func compileMJML(source, locale string) (html string, faults []fault) {
	for _, name := range component.FindAllStringSubmatchIndex(source, -1) {
		if tag := source[name[2]:name[3]]; !components[tag] {
			return "", []fault{{line: 1 + strings.Count(source[:name[0]], "\n"), code: "mjml", detail: fmt.Sprintf("there is no element <%s>", tag)}}
		}
	}
	m := mark(source, placeInMJML)
	html, err := renderMJML(m.source)
	if err != nil {
		return "", []fault{{line: 0, code: "mjml", detail: m.restore(err.Error())}}
	}
	html = m.outOfComments(html)
	if p, ok := m.splitsOutlook(html); ok {
		return "", []fault{{line: p.line, code: "mjml", detail: fmt.Sprintf("%s would part what Outlook needs together; put it around whole sections, or inside a column", p.text)}}
	}
	if p, ok := m.lost(html); ok {
		return "", []fault{{line: p.line, code: "mjml", detail: fmt.Sprintf("%s stands where MJML has no text; put it into an element or into mj-raw", p.text)}}
	}
	return m.restore(strings.Replace(html, `lang="und"`, `lang="`+locale+`"`, 2)), nil
}

func placeInMJML(marker string, p piece, at *markup) string {
	switch {
	case at.inTag || at.inComment || !p.block:
		return marker
	case containers[at.element()]:
		return "<mj-raw>" + marker + "</mj-raw>"
	case at.element() == "mj-table":
		return "<" + marker + "></" + marker + ">"
	}
	return marker
}

// compiling lets one MJML be compiled at a time: the compiler keeps what it is
// at in variables of its package.
var compiling sync.Mutex

// renderMJML calls the compiler, which is not ours: a panic becomes an error.
func renderMJML(source string) (html string, err error) {
	compiling.Lock()
	defer compiling.Unlock()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the MJML cannot be compiled: %v", r)
		}
	}()
	return mjml.Render(source)
}
