package template

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/osteele/liquid/values"
)

var errMissing = errors.New("the variable is missing")

// filter is one function of the allow-list. Min and max count the values after
// the colon. All filters are our own, because each must stay in the budget.
type filter struct {
	fn       func(b *budget, in any, args []any) (any, error)
	min, max int
}

// filters is the allow-list. Those starting with __ are put in by the cage. It
// is filled in init because some filters reach the table again.
var filters = map[string]filter{
	"__need":  {need, 1, 1},
	"__each":  {each, 1, 1},
	"__int":   {wholeNumber, 0, 0},
	"__url":   {safeURL, 0, 0},
	"default": {byDefault, 1, 1},
	"json":    {toJSON, 0, 0},
	"date":    {date, 0, 2},
	"money":   {money, 1, 2},
}

func init() {
	for _, group := range []map[string]filter{textFilters, listFilters, numberFilters} {
		for name, f := range group {
			filters[name] = f
		}
	}
}

// guarded is the form the library calls: it charges the budget for the size of
// the input and looks at the size of the result.
func (f filter) guarded() func(any, *budget, ...any) (any, error) {
	return func(in any, b *budget, args ...any) (any, error) {
		in = unwrap(in)
		cost := size(in)
		for i, arg := range args {
			args[i] = unwrap(arg)
			cost += size(args[i])
		}
		if err := b.spend(cost); err != nil {
			return nil, err
		}
		out, err := f.fn(b, in, args)
		if err != nil {
			return nil, err
		}
		if s, ok := unwrap(out).(string); ok && len(s) > maxText {
			return nil, errGrowth
		}
		return out, nil
	}
}

func unwrap(v any) any {
	if safe, ok := v.(values.SafeValue); ok {
		return safe.Value
	}
	return v
}

func size(v any) int {
	switch v := v.(type) {
	case string:
		return len(v)
	case []any:
		return 64 * len(v)
	}
	return 0
}

func need(_ *budget, in any, args []any) (any, error) {
	if in == nil {
		return nil, fmt.Errorf("%w: %v", errMissing, args[0])
	}
	return in, nil
}

// each makes a loop's collection a list: an object becomes its pairs in the
// order of the keys, so that a message reads the same each time.
func each(_ *budget, in any, args []any) (any, error) {
	switch v := in.(type) {
	case nil:
		return nil, fmt.Errorf("%w: %v", errMissing, args[0])
	case []any:
		if len(v) > maxList {
			return nil, errList
		}
		return v, nil
	case map[string]any:
		if len(v) > maxList {
			return nil, errList
		}
		pairs := make([]any, 0, len(v))
		for key, value := range v {
			pairs = append(pairs, []any{key, value})
		}
		sort.Slice(pairs, func(i, j int) bool { return pairs[i].([]any)[0].(string) < pairs[j].([]any)[0].(string) })
		return pairs, nil
	}
	return asList(in)
}

func wholeNumber(_ *budget, in any, _ []any) (any, error) {
	n, err := toNumber(in)
	return int(n.float()), err
}

func byDefault(_ *budget, in any, args []any) (any, error) {
	if in == nil || in == false || in == "" {
		return args[0], nil
	}
	if rv := reflect.ValueOf(in); (rv.Kind() == reflect.Slice || rv.Kind() == reflect.Map) && rv.Len() == 0 {
		return args[0], nil
	}
	return in, nil
}

func toJSON(_ *budget, in any, _ []any) (any, error) {
	out, err := json.Marshal(in)
	if len(out) > maxText {
		return nil, errGrowth
	}
	return string(out), err
}

// text is a value as words; an object has none.
func text(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case int:
		return strconv.Itoa(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case json.Number:
		return v.String(), nil
	case time.Time:
		return v.Format(time.RFC3339), nil
	case []any:
		return joinTexts(v, "")
	}
	return "", fmt.Errorf("a value of kind %s is not text", reflect.ValueOf(v).Kind())
}

func joinTexts(list []any, sep string) (string, error) {
	var b strings.Builder
	for i, item := range list {
		s, err := text(item)
		if err != nil {
			return "", err
		}
		if i > 0 {
			b.WriteString(sep)
		}
		if b.WriteString(s); b.Len() > maxText {
			return "", errGrowth
		}
	}
	return b.String(), nil
}
