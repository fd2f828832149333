package store

import "github.com/uptrace/bun"

// condition is one part of a WHERE; the zero condition asks for nothing.
type condition struct {
	text string
	args []any
}

// when is a condition that holds only when something was asked for.
func when(asked bool, text string, args ...any) condition {
	if !asked {
		return condition{}
	}
	return condition{text, args}
}

// whenAny asks for one of several values; none given asks for nothing.
func whenAny[T ~string](column string, values []T) condition {
	plain := make([]string, len(values))
	for i, v := range values {
		plain[i] = string(v)
	}
	return when(len(values) > 0, column+" IN (?)", bun.List(plain))
}

func (c condition) on(q *bun.SelectQuery) {
	if c.text != "" {
		q.Where(c.text, c.args...)
	}
}

// or holds when either does; one that asks for nothing is left out.
func (c condition) or(d condition) condition {
	switch {
	case c.text == "":
		return d
	case d.text == "":
		return c
	}
	args := append(append([]any{}, c.args...), d.args...)
	return condition{"(" + c.text + ") OR (" + d.text + ")", args}
}

// begins asks whether what a lower-cased expression gives starts with prefix, in
// either case, in the form in which each database uses the expression's index.
func (db *DB) begins(expression, prefix string) condition {
	if db.postgres() {
		return condition{expression + ` LIKE lower(?) ESCAPE '\'`, []any{beginning(prefix)}}
	}
	return condition{expression + " >= lower(?) AND " + expression + " < lower(?) || char(1114111)", []any{prefix, prefix}}
}
