package api

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/integration"
	"clarion/backend/notify"
)

func (s *Server) integrationHealth(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	health, err := s.Integrations.Health(ctx)
	if err != nil {
		return err
	}
	return replyOK(c, health)
}

// tryIntegration makes a real call to the vendor; what it answers is the news,
// so a refusal by the vendor is no error of this route.
func (s *Server) tryIntegration(c *fiber.Ctx) error {
	in, err := decode[struct {
		Address string `json:"address"`
	}](c)
	if err != nil {
		return err
	}
	return shown(s, c, "id", func(ctx context.Context, id string) (integration.Trial, error) {
		return s.Integrations.Try(ctx, id, in.Address)
	})
}

func (s *Server) resumeIntegration(c *fiber.Ctx) error {
	return shown(s, c, "id", func(ctx context.Context, id string) (integrationView, error) {
		if err := s.Integrations.Resume(ctx, id); err != nil {
			return integrationView{}, err
		}
		i, err := s.integration(ctx, id)
		return s.viewIntegration(i), err
	})
}

// arrangeIntegrations answers the whole list as it now stands.
func (s *Server) arrangeIntegrations(c *fiber.Ctx) error {
	in, err := decode[struct {
		Channel      notify.Channel      `json:"channel"`
		Integrations []integration.Place `json:"integrations"`
	}](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	before, err := s.Integrations.List(ctx)
	if err != nil {
		return err
	}
	if err := s.Integrations.Arrange(ctx, in.Channel, in.Integrations); err != nil {
		return err
	}
	noted(c, string(in.Channel), map[string]any{"integrations": placesOf(before, in.Channel)}, in)
	return s.listIntegrations(c)
}

func placesOf(list []notify.Integration, channel notify.Channel) []integration.Place {
	places := []integration.Place{}
	for _, i := range list {
		if i.Channel == channel {
			places = append(places, integration.Place{ID: i.ID, Order: i.Order, Weight: i.Weight, Enabled: i.Enabled})
		}
	}
	return places
}
