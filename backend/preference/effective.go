package preference

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"clarion/backend/notify"
)

// EffectiveQuestion asks what holds for a recipient: for every category and
// channel, or for one workflow.
type EffectiveQuestion struct {
	Recipient string
	Workflow  string
	// At is now when it is zero.
	At time.Time
}

// Effective is what holds for a recipient, and why.
type Effective struct {
	Recipient string    `json:"recipient"`
	At        time.Time `json:"at"`
	// Timezone is the one quiet hours are told by: the recipient's or the house's.
	Timezone string `json:"timezone"`
	// PausedUntil and QuietUntil are set while a pause or quiet hours last.
	PausedUntil time.Time        `json:"paused_until,omitzero"`
	QuietUntil  time.Time        `json:"quiet_until,omitzero"`
	Caps        []CapState       `json:"caps"`
	Entries     []EffectiveEntry `json:"entries"`
}

// CapState is a cap and how much of it was used.
type CapState struct {
	notify.WishCap
	Used int `json:"used"`
}

// EffectiveEntry is what holds for one category, or workflow, and channel.
type EffectiveEntry struct {
	Category string `json:"category"`
	Workflow string `json:"workflow,omitempty"`
	// Channel is empty for what holds where a channel has no word of its own.
	Channel notify.Channel `json:"channel,omitempty"`
	// Outcome is what would become of a message now: send, digest, hold or skip.
	// Caps are counted apart.
	Outcome string `json:"outcome"`
	notify.Wish
}

// Effective answers what holds for a recipient.
func (p *Preferences) Effective(ctx context.Context, q EffectiveQuestion) (Effective, error) {
	choices, err := p.Store.Preferences(ctx, q.Recipient)
	if err != nil {
		return Effective{}, err
	}
	known, err := p.Categories(ctx)
	if err != nil {
		return Effective{}, err
	}
	if q.At.IsZero() {
		q.At = p.Clock.Now()
	}
	asked, err := p.questions(ctx, q.Workflow, known)
	if err != nil {
		return Effective{}, err
	}
	rules, err := p.House(ctx)
	if err != nil {
		return Effective{}, fmt.Errorf("read the rules of the house: %w", err)
	}
	out := Effective{
		Recipient: q.Recipient, At: q.At.UTC(), Timezone: cmp.Or(choices.Timezone, rules.Timezone),
		Caps: []CapState{}, Entries: make([]EffectiveEntry, 0, len(asked)),
	}
	if choices.PausedUntil.After(q.At) {
		out.PausedUntil = choices.PausedUntil
	}
	out.QuietUntil, _ = QuietUntil(choices.QuietHours, zoneOf(out.Timezone), q.At)
	for _, each := range asked {
		each.Choices, each.Timezone, each.At, each.House = choices, out.Timezone, q.At, rules
		out.Entries = append(out.Entries, entryOf(each))
	}
	out.Caps, err = p.used(ctx, q, out.Entries)
	return out, err
}

func entryOf(q notify.WishQuestion) EffectiveEntry {
	e := EffectiveEntry{Category: q.Category.Key, Workflow: q.Workflow, Channel: q.Channel, Outcome: "send", Wish: Resolve(q)}
	switch timely := e.Timely(time.Time{}); {
	case e.Refused:
		e.Outcome = "skip"
	case e.Gather != nil:
		e.Outcome = "digest"
	case timely.Skip != "":
		e.Outcome = "skip"
	case timely.Stops():
		e.Outcome = "hold"
	}
	return e
}

// questions are those of one workflow's channels, or of all categories.
func (p *Preferences) questions(ctx context.Context, key string, known map[string]notify.Category) ([]notify.WishQuestion, error) {
	if key != "" {
		w, err := p.Workflow(ctx, key)
		if err != nil {
			return nil, err
		}
		category := known[w.Category]
		category.Key = w.Category
		var list []notify.WishQuestion
		seen := map[notify.Channel]bool{}
		for _, step := range w.Steps {
			if step.Kind == notify.StepChannel && !seen[step.Channel] {
				seen[step.Channel] = true
				list = append(list, notify.WishQuestion{Category: category, Workflow: w.Key, Critical: w.Critical, Channel: step.Channel})
			}
		}
		return list, nil
	}
	var list []notify.WishQuestion
	for _, key := range slices.Sorted(maps.Keys(known)) {
		category := known[key]
		category.Key = key
		list = append(list, notify.WishQuestion{Category: category})
		for _, info := range notify.Channels {
			list = append(list, notify.WishQuestion{Category: category, Channel: info.Channel})
		}
	}
	return list, nil
}

// used counts what the caps of the entries have let through.
func (p *Preferences) used(ctx context.Context, q EffectiveQuestion, entries []EffectiveEntry) ([]CapState, error) {
	list := []CapState{}
	var keys []notify.CapKey
	for _, e := range entries {
		for _, c := range e.Caps {
			key := notify.CapKey{Recipient: q.Recipient, Category: c.Category, Per: c.Per}
			if !slices.Contains(keys, key) {
				keys, list = append(keys, key), append(list, CapState{WishCap: c})
			}
		}
	}
	if len(keys) == 0 {
		return list, nil
	}
	counts, err := p.Store.CapCounts(ctx, keys, q.At)
	if err != nil {
		return nil, err
	}
	for i, key := range keys {
		list[i].Used = counts[key]
	}
	return list, nil
}
