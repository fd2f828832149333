package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"clarion/backend/notify"
)

// people loads the recipients and lays over them what the event says inline.
func (s *Simulator) people(ctx context.Context, ids []string, given []notify.Recipient) (map[string]Person, error) {
	list, err := s.Reader.People(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("load %d recipients: %w", len(ids), err)
	}
	people := make(map[string]Person, len(list))
	for _, p := range list {
		people[cmp.Or(p.Asked, p.ID)] = p
	}
	for _, r := range given {
		if !slices.Contains(ids, r.ID) {
			continue
		}
		person := overlaid(people[r.ID], r)
		suppressions, err := s.Census.SuppressionsOf(ctx, person.Addresses)
		if err != nil {
			return nil, fmt.Errorf("look up suppressions of recipient %s: %w", r.ID, err)
		}
		person.Suppressions = suppressions
		people[r.ID] = person
	}
	return people, nil
}

// overlaid is a person as the store would have them after taking what was given:
// what is empty stays, a channel that is given replaces the addresses of that
// channel, and an address that is given again keeps what a vendor said about it.
func overlaid(p Person, given notify.Recipient) Person {
	p.ID = given.ID
	for _, field := range []struct {
		to   *string
		from string
	}{{&p.Name, given.Name}, {&p.Locale, given.Locale}, {&p.Timezone, given.Timezone}} {
		if field.from != "" {
			*field.to = field.from
		}
	}
	if len(given.Data) > 0 && string(given.Data) != "null" {
		p.Data = given.Data
	}
	replaced := map[notify.Channel]bool{}
	for _, a := range given.Addresses {
		replaced[a.Channel] = true
	}
	var addresses []notify.Address
	for _, a := range p.Addresses {
		if !replaced[a.Channel] {
			addresses = append(addresses, a)
		}
	}
	for _, a := range given.Addresses {
		for _, before := range p.Addresses {
			if before.Channel == a.Channel && before.Address == a.Address {
				a.Invalid = before.Invalid
				a.Preferred = a.Preferred || before.Preferred
				if a.Verification == "" {
					a.Verification = before.Verification
				}
			}
		}
		addresses = append(addresses, a)
	}
	p.Addresses = addresses
	p.ErasedAt = time.Time{} // the caller knows the person again
	return p
}

// together gives the first message of every notification, which in a simulation
// stands for one step, and the addresses of all of its messages.
func together(list []notify.Message) ([]notify.Message, [][]string) {
	var first []notify.Message
	var addresses [][]string
	for _, m := range list {
		last := len(first) - 1
		if last < 0 || first[last].NotificationID != m.NotificationID {
			first, addresses = append(first, m), append(addresses, []string{})
			last++
		}
		if m.Address != "" && m.Status == notify.Queued {
			addresses[last] = append(addresses[last], m.Address)
		}
	}
	return first, addresses
}
