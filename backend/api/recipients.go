package api

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/audience"
	"clarion/backend/notify"
	"clarion/backend/preference"
)

// Recipients keeps people and their addresses.
type Recipients interface { //nolint:interfacebloat // the port of one resource: every method is one of its routes
	Recipient(ctx context.Context, id string) (notify.Recipient, error)
	Recipients(ctx context.Context, f audience.Filter, p notify.Page) ([]notify.Recipient, string, error)
	GroupsOf(ctx context.Context, id string) ([]notify.Group, error)
	// Put stores them whole when replace is true, else merges.
	Put(ctx context.Context, list []notify.Recipient, replace bool) error
	SetAddresses(ctx context.Context, id string, list []audience.AddressInput) error
	// Activity is what happened with one of them, newest first.
	Activity(ctx context.Context, f audience.ActivityFilter, p notify.Page) ([]audience.Activity, string, error)
	// Attributes are what is known of what people's data holds.
	Attributes(ctx context.Context) ([]audience.Attribute, error)
	// Merge makes one recipient of two and returns it.
	Merge(ctx context.Context, m audience.Merge) (notify.Recipient, error)
	Erase(ctx context.Context, id string) error
	// Export writes all that is held about a person.
	Export(ctx context.Context, id string, w io.Writer) error
}

// Preferences keeps what recipients want.
type Preferences interface {
	Get(ctx context.Context, recipient string) (notify.Preferences, error)
	Change(ctx context.Context, c preference.Change) (notify.Preferences, error)
	Effective(ctx context.Context, q preference.EffectiveQuestion) (preference.Effective, error)
}

// TokenMinter signs recipients' tokens.
type TokenMinter interface {
	Mint(recipient string, audience access.Audience, life time.Duration) (string, time.Time, error)
}

func (s *Server) recipientRoutes() []route {
	preferences := get("/v1/recipients/:id/preferences", access.Read, s.getPreferences)
	choose := put("/v1/recipients/:id/preferences", access.RecipientsWrite, s.putPreferences).audited("recipient.preferences", noContent, membersOnly)
	effective := get("/v1/recipients/:id/preferences/effective", access.Read, s.getEffective)
	preferences.self, choose.self, effective.self = access.ForPreferences, access.ForPreferences, access.ForPreferences
	// A token is a secret: the store of answers must not keep it.
	token := post("/v1/recipients/:id/token", access.RecipientsWrite, s.mintToken).audited("recipient.token", noContent, membersOnly)
	token.once = false
	return []route{
		get("/v1/recipients", access.Read, s.listRecipients),
		post("/v1/recipients", access.RecipientsWrite, s.createRecipient).audited("recipient.create", noContent, membersOnly),
		get("/v1/recipients/attributes", access.Read, s.listAttributes),
		post("/v1/recipients/batch", access.RecipientsWrite, s.saveRecipients).audited("recipient.save_many", noContent, membersOnly),
		get("/v1/recipients/:id", access.Read, s.getRecipient),
		put("/v1/recipients/:id", access.RecipientsWrite, s.putRecipient).audited("recipient.save", noContent, membersOnly),
		remove("/v1/recipients/:id", access.RecipientsWrite, s.eraseRecipient).audited("recipient.erase", noContent),
		get("/v1/recipients/:id/addresses", access.Read, s.getAddresses),
		put("/v1/recipients/:id/addresses", access.RecipientsWrite, s.putAddresses).audited("recipient.addresses", noContent, membersOnly),
		post("/v1/recipients/:id/addresses/verify", access.RecipientsWrite, s.verifyAddress).audited("recipient.verify", noContent, membersOnly),
		post("/v1/recipients/:id/addresses/confirm", access.RecipientsWrite, s.confirmAddress).audited("recipient.confirm", noContent, membersOnly),
		post("/v1/recipients/:id/merge", access.RecipientsWrite, s.mergeRecipient).audited("recipient.merge", noContent),
		get("/v1/recipients/:id/groups", access.Read, s.listGroupsOf),
		get("/v1/recipients/:id/activity", access.Read, s.listActivityOf),
		get("/v1/recipients/:id/export", access.RecipientsWrite, s.exportRecipient),
		preferences, choose, effective, token,
	}
}

// recipientInput is a recipient as callers write one: email and phone are
// short for addresses.
type recipientInput struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Email     string          `json:"email"`
	Phone     string          `json:"phone"`
	Locale    string          `json:"locale"`
	Timezone  string          `json:"timezone"`
	Data      json.RawMessage `json:"data"`
	Addresses []addressInput  `json:"addresses"`
}

type addressInput struct {
	Channel notify.Channel `json:"channel"`
	Address string         `json:"address"`
	Label   string         `json:"label"`
	Invalid bool           `json:"invalid"`

	Preferred    bool                `json:"preferred"`
	Verification notify.Verification `json:"verification"`
	// What only reading shows may come back as it was read.
	VerifiedAt time.Time `json:"verified_at"`
	VerifiedBy string    `json:"verified_by"`
	LastUsedAt time.Time `json:"last_used_at"`
}

func addressesOf(list []addressInput) []notify.Address {
	addresses := make([]notify.Address, 0, len(list)+2)
	for _, a := range list {
		addresses = append(addresses, notify.Address{
			Channel: a.Channel, Address: a.Address, Label: a.Label, Invalid: a.Invalid, Preferred: a.Preferred, Verification: a.Verification,
		})
	}
	return addresses
}

// recipient makes a notify.Recipient; faults of the short fields get their own
// paths.
func (in recipientInput) recipient(prefix string) (notify.Recipient, error) {
	var faults notify.Invalid
	addresses := addressesOf(in.Addresses)
	for _, short := range []struct {
		name, value string
		channel     notify.Channel
	}{{"email", in.Email, notify.Email}, {"phone", in.Phone, notify.SMS}} {
		if short.value == "" {
			continue
		}
		if code, detail := notify.CheckAddress(short.channel, short.value); code != "" {
			faults.Add(prefix+short.name, code, detail)
		}
		addresses = append(addresses, notify.Address{Channel: short.channel, Address: short.value})
	}
	if len(in.Data) > 0 && in.Data[0] != '{' && string(in.Data) != "null" {
		faults.Add(prefix+"data", "wrong_type", "must be an object")
	}
	r := notify.Recipient{
		ID: in.ID, Name: in.Name, Locale: in.Locale, Timezone: in.Timezone, Data: in.Data, Addresses: addresses,
	}
	if string(in.Data) == "null" {
		r.Data = nil
	}
	return r, faults.Err()
}

func (s *Server) listRecipients(c *fiber.Ctx) error {
	q := queryOf(c)
	return listed(s, c, q, audience.Filter{Q: q.text("q"), Group: q.text("group")}, s.Recipients.Recipients)
}

func (s *Server) getRecipient(c *fiber.Ctx) error { return shown(s, c, "id", s.Recipients.Recipient) }

func (s *Server) createRecipient(c *fiber.Ctx) error {
	in, err := decode[recipientInput](c)
	if err != nil {
		return err
	}
	if in.ID == "" {
		in.ID = notify.NewID(notify.RecipientID)
	}
	return s.storeRecipient(c, fiber.StatusCreated, in)
}

func (s *Server) putRecipient(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	in, err := decode[recipientInput](c)
	if err != nil {
		return err
	}
	if in.ID != "" && in.ID != id {
		return notify.InvalidField("id", "conflict", "is not the id of the address")
	}
	in.ID = id
	return s.storeRecipient(c, fiber.StatusOK, in)
}

func (s *Server) storeRecipient(c *fiber.Ctx, status int, in recipientInput) error {
	r, err := in.recipient("")
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	if err := s.Recipients.Put(ctx, []notify.Recipient{r}, true); err != nil {
		return err
	}
	stored, err := s.Recipients.Recipient(ctx, r.ID)
	if err != nil {
		return err
	}
	return reply(c, status, stored)
}

func (s *Server) eraseRecipient(c *fiber.Ctx) error { return s.done(c, "id", s.Recipients.Erase) }
