package api

import (
	"context"
	"errors"
	"fmt"
	"sort"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/integration"
	"clarion/backend/notify"
)

// Integrations keeps the configured vendor accounts.
type Integrations interface { //nolint:interfacebloat // the port of one feature: every method is one of its routes
	List(ctx context.Context) ([]notify.Integration, error)
	// Save keeps the stored secrets that are not given anew.
	Save(ctx context.Context, i notify.Integration) (notify.Integration, error)
	Delete(ctx context.Context, id string) error
	// Plain are the settings that are no secret.
	Plain(ctx context.Context, id string) (map[string]string, error)
	Try(ctx context.Context, id, address string) (integration.Trial, error)
	Resume(ctx context.Context, id string) error
	Arrange(ctx context.Context, channel notify.Channel, places []integration.Place) error
	Health(ctx context.Context) (integration.Health, error)
	// Providers are the vendors' manifests, ready to be written as JSON.
	Providers() any
}

func (s *Server) channelRoutes() []route {
	return []route{
		get("/v1/providers", access.Read, s.listProviders),
		get("/v1/integrations", access.Read, s.listIntegrations),
		post("/v1/integrations", access.Admin, s.createIntegration).audited("integration.create"),
		// Before :id, which would take the words for ids.
		get("/v1/integrations/health", access.Read, s.integrationHealth),
		put("/v1/integrations/order", access.Admin, s.arrangeIntegrations).audited("integration.arrange"),
		get("/v1/integrations/:id", access.Read, s.getIntegration),
		post("/v1/integrations/:id/test", access.Admin, s.tryIntegration).audited("integration.test", noContent),
		post("/v1/integrations/:id/resume", access.Admin, s.resumeIntegration).audited("integration.resume"),
		put("/v1/integrations/:id", access.Admin, s.putIntegration).audited("integration.save"),
		remove("/v1/integrations/:id", access.Admin, s.deleteIntegration).audited("integration.delete"),
	}
}

func (s *Server) listProviders(c *fiber.Ctx) error { return replyOK(c, s.Integrations.Providers()) }

// integrationView tells which settings have a value; no value ever leaves.
type integrationView struct {
	notify.Integration
	SettingsSet []string          `json:"settings_set"`
	Plain       map[string]string `json:"settings_plain,omitempty"`
	CallbackURL string            `json:"callback_url,omitempty"`
}

func (s *Server) viewIntegration(i notify.Integration) integrationView {
	v := integrationView{Integration: i, SettingsSet: []string{}}
	for key, value := range i.Settings {
		if value != "" {
			v.SettingsSet = append(v.SettingsSet, key)
		}
	}
	sort.Strings(v.SettingsSet)
	v.Settings = nil
	if s.PublicURL != "" {
		v.CallbackURL = s.PublicURL + "/callbacks/" + i.ID
	}
	return v
}

func (s *Server) listIntegrations(c *fiber.Ctx) error {
	return whole(s, c, func(ctx context.Context) ([]integrationView, error) {
		list, err := s.Integrations.List(ctx)
		views := make([]integrationView, len(list))
		for n, i := range list {
			views[n] = s.viewIntegration(i)
		}
		return views, err
	})
}

func (s *Server) getIntegration(c *fiber.Ctx) error {
	return shown(s, c, "id", func(ctx context.Context, id string) (integrationView, error) {
		i, err := s.integration(ctx, id)
		if err != nil {
			return integrationView{}, err
		}
		v := s.viewIntegration(i)
		v.Plain, err = s.Integrations.Plain(ctx, id)
		return v, err
	})
}

func (s *Server) integration(ctx context.Context, id string) (notify.Integration, error) {
	list, err := s.Integrations.List(ctx)
	if err != nil {
		return notify.Integration{}, err
	}
	for _, i := range list {
		if i.ID == id {
			return i, nil
		}
	}
	return notify.Integration{}, fmt.Errorf("integration %s: %w", id, notify.ErrNotFound)
}

type integrationInput struct {
	Provider    string `json:"provider"`
	Name        string `json:"name"`
	Order       int    `json:"order"`
	Weight      int    `json:"weight"`
	Enabled     *bool  `json:"enabled"`
	PerSecond   int    `json:"per_second"`
	Concurrency int    `json:"concurrency"`
	PerDay      int    `json:"per_day"`
	// Categories and Countries narrow what the account carries; empty is all.
	Categories    []string `json:"categories"`
	Countries     []string `json:"countries"`
	ReceiptWithin int      `json:"receipt_within_seconds"`
	// UnitCostMicros is the estimate for one message, or part of one.
	UnitCostMicros int64 `json:"unit_cost_micros"`
	// Sandbox is the state it has when left out.
	Sandbox  *bool             `json:"sandbox"`
	Settings map[string]string `json:"settings"`
}

func (in integrationInput) integration(id string) notify.Integration {
	return notify.Integration{
		ID: id, Provider: in.Provider, Name: in.Name, Order: in.Order, Weight: in.Weight, Sandbox: in.Sandbox != nil && *in.Sandbox,
		Enabled: in.Enabled == nil || *in.Enabled, PerSecond: in.PerSecond, Concurrency: in.Concurrency, Settings: in.Settings,
		PerDay: in.PerDay, Categories: in.Categories, Countries: in.Countries, ReceiptWithin: in.ReceiptWithin, UnitCostMicros: in.UnitCostMicros,
	}
}

func (s *Server) createIntegration(c *fiber.Ctx) error {
	in, err := decode[integrationInput](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	saved, err := s.Integrations.Save(ctx, in.integration(""))
	if err != nil {
		return err
	}
	return reply(c, fiber.StatusCreated, s.viewIntegration(saved))
}

func (s *Server) putIntegration(c *fiber.Ctx) error {
	in, err := decode[integrationInput](c)
	if err != nil {
		return err
	}
	return shown(s, c, "id", func(ctx context.Context, id string) (integrationView, error) {
		if in.Sandbox == nil {
			before, err := s.integration(ctx, id)
			if err != nil && !errors.Is(err, notify.ErrNotFound) {
				return integrationView{}, err
			}
			in.Sandbox = &before.Sandbox
		}
		saved, err := s.Integrations.Save(ctx, in.integration(id))
		return s.viewIntegration(saved), err
	})
}

func (s *Server) deleteIntegration(c *fiber.Ctx) error {
	return s.done(c, "id", func(ctx context.Context, id string) error {
		if _, err := s.integration(ctx, id); err != nil {
			return err
		}
		return s.Integrations.Delete(ctx, id)
	})
}
