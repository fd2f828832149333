package report

import (
	"cmp"
	"slices"
	"time"
)

// Rest is the group that the smaller groups of a series are counted under.
const Rest = "(other)"

// Series is how rows of a bucket's key, a group and figures are made whole: every
// bucket has every group, in order, with zeros where nothing happened. Grouped
// says whether there is a group at all.
type Series struct {
	Grouped bool
	// Keep is how many groups stand by themselves; 0 keeps all.
	Keep int
	// Figures is how many figures a row has.
	Figures int
}

// cell is one bucket of one group.
type cell struct {
	key   int64
	group string
}

// Whole fills the gaps and names the buckets by their beginnings.
func (s Series) Whole(q Question, rows [][]any) [][]any {
	first := 1
	if s.Grouped {
		first = 2
	}
	totals, kept := map[string]int64{}, map[cell][]any{}
	for _, row := range rows {
		totals[s.group(row)] += whole(row[first])
	}
	names := s.names(totals)
	for _, row := range rows {
		at := cell{row[0].(int64), s.group(row)}
		if !slices.Contains(names, at.group) {
			at.group = Rest
		}
		kept[at] = added(kept[at], row[first:])
	}
	var out [][]any
	for _, key := range q.Keys() {
		for _, name := range names {
			line := []any{q.Beginning(key).Format(time.RFC3339)}
			if s.Grouped {
				line = append(line, name)
			}
			figures := kept[cell{key, name}]
			if figures == nil {
				figures = added(nil, make([]any, s.Figures))
			}
			out = append(out, append(line, figures...))
		}
	}
	return out
}

func (s Series) group(row []any) string {
	if !s.Grouped {
		return ""
	}
	name, _ := row[1].(string)
	return name
}

// names are the groups, largest first; the rest last.
func (s Series) names(totals map[string]int64) []string {
	if !s.Grouped {
		return []string{""}
	}
	names := make([]string, 0, len(totals))
	for name := range totals {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(totals[b], totals[a]), cmp.Compare(a, b))
	})
	if s.Keep > 0 && len(names) > s.Keep {
		names = append(names[:s.Keep:s.Keep], Rest)
	}
	return names
}

// added adds figures to those that are there; nothing counts as zero.
func added(sum, figures []any) []any {
	out := make([]any, len(figures))
	for i, v := range figures {
		n := whole(v)
		if sum != nil {
			n += whole(sum[i])
		}
		out[i] = n
	}
	return out
}

func whole(v any) int64 {
	n, _ := v.(int64)
	return n
}

// Week makes rows of weekday, hour and a count whole: Monday is 1.
func Week(rows [][]any) [][]any {
	counts := map[[2]int64]any{}
	for _, row := range rows {
		counts[[2]int64{whole(row[0]), whole(row[1])}] = row[2]
	}
	var out [][]any
	for day := int64(1); day <= 7; day++ {
		for hour := range int64(24) {
			n := counts[[2]int64{day, hour}]
			if n == nil {
				n = int64(0)
			}
			out = append(out, []any{day, hour, n})
		}
	}
	return out
}
