package api

import (
	"context"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/centre"
	"clarion/backend/consent"
	"clarion/backend/notify"
)

// Own is what people see and change about themselves.
type Own interface {
	State(ctx context.Context, recipient string) (centre.State, error)
	Choose(ctx context.Context, said notify.Consent, choices notify.Preferences) error
	Messages(ctx context.Context, recipient string, p notify.Page) ([]centre.Sent, string, error)
}

// wordingMost is how much of what a person read is kept.
const wordingMost = 1000

func (s *Server) ownRoutes() []route {
	own := func(method, path string, do fiber.Handler) route {
		r := route{method: method, path: path, who: recipients, audience: access.ForPreferences, do: do}
		if r.reads() {
			return r
		}
		return r.unaudited("the consent log keeps what a person said")
	}
	return []route{
		own(fiber.MethodGet, "/v1/preferences", s.ownState),
		own(fiber.MethodPut, "/v1/preferences", s.chooseOwn),
		own(fiber.MethodGet, "/v1/preferences/messages", s.ownMessages),
		own(fiber.MethodGet, "/v1/preferences/history", s.ownHistory),
		own(fiber.MethodGet, "/v1/preferences/export", s.exportOwn),
		own(fiber.MethodPost, "/v1/preferences/erasure", s.askErasure),
	}
}

// ownView is a person's page with the name of the house that it stands in.
type ownView struct {
	House string `json:"house"`
	centre.State
}

func (s *Server) ownState(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	return s.showOwn(ctx, c)
}

func (s *Server) showOwn(ctx context.Context, c *fiber.Ctx) error {
	state, err := s.Own.State(ctx, callOf(c).ownRecipient().Recipient)
	if err != nil {
		return err
	}
	return replyOK(c, ownView{s.houseName(ctx), state})
}

// saidBy is how the person behind a call speaks: by a link, or by their session
// in a product.
func saidBy(k *call, wording, locale string) (notify.Consent, error) {
	bearer := k.ownRecipient()
	said := notify.Consent{Recipient: bearer.Recipient, Source: notify.ByComponent, Wording: wording, Locale: locale}
	if bearer.Visit != "" {
		said.Source = notify.ByLink
		if bearer.Visit != access.OwnLink {
			said.MessageID = bearer.Visit
		}
	}
	var faults notify.Invalid
	if utf8.RuneCountInString(wording) > wordingMost {
		faults.Add("wording", "too_long", "must be at most 1000 characters")
	}
	if locale != "" && !notify.ValidLocale(locale) {
		faults.Add("locale", "invalid_locale", "must be a language tag such as en or zh-CN")
	}
	return said, faults.Err()
}

func (s *Server) chooseOwn(c *fiber.Ctx) error {
	in, err := decode[struct {
		Preferences notify.Preferences `json:"preferences"`
		Wording     string             `json:"wording"`
		Locale      string             `json:"locale"`
	}](c)
	if err != nil {
		return err
	}
	said, err := saidBy(callOf(c), in.Wording, in.Locale)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	if err := s.Own.Choose(ctx, said, in.Preferences); err != nil {
		return err
	}
	return s.showOwn(ctx, c)
}

func (s *Server) ownMessages(c *fiber.Ctx) error {
	return listed(s, c, queryOf(c), callOf(c).ownRecipient().Recipient, s.Own.Messages)
}

func (s *Server) ownHistory(c *fiber.Ctx) error {
	return listed(s, c, queryOf(c), consent.Filter{Recipient: callOf(c).ownRecipient().Recipient}, s.ownConsents)
}

// ownConsents leaves out who spoke for the person: that is the house's affair.
func (s *Server) ownConsents(ctx context.Context, f consent.Filter, p notify.Page) ([]consent.Record, string, error) {
	list, next, err := s.Consents.List(ctx, f, p)
	for i := range list {
		list[i].Actor, list[i].ActorName = "", ""
	}
	return list, next, err
}

// exportMost bounds the lists of an export by a person.
const exportMost = 1000

// ownExport is what a person takes along: their choices and their past, with
// addresses masked, because a link may have been passed on.
type ownExport struct {
	ExportedAt string           `json:"exported_at"`
	Settings   ownView          `json:"settings"`
	History    []consent.Record `json:"history"`
	Messages   []centre.Sent    `json:"messages"`
}

// exportOwn hands out the file. That it was is kept first, and stands in the file:
// who gave a link away sees what became of it.
func (s *Server) exportOwn(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	id := callOf(c).ownRecipient().Recipient
	state, err := s.Own.State(ctx, id)
	if err != nil {
		return err
	}
	said, err := saidBy(callOf(c), "", "")
	if err == nil {
		err = s.admitDownload(ctx, id)
	}
	if err != nil {
		return err
	}
	said.Kind, said.Device, said.Network = notify.ConsentDownloaded, deviceOf(c.Get(fiber.HeaderUserAgent)), networkOf(c.IP())
	if err := s.Consents.Say(ctx, said); err != nil {
		return err
	}
	s.Tell("recipient", id)
	history, _, err := s.ownConsents(ctx, consent.Filter{Recipient: id}, notify.Page{Limit: exportMost})
	if err != nil {
		return err
	}
	messages, _, err := s.Own.Messages(ctx, id, notify.Page{Limit: exportMost})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="my-settings.json"`)
	return replyOK(c, ownExport{s.clock.Now().Format("2006-01-02T15:04:05Z07:00"), ownView{s.houseName(ctx), state}, history, messages})
}

// askErasure notes that a person wants to be erased. A member sees to it: a link
// that was passed on must not be able to delete somebody.
func (s *Server) askErasure(c *fiber.Ctx) error {
	in, err := decode[struct {
		Wording string `json:"wording"`
		Locale  string `json:"locale"`
	}](c)
	if err != nil {
		return err
	}
	said, err := saidBy(callOf(c), in.Wording, in.Locale)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	state, err := s.Own.State(ctx, said.Recipient)
	if err != nil {
		return err
	}
	if !state.AsksErasure {
		said.Kind = notify.ConsentAsksErasure
		if err := s.Consents.Say(ctx, said); err != nil {
			return err
		}
		s.Tell("recipient", said.Recipient)
	}
	return replyOK(c, nil)
}
