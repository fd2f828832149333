package api

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/approval"
	"clarion/backend/notify"
	"clarion/backend/template"
)

// templateView is a template with what is live and what is being written.
type templateView struct {
	template.Template
	// Version is the live one, Draft the open one.
	Version *template.Version `json:"version"`
	Draft   *template.Version `json:"draft"`
	Review  approval.Head     `json:"review"`
	// Faults keep the draft from going live.
	Faults []notify.FieldError `json:"faults"`
}

func (s *Server) templateView(ctx context.Context, key string) (templateView, error) {
	t, live, err := s.Templates.Template(ctx, key)
	if err != nil {
		return templateView{}, err
	}
	view := templateView{Template: t}
	if t.LiveVersion != 0 {
		view.Version = &live
	}
	if view.Review, err = s.Reviews.Head(ctx, approval.Target{Kind: approval.Template, Key: key}); err != nil || view.Review.Open == nil {
		return view, err
	}
	draft, err := s.Templates.Version(ctx, key, view.Review.Open.Version)
	if err != nil {
		return view, err
	}
	faults, err := s.Templates.Faults(ctx, draft)
	if err != nil {
		return view, err
	}
	view.Draft, view.Faults = &draft, faults.Fields
	return view, nil
}

func (s *Server) getTemplate(c *fiber.Ctx) error { return shown(s, c, "key", s.templateView) }

type templateInput struct {
	Name          string                                        `json:"name"`
	Folder        *string                                       `json:"folder"`
	Schema        json.RawMessage                               `json:"schema"`
	Layout        string                                        `json:"layout"`
	Channels      map[notify.Channel]map[string]template.Source `json:"channels"`
	DefaultLocale string                                        `json:"default_locale"`
	// Revision is that of the draft it was made from, zero for none; nil asks
	// for none.
	Revision *int `json:"revision"`
}

func (in templateInput) version(key string) template.Version {
	v := template.Version{Key: key, Schema: in.Schema, Layout: in.Layout, Channels: in.Channels, DefaultLocale: in.DefaultLocale}
	if string(v.Schema) == "null" {
		v.Schema = nil
	}
	return v
}

// putTemplate saves a draft, or, by a key that may publish, what is live.
func (s *Server) putTemplate(c *fiber.Ctx) error {
	in, err := decode[templateInput](c)
	if err != nil {
		return err
	}
	current := callOf(c)
	return shown(s, c, "key", func(ctx context.Context, key string) (templateView, error) {
		if err := s.saveTemplate(ctx, current, key, in); err != nil {
			return templateView{}, err
		}
		if in.Folder != nil {
			if err := s.Templates.File(ctx, key, *in.Folder); err != nil {
				return templateView{}, err
			}
		}
		return s.templateView(ctx, key)
	})
}

// saveTemplate takes faults only from people, who go on writing.
func (s *Server) saveTemplate(ctx context.Context, by *call, key string, in templateInput) error {
	v := in.version(key)
	if by.pushes() {
		_, _, err := s.Templates.Save(ctx, template.NewVersion{Name: in.Name, Version: v, By: by.id()})
		return err
	}
	if by.kind == byKey {
		faults, err := s.Templates.Faults(ctx, v)
		if err != nil {
			return err
		}
		if err := faults.Err(); err != nil {
			return err
		}
	}
	_, _, err := s.Templates.Keep(ctx, template.Draft{Name: in.Name, Version: v, By: by.id(), Revision: in.Revision})
	return err
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

func (s *Server) getTemplateVersion(c *fiber.Ctx) error { return oneVersion(s, c, s.Templates.Version) }

// oneVersion answers the version of a key that the path names.
func oneVersion[T any](s *Server, c *fiber.Ctx, load func(context.Context, string, int) (T, error)) error {
	number, err := strconv.Atoi(c.Params("version"))
	if err != nil || number < 1 {
		return notify.ErrNotFound
	}
	return shown(s, c, "key", func(ctx context.Context, key string) (T, error) { return load(ctx, key, number) })
}
