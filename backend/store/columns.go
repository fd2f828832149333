package store

import (
	"fmt"
	"strings"
)

// column is one column of a batch: all its values, by place. Its kind is the
// element type of the array that PostgreSQL unnests.
type column struct {
	name, kind string
	values     any
	// expr wraps the value, as in a default for an empty text.
	expr string
}

func texts[T ~string](name string, n int, value func(i int) T) column {
	values := make([]string, n)
	for i := range values {
		values[i] = string(value(i))
	}
	return column{name: name, kind: "text", values: values}
}

func numbers[T ~int | ~int64](name string, n int, value func(i int) T) column {
	values := make([]int64, n)
	for i := range values {
		values[i] = int64(value(i))
	}
	return column{name: name, kind: "bigint", values: values}
}

// integers are numbers whose column is no wider than four bytes.
func integers(name string, n int, value func(i int) int) column {
	c := numbers(name, n, value)
	c.kind = "integer"
	return c
}

func flags(name string, n int, value func(i int) bool) column {
	values := make([]bool, n)
	for i := range values {
		values[i] = value(i)
	}
	return column{name: name, kind: "boolean", values: values}
}

func (c column) wrap(value string) string {
	if c.expr == "" {
		return value
	}
	return fmt.Sprintf(c.expr, value)
}

// at is the value of row i, as database/sql takes it.
func (c column) at(i int) any {
	switch v := c.values.(type) {
	case []string:
		return v[i]
	case []int64:
		return v[i]
	case []bool:
		return v[i]
	default:
		panic(fmt.Sprintf("column %s has values of %T", c.name, c.values))
	}
}

// len is how many rows the batch has.
func (c column) len() int {
	switch v := c.values.(type) {
	case []string:
		return len(v)
	case []int64:
		return len(v)
	case []bool:
		return len(v)
	default:
		panic(fmt.Sprintf("column %s has values of %T", c.name, c.values))
	}
}

// constant reports whether all rows have the same value.
func (c column) constant() bool {
	switch v := c.values.(type) {
	case []string:
		return same(v)
	case []int64:
		return same(v)
	case []bool:
		return same(v)
	default:
		return false
	}
}

func same[T comparable](values []T) bool {
	for i := 1; i < len(values); i++ {
		if values[i] != values[0] {
			return false
		}
	}
	return true
}

// only is the column with the rows that are kept.
func (c column) only(kept []int) column {
	switch v := c.values.(type) {
	case []string:
		c.values = picked(v, kept)
	case []int64:
		c.values = picked(v, kept)
	case []bool:
		c.values = picked(v, kept)
	}
	return c
}

func picked[T any](values []T, places []int) []T {
	out := make([]T, len(places))
	for i, place := range places {
		out[i] = values[place]
	}
	return out
}

// names lists the columns.
func names(columns []column) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = c.name
	}
	return strings.Join(list, ", ")
}

// given is a batch as a PostgreSQL table expression named g, its parameters
// numbered from first.
func given(columns []column, first int) string {
	arrays := make([]string, len(columns))
	for i, c := range columns {
		arrays[i] = fmt.Sprintf("$%d::%s[]", first+i, c.kind)
	}
	return "unnest(" + strings.Join(arrays, ", ") + ") AS g(" + names(columns) + ")"
}

// wrapped lists the columns of g as they are to be stored.
func wrapped(columns []column) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = c.wrap("g." + c.name)
	}
	return strings.Join(list, ", ")
}

// arrays are the parameters that given speaks of.
func arrays(columns []column) []any {
	list := make([]any, len(columns))
	for i, c := range columns {
		list[i] = c.values
	}
	return list
}

// insertRow is SQLite's way: one prepared statement, run once per row.
func insertRow(table string, columns []column) string {
	places := make([]string, len(columns))
	for i, c := range columns {
		places[i] = c.wrap("?")
	}
	return "INSERT INTO " + table + " (" + names(columns) + ") VALUES (" + strings.Join(places, ", ") + ")"
}

// row is the parameters of insertRow.
func row(columns []column, i int) []any {
	list := make([]any, len(columns))
	for j, c := range columns {
		list[j] = c.at(i)
	}
	return list
}
