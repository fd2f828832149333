package api

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/desk"
	"clarion/backend/notify"
)

// House is what can be set of this Clarion in its pages.
type House interface {
	Settings(ctx context.Context) (desk.Settings, error)
	// Save sets what is given and returns all.
	Save(ctx context.Context, c desk.Change) (desk.Settings, error)
}

// settingsView is how this Clarion is set up. All but the first eleven is
// set by the environment, which the pages can only show.
type settingsView struct {
	InstanceName    string      `json:"instance_name"`
	DefaultLocale   string      `json:"default_locale"`
	DefaultTimezone string      `json:"default_timezone"`
	SoftBounces     int         `json:"soft_bounces"`
	SoftBounceSpan  int         `json:"soft_bounce_span_seconds"`
	SoftBounceRest  int         `json:"soft_bounce_rest_seconds"`
	DigestAt        string      `json:"digest_at"`
	DigestOn        string      `json:"digest_on"`
	FrequencyCap    *notify.Cap `json:"frequency_cap"`
	BulkDay         int         `json:"bulk_per_day"`
	BulkMonth       int         `json:"bulk_per_month"`
	PublicURL       string      `json:"public_url"`
	AllowedOrigins  []string    `json:"allowed_origins"`
	Production      bool        `json:"production"`
	Sandbox         bool        `json:"sandbox"`
	Shop            bool        `json:"shop"`
	Version         string      `json:"version"`
	Commit          string      `json:"commit"`
}

func (s *Server) houseRoutes() []route {
	return []route{
		get("/v1/settings", access.Read, s.getSettings),
		put("/v1/settings", access.Admin, s.putSettings).audited("settings.save"),
		get("/v1/retention", access.Read, s.getRetention),
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
		DigestAt: set.DigestAt, DigestOn: set.DigestOn, FrequencyCap: set.FrequencyCap, BulkDay: set.BulkDay, BulkMonth: set.BulkMonth,
		PublicURL: s.PublicURL, AllowedOrigins: origins, Production: s.Production,
		Sandbox: s.Sandbox != nil, Shop: s.Shop != nil, Version: s.Version, Commit: s.Commit,
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

// capGiven reads a cap of which null takes away the one before.
func capGiven(text json.RawMessage) (*notify.Cap, error) {
	if len(text) == 0 {
		return nil, nil
	}
	var given notify.Cap
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&given); err != nil {
		return nil, notify.InvalidField("frequency_cap", "malformed", "must be a max and a per, or null")
	}
	if given == (notify.Cap{}) && string(text) != "null" {
		return nil, notify.InvalidField("frequency_cap.max", "out_of_range", "must be at least 1")
	}
	return &given, nil
}

// putSettings sets what is named and leaves the rest.
func (s *Server) putSettings(c *fiber.Ctx) error {
	in, err := decode[struct {
		InstanceName    *string         `json:"instance_name"`
		DefaultLocale   *string         `json:"default_locale"`
		DefaultTimezone *string         `json:"default_timezone"`
		SoftBounces     *int            `json:"soft_bounces"`
		SoftBounceSpan  *int            `json:"soft_bounce_span_seconds"`
		SoftBounceRest  *int            `json:"soft_bounce_rest_seconds"`
		DigestAt        *string         `json:"digest_at"`
		DigestOn        *string         `json:"digest_on"`
		FrequencyCap    json.RawMessage `json:"frequency_cap"`
		BulkDay         *int            `json:"bulk_per_day"`
		BulkMonth       *int            `json:"bulk_per_month"`
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
	most, err := capGiven(in.FrequencyCap)
	if err != nil {
		return err
	}
	after, err := s.House.Save(ctx, desk.Change{
		Name: in.InstanceName, Locale: in.DefaultLocale, Timezone: in.DefaultTimezone,
		SoftBounces: in.SoftBounces, SoftSpan: in.SoftBounceSpan, SoftRest: in.SoftBounceRest,
		DigestAt: in.DigestAt, DigestOn: in.DigestOn, FrequencyCap: most, BulkDay: in.BulkDay, BulkMonth: in.BulkMonth,
	})
	if err != nil {
		return err
	}
	noted(c, "house", s.viewSettings(before), s.viewSettings(after))
	return replyOK(c, s.viewSettings(after))
}
