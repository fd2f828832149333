package template

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

var numberFilters = map[string]filter{
	"plus":       {arithmetic(func(a, b int64) int64 { return a + b }, func(a, b float64) float64 { return a + b }), 1, 1},
	"minus":      {arithmetic(func(a, b int64) int64 { return a - b }, func(a, b float64) float64 { return a - b }), 1, 1},
	"times":      {arithmetic(nil, func(a, b float64) float64 { return a * b }), 1, 1},
	"divided_by": {arithmetic(func(a, b int64) int64 { return a / b }, func(a, b float64) float64 { return a / b }), 1, 1},
	"modulo":     {arithmetic(func(a, b int64) int64 { return a % b }, math.Mod), 1, 1},
	"at_least":   {arithmetic(func(a, b int64) int64 { return max(a, b) }, math.Max), 1, 1},
	"at_most":    {arithmetic(func(a, b int64) int64 { return min(a, b) }, math.Min), 1, 1},
	"abs":        {rounded(math.Abs), 0, 0},
	"ceil":       {rounded(math.Ceil), 0, 0},
	"floor":      {rounded(math.Floor), 0, 0},
	"round":      {round, 0, 1},
}

// number is a whole number or not.
type number struct {
	i     int64
	f     float64
	whole bool
}

func (n number) float() float64 {
	if n.whole {
		return float64(n.i)
	}
	return n.f
}

// value is the number as templates hold one.
func (n number) value() any {
	if n.whole {
		return int(n.i)
	}
	return n.f
}

func fromFloat(f float64) number {
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return number{i: int64(f), whole: true}
	}
	return number{f: f}
}

var errNumber = errors.New("a value that is no number cannot be used as one")

func toNumber(v any) (number, error) {
	switch v := v.(type) {
	case int:
		return number{i: int64(v), whole: true}, nil
	case int64:
		return number{i: v, whole: true}, nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return number{}, errNumber
		}
		return number{f: v}, nil
	case json.Number:
		return toNumber(v.String())
	case string:
		s := strings.TrimSpace(v)
		if i, err := strconv.ParseInt(s, 10, 64); err == nil {
			return number{i: i, whole: true}, nil
		}
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return number{}, errNumber
		}
		return toNumber(f)
	}
	return number{}, errNumber
}

// arithmetic works on whole numbers as long as both are, and on floats when
// the result would not fit.
func arithmetic(whole func(a, b int64) int64, float func(a, b float64) float64) filterFunc {
	return func(_ *budget, in any, args []any) (any, error) {
		a, err := toNumber(in)
		if err != nil {
			return nil, err
		}
		b, err := toNumber(args[0])
		if err != nil {
			return nil, err
		}
		const safe = 1 << 53
		result := float(a.float(), b.float())
		if math.IsNaN(result) || math.IsInf(result, 0) {
			return nil, fmt.Errorf("the result is no number; is there a division by zero")
		}
		if a.whole && b.whole {
			if whole != nil && a.i < safe && a.i > -safe && b.i < safe && b.i > -safe {
				return number{i: whole(a.i, b.i), whole: true}.value(), nil
			}
			return fromFloat(result).value(), nil
		}
		return result, nil
	}
}

// rounded applies fn and gives a whole number when the result is one.
func rounded(fn func(float64) float64) filterFunc {
	return func(_ *budget, in any, _ []any) (any, error) {
		n, err := toNumber(in)
		if err != nil {
			return nil, err
		}
		return fromFloat(fn(n.float())).value(), nil
	}
}

func round(_ *budget, in any, args []any) (any, error) {
	n, err := toNumber(in)
	places := number{whole: true}
	if err == nil && len(args) > 0 {
		places, err = toNumber(args[0])
	}
	if err != nil {
		return nil, err
	}
	scale := math.Pow10(int(min(max(places.float(), 0), 12)))
	return fromFloat(math.Round(n.float()*scale) / scale).value(), nil
}
