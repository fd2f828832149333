package suppression

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"clarion/backend/notify"
)

// detailMost is how much a person may say about an entry, scopeMost how long a
// scope may be.
const detailMost, scopeMost = 1000, 200

// Suppressions keeps the list.
type Suppressions struct {
	Store Store
	Clock notify.Clock
}

// Add suppresses an address by hand or for a reason a caller knows.
func (s *Suppressions) Add(ctx context.Context, entry notify.Suppression) (notify.Suppression, error) {
	var faults notify.Invalid
	check(&faults, "", &entry, s.Clock.Now())
	if err := faults.Err(); err != nil {
		return entry, err
	}
	return s.Store.AddSuppression(ctx, entry, s.Clock.Now())
}

// check notes what is wrong with an entry, with paths below prefix, and fills in
// what was left to us.
func check(faults *notify.Invalid, prefix string, entry *notify.Suppression, now time.Time) {
	entry.ID = notify.NewID(notify.SuppressionID)
	if !entry.Channel.Known() {
		faults.Add(prefix+"channel", "unknown_channel", fmt.Sprintf("no channel %q", entry.Channel))
	}
	if code, detail := notify.CheckAddress(entry.Channel, entry.Address); code != "" {
		faults.Add(prefix+"address", code, detail)
	}
	if utf8.RuneCountInString(entry.Detail) > detailMost {
		faults.Add(prefix+"detail", "too_long", fmt.Sprintf("must be at most %d characters", detailMost))
	}
	if !entry.ExpiresAt.IsZero() && !entry.ExpiresAt.After(now) {
		faults.Add(prefix+"expires_at", "in_the_past", "must lie in the future")
	}
	switch {
	case entry.Scope == "":
		entry.Scope = notify.ScopeChannel
	case !entry.Scope.Known():
		faults.Add(prefix+"scope", "not_an_option", "must be channel, everything, or category:, workflow: or source: with a key")
	case utf8.RuneCountInString(string(entry.Scope)) > scopeMost:
		faults.Add(prefix+"scope", "too_long", fmt.Sprintf("must be at most %d characters", scopeMost))
	}
	switch entry.Reason {
	case "":
		entry.Reason = notify.Manual
	case notify.Manual, notify.Bounce, notify.SoftBounce, notify.Complaint, notify.Unsubscribe:
	default:
		faults.Add(prefix+"reason", "not_an_option", "must be manual, bounce, soft_bounce, complaint or unsubscribe")
	}
}

// Get returns one entry.
func (s *Suppressions) Get(ctx context.Context, id string) (notify.Suppression, error) {
	return s.Store.Suppression(ctx, id)
}

// List returns a page of the list.
func (s *Suppressions) List(ctx context.Context, f Filter, p notify.Page) ([]notify.Suppression, string, error) {
	if f.Ended {
		return s.Store.EndedSuppressions(ctx, f, p)
	}
	return s.Store.Suppressions(ctx, f, p)
}

// Releaser is who says that an address may be contacted again.
type Releaser struct {
	ID, Name string
	Source   notify.ConsentSource
}

// Release lets an address be contacted again and returns what was there. Why is
// kept with the entry.
func (s *Suppressions) Release(ctx context.Context, id string, by Releaser, why string) (notify.Suppression, error) {
	ending := notify.EndedSuppression{How: notify.SuppressionReleased, At: s.Clock.Now(), By: by.Name, Why: why}
	said := notify.Consent{Kind: notify.ConsentReleased, Source: by.Source, Actor: by.ID, Wording: why}
	return s.Store.ReleaseSuppression(ctx, id, ending, said)
}
