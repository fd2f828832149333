package template

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/osteele/liquid/parser"
	"github.com/osteele/liquid/render"
)

// enter begins a partial: {% __with "key", name: value, … %}.
func (c *cage) enter(tok parser.Token) {
	p, err := newExprParser(tok.Args)
	if err != nil {
		c.wrong(err)
		p = &exprParser{}
	}
	key, _ := p.take(lexLiteral)
	s := newScope(strings.Trim(key, `"'`))
	var names []string
	lines := strings.Repeat("\n", strings.Count(tok.Source, "\n"))
	for err == nil && p.peek().kind != 0 {
		var name, value string
		if name, value, err = c.argument(p, s); err == nil {
			names = append(names, name)
			fmt.Fprintf(&c.out, "{%% assign __p_%s = %s %%}", name, value)
		} else {
			c.wrong(err)
		}
	}
	c.push(block{name: "__with"})
	s.locals, s.loops = c.locals, c.loops
	c.locals = map[string]shape{}
	c.scopes = append(c.scopes, s)
	start := "{% "
	if strings.HasPrefix(tok.Source, "{%-") {
		start = "{%- "
	}
	c.out.WriteString(start + "__with " + strings.Join(names, " ") + lines + " %}")
}

func (c *cage) argument(p *exprParser, s *scope) (name, value string, err error) {
	p.take(lexOp, ",")
	name, named := p.take(lexName)
	if _, colon := p.take(lexOp, ":"); !named || !colon {
		return "", "", fmt.Errorf("render takes name: value after the key, separated by commas")
	}
	if slices.Contains(globals, name) || name == "forloop" {
		return "", "", fmt.Errorf("%q is a fixed name and cannot be passed", name)
	}
	e, err := p.operand()
	if err == nil {
		e, err = p.filters(e)
	}
	if err != nil {
		return "", "", err
	}
	s.given[name] = c.inspectAs(passed, e)
	s.passes[name] = e
	return name, printCondition(e), nil
}

// leave ends a partial and holds what it needs against what it was given.
func (c *cage) leave(tok parser.Token) {
	if len(c.blocks) == 0 || c.blocks[len(c.blocks)-1].name != "__with" {
		c.fault("syntax", fmt.Sprintf("partial %q leaves %s open", c.scope().key, c.blocks[len(c.blocks)-1].name))
		for c.blocks[len(c.blocks)-1].name != "__with" {
			c.blocks = c.blocks[:len(c.blocks)-1]
		}
	}
	c.blocks = c.blocks[:len(c.blocks)-1]
	s := c.scope()
	c.scopes = c.scopes[:len(c.scopes)-1]
	c.locals, c.loops = s.locals, s.loops
	needs := s.needs()
	for _, name := range needs {
		if _, ok := s.given[name]; !ok {
			c.fault("missing_parameter", fmt.Sprintf("partial %q needs %s", s.key, name))
		}
	}
	for _, name := range sortedKeys(s.given) {
		_, read := s.reads[name]
		if c.env != nil && !read {
			c.fault("unknown_parameter", fmt.Sprintf("partial %q has no parameter %s", s.key, name))
		}
		c.require(s.passes[name], slices.Contains(needs, name))
	}
	c.emit("{%", tok, "end__with", "%}")
}

// withBlock renders a partial: its children see what they were given and the
// fixed roots, and leave nothing behind.
func withBlock(node render.BlockNode) (func(io.Writer, render.Context) error, error) {
	names := strings.Fields(node.Args)
	return func(w io.Writer, ctx render.Context) error {
		if err := budgetOf(ctx).tick(); err != nil {
			return err
		}
		bound := ctx.Bindings()
		around := maps.Clone(bound)
		clear(bound)
		for _, name := range names {
			if value := around["__p_"+name]; value != nil {
				bound[name] = value
			}
		}
		for _, name := range append([]string{"__b"}, globals...) {
			if value, ok := around[name]; ok {
				bound[name] = value
			}
		}
		err := ctx.RenderChildren(w)
		clear(bound)
		maps.Copy(bound, around)
		if err != nil {
			return err
		}
		return nil
	}, nil
}
