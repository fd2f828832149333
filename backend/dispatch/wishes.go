package dispatch

import (
	"context"
	"fmt"
	"strings"

	"clarion/backend/notify"
)

// Wishes answers what recipients want.
type Wishes interface {
	Wish(ctx context.Context, q notify.WishQuestion) (notify.Wish, error)
}

// wanted applies the recipient's choices and keeps the answer for the steps that
// speak of time and number.
func (d *Dispatcher) wanted(ctx context.Context, l *lane) (verdict, error) {
	wish, err := d.Wishes.Wish(ctx, notify.WishQuestion{
		Choices: l.person.Preferences, Timezone: l.person.Timezone, Category: l.categoryOf(),
		Workflow: l.workflow.Key, Critical: l.workflow.Critical, Channel: l.step.Channel, At: l.now,
	})
	if err != nil {
		return verdict{}, err
	}
	l.wish = wish
	a := wish.Wanted()
	return verdict{skip: a.Skip, detail: a.Detail, rule: a.Rule}, nil
}

// categoryOf is the lane's category; one that is unknown has only its key.
func (l *lane) categoryOf() notify.Category {
	c := l.category
	c.Key = l.workflow.Category
	return c
}

// gathered puts what the person wants gathered into their digest of the category
// and channel. What was asked for at one address, or tried out, comes at once.
func (d *Dispatcher) gathered(_ context.Context, l *lane) (verdict, error) {
	a := l.wish.Gathered(l.message.ExpiresAt)
	title, _ := l.message.Content.Words()
	switch {
	case !a.Stops() || l.event.Direct != nil && l.event.Direct.Address != "":
		return verdict{}, nil
	case title == "":
		return verdict{detail: "It has no words of its own that a digest could gather: it comes at once.", rule: a.Rule}, nil
	case l.event.IsTest():
		return verdict{detail: "A test run does not wait. " + a.Detail, rule: a.Rule}, nil
	}
	l.message.DueAt, l.message.HeldFor = a.Until, notify.Digested
	if leaves := l.wish.Gather.Until; a.Until.Equal(leaves) {
		scope := []string{"cadence", l.person.ID, l.message.Category, string(l.step.Channel), string(l.wish.Gather.Cadence)}
		l.message.Gather = &notify.Gathering{Scope: strings.Join(scope, "\n"), ClosesAt: leaves}
	}
	return verdict{end: notify.Held, detail: a.Detail, rule: a.Rule, until: a.Until}, nil
}

// quietHours leaves people alone when they are not to be disturbed. What a member
// tries out does not wait.
func (d *Dispatcher) quietHours(_ context.Context, l *lane) (verdict, error) {
	a := l.wish.Timely(l.message.ExpiresAt)
	switch {
	case a.Stops() && l.event.IsTest():
		return verdict{detail: "A test run does not wait. " + a.Detail, rule: a.Rule}, nil
	case a.Until.IsZero():
		return verdict{skip: a.Skip, detail: a.Detail, rule: a.Rule}, nil
	}
	l.message.DueAt, l.message.HeldFor = a.Until, notify.QuietHours
	return verdict{end: notify.Held, detail: a.Detail, rule: a.Rule}, nil
}

// capped names the caps the message must stay below. They are held against what
// the person really got when it is saved, where nobody else counts meanwhile.
func (d *Dispatcher) capped(_ context.Context, l *lane) (verdict, error) {
	switch {
	case l.event.IsTest():
	case l.wish.CapsPassed != "":
		return verdict{detail: l.wish.CapsPassed, rule: l.wish.Caps[0].Rule}, nil
	default:
		l.message.Caps = l.wish.Caps
	}
	return verdict{}, nil
}

// CapKeys lists what must be counted before the batch can be saved: nothing,
// unless a queued message has caps.
func (b *Batch) CapKeys() []notify.CapKey {
	var keys []notify.CapKey
	seen := map[notify.CapKey]bool{}
	for i := range b.Messages {
		m := &b.Messages[i]
		if m.Status != notify.Queued {
			continue
		}
		for _, c := range m.Caps {
			key := notify.CapKey{Recipient: m.Recipient.ID, Category: c.Category, Per: c.Per}
			if !seen[key] {
				seen[key] = true
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// HoldAgainst skips the queued messages that would go over a cap, in their order,
// given how many the person got before. Those of lost events are passed over.
func (b *Batch) HoldAgainst(counts map[notify.CapKey]int, lost func(event string) bool) {
	for i := range b.Messages {
		m := &b.Messages[i]
		if m.Status != notify.Queued || lost(m.EventID) || m.IsTest() {
			continue
		}
		if over, yes := OverCap(m, counts); yes {
			b.skipCapped(m, over)
			continue
		}
		CountFor(m, counts)
	}
}

// OverCap returns the cap that a message would go over.
func OverCap(m *notify.Message, counts map[notify.CapKey]int) (notify.WishCap, bool) {
	for _, c := range m.Caps {
		if counts[notify.CapKey{Recipient: m.Recipient.ID, Category: c.Category, Per: c.Per}] >= c.Max {
			return c, true
		}
	}
	return notify.WishCap{}, false
}

// CountFor counts a message that goes out.
func CountFor(m *notify.Message, counts map[notify.CapKey]int) {
	for key := range counts {
		if key.Recipient == m.Recipient.ID && (key.Category == "" || key.Category == m.Category) {
			counts[key]++
		}
	}
}

func (b *Batch) skipCapped(m *notify.Message, over notify.WishCap) {
	m.Status, m.SkipReason, m.ErrorDetail = notify.Skipped, notify.FrequencyCapped, CapSentence(over)
	for i := range b.Notifications {
		if n := &b.Notifications[i]; n.ID == m.NotificationID {
			n.Decisions = append(n.Decisions, notify.Decision{
				Step: "frequency cap", Channel: m.Channel, Outcome: "skip", Reason: notify.FrequencyCapped, Detail: m.ErrorDetail, Rule: over.Rule,
			})
		}
	}
}

// CapSentence says which cap was reached.
func CapSentence(c notify.WishCap) string {
	of := ""
	if c.Category != "" {
		of = " of the category " + c.Category
	}
	return fmt.Sprintf("The recipient already got %d messages%s within a %s; the cap is %d.", c.Max, of, c.Per, c.Max)
}
