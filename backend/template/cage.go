package template

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/osteele/liquid/parser"
)

// mode says what a rendered text becomes part of, and so how variables are
// escaped in it.
type mode int

const (
	plain      mode = iota
	htmlMode        // HTML escaped
	slackText       // Slack's &, < and > escaped, so that data cannot mention anyone
	slackBlock      // the same, inside a JSON string
)

// cage reads the source of one field, checks it against the rules of the cage
// and prints it back with its guards: a strict lookup for each variable, a
// step counter in each loop, a budget for each filter.
type cage struct {
	mode   mode
	env    *environment // nil: names are not checked against a schema
	out    strings.Builder
	faults []fault
	blocks []block
	locals map[string]shape
	// names are all variables the source reads.
	names map[string]bool
	loops int
	// scopes are those of the partials around the present token.
	scopes  []*scope
	reading reading
	// tail is the literal text before the present token, to see what a
	// variable stands in.
	tail string
	// token is the text before the cage at present, and at where it begins.
	text  *written
	token string
	at    int
}

// block is an open {% tag %} and, for a loop, what its variable hid.
type block struct {
	name, variable string
	hidden         shape
	hid            bool
	at             int
}

// enclose runs the cage over a source that is written out.
func enclose(w *written, m mode, env *environment) *cage {
	c := newCage(w, m, env)
	c.run()
	return c
}

func newCage(w *written, m mode, env *environment) *cage {
	return &cage{mode: m, env: env, locals: map[string]shape{}, names: map[string]bool{}, text: w, faults: w.faults}
}

func (c *cage) run() {
	skip := ""
	for _, tok := range parser.Scan(c.text.source, parser.SourceLoc{LineNo: 1}, nil) {
		c.step(tok.Source)
		switch {
		case tok.Type == parser.TrimLeftTokenType || tok.Type == parser.TrimRightTokenType:
		case skip != "":
			c.out.WriteString(tok.Source)
			if tok.Type == parser.TagTokenType && tok.Name == skip {
				skip = ""
			}
		case tok.Type == parser.TextTokenType:
			c.words(tok.Source)
		case tok.Type == parser.ObjTokenType:
			c.object(tok)
		case tok.Name == "comment" || tok.Name == "raw":
			skip = "end" + tok.Name
			c.out.WriteString(tok.Source)
		default:
			c.tag(tok)
		}
	}
	if skip != "" {
		c.token = ""
		c.fault("syntax", fmt.Sprintf("%s is missing", skip))
	}
	for _, b := range c.blocks {
		c.at, c.token = b.at, ""
		c.fault("syntax", fmt.Sprintf("end%s is missing", b.name))
	}
}

// step moves on to the next token, whose text is in the source as it is.
func (c *cage) step(token string) {
	if token == "" {
		return
	}
	from := c.at + len(c.token)
	if i := strings.Index(c.text.source[from:], token); i >= 0 {
		c.at, c.token = from+i, token
	}
}

func (c *cage) wrong(err error) {
	code := "syntax"
	if errors.Is(err, errRange) {
		code = "not_allowed"
	}
	c.fault(code, err.Error())
}

func (c *cage) words(s string) {
	for _, open := range []string{"{{", "{%"} {
		if at := strings.Index(s, open); at >= 0 {
			c.at += at
			c.fault("syntax", fmt.Sprintf("%s is not closed or is empty", open))
			c.at -= at
		}
	}
	c.out.WriteString(s)
	c.tail = (c.tail + s)[max(0, len(c.tail)+len(s)-200):]
}

var (
	urlAttribute  = regexp.MustCompile(`(?i)[\s"'](?:href|src|action|background)\s*=\s*["']\s*$`)
	bareAttribute = regexp.MustCompile(`<[^<>]*\s[\w-]+\s*=\s*$`)
	urlMember     = regexp.MustCompile(`"(?:[a-z_]*url)"\s*:\s*"\s*$`)
)

func (c *cage) object(tok parser.Token) {
	e, err := parseExpr(tok.Args)
	if err != nil {
		c.wrong(err)
		return
	}
	s := c.inspect(e)
	if s.only("object") {
		c.fault("not_text", fmt.Sprintf("%s is an object; name one of its values", e.path()))
	}
	guard := ""
	switch {
	case c.mode == htmlMode && bareAttribute.MatchString(c.tail):
		c.fault("unquoted_attribute", fmt.Sprintf("put quotes around %s", tok.Source))
	case c.mode == htmlMode && urlAttribute.MatchString(c.tail), c.mode == slackBlock && urlMember.MatchString(c.tail):
		guard = " | __url: __b"
	}
	inner := printFiltered(e)
	if e.kind == binary && guard != "" {
		inner = "(" + inner + ")"
	}
	c.emit("{{", tok, inner+guard, "}}")
	c.tail += "x"
}

// emit prints a token with its whitespace marks and as many lines as it had,
// so that the lines of render errors stay right.
func (c *cage) emit(start string, tok parser.Token, inner, end string) {
	left, right := "", ""
	if tok.Source[2] == '-' {
		left = "-"
	}
	if tok.Source[len(tok.Source)-3] == '-' {
		right = "-"
	}
	lines := strings.Repeat("\n", strings.Count(tok.Source, "\n"))
	c.out.WriteString(start + left + " " + inner + " " + lines + right + end)
}
