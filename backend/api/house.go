package api

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/desk"
)

// House is what can be set of this Clarion in its pages.
type House interface {
	Settings(ctx context.Context) (desk.Settings, error)
	// Save sets what is given and returns all.
	Save(ctx context.Context, c desk.Change) (desk.Settings, error)
}

// settingsView is how this Clarion is set up. All but the first six is
// set by the environment, which the pages can only show.
type settingsView struct {
	InstanceName    string   `json:"instance_name"`
	DefaultLocale   string   `json:"default_locale"`
	DefaultTimezone string   `json:"default_timezone"`
	SoftBounces     int      `json:"soft_bounces"`
	SoftBounceSpan  int      `json:"soft_bounce_span_seconds"`
	SoftBounceRest  int      `json:"soft_bounce_rest_seconds"`
	PublicURL       string   `json:"public_url"`
	AllowedOrigins  []string `json:"allowed_origins"`
	Production      bool     `json:"production"`
	Sandbox         bool     `json:"sandbox"`
	Version         string   `json:"version"`
	Commit          string   `json:"commit"`
}

func (s *Server) houseRoutes() []route {
	return []route{
		get("/v1/settings", access.Read, s.getSettings),
		put("/v1/settings", access.Admin, s.putSettings).audited("settings.save"),
	}
}

func (s *Server) viewSettings(set desk.Settings) settingsView {
	origins := s.Origins
	if origins == nil {
		origins = []string{}
	}
	return settingsView{
		InstanceName: set.Name, DefaultLocale: set.Locale, DefaultTimezone: set.Timezone, SoftBounces: set.Soft.Count,
		SoftBounceSpan: int(set.Soft.Span / time.Second), SoftBounceRest: int(set.Soft.Rest / time.Second),
		PublicURL: s.PublicURL, AllowedOrigins: origins, Production: s.Production,
		Sandbox: s.Sandbox != nil, Version: s.Version, Commit: s.Commit,
	}
}

func (s *Server) getSettings(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	set, err := s.House.Settings(ctx)
	if err != nil {
		return err
	}
	return replyOK(c, s.viewSettings(set))
}

// putSettings sets what is named and leaves the rest.
func (s *Server) putSettings(c *fiber.Ctx) error {
	in, err := decode[struct {
		InstanceName    *string `json:"instance_name"`
		DefaultLocale   *string `json:"default_locale"`
		DefaultTimezone *string `json:"default_timezone"`
		SoftBounces     *int    `json:"soft_bounces"`
		SoftBounceSpan  *int    `json:"soft_bounce_span_seconds"`
		SoftBounceRest  *int    `json:"soft_bounce_rest_seconds"`
	}](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	before, err := s.House.Settings(ctx)
	if err != nil {
		return err
	}
	after, err := s.House.Save(ctx, desk.Change{
		Name: in.InstanceName, Locale: in.DefaultLocale, Timezone: in.DefaultTimezone,
		SoftBounces: in.SoftBounces, SoftSpan: in.SoftBounceSpan, SoftRest: in.SoftBounceRest,
	})
	if err != nil {
		return err
	}
	noted(c, "house", s.viewSettings(before), s.viewSettings(after))
	return replyOK(c, s.viewSettings(after))
}
