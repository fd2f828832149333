package broadcast

import (
	"context"
	"errors"
	"fmt"

	"clarion/backend/notify"
)

const (
	// shownMost is how many people are shown with their words, faultyMost how many
	// of them may be those whose words could not be made.
	shownMost, faultyMost = 12, 4
	// frozenSample is how many of a frozen audience are thought through to find
	// people worth showing.
	frozenSample = 60
	// eachMost is how many are shown of one channel in one language.
	eachMost = 2
)

// shown picks those of a sample who are worth looking at: whose words cannot be
// made come first, then some of every channel in every language, then others until
// there are enough.
func shown(sample []Rehearsed) []Rehearsed {
	list, taken := []Rehearsed{}, make([]bool, len(sample))
	take := func(most int, fits func(Rehearsed) bool) {
		for i, one := range sample {
			if len(list) < most && !taken[i] && fits(one) {
				list, taken[i] = append(list, one), true
			}
		}
	}
	take(faultyMost, Rehearsed.faulty)
	seen := map[string]int{}
	take(shownMost, func(one Rehearsed) bool {
		isNew := false
		for _, m := range one.Messages {
			isNew = isNew || m.goes() && seen[string(m.Channel)+" "+m.Locale] < eachMost
		}
		for _, m := range one.Messages {
			if isNew && m.goes() {
				seen[string(m.Channel)+" "+m.Locale]++
			}
		}
		return isNew
	})
	take(min(shownMost, max(len(list), eachMost)), func(Rehearsed) bool { return true })
	return list
}

// faulty reports whether some of its words could not be made.
func (r Rehearsed) faulty() bool {
	for _, m := range r.Messages {
		if m.Reason == notify.TemplateFailed || m.Reason == notify.NoTemplate {
			return true
		}
	}
	return false
}

// goes reports whether it would be sent, now or later.
func (m RehearsedMessage) goes() bool { return m.Status == notify.Queued || m.Status == notify.Held }

// Preview is what some people would get.
type Preview struct {
	People []Rehearsed `json:"people"`
	// InAudience says that the one who was asked for is in the audience.
	InAudience bool `json:"in_audience"`
}

// Preview renders a broadcast for one person, with what a file says to them alone;
// for some who are worth looking at when nobody is named. Before it is frozen that
// is for the audience and the words as they are now.
func (d *Desk) Preview(ctx context.Context, id, recipient string) (Preview, error) {
	b, err := d.spoken(ctx, id, recipient != "")
	if err != nil {
		return Preview{}, err
	}
	if recipient == "" {
		return d.previewSample(ctx, b)
	}
	if !notify.ValidKey(recipient) {
		return Preview{}, notify.InvalidField("recipient", "invalid_key", "must be 1 to 255 characters without spaces")
	}
	person, in, err := d.row(ctx, b, recipient)
	if err != nil {
		return Preview{}, err
	}
	people, err := d.Rehearser.Rehearse(ctx, b.event(d.Clock.Now()), []Person{person})
	if err != nil {
		return Preview{}, fmt.Errorf("render broadcast %s for %s: %w", id, recipient, err)
	}
	return Preview{people, in}, nil
}

func (d *Desk) previewSample(ctx context.Context, b Broadcast) (Preview, error) {
	most := frozenSample
	if b.Hash == "" {
		if b.State != Draft && b.State != Rejected {
			return Preview{}, conflict("not_frozen", "its audience is still being taken down")
		}
		if _, err := d.Store.TakeAudience(ctx, b, d.Clock.Now()); err != nil {
			return Preview{}, fmt.Errorf("take down the audience of broadcast %s: %w", b.ID, err)
		}
		most = sampleMost
	}
	sample, err := d.sample(ctx, b, most)
	return Preview{shown(sample), true}, err
}

// spoken is a broadcast with the versions it goes out with: those that are frozen,
// or the live ones. What keeps it from saying anything is told by its path.
func (d *Desk) spoken(ctx context.Context, id string, toOne bool) (Broadcast, error) {
	b, err := d.Store.Broadcast(ctx, id)
	if err != nil || b.Frozen != nil {
		return b, err
	}
	pinned, found, err := d.Words.Pin(ctx, b.Plan)
	if err != nil {
		return b, fmt.Errorf("find what broadcast %s goes out with: %w", id, err)
	}
	var list []Finding
	for _, f := range append(lacks(b.Plan), found...) {
		ofAudience := f.Path == "audience" || f.Path == "audience.file"
		if f.Path != "category" && (!ofAudience || !toOne) {
			list = append(list, f)
		}
	}
	b.Frozen = &Frozen{Pins: pinned.Pins, Workflow: pinned.Workflow}
	return b, barred(list)
}

// row is a person with what the audience's file says to them alone, and whether
// they are in the audience at all.
func (d *Desk) row(ctx context.Context, b Broadcast, recipient string) (Person, bool, error) {
	if b.Audience.Empty() {
		return Person{ID: recipient}, false, nil
	}
	person, err := d.Store.AudiencePerson(ctx, b, recipient, d.Clock.Now())
	if errors.Is(err, notify.ErrNotFound) {
		return Person{ID: recipient}, false, nil
	}
	if err != nil {
		return person, false, fmt.Errorf("look for %s in the audience of broadcast %s: %w", recipient, b.ID, err)
	}
	return person, true, nil
}
