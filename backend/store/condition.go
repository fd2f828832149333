package store

import (
	"strings"

	"github.com/uptrace/bun"
)

// condition is one part of a WHERE; the zero condition asks for nothing.
type condition struct {
	text string
	args []any
	// walk says that most rows have to be looked at: see DB.walk.
	walk bool
}

// that is a condition that holds always.
func that(text string, args ...any) condition { return condition{text: text, args: args} }

// when is a condition that holds only when something was asked for.
func when(asked bool, text string, args ...any) condition {
	if !asked {
		return condition{}
	}
	return that(text, args...)
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
	return condition{"(" + c.text + ") OR (" + d.text + ")", args, c.walk || d.walk}
}

// begins asks whether what a lower-cased expression gives starts with prefix, in
// either case, in the form in which each database uses the expression's index.
func (db *DB) begins(expression, prefix string) condition {
	if db.postgres() {
		return that(expression+` LIKE lower(?) ESCAPE '\'`, beginning(prefix))
	}
	return that(expression+" >= lower(?) AND "+expression+" < lower(?) || char(1114111)", prefix, prefix)
}

// walk is a table with a word for SQLite that it shall walk along in the order
// of the list, through the index that holds what lists filter by. It keeps no
// statistics: it would gather and sort all rows of a common source. PostgreSQL
// finds out by itself.
func (db *DB) walk(table string, asked bool) string {
	name, _, _ := strings.Cut(table, " ")
	if db.postgres() || !asked {
		return table
	}
	return table + " INDEXED BY " + name + "_walk"
}
