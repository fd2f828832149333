package api

import (
	"context"
	"io"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/audience"
	"clarion/backend/notify"
	"clarion/backend/preference"
)

func (s *Server) getAddresses(c *fiber.Ctx) error {
	return shown(s, c, "id", func(ctx context.Context, id string) ([]notify.Address, error) {
		r, err := s.Recipients.Recipient(ctx, id)
		return r.Addresses, err
	})
}

func (s *Server) putAddresses(c *fiber.Ctx) error {
	in, err := decode[struct {
		Addresses []audience.AddressInput `json:"addresses"`
	}](c)
	if err != nil {
		return err
	}
	return shown(s, c, "id", func(ctx context.Context, id string) ([]notify.Address, error) {
		if err := s.Recipients.SetAddresses(ctx, id, in.Addresses); err != nil {
			return nil, err
		}
		r, err := s.Recipients.Recipient(ctx, id)
		return r.Addresses, err
	})
}

func (s *Server) listGroupsOf(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	return whole(s, c, func(ctx context.Context) ([]notify.Group, error) {
		if _, err := s.Recipients.Recipient(ctx, id); err != nil {
			return nil, err
		}
		return s.Recipients.GroupsOf(ctx, id)
	})
}

// listActivityOf answers one timeline over all that is kept of a person.
func (s *Server) listActivityOf(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	q := queryOf(c)
	return listed(s, c, q, audience.ActivityFilter{Recipient: id, Kinds: options(q, "kind", audience.ActivityKinds)}, s.Recipients.Activity)
}

// exportRecipient streams: what is held about a person has no upper bound.
func (s *Server) exportRecipient(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	if _, err := s.Recipients.Recipient(ctx, id); err != nil {
		return err
	}
	trace := callOf(c).trace
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	return s.stream(c, "recipient.json", func(ctx context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, `{"code":200,"message":"ok","data":`); err != nil {
			return err
		}
		if err := s.Recipients.Export(ctx, id, w); err != nil {
			return err
		}
		_, err := io.WriteString(w, `,"trace_id":"`+trace+`"}`)
		return err
	})
}

func (s *Server) getPreferences(c *fiber.Ctx) error {
	return shown(s, c, "id", func(ctx context.Context, id string) (notify.Preferences, error) {
		if _, err := s.Recipients.Recipient(ctx, id); err != nil {
			return notify.Preferences{}, err
		}
		return s.Preferences.Get(ctx, id)
	})
}

func (s *Server) putPreferences(c *fiber.Ctx) error {
	choices, err := decode[notify.Preferences](c)
	if err != nil {
		return err
	}
	return shown(s, c, "id", func(ctx context.Context, id string) (notify.Preferences, error) {
		if _, err := s.Recipients.Recipient(ctx, id); err != nil {
			return choices, err
		}
		return s.Preferences.Change(ctx, preference.Change{
			Recipient: id, Origin: originOf(callOf(c)), Edit: func(notify.Preferences) notify.Preferences { return choices },
		})
	})
}

func (s *Server) getEffective(c *fiber.Ctx) error {
	q := queryOf(c)
	asked := preference.EffectiveQuestion{Workflow: q.text("workflow"), At: q.time("at")}
	if err := q.err(); err != nil {
		return err
	}
	return shown(s, c, "id", func(ctx context.Context, id string) (preference.Effective, error) {
		if _, err := s.Recipients.Recipient(ctx, id); err != nil {
			return preference.Effective{}, err
		}
		asked.Recipient = id
		return s.Preferences.Effective(ctx, asked)
	})
}

// originOf says who changes preferences through the API.
func originOf(k *call) preference.Origin {
	party, source := preference.BySystem, "api"
	switch k.kind {
	case byKey:
		party = preference.ByKey
	case byMember:
		party, source = preference.ByMember, "admin"
	case byRecipient:
		party = preference.ByRecipient
	case anonymous:
	}
	return preference.Origin{Party: party, ID: k.id(), Source: source}
}

func (s *Server) mintToken(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	in, err := decode[struct {
		Audience   access.Audience `json:"audience"`
		TTLSeconds int             `json:"ttl_seconds"`
	}](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	if _, err := s.Recipients.Recipient(ctx, id); err != nil {
		return err
	}
	token, expires, err := s.Tokens.Mint(id, in.Audience, time.Duration(in.TTLSeconds)*time.Second)
	if err != nil {
		return err
	}
	return reply(c, fiber.StatusCreated, tokenView{Token: token, ExpiresAt: expires})
}

type tokenView struct {
	Token     string    `json:"token,omitempty"`
	Ticket    string    `json:"ticket,omitempty"`
	ExpiresAt time.Time `json:"expires_at"`
}
