package template

import (
	"fmt"
	"strings"

	"github.com/osteele/liquid/parser"
)

// loop reads {% for x in list limit: n offset: n reversed %}.
func (c *cage) loop(tok parser.Token) {
	c.loops++
	if c.loops > maxLoopDepth {
		c.fault("not_allowed", fmt.Sprintf("loops are nested more than %d deep", maxLoopDepth))
	}
	b := block{name: "for"}
	inner, err := c.loopHead(tok, &b)
	c.push(b)
	if err != nil {
		c.wrong(err)
		return
	}
	c.emit("{%", tok, inner, "%}")
	c.out.WriteString("{% __tick %}")
}

func (c *cage) loopHead(tok parser.Token, b *block) (string, error) {
	p, err := newExprParser(tok.Args)
	if err != nil {
		return "", err
	}
	name, named := p.take(lexName)
	if _, in := p.take(lexWord, "in"); !named || !in {
		return "", fmt.Errorf("a loop needs a name, in and a list")
	}
	list, err := p.operand()
	if err == nil {
		list, err = p.filters(list)
	}
	if err != nil {
		return "", err
	}
	over := c.inspect(list)
	if list.kind == literal {
		c.fault("not_allowed", "a loop must go over a list")
	}
	mods, err := c.modifiers(p)
	if err != nil {
		return "", err
	}
	b.variable = name
	b.hidden, b.hid = c.locals[name]
	c.local(name, over.items())
	return fmt.Sprintf("for %s in (%s | __each: __b, %s)%s", name, printCondition(list), quote(list.path()), mods), nil
}

func (c *cage) modifiers(p *exprParser) (string, error) {
	var out strings.Builder
	for p.peek().kind != 0 {
		word, ok := p.take(lexName)
		switch {
		case ok && word == "reversed":
			out.WriteString(" reversed")
			continue
		case !ok || word != "limit" && word != "offset":
			return "", fmt.Errorf("a loop takes limit, offset and reversed, not %q", p.peek().text+word)
		}
		if _, colon := p.take(lexOp, ":"); !colon {
			return "", fmt.Errorf("%s needs a colon", word)
		}
		e, err := p.operand()
		if err != nil {
			return "", err
		}
		c.inspect(e)
		fmt.Fprintf(&out, " %s: (%s | __int: __b)", word, printPath(e))
	}
	return out.String(), nil
}

// inspect checks the filters and variables of an expression and returns what
// is known of its value.
func (c *cage) inspect(e *expr) shape {
	switch e.kind {
	case literal:
		return open
	case variable, property, index:
		return c.reference(e)
	case filtered:
		c.filter(e)
	}
	var s shape
	for i, kid := range e.kids {
		if i == 0 && e.hasDefault() {
			s = c.inspectAs(asked, kid)
			continue
		}
		s = c.inspect(kid)
	}
	if e.kind == group {
		return s
	}
	return open
}

func (c *cage) filter(e *expr) {
	f, ok := filters[e.text]
	args := len(e.kids) - 1
	switch {
	case !ok || strings.HasPrefix(e.text, "__"):
		c.fault("unknown_filter", fmt.Sprintf("there is no filter %q", e.text))
	case args < f.min || args > f.max:
		c.fault("syntax", fmt.Sprintf("the filter %s takes %d to %d values, not %d", e.text, f.min, f.max, args))
	}
}

func (c *cage) reference(e *expr) shape {
	for at := e; at.kind == property || at.kind == index; at = at.kids[0] {
		if at.kind == index {
			c.inspect(at.kids[1])
		}
	}
	root := e.root()
	if root == nil {
		base := e
		for base.kind == property || base.kind == index {
			base = base.kids[0]
		}
		c.inspect(base)
		return open
	}
	if s := c.scope(); s != nil {
		return c.inScope(s, e, root)
	}
	c.names[root.text] = true
	if c.env == nil {
		return open
	}
	s, ok := c.locals[root.text]
	if !ok && (root.text != "forloop" || c.loops > 0) {
		s, ok = c.env.lookup(root.text)
	}
	if !ok {
		c.fault("unknown_variable", fmt.Sprintf("%s is not in the schema", root.text))
		return open
	}
	s, err := s.of(e)
	if err != nil {
		c.fault("unknown_variable", err.Error())
	}
	return s
}
