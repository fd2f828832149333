package template

import (
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"
)

var listFilters = map[string]filter{
	"size":         {sizeOf, 0, 0},
	"first":        {entry(func([]any) int { return 0 }), 0, 0},
	"last":         {entry(func(l []any) int { return len(l) - 1 }), 0, 0},
	"split":        {split, 1, 1},
	"join":         {join, 0, 1},
	"reverse":      {reverse, 0, 0},
	"sort":         {sorted(func(s string) string { return s }), 0, 1},
	"sort_natural": {sorted(strings.ToLower), 0, 1},
	"map":          {mapKey, 1, 1},
	"uniq":         {uniq, 0, 0},
	"compact":      {compact, 0, 0},
	"concat":       {concat, 1, 1},
	"slice":        {slice, 1, 2},
}

// asList is a value as a list.
func asList(v any) ([]any, error) {
	if l, ok := v.([]any); ok {
		if len(l) > maxList {
			return nil, errList
		}
		return l, nil
	}
	rv := reflect.ValueOf(v)
	if v == nil || rv.Kind() != reflect.Slice {
		return nil, fmt.Errorf("a value that is no list cannot be used as one")
	}
	if rv.Len() > maxList {
		return nil, errList
	}
	out := make([]any, rv.Len())
	for i := range out {
		out[i] = rv.Index(i).Interface()
	}
	return out, nil
}

func sizeOf(_ *budget, in any, _ []any) (any, error) {
	switch v := in.(type) {
	case nil:
		return 0, nil
	case string:
		return utf8.RuneCountInString(v), nil
	case map[string]any:
		return len(v), nil
	}
	l, err := asList(in)
	return len(l), err
}

func entry(at func([]any) int) filterFunc {
	return func(_ *budget, in any, _ []any) (any, error) {
		l, err := asList(in)
		if err != nil || len(l) == 0 {
			return nil, err
		}
		return l[at(l)], nil
	}
}

func split(_ *budget, in any, args []any) (any, error) {
	s, err := text(in)
	if err != nil {
		return nil, err
	}
	sep, err := text(args[0])
	if err != nil {
		return nil, err
	}
	if strings.Count(s, sep) >= maxList {
		return nil, errList
	}
	parts := strings.Split(s, sep)
	if sep == " " {
		parts = strings.Fields(s)
	}
	out := make([]any, len(parts))
	for i, part := range parts {
		out[i] = part
	}
	return out, nil
}

func join(_ *budget, in any, args []any) (any, error) {
	l, err := asList(in)
	if err != nil {
		return nil, err
	}
	sep := " "
	if len(args) > 0 {
		if sep, err = text(args[0]); err != nil {
			return nil, err
		}
	}
	return joinTexts(l, sep)
}

func reverse(_ *budget, in any, _ []any) (any, error) {
	l, err := asList(in)
	out := make([]any, len(l))
	for i, item := range l {
		out[len(l)-1-i] = item
	}
	return out, err
}

func mapKey(_ *budget, in any, args []any) (any, error) {
	l, err := asList(in)
	out := make([]any, len(l))
	for i, item := range l {
		out[i] = keyOf(item, args)
	}
	return out, err
}

func compact(_ *budget, in any, _ []any) (any, error) {
	l, err := asList(in)
	out := []any{}
	for _, item := range l {
		if item != nil {
			out = append(out, item)
		}
	}
	return out, err
}

func concat(_ *budget, in any, args []any) (any, error) {
	a, err := asList(in)
	if err != nil {
		return nil, err
	}
	b, err := asList(args[0])
	if err != nil {
		return nil, err
	}
	return asList(append(append(make([]any, 0, len(a)+len(b)), a...), b...))
}

// slice cuts characters of a text or entries of a list.
func slice(_ *budget, in any, args []any) (any, error) {
	start, err := toNumber(args[0])
	count := number{i: 1, whole: true}
	if err == nil && len(args) > 1 {
		count, err = toNumber(args[1])
	}
	if err != nil {
		return nil, err
	}
	cut := func(n int) (int, int) {
		from := int(start.float())
		if from < 0 {
			from += n
		}
		from = min(max(from, 0), n)
		return from, from + min(max(int(count.float()), 0), n-from)
	}
	if s, ok := in.(string); ok {
		runes := []rune(s)
		from, to := cut(len(runes))
		return string(runes[from:to]), nil
	}
	l, err := asList(in)
	from, to := cut(len(l))
	return l[from:to], err
}
