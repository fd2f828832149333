package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"clarion/backend/access"
	"clarion/backend/notify"
	"clarion/backend/sandbox/webpush"
)

// demoPeople is demo/people.yaml.
type demoPeople struct {
	Sources    []access.Source
	Categories []notify.Category
	Recipients []struct {
		ID, Name, Locale, Timezone string
		Email, Phone, Push, Slack  string
		Telegram, Webhook          string
		// The addresses of the East, by channel.
		East map[notify.Channel]string
		// Web names a browser in the box.
		Web string
	}
	Groups []struct {
		Key, Name string
		Members   []string
	}
}

func (h *house) seedPeople(ctx context.Context, people demoPeople) error {
	for _, source := range people.Sources {
		if _, err := h.sources.Put(ctx, source); err != nil {
			return fmt.Errorf("seed source %s: %w", source.Key, err)
		}
	}
	known, err := h.workflows.Categories(ctx)
	if err != nil {
		return err
	}
	for _, category := range people.Categories {
		if _, ok := known[category.Key]; ok {
			continue
		}
		if err := h.workflows.PutCategory(ctx, category); err != nil {
			return fmt.Errorf("seed category %s: %w", category.Key, err)
		}
	}
	if err := h.seedRecipients(ctx, people); err != nil {
		return err
	}
	for _, group := range people.Groups {
		if _, err := h.db.Group(ctx, group.Key); err == nil {
			continue
		}
		if err := h.audience.Create(ctx, notify.Group{Key: group.Key, Name: group.Name}); err != nil {
			return fmt.Errorf("seed group %s: %w", group.Key, err)
		}
		if err := h.db.AddMembers(ctx, group.Key, group.Members, h.clock.Now()); err != nil {
			return fmt.Errorf("seed members of group %s: %w", group.Key, err)
		}
	}
	return nil
}

// browserOf is the subscription of a browser in the box, empty without a name.
func browserOf(name string) string {
	if name == "" {
		return ""
	}
	return webpush.Subscription(name)
}

// given are the addresses that are there.
func given(list []notify.Address) []notify.Address {
	return slices.DeleteFunc(list, func(a notify.Address) bool { return a.Address == "" })
}

func (h *house) seedRecipients(ctx context.Context, people demoPeople) error {
	var list []notify.Recipient
	for _, p := range people.Recipients {
		if _, err := h.db.Recipient(ctx, p.ID); err == nil {
			continue
		} else if !errors.Is(err, notify.ErrNotFound) {
			return fmt.Errorf("look for demo recipient %s: %w", p.ID, err)
		}
		r := notify.Recipient{
			ID: p.ID, Name: p.Name, Locale: p.Locale, Timezone: p.Timezone,
			Addresses: given([]notify.Address{
				{Channel: notify.Email, Address: p.Email}, {Channel: notify.SMS, Address: p.Phone},
				{Channel: notify.Push, Address: p.Push}, {Channel: notify.Push, Address: browserOf(p.Web)},
				{Channel: notify.Slack, Address: p.Slack}, {Channel: notify.WhatsApp, Address: p.Phone},
				{Channel: notify.Telegram, Address: p.Telegram}, {Channel: notify.Webhook, Address: p.Webhook},
				{Channel: notify.InApp, Address: p.ID},
			}),
		}
		for _, channel := range slices.Sorted(maps.Keys(p.East)) {
			r.Addresses = append(r.Addresses, notify.Address{Channel: channel, Address: p.East[channel]})
		}
		list = append(list, r)
	}
	if len(list) == 0 {
		return nil
	}
	if err := h.audience.Put(ctx, list, true); err != nil {
		return fmt.Errorf("seed recipients: %w", err)
	}
	return nil
}
