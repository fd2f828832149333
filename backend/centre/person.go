package centre

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"clarion/backend/notify"
)

// Books is what a person may read about themselves.
type Books interface {
	Recipient(ctx context.Context, id string) (notify.Recipient, error)
	// Messages returns a page, newest first, without Content.
	Messages(ctx context.Context, f notify.MessageFilter, p notify.Page) ([]notify.Message, string, error)
	// Named returns what workflows and sources are called, by their keys.
	Named(ctx context.Context) (workflows, sources map[string]string, err error)
	// AsksErasure reports whether the person asked to be erased.
	AsksErasure(ctx context.Context, recipient string) (bool, error)
}

// State is a person's own page: what they can choose, and what holds now.
type State struct {
	Recipient   Self               `json:"recipient"`
	Channels    []notify.Channel   `json:"channels"`
	Categories  []CategoryState    `json:"categories"`
	Cadences    []notify.Cadence   `json:"cadences"`
	Preferences notify.Preferences `json:"preferences"`
	AsksErasure bool               `json:"erasure_requested"`
}

// Self is what a page says of its person.
type Self struct {
	ID       string `json:"id"`
	Locale   string `json:"locale"`
	Timezone string `json:"timezone"`
}

// CategoryState is one category as it stands for a person.
type CategoryState struct {
	Key      string            `json:"key"`
	Name     string            `json:"name"`
	Names    map[string]string `json:"names,omitempty"`
	Cadence  notify.Cadence    `json:"cadence"`
	Channels []ChannelState    `json:"channels"`
}

// ChannelState is one switch: what holds, and why it cannot be changed where it
// cannot.
type ChannelState struct {
	Channel notify.Channel `json:"channel"`
	Value   notify.Setting `json:"value"`
	Locked  string         `json:"locked,omitempty"`
}

// State returns a person's own page.
func (c *Centre) State(ctx context.Context, recipient string) (State, error) {
	person, err := c.Books.Recipient(ctx, recipient)
	if err != nil {
		return State{}, err
	}
	if !person.ErasedAt.IsZero() {
		return State{}, fmt.Errorf("recipient %s was erased: %w", recipient, notify.ErrNotFound)
	}
	choices, err := c.Choices.Choices(ctx, recipient)
	if err != nil {
		return State{}, err
	}
	asks, err := c.Books.AsksErasure(ctx, recipient)
	if err != nil {
		return State{}, err
	}
	categories, err := c.Categories(ctx)
	if err != nil {
		return State{}, fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
	}
	state := State{
		Recipient: Self{person.ID, person.Locale, person.Timezone}, Channels: channelsOf(person), Categories: []CategoryState{},
		Cadences: cadences(), Preferences: choices, AsksErasure: asks,
	}
	state.Preferences.Locks = nil
	for _, category := range categories {
		one, err := c.category(ctx, category, choices, state.Channels)
		if err != nil {
			return State{}, err
		}
		state.Categories = append(state.Categories, one)
	}
	slices.SortFunc(state.Categories, func(a, b CategoryState) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.Key, b.Key))
	})
	return state, nil
}

// category asks what holds for every channel of a person. A pause is left out:
// it has a place of its own on the page.
func (c *Centre) category(ctx context.Context, category notify.Category, choices notify.Preferences, channels []notify.Channel) (CategoryState, error) {
	one := CategoryState{Key: category.Key, Name: category.Name, Names: category.Names, Channels: []ChannelState{}}
	q := notify.WishQuestion{Choices: choices, Category: category, At: c.Clock.Now()}
	q.Choices.PausedUntil = q.At
	for _, channel := range channels {
		q.Channel = channel
		wish, err := c.Choices.Wish(ctx, q)
		if err != nil {
			return one, err
		}
		state := ChannelState{Channel: channel, Value: wish.Value, Locked: lockOf(choices.Locks, category.Key, channel)}
		one.Cadence, one.Channels = wish.Cadence, append(one.Channels, state)
	}
	return one, nil
}

// lockOf is the reason for which a switch is held, if it is.
func lockOf(locks []notify.Lock, category string, channel notify.Channel) string {
	for _, l := range locks {
		if place := l.Place(); place == (notify.Lock{Category: category, Channel: channel}) || place == (notify.Lock{Channel: channel}) {
			return l.Reason
		}
	}
	return ""
}

// channelsOf are the channels on which a person can be reached, in our order.
func channelsOf(r notify.Recipient) []notify.Channel {
	list := []notify.Channel{}
	for _, info := range notify.Channels {
		reached := slices.ContainsFunc(r.Addresses, func(a notify.Address) bool { return a.Channel == info.Channel })
		if reached || info.Channel == notify.InApp {
			list = append(list, info.Channel)
		}
	}
	return list
}

// cadences are those a person may choose among; never is what switches are for.
func cadences() []notify.Cadence {
	var list []notify.Cadence
	for _, one := range []notify.Cadence{notify.Instant, notify.Hourly, notify.Daily, notify.Weekly} {
		var faults notify.Invalid
		if one.Check(&faults, ""); faults.Err() == nil {
			list = append(list, one)
		}
	}
	return list
}

// Choose replaces a person's choices by those they made on their page.
func (c *Centre) Choose(ctx context.Context, said notify.Consent, choices notify.Preferences) error {
	said.Kind = notify.ConsentChose
	return c.Choices.Choose(ctx, Choice{said, func(notify.Preferences) notify.Preferences { return choices }})
}

// Sent is a message as its person may read about it: what it was sent for, and
// not what it said.
type Sent struct {
	ID        string            `json:"id"`
	At        string            `json:"at"`
	Channel   notify.Channel    `json:"channel"`
	Address   string            `json:"address"`
	Workflow  string            `json:"workflow"`
	Source    string            `json:"source"`
	Category  string            `json:"category"`
	Names     map[string]string `json:"names,omitempty"`
	Status    notify.Status     `json:"status"`
	Skip      notify.SkipReason `json:"skip_reason,omitempty"`
	Critical  bool              `json:"critical"`
	Mandatory bool              `json:"mandatory"`
}

// Messages returns a page of what was sent to a person, newest first, each with
// what it was sent for.
func (c *Centre) Messages(ctx context.Context, recipient string, p notify.Page) ([]Sent, string, error) {
	list, next, err := c.Books.Messages(ctx, notify.MessageFilter{Recipient: recipient}, p)
	if err != nil {
		return nil, "", err
	}
	categories, err := c.Categories(ctx)
	if err != nil {
		return nil, "", fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
	}
	workflows, sources, err := c.Books.Named(ctx)
	if err != nil {
		return nil, "", err
	}
	out := make([]Sent, 0, len(list))
	for _, m := range list {
		if m.Source == notify.ConfidentialSource || m.Workflow == notify.OTPType {
			continue
		}
		category := categories[m.Category]
		out = append(out, Sent{
			ID: m.ID, At: m.CreatedAt.Format("2006-01-02T15:04:05Z07:00"), Channel: m.Channel, Address: masked(m),
			Workflow: cmp.Or(workflows[m.Workflow], m.Workflow), Source: cmp.Or(sources[m.Source], m.Source),
			Category: cmp.Or(category.Name, m.Category), Names: category.Names, Status: m.Status, Skip: m.SkipReason,
			Critical: m.Critical, Mandatory: required(category, m.Channel),
		})
	}
	return out, next, nil
}

// masked is where a message went. In the app it went to the person, not to an
// address.
func masked(m notify.Message) string {
	if m.Channel == notify.InApp {
		return ""
	}
	return notify.MaskAddress(m.Address)
}
