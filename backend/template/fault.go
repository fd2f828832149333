package template

import (
	"fmt"
	"regexp"
	"strings"
)

// fault is one thing wrong with a source, at a line of it, and at a column when
// that is known.
type fault struct {
	line         int
	code, detail string
	column       int
}

// fault is at what it names, or where the tag begins. Text has no tag, and so no
// column.
func (c *cage) fault(code, detail string) {
	if len(c.faults) >= 20 {
		return
	}
	at, exact := c.blame(detail)
	line, column := c.text.place(at)
	if !exact {
		column = 0
	}
	if s := c.scope(); s != nil && s.key != "" && !strings.HasPrefix(detail, "partial ") {
		detail = fmt.Sprintf("partial %q: %s", s.key, detail)
	}
	c.faults = append(c.faults, fault{line, code, detail, column})
}

// blamed is what a fault names: in quotes, or as its first or last word.
var blamed = regexp.MustCompile(`"([^"]+)"|^([\w.]+) is (?:not|an) |filter ([\w]+) `)

// blame is where in the source a fault is, and whether that is exact.
func (c *cage) blame(detail string) (at int, exact bool) {
	if c.token == "" || c.token[0] != '{' || !strings.Contains("{%", c.token[1:2]) {
		return c.at, false
	}
	if found := blamed.FindStringSubmatch(detail); found != nil {
		if i := strings.Index(c.token, strings.Join(found[1:], "")); i >= 0 && !strings.Contains(c.token[:i], "\n") {
			return c.at + i, true
		}
	}
	return c.at, true
}
