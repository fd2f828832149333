package dispatch

import (
	"context"
	"fmt"
	"slices"

	"clarion/backend/notify"
)

// addressFound picks the addresses of the channel that may be used, the best
// first: the preferred one, then those that were verified, then the oldest. A
// channel that reaches all devices takes them all; another takes the best and
// keeps the others in case no integration serves that one. Nothing passes over
// a suppression, not even a critical workflow.
func addressFound(_ context.Context, l *lane) (verdict, error) {
	if l.step.Channel == notify.InApp {
		l.message.Address, l.usable = l.person.ID, []string{l.person.ID}
		return verdict{}, nil
	}
	blocked := verdict{skip: notify.NoAddress, detail: fmt.Sprintf("The recipient has no %s address.", l.step.Channel), rule: "recipient:" + l.person.ID}
	var places []notify.Address
	for _, address := range l.person.Addresses {
		if address.Channel != l.step.Channel || !l.asked(address.Address) {
			continue
		}
		// A bounced address is both suppressed and invalid: the suppression says
		// more, and can be lifted.
		if s, yes := suppressed(l.person.Suppressions, address, &l.message); yes {
			blocked = verdict{skip: notify.Suppressed, detail: s.Sentence(), rule: "suppression:" + s.ID}
			l.message.Address = address.Address
			continue
		}
		if why := l.unfit(address); why != "" {
			if blocked.skip == notify.NoAddress {
				blocked.detail = why
			}
			continue
		}
		places = append(places, address)
	}
	if len(places) == 0 {
		return blocked, nil
	}
	l.usable = best(places)
	l.message.Address = l.usable[0]
	return verdict{}, nil
}

// asked reports whether an event leaves the choice among the addresses to us,
// or asks for this one.
func (l *lane) asked(address string) bool {
	direct := l.event.Direct
	return direct == nil || direct.Address == "" || direct.Address == address
}

// unfit says why nothing may be sent to an address, or nothing. A code that
// shall verify an address goes to one that failed before, too.
func (l *lane) unfit(a notify.Address) string {
	switch {
	case a.Invalid:
		return "The vendor said that the address can never work."
	case a.Verification == notify.VerificationFailed && (l.event.Direct == nil || l.event.Direct.Address == ""):
		return "The address was not verified: it may be somebody else's."
	default:
		return ""
	}
}

// best orders addresses that come in the order of their age.
func best(places []notify.Address) []string {
	if len(places) > 1 {
		slices.SortStableFunc(places, func(a, b notify.Address) int { return rank(a) - rank(b) })
	}
	list := make([]string, len(places))
	for i, a := range places {
		list[i] = a.Address
	}
	return list
}

func rank(a notify.Address) int {
	switch {
	case a.Preferred:
		return 0
	case a.Verification == notify.Verified:
		return 1
	default:
		return 2
	}
}

// suppressed finds the entry that stops a message to an address. An entry for
// everything keeps the channel it was made for.
func suppressed(list []notify.Suppression, address notify.Address, m *notify.Message) (notify.Suppression, bool) {
	for _, s := range list {
		if s.Address == address.Address && s.Covers(m) {
			return s, true
		}
	}
	return notify.Suppression{}, false
}

func (l *lane) everyAddress() bool {
	info, _ := l.step.Channel.Info()
	return info.EveryAddress
}

// devices says to how many addresses a message goes when they are several.
func (l *lane) devices() verdict {
	if !l.everyAddress() || len(l.usable) < 2 {
		return verdict{}
	}
	return verdict{detail: fmt.Sprintf("It goes to all %d working devices.", len(l.usable)), rule: "recipient:" + l.person.ID}
}

// everyDevice returns a message for each further address of a channel that
// reaches all of a person's devices. They differ in their id and address only. What
// waits for a digest is one item of it, and reaches them all with that.
func (l *lane) everyDevice() []notify.Message {
	if len(l.usable) < 2 || l.message.Gather != nil || l.message.Status.Ended() {
		return nil
	}
	if !l.everyAddress() {
		return nil
	}
	var more []notify.Message
	for _, address := range l.usable {
		if address == l.message.Address {
			continue
		}
		m := l.message
		m.ID, m.Address = notify.NewID(notify.MessageID), address
		more = append(more, m)
	}
	return more
}

// reached reports whether somebody who is asked for by the id of a recipient
// that was merged into them is asked for by another id as well, and remembers
// them: nobody gets an event twice for having had two ids.
func (j *job) reached(p Person) bool {
	own := func(t notify.Target) bool { return t.Recipient == p.ID }
	if slices.Contains(j.ids, p.ID) || slices.ContainsFunc(j.event.To, own) || j.merged[p.ID] {
		return true
	}
	if j.merged == nil {
		j.merged = map[string]bool{}
	}
	j.merged[p.ID] = true
	return false
}
