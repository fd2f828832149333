package audience

import (
	"context"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// MergeStore makes one recipient of two.
type MergeStore interface {
	// MergeRecipients moves all that one recipient has to another and makes its id
	// lead there. What both have stays as the second has it.
	MergeRecipients(ctx context.Context, m Merge, now time.Time) error
	// Owners returns whose an address is, two at most.
	Owners(ctx context.Context, channel notify.Channel, address string) ([]string, error)
}

// Merge says who becomes part of whom: by the id, or by an address that only
// that recipient has besides.
type Merge struct {
	Into    string
	From    string         `json:"from"`
	Channel notify.Channel `json:"channel"`
	Address string         `json:"address"`
}

// Merge makes one recipient of two. It cannot be undone.
func (a *Audience) Merge(ctx context.Context, m Merge) (notify.Recipient, error) {
	// The id may be one that was merged before: then its successor is meant.
	into, err := a.Recipient(ctx, m.Into)
	if err != nil {
		return into, err
	}
	m.Into = into.ID
	if m.From, err = a.mergedFrom(ctx, m); err != nil {
		return into, err
	}
	if m.From == m.Into {
		return into, notify.InvalidField("from", "same_recipient", "is the same recipient")
	}
	if err := a.MergeRecipients(ctx, m, a.Clock.Now()); err != nil {
		return into, err
	}
	return a.Recipient(ctx, m.Into)
}

func (a *Audience) mergedFrom(ctx context.Context, m Merge) (string, error) {
	if (m.From == "") == (m.Address == "") {
		return "", notify.InvalidField("from", "required", "give the id of the other recipient, or an address of theirs")
	}
	if m.From != "" {
		other, err := a.Recipient(ctx, m.From)
		return other.ID, err
	}
	var others []string
	list, err := a.Owners(ctx, m.Channel, m.Address)
	for _, id := range list {
		if id != m.Into {
			others = append(others, id)
		}
	}
	switch {
	case err != nil:
		return "", err
	case len(others) == 0:
		return "", fmt.Errorf("nobody else has this address: %w", notify.ErrNotFound)
	case len(others) > 1:
		return "", notify.InvalidField("address", "several", "more than one other recipient has it: name one by the id")
	}
	return others[0], nil
}
