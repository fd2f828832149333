package ingest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"clarion/backend/notify"
)

// dropUnknown answers the tickets that name a recipient, group or segment that
// does not exist and returns the others. One look-up serves the whole batch.
func (a *Acceptor) dropUnknown(ctx context.Context, batch []*ticket) ([]*ticket, error) {
	var recipients, groups, segments []string
	asked := map[string]bool{}
	for _, t := range batch {
		inline := inlineIDs(t.entry.Upserts)
		for _, target := range t.entry.Event.To {
			switch {
			case target.Group != "" && !asked["g"+target.Group]:
				asked["g"+target.Group] = true
				groups = append(groups, target.Group)
			case target.Segment != "" && !asked["s"+target.Segment]:
				asked["s"+target.Segment] = true
				segments = append(segments, target.Segment)
			case target.Recipient != "" && !inline[target.Recipient] && !a.known.has(target.Recipient) && !asked["r"+target.Recipient]:
				asked["r"+target.Recipient] = true
				recipients = append(recipients, target.Recipient)
			}
		}
	}
	if len(recipients)+len(groups)+len(segments) == 0 {
		return batch, nil
	}
	unknown, err := a.Store.Missing(ctx, recipients, groups, segments)
	if err != nil {
		return nil, fmt.Errorf("look up recipients: %w", err)
	}
	for _, id := range recipients {
		if !unknown.Recipients[id] {
			a.known.add(id)
		}
	}
	if len(unknown.Recipients)+len(unknown.Groups)+len(unknown.Segments) == 0 {
		return batch, nil
	}
	good := make([]*ticket, 0, len(batch))
	for _, t := range batch {
		if err := refuse(t, unknown); err != nil {
			t.answer.Err = err
			continue
		}
		good = append(good, t)
	}
	return good, nil
}

func inlineIDs(upserts []notify.Recipient) map[string]bool {
	if len(upserts) == 0 {
		return nil
	}
	ids := make(map[string]bool, len(upserts))
	for _, r := range upserts {
		ids[r.ID] = true
	}
	return ids
}

// refuse names every target of the ticket that does not exist.
func refuse(t *ticket, unknown Unknown) error {
	var faults notify.Invalid
	inline := inlineIDs(t.entry.Upserts)
	// The request is walked and not the event, whose targets have no doubles:
	// the paths must be the caller's.
	for i, to := range t.request.To {
		switch {
		case to.Group != "" && unknown.Groups[to.Group]:
			faults.Add(fmt.Sprintf("to[%d].group", i), "unknown_group", fmt.Sprintf("no group %q", to.Group))
		case to.Segment != "" && unknown.Segments[to.Segment]:
			faults.Add(fmt.Sprintf("to[%d].segment", i), "unknown_segment", fmt.Sprintf("no segment %q", to.Segment))
		case to.ID != "" && !inline[to.ID] && unknown.Recipients[to.ID]:
			faults.Add(fmt.Sprintf("to[%d]", i), "unknown_recipient", fmt.Sprintf("no recipient %q", to.ID))
		}
	}
	return faults.Err()
}

// knownSet remembers recipients seen lately, so that a busy source costs no
// look-up per event. An erased recipient may pass for as long as the set
// remembers; dispatch then skips it with its reason.
type knownSet struct {
	mu    sync.RWMutex
	until map[string]time.Time
	limit int
	age   time.Duration
	clock notify.Clock
}

func newKnownSet(limit int, age time.Duration, clock notify.Clock) *knownSet {
	return &knownSet{until: map[string]time.Time{}, limit: limit, age: age, clock: clock}
}

func (k *knownSet) has(id string) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	until, ok := k.until[id]
	return ok && k.clock.Now().Before(until)
}

func (k *knownSet) add(id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.until) >= k.limit {
		clear(k.until)
	}
	k.until[id] = k.clock.Now().Add(k.age)
}

func (k *knownSet) addAll(list []notify.Recipient) {
	for _, r := range list {
		k.add(r.ID)
	}
}
