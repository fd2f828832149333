package app

import (
	"context"

	"clarion/backend/centre"
	"clarion/backend/notify"
	"clarion/backend/preference"
)

// choices lends the preferences to the place where people answer for themselves.
type choices struct{ *preference.Preferences }

// Choices returns what a recipient chose.
func (c choices) Choices(ctx context.Context, recipient string) (notify.Preferences, error) {
	return c.Get(ctx, recipient)
}

// Choose stores a change together with its proof.
func (c choices) Choose(ctx context.Context, choice centre.Choice) error {
	said := choice.Consent
	origin := preference.Origin{Party: preference.ByRecipient, ID: said.Recipient, Source: "centre", Wording: said.Wording, Locale: said.Locale}
	_, err := c.Change(ctx, preference.Change{Recipient: said.Recipient, Origin: origin, Said: said, Edit: choice.Edit})
	return err
}
