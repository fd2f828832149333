package api

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
)

// House is what can be set of this Clarion in its pages.
type House interface {
	Name(ctx context.Context) (string, error)
	Rename(ctx context.Context, name string) error
}

// settingsView is how this Clarion is set up. All but the name is set by the
// environment, which the pages can only show.
type settingsView struct {
	InstanceName   string   `json:"instance_name"`
	PublicURL      string   `json:"public_url"`
	AllowedOrigins []string `json:"allowed_origins"`
	Production     bool     `json:"production"`
	Sandbox        bool     `json:"sandbox"`
	Version        string   `json:"version"`
	Commit         string   `json:"commit"`
}

func (s *Server) houseRoutes() []route {
	return []route{
		get("/v1/settings", access.Read, s.getSettings),
		put("/v1/settings", access.Admin, s.putSettings).audited("settings.save"),
	}
}

func (s *Server) settings(ctx context.Context) (settingsView, error) {
	name, err := s.House.Name(ctx)
	origins := s.Origins
	if origins == nil {
		origins = []string{}
	}
	return settingsView{
		InstanceName: name, PublicURL: s.PublicURL, AllowedOrigins: origins, Production: s.Production,
		Sandbox: s.Sandbox != nil, Version: s.Version, Commit: s.Commit,
	}, err
}

func (s *Server) getSettings(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	view, err := s.settings(ctx)
	if err != nil {
		return err
	}
	return replyOK(c, view)
}

func (s *Server) putSettings(c *fiber.Ctx) error {
	in, err := decode[struct {
		InstanceName string `json:"instance_name"`
	}](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	before, err := s.settings(ctx)
	if err != nil {
		return err
	}
	if err := s.House.Rename(ctx, in.InstanceName); err != nil {
		return err
	}
	after, err := s.settings(ctx)
	if err != nil {
		return err
	}
	noted(c, "house", before, after)
	return replyOK(c, after)
}
