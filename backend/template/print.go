package template

import "strings"

// printCondition prints an expression in which a missing variable counts as
// nil, so that a template can ask whether it is there.
func printCondition(e *expr) string {
	switch e.kind {
	case binary:
		return printCondition(e.kids[0]) + " " + e.text + " " + printCondition(e.kids[1])
	case group:
		return "(" + printCondition(e.kids[0]) + ")"
	case filtered:
		return printChain(e, printCondition(e.base()))
	}
	return printPath(e)
}

// printFiltered prints a value that must be there, with its filters. The
// library itself refuses a missing variable that has no filter.
func printFiltered(e *expr) string {
	if e.kind == variable && isLink(e.text) {
		return printLink(e)
	}
	if e.kind != filtered {
		return printCondition(e)
	}
	base := e.base()
	if e.hasDefault() {
		return printChain(e, printPath(base))
	}
	return printChain(e, printValue(base))
}

// printValue prints an operand that must be there, wherever it stands.
func printValue(e *expr) string {
	if e.kind == variable && isLink(e.text) {
		return "(" + printLink(e) + ")"
	}
	switch e.kind {
	case variable, property, index:
		return "(" + printPath(e) + " | __need: __b, " + quote(e.path()) + ")"
	}
	return printPath(e)
}

// printLink prints a link of the message, which may lack it: nothing then.
func printLink(e *expr) string { return e.text + ` | default: __b, ""` }

func printPath(e *expr) string {
	switch e.kind {
	case property:
		return printPath(e.kids[0]) + "." + e.text
	case index:
		return printPath(e.kids[0]) + "[" + printValue(e.kids[1]) + "]"
	case group:
		return "(" + printFiltered(e.kids[0]) + ")"
	case binary, filtered:
		return "(" + printCondition(e) + ")"
	}
	return e.text
}

func printChain(e *expr, base string) string {
	if e.kind != filtered {
		return base
	}
	var b strings.Builder
	b.WriteString(printChain(e.kids[0], base) + " | " + e.text + ": __b")
	for _, arg := range e.kids[1:] {
		b.WriteString(", " + printValue(arg))
	}
	return b.String()
}

// base is the value at the left end of a chain of filters.
func (e *expr) base() *expr {
	for e.kind == filtered {
		e = e.kids[0]
	}
	return e
}

// path spells a chain of names and indexes, such as data.items[0].name.
func (e *expr) path() string {
	switch e.kind {
	case variable, literal:
		return e.text
	case property:
		return e.kids[0].path() + "." + e.text
	case index:
		return e.kids[0].path() + "[" + e.kids[1].path() + "]"
	}
	return "(…)"
}

// root is the variable a chain of names and indexes starts from, or nil.
func (e *expr) root() *expr {
	for e.kind == property || e.kind == index {
		e = e.kids[0]
	}
	if e.kind == variable {
		return e
	}
	return nil
}

// hasDefault reports whether a default filter stands anywhere in the chain.
func (e *expr) hasDefault() bool {
	for ; e.kind == filtered; e = e.kids[0] {
		if e.text == "default" {
			return true
		}
	}
	return false
}

// quote writes s as a Liquid literal; Liquid knows no escapes, so the quotes
// of a path that holds both kinds are dropped.
func quote(s string) string {
	if !strings.Contains(s, `"`) {
		return `"` + s + `"`
	}
	return "'" + strings.ReplaceAll(s, "'", "") + "'"
}
