package template

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/osteele/liquid/parser"
)

// parents are the blocks in which a clause may stand.
var parents = map[string][]string{
	"else": {"if", "unless", "case", "for"}, "elsif": {"if"}, "when": {"case"},
}

func (c *cage) tag(tok parser.Token) {
	switch name := tok.Name; name {
	case "if", "unless", "case":
		c.condition(tok)
		c.push(block{name: name})
	case "elsif", "when", "else":
		c.clause(tok)
	case "for":
		c.loop(tok)
	case "assign":
		c.assign(tok)
	case "capture":
		c.capture(tok)
	case "endif", "endunless", "endcase", "endfor", "endcapture":
		c.close(tok)
	case "break", "continue":
		if c.loops == c.loopsAround() {
			c.fault("syntax", name+" stands outside a loop")
		}
		c.emit("{%", tok, name, "%}")
	case "cycle":
		c.cycle(tok)
	case "__with":
		c.enter(tok)
	case "end__with":
		c.leave(tok)
	case "include", "tablerow", "layout", "section":
		c.fault("not_allowed", fmt.Sprintf("the tag %q is not allowed", name))
	default:
		c.fault("unknown_tag", fmt.Sprintf("there is no tag %q", name))
	}
}

func (c *cage) push(b block) {
	b.at = c.at
	c.blocks = append(c.blocks, b)
	if len(c.blocks) == 40 {
		c.fault("not_allowed", "tags are nested more than 40 deep")
	}
}

func (c *cage) condition(tok parser.Token) {
	e, err := parseExpr(tok.Args)
	if err != nil {
		c.wrong(err)
		return
	}
	c.inspectAs(asked, e)
	c.emit("{%", tok, tok.Name+" "+printCondition(e), "%}")
}

func (c *cage) clause(tok parser.Token) {
	if len(c.blocks) == 0 || !slices.Contains(parents[tok.Name], c.blocks[len(c.blocks)-1].name) {
		c.fault("syntax", fmt.Sprintf("%s must stand in %s", tok.Name, strings.Join(parents[tok.Name], " or ")))
		return
	}
	switch tok.Name {
	case "elsif":
		c.condition(tok)
	case "when":
		c.when(tok)
	default:
		c.emit("{%", tok, "else", "%}")
	}
}

func (c *cage) when(tok parser.Token) {
	p, err := newExprParser(tok.Args)
	var values []string
	for more := true; more && err == nil; {
		var e *expr
		if e, err = p.operand(); err == nil {
			c.inspectAs(asked, e)
			values = append(values, printPath(e))
		}
		if _, more = p.take(lexOp, ","); !more {
			_, more = p.take(lexWord, "or")
		}
	}
	if err == nil {
		err = p.end()
	}
	if err != nil {
		c.wrong(err)
		return
	}
	c.emit("{%", tok, "when "+strings.Join(values, ", "), "%}")
}

// loopsAround are the loops around the partial, which it cannot leave.
func (c *cage) loopsAround() int {
	if s := c.scope(); s != nil {
		return s.loops
	}
	return 0
}

func (c *cage) close(tok parser.Token) {
	name := strings.TrimPrefix(tok.Name, "end")
	if len(c.blocks) == 0 || c.blocks[len(c.blocks)-1].name != name {
		c.fault("syntax", fmt.Sprintf("%s closes no open %s", tok.Name, name))
		return
	}
	b := c.blocks[len(c.blocks)-1]
	c.blocks = c.blocks[:len(c.blocks)-1]
	if name == "for" {
		c.loops--
		delete(c.locals, b.variable)
		if b.hid {
			c.locals[b.variable] = b.hidden
		}
	}
	if name == "capture" {
		c.emit("{%", tok, "end__capture", "%}")
		return
	}
	c.emit("{%", tok, tok.Name, "%}")
}

func (c *cage) local(name string, s shape) {
	if slices.Contains(reserved, name) || name == "forloop" {
		c.fault("not_allowed", fmt.Sprintf("%q is a fixed name and cannot be set", name))
	}
	c.locals[name] = s
}

func (c *cage) assign(tok parser.Token) {
	p, err := newExprParser(tok.Args)
	if err != nil {
		c.wrong(err)
		return
	}
	name, named := p.take(lexName)
	if _, eq := p.take(lexOp, "="); !named || !eq {
		c.fault("syntax", "assign needs a name, = and a value")
		return
	}
	e, err := p.condition()
	if err == nil {
		err = p.end()
	}
	if err != nil {
		c.wrong(err)
		return
	}
	s := c.inspect(e)
	c.local(name, s)
	value := printFiltered(e)
	if e.kind == variable || e.kind == property || e.kind == index {
		value = printValue(e)
	}
	c.emit("{%", tok, "assign "+name+" = "+value, "%}")
}

func (c *cage) capture(tok parser.Token) {
	name := strings.TrimSpace(tok.Args)
	if t, _, err := word(name); name == "" || err != nil || nameLength(name) != len(name) || t.kind != lexName {
		c.fault("syntax", "capture needs one name")
	}
	c.local(name, open)
	c.push(block{name: "capture"})
	c.emit("{%", tok, "__capture "+name, "%}")
}

var cycleArgs = regexp.MustCompile(`^\s*(?:"[^"]*"|'[^']*')(?:\s*[:,]\s*(?:"[^"]*"|'[^']*'))*\s*$`)

func (c *cage) cycle(tok parser.Token) {
	switch {
	case c.loops == c.loopsAround():
		c.fault("syntax", "cycle stands outside a loop")
	case !cycleArgs.MatchString(tok.Args):
		c.fault("syntax", "cycle needs texts in quotes, separated by commas")
	default:
		c.emit("{%", tok, "cycle "+strings.TrimSpace(tok.Args), "%}")
	}
}
