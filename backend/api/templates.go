package api

import (
	"context"
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
	"clarion/backend/template"
)

// Templates keeps what messages say.
type Templates interface { //nolint:interfacebloat // the port of one resource: every method is one of its routes
	List(ctx context.Context, p notify.Page) ([]template.Template, string, error)
	// Template returns a template with its live version.
	Template(ctx context.Context, key string) (template.Template, template.Version, error)
	// Versions returns all versions, newest first.
	Versions(ctx context.Context, key string) ([]template.Version, error)
	// Save checks a version, stores it as the newest and makes it live.
	Save(ctx context.Context, n template.NewVersion) (template.Template, template.Version, error)
	Delete(ctx context.Context, key string) error
	// Render makes content without saving or sending it. It finds the layout that
	// the version names.
	Render(ctx context.Context, r template.Request) (content notify.Content, locale string, err error)
}

// Layouts keeps the frames of emails.
type Layouts interface {
	Layouts(ctx context.Context) ([]template.Layout, error)
	Layout(ctx context.Context, key string) (template.Layout, error)
	// PutLayout stores a new version and returns it.
	PutLayout(ctx context.Context, l template.Layout) (template.Layout, error)
}

func (s *Server) templateRoutes() []route {
	// A preview stores nothing, so there is nothing to do once.
	preview := post("/v1/templates/:key/preview", access.Read, s.previewTemplate).unaudited("a preview stores nothing")
	preview.once = false
	return []route{
		get("/v1/templates", access.Read, s.listTemplates),
		get("/v1/templates/:key", access.Read, s.getTemplate),
		put("/v1/templates/:key", access.ContentWrite, s.putTemplate).audited("template.save"),
		remove("/v1/templates/:key", access.ContentWrite, s.deleteTemplate).audited("template.delete"),
		get("/v1/templates/:key/versions", access.Read, s.listTemplateVersions),
		preview,
		get("/v1/layouts", access.Read, s.listLayouts),
		get("/v1/layouts/:key", access.Read, s.getLayout),
		put("/v1/layouts/:key", access.ContentWrite, s.putLayout).audited("layout.save"),
	}
}

type templateView struct {
	template.Template
	Version template.Version `json:"version"`
}

func (s *Server) listTemplates(c *fiber.Ctx) error {
	return listed(s, c, queryOf(c), struct{}{}, func(ctx context.Context, _ struct{}, p notify.Page) ([]template.Template, string, error) {
		return s.Templates.List(ctx, p)
	})
}

func (s *Server) getTemplate(c *fiber.Ctx) error {
	return shown(s, c, "key", func(ctx context.Context, key string) (templateView, error) {
		t, v, err := s.Templates.Template(ctx, key)
		return templateView{t, v}, err
	})
}

type templateInput struct {
	Name          string                                        `json:"name"`
	Schema        json.RawMessage                               `json:"schema"`
	Layout        string                                        `json:"layout"`
	Channels      map[notify.Channel]map[string]template.Source `json:"channels"`
	DefaultLocale string                                        `json:"default_locale"`
}

func (in templateInput) version(key string) template.Version {
	v := template.Version{Key: key, Schema: in.Schema, Layout: in.Layout, Channels: in.Channels, DefaultLocale: in.DefaultLocale}
	if string(v.Schema) == "null" {
		v.Schema = nil
	}
	return v
}

func (s *Server) putTemplate(c *fiber.Ctx) error {
	in, err := decode[templateInput](c)
	if err != nil {
		return err
	}
	by := callOf(c).id()
	return shown(s, c, "key", func(ctx context.Context, key string) (templateView, error) {
		t, v, err := s.Templates.Save(ctx, template.NewVersion{Name: in.Name, Version: in.version(key), By: by})
		return templateView{t, v}, err
	})
}

func (s *Server) deleteTemplate(c *fiber.Ctx) error { return s.done(c, "key", s.Templates.Delete) }

func (s *Server) listTemplateVersions(c *fiber.Ctx) error {
	key, err := param(c, "key")
	if err != nil {
		return err
	}
	return whole(s, c, func(ctx context.Context) ([]template.Version, error) {
		versions, err := s.Templates.Versions(ctx, key)
		if err == nil && len(versions) == 0 {
			err = notify.ErrNotFound
		}
		return versions, err
	})
}

type previewInput struct {
	Data      map[string]any `json:"data"`
	Recipient map[string]any `json:"recipient"`
	Locale    string         `json:"locale"`
	Channel   notify.Channel `json:"channel"`
	Version   int            `json:"version"`
	Draft     *templateInput `json:"draft"`
}

type previewView struct {
	Locale   string                            `json:"locale"`
	Channels map[notify.Channel]notify.Content `json:"channels"`
}

func (s *Server) previewTemplate(c *fiber.Ctx) error {
	in, err := decode[previewInput](c)
	if err != nil {
		return err
	}
	return shown(s, c, "key", func(ctx context.Context, key string) (previewView, error) {
		v, err := s.previewed(ctx, key, in)
		if err != nil {
			return previewView{}, err
		}
		return s.render(ctx, v, in)
	})
}

// previewed picks what is to be rendered: a draft, a version, or the live one.
func (s *Server) previewed(ctx context.Context, key string, in previewInput) (template.Version, error) {
	if in.Draft != nil {
		return in.Draft.version(key), nil
	}
	if in.Version == 0 {
		_, v, err := s.Templates.Template(ctx, key)
		return v, err
	}
	versions, err := s.Templates.Versions(ctx, key)
	if err != nil {
		return template.Version{}, err
	}
	for _, v := range versions {
		if v.Version == in.Version {
			return v, nil
		}
	}
	return template.Version{}, notify.InvalidField("version", "unknown_version", "the template has no such version")
}

func (s *Server) render(ctx context.Context, v template.Version, in previewInput) (previewView, error) {
	view := previewView{Channels: map[notify.Channel]notify.Content{}}
	for channel := range v.Channels {
		if in.Channel != "" && in.Channel != channel {
			continue
		}
		content, locale, err := s.Templates.Render(ctx, template.Request{
			Version: v, Channel: channel, Locale: in.Locale,
			Vars: template.Vars{Data: in.Data, Recipient: in.Recipient},
		})
		if err != nil {
			return previewView{}, err
		}
		view.Channels[channel], view.Locale = content, locale
	}
	if len(view.Channels) == 0 {
		return view, notify.InvalidField("channel", "no_content", "the template says nothing for this channel")
	}
	return view, nil
}

func (s *Server) listLayouts(c *fiber.Ctx) error { return whole(s, c, s.Layouts.Layouts) }

func (s *Server) getLayout(c *fiber.Ctx) error { return shown(s, c, "key", s.Layouts.Layout) }

func (s *Server) putLayout(c *fiber.Ctx) error {
	in, err := decode[struct {
		MJML string `json:"mjml"`
		Text string `json:"text"`
	}](c)
	if err != nil {
		return err
	}
	return shown(s, c, "key", func(ctx context.Context, key string) (template.Layout, error) {
		return s.Layouts.PutLayout(ctx, template.Layout{Key: key, MJML: in.MJML, Text: in.Text})
	})
}
