package preference

import (
	"cmp"
	"context"
	"fmt"

	"clarion/backend/notify"
)

// Preferences keeps what recipients want.
type Preferences struct {
	Store Store
	Clock notify.Clock
	// Categories are the known categories by key.
	Categories func(context.Context) (map[string]notify.Category, error)
	// Workflow returns the live version of a workflow.
	Workflow func(ctx context.Context, key string) (notify.Workflow, error)
	// House are the rules for recipients who have said nothing else.
	House func(context.Context) (notify.HouseRules, error)
}

// Origin says who changed what a recipient wants, and from where.
type Origin struct {
	// Party is recipient, member, key or system; ID names which.
	Party Party  `json:"party"`
	ID    string `json:"id"`
	// Source is the way it came: admin, api, centre, one_click, sms or import.
	Source string `json:"source"`
	// Wording is what the recipient was shown, in Locale; empty where nobody was
	// shown anything.
	Wording string `json:"wording,omitempty"`
	Locale  string `json:"locale,omitempty"`
}

// Party is a kind of whoever changes preferences.
type Party string

// The parties. Only the recipient is bound by locks.
const (
	ByRecipient Party = "recipient"
	ByMember    Party = "member"
	ByKey       Party = "key"
	BySystem    Party = "system"
)

// Change is one change of what a recipient wants.
type Change struct {
	Recipient string
	Origin    Origin
	// Said is what the consent log keeps of it besides: which message it was an
	// answer to, and what kind of answer. It may be empty.
	Said notify.Consent
	// Edit makes of the choices before those after. It runs within the
	// transaction that stores them, so that no other change is lost.
	Edit func(notify.Preferences) notify.Preferences
}

// Get returns a recipient's choices.
func (p *Preferences) Get(ctx context.Context, recipient string) (notify.Preferences, error) {
	return p.Store.Preferences(ctx, recipient)
}

// Change is the only way in which choices change: it checks what the edit makes
// of them and stores it, with all that is kept about the change, at once. It
// returns the choices after it.
func (p *Preferences) Change(ctx context.Context, c Change) (notify.Preferences, error) {
	known, err := p.Categories(ctx)
	if err != nil {
		return notify.Preferences{}, err
	}
	write := Write{Recipient: c.Recipient, Said: c.consent(), Now: p.Clock.Now()}
	write.Edit = func(before notify.Preferences) (notify.Preferences, error) {
		after := c.Edit(before)
		if c.Origin.Party == ByRecipient {
			after.Locks = before.Locks
		}
		if err := check(after, before, known); err != nil {
			return before, err
		}
		if c.Origin.Party == ByRecipient {
			return after, unlocked(before, after)
		}
		return after, nil
	}
	after, err := p.Store.ChangePreferences(ctx, write)
	if err != nil {
		return after, fmt.Errorf("change the preferences of %s: %w", c.Recipient, err)
	}
	return after, nil
}

// Wish answers what a recipient's preferences say about one message. Who has no
// time zone lives in the house's.
func (p *Preferences) Wish(ctx context.Context, q notify.WishQuestion) (notify.Wish, error) {
	var err error
	if q.House, err = p.House(ctx); err != nil {
		return notify.Wish{}, fmt.Errorf("%w: read the rules of the house: %w", notify.ErrUnavailable, err)
	}
	q.Timezone = cmp.Or(q.Timezone, q.House.Timezone)
	return Resolve(q), nil
}
