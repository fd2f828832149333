package app

import (
	"context"
	"errors"
	"slices"

	"clarion/backend/audience"
	"clarion/backend/explain"
	"clarion/backend/notify"
	"clarion/backend/segment"
)

// lists answers whether somebody is in a group or a segment, and why.
type lists struct {
	audience *audience.Audience
	segments *segment.Segments
}

// Membership looks at the list that the target names.
func (l lists) Membership(ctx context.Context, target notify.Target, recipient string) (explain.Membership, error) {
	if target.Segment != "" {
		return l.segment(ctx, target.Segment, recipient)
	}
	out := explain.Membership{Kind: "group", Key: target.Group}
	if _, err := l.audience.Group(ctx, target.Group); errors.Is(err, notify.ErrNotFound) {
		return out, nil
	} else if err != nil {
		return out, err
	}
	groups, err := l.audience.GroupsOf(ctx, recipient)
	out.Exists, out.Member = true, slices.ContainsFunc(groups, func(g notify.Group) bool { return g.Key == target.Group })
	return out, err
}

func (l lists) segment(ctx context.Context, key, recipient string) (explain.Membership, error) {
	out := explain.Membership{Kind: "segment", Key: key}
	if _, err := l.segments.Get(ctx, key); errors.Is(err, notify.ErrNotFound) {
		return out, nil
	} else if err != nil {
		return out, err
	}
	out.Exists = true
	found, err := l.segments.Explain(ctx, key, recipient)
	if errors.Is(err, notify.ErrNotFound) { // nobody of that id: no rule can fit them
		return out, nil
	}
	out.Member, out.Because = found.Member, found.Because
	return out, err
}
