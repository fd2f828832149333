package segment

import (
	"context"
	"encoding/json"
	"fmt"

	"clarion/backend/notify"
)

// Membership says whether one recipient is in a segment now, and why.
type Membership struct {
	Segment   string  `json:"segment"`
	Recipient string  `json:"recipient"`
	Member    bool    `json:"member"`
	Because   Verdict `json:"because"`
}

// Verdict is a rule with what it came to for one recipient. It has the shape of
// its rule: a condition, or a group whose parts have verdicts of their own.
type Verdict struct {
	Holds bool      `json:"holds"`
	All   []Verdict `json:"all,omitempty"`
	Any   []Verdict `json:"any,omitempty"`
	Not   *Verdict  `json:"not,omitempty"`
	// Condition is the rule when it is no group.
	Condition *Rule `json:"condition,omitempty"`
}

// Explain answers whether a recipient is in a segment, rule by rule, by the same
// query that selects people.
func (s *Segments) Explain(ctx context.Context, key, recipient string) (Membership, error) {
	segment, err := s.Store.Segment(ctx, key)
	if err != nil {
		return Membership{}, err
	}
	conditions := segment.Rule.Conditions()
	held, err := s.Store.Fits(ctx, recipient, append(conditions, segment.Rule), s.Clock.Now())
	if err != nil {
		return Membership{}, fmt.Errorf("explain segment %s: %w", key, err)
	}
	next := 0
	because := verdictOf(segment.Rule, func() bool { next++; return held[next-1] })
	return Membership{Segment: key, Recipient: recipient, Member: held[len(held)-1], Because: because}, nil
}

// verdictOf walks a rule in the order of Conditions and asks for each condition
// in turn.
func verdictOf(r Rule, holds func() bool) Verdict {
	switch {
	case r.Not != nil:
		part := verdictOf(*r.Not, holds)
		return Verdict{Holds: !part.Holds, Not: &part}
	case r.All != nil:
		v := Verdict{Holds: true}
		for _, part := range r.All {
			each := verdictOf(part, holds)
			v.All, v.Holds = append(v.All, each), v.Holds && each.Holds
		}
		return v
	case r.Any != nil:
		v := Verdict{}
		for _, part := range r.Any {
			each := verdictOf(part, holds)
			v.Any, v.Holds = append(v.Any, each), v.Holds || each.Holds
		}
		return v
	}
	return Verdict{Holds: holds(), Condition: &r}
}

// Of returns the segments a recipient is in now.
func (s *Segments) Of(ctx context.Context, recipient string) ([]Segment, error) {
	in := []Segment{}
	for p := (notify.Page{Limit: 200}); ; {
		list, next, err := s.Store.Segments(ctx, Filter{}, p)
		if err != nil {
			return nil, err
		}
		rules := make([]Rule, len(list))
		for i, one := range list {
			rules[i] = one.Rule
		}
		held, err := s.Store.Fits(ctx, recipient, rules, s.Clock.Now())
		if err != nil {
			return nil, fmt.Errorf("find the segments of %s: %w", recipient, err)
		}
		for i, one := range list {
			if held[i] {
				in = append(in, one)
			}
		}
		if next == "" {
			return in, nil
		}
		p.After = next
	}
}

// MarshalJSON leaves the times out that are not known yet.
func (s Segment) MarshalJSON() ([]byte, error) {
	type plain Segment
	view := struct {
		plain
		Members   *int `json:"members"`
		CountedAt any  `json:"counted_at"`
	}{plain: plain(s)}
	if !s.CountedAt.IsZero() {
		view.Members, view.CountedAt = &s.Members, s.CountedAt
	}
	return json.Marshal(view)
}
