package api

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/audience"
	"clarion/backend/notify"
)

// Verifier finds out whether an address is its recipient's.
type Verifier interface {
	Begin(ctx context.Context, recipient string, channel notify.Channel, address string) (time.Time, error)
	Confirm(ctx context.Context, recipient string, place audience.Check, code string) (audience.Tried, error)
}

func (s *Server) listAttributes(c *fiber.Ctx) error { return whole(s, c, s.Recipients.Attributes) }

type placeInput struct {
	Channel notify.Channel `json:"channel"`
	Address string         `json:"address"`
}

// verifyAddress sends a code to one address of a recipient.
func (s *Server) verifyAddress(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	in, err := decode[placeInput](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	until, err := s.Verifier.Begin(ctx, id, in.Channel, in.Address)
	if err != nil {
		return err
	}
	return reply(c, fiber.StatusAccepted, map[string]any{"expires_at": until})
}

// confirmAddress tries the code that was sent.
func (s *Server) confirmAddress(c *fiber.Ctx) error {
	in, err := decode[struct {
		placeInput
		Code string `json:"code"`
	}](c)
	if err != nil {
		return err
	}
	if in.Code == "" {
		return notify.InvalidField("code", "required", "is required")
	}
	return shown(s, c, "id", func(ctx context.Context, id string) (audience.Tried, error) {
		return s.Verifier.Confirm(ctx, id, audience.Check{Channel: in.Channel, Address: in.Address}, in.Code)
	})
}

// mergeRecipient makes the other recipient part of this one.
func (s *Server) mergeRecipient(c *fiber.Ctx) error {
	in, err := decode[struct {
		From    string         `json:"from"`
		Channel notify.Channel `json:"channel"`
		Address string         `json:"address"`
	}](c)
	if err != nil {
		return err
	}
	return shown(s, c, "id", func(ctx context.Context, id string) (notify.Recipient, error) {
		merged, err := s.Recipients.Merge(ctx, audience.Merge{Into: id, From: in.From, Channel: in.Channel, Address: in.Address})
		if err == nil {
			noted(c, merged.ID, map[string]any{"from": in.From}, map[string]any{"into": merged.ID})
		}
		return merged, err
	})
}
