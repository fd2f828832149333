package template

import (
	"fmt"
)

// expr is one node of a Liquid expression. The house parses expressions itself,
// because the library compiles them to closures that cannot be inspected, and
// prints them back, so that what runs is exactly what was checked.
type expr struct {
	kind exprKind
	text string // literal, name, operator or filter name
	kids []*expr
}

type exprKind int

const (
	literal  exprKind = iota
	variable          // text is the name
	property          // kids[0].text
	index             // kids[0][kids[1]]
	group             // ( kids[0] )
	binary            // kids[0] text kids[1]
	filtered          // kids[0] | text: kids[1:]
)

const maxExprDepth = 24

// parseExpr reads a condition or a value with its filters.
func parseExpr(source string) (*expr, error) {
	p, err := newExprParser(source)
	if err != nil {
		return nil, err
	}
	e, err := p.condition()
	if err != nil {
		return nil, err
	}
	return e, p.end()
}

type exprParser struct {
	toks  []lexeme
	at    int
	depth int
}

func newExprParser(source string) (*exprParser, error) {
	toks, err := lex(source)
	return &exprParser{toks: toks}, err
}

func (p *exprParser) peek() lexeme {
	if p.at < len(p.toks) {
		return p.toks[p.at]
	}
	return lexeme{}
}

func (p *exprParser) take(kind lexKind, texts ...string) (string, bool) {
	t := p.peek()
	if t.kind != kind {
		return "", false
	}
	for _, want := range texts {
		if t.text == want {
			p.at++
			return t.text, true
		}
	}
	if len(texts) == 0 {
		p.at++
		return t.text, true
	}
	return "", false
}

func (p *exprParser) end() error {
	if t := p.peek(); t.kind != 0 {
		return fmt.Errorf("unexpected %q", t.text)
	}
	return nil
}

func (p *exprParser) condition() (*expr, error) {
	left, err := p.relation()
	for err == nil {
		op, ok := p.take(lexWord, "and", "or")
		if !ok {
			return left, nil
		}
		var right *expr
		right, err = p.relation()
		left = &expr{kind: binary, text: op, kids: []*expr{left, right}}
	}
	return nil, err
}

func (p *exprParser) relation() (*expr, error) {
	left, err := p.operand()
	if err != nil {
		return nil, err
	}
	op, ok := p.take(lexOp, "==", "!=", ">", "<", ">=", "<=")
	if !ok {
		op, ok = p.take(lexWord, "contains")
	}
	if !ok {
		return p.filters(left)
	}
	right, err := p.operand()
	return &expr{kind: binary, text: op, kids: []*expr{left, right}}, err
}

func (p *exprParser) filters(e *expr) (*expr, error) {
	for {
		if _, ok := p.take(lexOp, "|"); !ok {
			return e, nil
		}
		name, ok := p.take(lexName)
		if !ok {
			return nil, fmt.Errorf("a filter name must follow |")
		}
		e = &expr{kind: filtered, text: name, kids: []*expr{e}}
		if _, ok := p.take(lexOp, ":"); !ok {
			continue
		}
		for more := true; more; _, more = p.take(lexOp, ",") {
			arg, err := p.operand()
			if err != nil {
				return nil, err
			}
			e.kids = append(e.kids, arg)
		}
	}
}

func (p *exprParser) operand() (*expr, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxExprDepth {
		return nil, fmt.Errorf("the expression is nested too deeply")
	}
	e, err := p.primary()
	for err == nil {
		if name, ok := p.take(lexProperty); ok {
			e = &expr{kind: property, text: name, kids: []*expr{e}}
			continue
		}
		if _, ok := p.take(lexOp, "["); !ok {
			return e, nil
		}
		var at *expr
		at, err = p.operand()
		e = &expr{kind: index, kids: []*expr{e, at}}
		if _, ok := p.take(lexOp, "]"); !ok && err == nil {
			err = fmt.Errorf("a ] is missing")
		}
	}
	return nil, err
}

func (p *exprParser) primary() (*expr, error) {
	if text, ok := p.take(lexLiteral); ok {
		return &expr{kind: literal, text: text}, nil
	}
	if name, ok := p.take(lexName); ok {
		return &expr{kind: variable, text: name}, nil
	}
	if _, ok := p.take(lexOp, "("); ok {
		e, err := p.condition()
		if err != nil {
			return nil, err
		}
		if _, dots := p.take(lexOp, ".."); dots {
			return nil, errRange
		}
		if _, ok := p.take(lexOp, ")"); !ok {
			return nil, fmt.Errorf("a ) is missing")
		}
		return &expr{kind: group, kids: []*expr{e}}, nil
	}
	if t := p.peek(); t.kind != 0 {
		return nil, fmt.Errorf("unexpected %q", t.text)
	}
	return nil, fmt.Errorf("a value is missing")
}

var errRange = fmt.Errorf("numeric ranges such as (1..9) are not allowed")
