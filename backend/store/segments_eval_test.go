package store

import (
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
	"clarion/backend/preference"
	"clarion/backend/segment"
)

// fits answers a rule by walking plain values: what the SQL must agree with.
func (s soul) fits(r segment.Rule) bool {
	fits := func(part segment.Rule) bool { return s.fits(part) }
	switch {
	case r.Not != nil:
		return !s.fits(*r.Not)
	case r.All != nil:
		return !slices.ContainsFunc(r.All, func(part segment.Rule) bool { return !s.fits(part) })
	case r.Any != nil:
		return slices.ContainsFunc(r.Any, fits)
	}
	switch r.Field {
	case segment.FieldGroup:
		in := slices.ContainsFunc(listOf(r.Value), func(g any) bool { return slices.Contains(s.groups, g.(string)) })
		return in == (r.Op == segment.OpIn)
	case segment.FieldAddress:
		return s.hasPlace(r)
	case segment.FieldPreference:
		return s.refuses(r) == (r.Op == segment.OpOff)
	case segment.FieldEffective:
		return s.gets(r)
	case segment.FieldActivity:
		return s.did(r)
	case segment.FieldCreated:
		return inTime(s.created, r)
	case segment.FieldUpdated:
		return inTime(s.updated, r)
	}
	value, found := s.value(r.Field)
	return comparedTo(value, found, r)
}

func (s soul) value(field string) (any, bool) {
	if text, ok := map[string]string{"id": s.id, "name": s.name, "locale": s.locale, "timezone": s.timezone}[field]; ok {
		return text, text != ""
	}
	if strings.Contains(s.data, `\u0000`) {
		return nil, false
	}
	var at any
	_ = json.Unmarshal([]byte(s.data), &at)
	if strings.Contains(s.data, "9007199254740993") { // a float would forget the last digit
		at = exact(s.data)
	}
	for _, name := range segment.AttributePath(field) {
		object, _ := at.(map[string]any)
		value, found := object[name]
		if !found {
			return nil, false
		}
		at = value
	}
	return at, at != nil
}

func exact(text string) any {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var v any
	_ = decoder.Decode(&v)
	return v
}

func comparedTo(value any, found bool, r segment.Rule) bool {
	if base, denial := segment.Denials[r.Op]; denial {
		r.Op = base
		return !comparedTo(value, found, r)
	}
	if text, isText := value.(string); isText && r.Op != segment.OpExists {
		found = true // an empty text is a value to compare with
		value = text
	}
	if !found {
		return false
	}
	want := exact(string(r.Value))
	switch r.Op {
	case segment.OpExists:
		return true
	case segment.OpEq:
		return sameValue(value, want)
	case segment.OpIn:
		return slices.ContainsFunc(listOf(r.Value), func(one any) bool { return sameValue(value, one) })
	case segment.OpContains:
		if list, ok := value.([]any); ok {
			return slices.ContainsFunc(list, func(one any) bool { return sameValue(one, want) })
		}
		a, b, ok := bothTexts(value, want)
		return ok && strings.Contains(a, b)
	case segment.OpStarts:
		a, b, ok := bothTexts(value, want)
		return ok && strings.HasPrefix(a, b)
	case segment.OpEnds:
		a, b, ok := bothTexts(value, want)
		return ok && strings.HasSuffix(a, b)
	}
	order, ok := orderOf(value, want)
	return ok && map[string]bool{segment.OpGt: order > 0, segment.OpGte: order >= 0, segment.OpLt: order < 0, segment.OpLte: order <= 0}[r.Op]
}

func bothTexts(a, b any) (string, string, bool) {
	x, okX := a.(string)
	y, okY := b.(string)
	return x, y, okX && okY
}

func sameValue(a, b any) bool {
	if x, ok := a.(bool); ok {
		y, also := b.(bool)
		return also && x == y
	}
	order, ok := orderOf(a, b)
	return ok && order == 0
}

func orderOf(a, b any) (int, bool) {
	if x, y, ok := bothTexts(a, b); ok {
		return strings.Compare(x, y), true
	}
	x, okX := numberIn(a)
	y, okY := numberIn(b)
	return x.Cmp(y), okX && okY
}

func listOf(v json.RawMessage) []any {
	list, _ := exact(string(v)).([]any)
	return list
}

func (s soul) hasPlace(r segment.Rule) bool {
	has := slices.ContainsFunc(s.places, func(a notify.Address) bool {
		switch {
		case a.Channel != r.Channel:
			return false
		case r.Op == segment.OpReachable:
			return !a.Invalid && a.Verification != notify.VerificationFailed && !slices.Contains(s.blocked, a.Address)
		case r.Op == segment.OpVerified:
			return a.Verification == notify.Verified
		case r.Op == segment.OpCountry:
			return slices.ContainsFunc(listOf(r.Value), func(code any) bool { return strings.HasPrefix(a.Address, code.(string)) })
		}
		return true
	})
	return has == (r.Op != segment.OpNotExists)
}

func (s soul) refuses(r segment.Rule) bool {
	choice := s.choices.Categories[r.Category]
	enabled := choice.Cadence != notify.Never
	if choice.Enabled != nil {
		enabled = *choice.Enabled
	}
	on, chosen := s.choices.Channels[r.Channel]
	channelOff := r.Channel != "" && chosen && !on
	if r.Category == "" || channelOff {
		return channelOff
	}
	if on, chosen := choice.Channels[r.Channel]; r.Channel != "" && chosen {
		return !on
	}
	return !enabled
}

func (s soul) did(r segment.Rule) bool {
	times := 0
	for _, one := range s.past {
		at, happened := one.kinds[r.Op]
		if r.Days > 0 && at.Before(start.AddDate(0, 0, -r.Days)) {
			continue
		}
		if happened && (r.Channel == "" || one.channel == string(r.Channel)) && (r.Category == "" || one.category == r.Category) &&
			(r.Workflow == "" || one.workflow == r.Workflow) {
			times++
		}
	}
	return times >= max(r.Times, 1)
}

func inTime(at time.Time, r segment.Rule) bool {
	moment, _ := r.Moment()
	days, _ := strconv.Atoi(string(r.Value))
	return map[string]bool{
		segment.OpBefore: at.Before(moment), segment.OpAfter: !at.Before(moment),
		segment.OpWithin: !at.Before(start.AddDate(0, 0, -days)), segment.OpOlder: at.Before(start.AddDate(0, 0, -days)),
	}[r.Op]
}

func numberIn(v any) (*big.Rat, bool) {
	text := ""
	switch n := v.(type) {
	case json.Number:
		text = n.String()
	case float64:
		text = strconv.FormatFloat(n, 'g', -1, 64)
	}
	n, ok := new(big.Rat).SetString(text)
	if !ok {
		return new(big.Rat), false
	}
	return n, true
}

// gets asks the resolver itself what holds.
func (s soul) gets(r segment.Rule) bool {
	q := notify.WishQuestion{Choices: s.choices, Category: notify.Category{Key: r.Category}, Channel: r.Channel, At: start}
	for _, c := range someCategories {
		if c.Key == r.Category {
			q.Category = c
		}
	}
	wish := preference.Resolve(q)
	switch r.Op {
	case segment.OpOn:
		return !wish.Refused
	case segment.OpOff:
		return wish.Refused
	}
	return wish.Value == notify.Required
}
