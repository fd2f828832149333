package api

import (
	"cmp"
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/approval"
	"clarion/backend/notify"
	"clarion/backend/template"
)

// layoutView is a layout with what is being written. While nothing is live its
// own fields are those of the draft.
type layoutView struct {
	template.Layout
	Draft  *template.Layout    `json:"draft"`
	Review approval.Head       `json:"review"`
	Faults []notify.FieldError `json:"faults"`
}

func (s *Server) layoutView(ctx context.Context, key string) (layoutView, error) {
	live, err := s.Layouts.Layout(ctx, key)
	if err != nil && !errors.Is(err, notify.ErrNotFound) {
		return layoutView{}, err
	}
	view := layoutView{Layout: live, Faults: []notify.FieldError{}}
	if view.Review, err = s.Reviews.Head(ctx, approval.Target{Kind: approval.Layout, Key: key}); err != nil || view.Review.Open == nil {
		return view, err
	}
	draft, err := s.Layouts.LayoutVersion(ctx, key, view.Review.Open.Version)
	if err != nil {
		return view, err
	}
	if err := template.CheckLayout(draft); err != nil {
		var faults *notify.Invalid
		if !errors.As(err, &faults) {
			return view, err
		}
		view.Faults = faults.Fields
	}
	view.Draft = &draft
	if live.Version == 0 {
		view.Layout = draft
	}
	return view, nil
}

// layoutItem is a layout in the list: where it stands, and the live templates
// set in it.
type layoutItem struct {
	template.Layout
	State       approval.Stage `json:"state"`
	LiveVersion int            `json:"live_version"`
	UsedBy      []string       `json:"used_by"`
}

func (s *Server) listLayouts(c *fiber.Ctx) error { return whole(s, c, s.layoutItems) }

func (s *Server) layoutItems(ctx context.Context) ([]layoutItem, error) {
	layouts, err := s.Layouts.Layouts(ctx)
	if err != nil {
		return nil, err
	}
	keys := make([]string, 0, len(layouts))
	for _, l := range layouts {
		keys = append(keys, l.Key)
	}
	heads, err := s.Reviews.Heads(ctx, approval.Layout, keys)
	if err != nil {
		return nil, err
	}
	uses, err := s.Layouts.LayoutUses(ctx)
	if err != nil {
		return nil, err
	}
	items := make([]layoutItem, 0, len(layouts))
	for _, l := range layouts {
		head := heads[l.Key]
		items = append(items, layoutItem{l, head.State, head.LiveVersion, append([]string{}, uses[l.Key]...)})
	}
	return items, nil
}

type layoutPreviewInput struct {
	MJML      string         `json:"mjml"`
	Text      string         `json:"text"`
	Body      string         `json:"body"`
	BodyText  string         `json:"body_text"`
	Data      map[string]any `json:"data"`
	Recipient map[string]any `json:"recipient"`
	Locale    string         `json:"locale"`
}

// previewLayout shows an email in a layout as it is being written. A layout with
// faults is refused with all of them.
func (s *Server) previewLayout(c *fiber.Ctx) error {
	in, err := decode[layoutPreviewInput](c)
	if err != nil {
		return err
	}
	return shown(s, c, "key", func(ctx context.Context, key string) (previewView, error) {
		l := template.Layout{Key: key, MJML: in.MJML, Text: in.Text}
		if err := template.CheckLayout(l); err != nil {
			return previewView{}, err
		}
		locale := cmp.Or(in.Locale, "en")
		content, locale, err := s.Layouts.RenderIn(ctx, l, template.Request{
			Channel: notify.Email, Locale: locale, Vars: template.Vars{Data: in.Data, Recipient: in.Recipient},
			Version: template.Version{Key: key, DefaultLocale: locale, Channels: map[notify.Channel]map[string]template.Source{
				notify.Email: {locale: {Subject: key, MJML: in.Body, Text: in.BodyText}},
			}},
		})
		return previewView{Locale: locale, Channels: map[notify.Channel]notify.Content{notify.Email: content}}, err
	})
}

func (s *Server) getLayout(c *fiber.Ctx) error { return shown(s, c, "key", s.layoutView) }

func (s *Server) getLayoutVersion(c *fiber.Ctx) error {
	return oneVersion(s, c, s.Layouts.LayoutVersion)
}

// putLayout saves a draft, or, by a key that may publish, what is live.
func (s *Server) putLayout(c *fiber.Ctx) error {
	in, err := decode[struct {
		MJML     string `json:"mjml"`
		Text     string `json:"text"`
		Revision *int   `json:"revision"`
	}](c)
	if err != nil {
		return err
	}
	current := callOf(c)
	return shown(s, c, "key", func(ctx context.Context, key string) (layoutView, error) {
		l := template.Layout{Key: key, MJML: in.MJML, Text: in.Text}
		if current.pushes() {
			if _, err := s.Layouts.PutLayout(ctx, l, current.id()); err != nil {
				return layoutView{}, err
			}
			return s.layoutView(ctx, key)
		}
		if current.kind == byKey {
			if err := template.CheckLayout(l); err != nil {
				return layoutView{}, err
			}
		}
		if _, _, err := s.Layouts.KeepLayout(ctx, template.LayoutDraft{Layout: l, By: current.id(), Revision: in.Revision}); err != nil {
			return layoutView{}, err
		}
		return s.layoutView(ctx, key)
	})
}
