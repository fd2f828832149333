package store

import (
	"context"
	"slices"

	"clarion/backend/notify"
	"clarion/backend/preference"
	"clarion/backend/segment"
)

// inform loads the categories for rules that ask for effective preferences.
func (db *DB) inform(ctx context.Context, c *ruler, r segment.Rule) error {
	asks := func(one segment.Rule) bool { return one.Field == segment.FieldEffective }
	if c.categories != nil || !slices.ContainsFunc(r.Conditions(), asks) {
		return nil
	}
	list, err := db.Categories(ctx)
	if err != nil {
		return err
	}
	c.categories = make(map[string]notify.Category, len(list))
	for _, one := range list {
		c.categories[one.Key] = one
	}
	return nil
}

// effective asks what holds for a category, or for it on a channel, as the resolver
// says it. What holds for those who chose nothing is the resolver's own answer;
// what their choices make of it is asked of the database.
func (c *ruler) effective(r segment.Rule, deny bool) string {
	category := c.categories[r.Category]
	category.Key = r.Category
	standing := preference.Resolve(notify.WishQuestion{Category: category, Channel: r.Channel, At: c.now})
	switch {
	case r.Op == segment.OpRequired:
		return truthOf((standing.Value == notify.Required) != deny)
	case standing.Value == notify.Required:
		return truthOf(deny)
	case standing.Refused:
		return denied(!deny, c.whoChose("NOT "+c.braked(r.Channel)+" AND "+c.switchedOn(r)))
	}
	own := segment.Rule{Category: r.Category, Channel: r.Channel}
	return denied(deny, c.whoChose(c.braked(r.Channel)+" OR "+c.isOff(own)))
}

func truthOf(yes bool) string {
	if yes {
		return "TRUE"
	}
	return "FALSE"
}

func (c *ruler) whoChose(text string) string {
	return c.one("p.recipient_id", "preferences AS p WHERE ("+text+")")
}

// braked is what stops before any choice: everything is paused, or the channel is
// off. It is never NULL.
func (c *ruler) braked(channel notify.Channel) string {
	until := c.chosenWord("paused_until")
	if c.postgres {
		until = "extract(epoch FROM " + until + "::timestamptz) * 1000000"
	} else {
		until = "unixepoch(" + until + ", 'subsec') * 1000000"
	}
	text := "COALESCE(" + until + " > " + c.numberArg(micros(c.now)) + ", FALSE)"
	if channel != "" {
		text += " OR COALESCE(" + c.chosen("channels", string(channel)) + " = 'false', FALSE)"
	}
	return "(" + text + ")"
}

// switchedOn is whether the nearest choice of the person is on.
func (c *ruler) switchedOn(r segment.Rule) string {
	on := c.chosen("categories", r.Category, "enabled") + " = 'true'"
	if r.Channel != "" {
		nearer := c.chosen("categories", r.Category, "channels", string(r.Channel))
		on = "(" + nearer + " = 'true' OR (" + nearer + " IS NULL AND " + on + "))"
	}
	return on
}
