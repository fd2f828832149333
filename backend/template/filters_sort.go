package template

import (
	"encoding/json"
	"fmt"
	"sort"
)

func keyOf(item any, args []any) any {
	if len(args) == 0 {
		return item
	}
	key, _ := text(args[0])
	m, _ := item.(map[string]any)
	return m[key]
}

// sorted orders numbers by size and all else by its text.
func sorted(fold func(string) string) filterFunc {
	return func(_ *budget, in any, args []any) (any, error) {
		l, err := asList(in)
		if err != nil {
			return nil, err
		}
		out := append([]any(nil), l...)
		sort.SliceStable(out, func(i, j int) bool {
			return less(keyOf(out[i], args), keyOf(out[j], args), fold)
		})
		return out, nil
	}
}

func less(a, b any, fold func(string) string) bool {
	x, errX := toNumber(a)
	y, errY := toNumber(b)
	if errX == nil && errY == nil {
		return x.float() < y.float()
	}
	s, _ := text(a)
	t, _ := text(b)
	return fold(s) < fold(t)
}

func uniq(_ *budget, in any, _ []any) (any, error) {
	l, err := asList(in)
	if err != nil {
		return nil, err
	}
	seen, out := map[string]bool{}, []any{}
	for _, item := range l {
		key, err := json.Marshal(item)
		if err != nil {
			return nil, fmt.Errorf("compare entries: %w", err)
		}
		if !seen[string(key)] {
			seen[string(key)] = true
			out = append(out, item)
		}
	}
	return out, nil
}
