package centre

import (
	"context"
	"errors"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// pageOpen is how long a link leads to a person's page. Unsubscribing has no
// end: it can only stop messages, and the law wants it to work.
const pageOpen = 180 * 24 * time.Hour

// Visitor is who a link is for, as the books know them.
type Visitor struct {
	Recipient notify.Recipient
	// Message is the one the link was in; its id is empty for a link that was
	// made by hand.
	Message notify.Message
	// RevokedAt closes the links that were made before.
	RevokedAt time.Time
}

// Store is what links need of the database.
type Store interface {
	// Visitor returns notify.ErrNotFound for a message or a person that is not
	// known.
	Visitor(ctx context.Context, ref Ref) (Visitor, error)
	// RevokeLinks closes the links of a person that were made before now.
	RevokeLinks(ctx context.Context, recipient string, now time.Time) error
}

// Choice is a change that a person makes.
type Choice struct {
	Consent notify.Consent
	// Edit makes of the choices before those after.
	Edit func(notify.Preferences) notify.Preferences
}

// Choices is the one way in which choices change.
type Choices interface {
	// Choose stores what the edit makes, together with the proof.
	Choose(ctx context.Context, c Choice) error
	Wishes
}

// Wishes answers what choices say.
type Wishes interface {
	Choices(ctx context.Context, recipient string) (notify.Preferences, error)
	Wish(ctx context.Context, q notify.WishQuestion) (notify.Wish, error)
}

// Centre opens links and does what people ask by them.
type Centre struct {
	Links      *Links
	Store      Store
	Books      Books
	Choices    Choices
	Categories func(context.Context) (map[string]notify.Category, error)
	Clock      notify.Clock
}

// Visit is what a link opens.
type Visit struct {
	Recipient string
	// Locale is the recipient's.
	Locale string
	// Address is masked; Channel and Category are those of the message.
	Address   string
	Channel   notify.Channel
	Category  notify.Category
	MessageID string
	// Open says whether the link leads to the person's page.
	Open bool
	// Refusable says whether what the message is of can be unsubscribed from, and
	// Refused whether it was.
	Refusable bool
	Refused   bool

	address, workflow string
}

// Genuine reports whether a token is one that was made here. It asks nobody.
func (c *Centre) Genuine(token string) bool {
	_, err := c.Links.Open(token)
	return err == nil
}

// Visit reads who a link is for. It changes nothing.
func (c *Centre) Visit(ctx context.Context, token string) (Visit, error) {
	ref, err := c.Links.Open(token)
	if err != nil {
		return Visit{}, err
	}
	who, err := c.Store.Visitor(ctx, ref)
	if err != nil {
		return Visit{}, fmt.Errorf("find who a link is for: %w", err)
	}
	if !who.Recipient.ErasedAt.IsZero() {
		return Visit{}, fmt.Errorf("the person of a link was erased: %w", notify.ErrNotFound)
	}
	categories, err := c.Categories(ctx)
	if err != nil {
		return Visit{}, fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
	}
	m := who.Message
	category, known := categories[m.Category]
	if !known {
		category = notify.Category{Key: m.Category, Name: m.Category}
	}
	v := Visit{
		Recipient: who.Recipient.ID, Locale: who.Recipient.Locale, Address: notify.MaskAddress(m.Address), address: m.Address,
		Channel: m.Channel, Category: category, MessageID: m.ID,
		Open:      ref.At.After(who.RevokedAt) && c.Clock.Now().Before(ref.At.Add(pageOpen)),
		Refusable: m.ID != "" && c.Links.Of(m, category).Unsubscribe != "",
	}
	if v.Refusable {
		err = c.wanted(ctx, &v, m)
	}
	return v, err
}

// wanted finds out what a person's choices say to what a visit is about. A pause
// ends by itself: it is no unsubscription.
func (c *Centre) wanted(ctx context.Context, v *Visit, m notify.Message) error {
	choices, err := c.Choices.Choices(ctx, v.Recipient)
	if err != nil {
		return err
	}
	choices.PausedUntil = time.Time{}
	wish, err := c.Choices.Wish(ctx, notify.WishQuestion{
		Choices: choices, Category: v.Category, Workflow: m.Workflow, Channel: m.Channel, At: c.Clock.Now(),
	})
	v.Refused, v.workflow = wish.Refused, m.Workflow
	return err
}

// Answer is what a person says at a link.
type Answer struct {
	// Stay takes an unsubscription back.
	Stay   bool
	Source notify.ConsentSource
	// Wording is what the person read, in Locale; empty where a mailbox did it
	// for them.
	Wording string
	Locale  string
}

// ErrRequired is an unsubscription from what a person may not refuse.
var ErrRequired = errors.New("it cannot be refused")

// Unsubscribe ends what a message is of, on its channel, or takes that back. What
// is so already stays as it is.
func (c *Centre) Unsubscribe(ctx context.Context, token string, a Answer) (Visit, error) {
	v, err := c.Visit(ctx, token)
	if err != nil {
		return v, err
	}
	if !v.Refusable {
		return v, fmt.Errorf("unsubscribe from message %s: %w", v.MessageID, ErrRequired)
	}
	if v.Refused != a.Stay {
		return v, nil
	}
	said := notify.Consent{
		Recipient: v.Recipient, Kind: notify.ConsentUnsubscribed, Source: a.Source, Channel: v.Channel, Category: v.Category.Key,
		MessageID: v.MessageID, Address: v.address, Wording: a.Wording, Locale: a.Locale,
	}
	if a.Stay {
		said.Kind = notify.ConsentResubscribed
	}
	edit := func(p notify.Preferences) notify.Preferences { return answered(p, v, a.Stay) }
	err = c.Choices.Choose(ctx, Choice{said, edit})
	var locked *notify.Invalid
	if errors.As(err, &locked) { // an operator holds the choice
		return v, fmt.Errorf("unsubscribe from message %s: %w: %w", v.MessageID, ErrRequired, err)
	}
	if err != nil {
		return v, fmt.Errorf("unsubscribe from message %s: %w", v.MessageID, err)
	}
	v.Refused = !a.Stay
	return v, nil
}

// Link makes a link to a person's page.
func (c *Centre) Link(_ context.Context, recipient string) (string, error) {
	return c.Links.For(recipient, c.Clock.Now()), nil
}

// Revoke closes all links to a person's page that were made so far.
func (c *Centre) Revoke(ctx context.Context, recipient string) error {
	return c.Store.RevokeLinks(ctx, recipient, c.Clock.Now())
}
