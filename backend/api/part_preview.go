package api

import (
	"cmp"
	"context"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/notify"
	"clarion/backend/template"
)

type partPreviewInput struct {
	MJML string `json:"mjml"`
	Text string `json:"text"`
	// Body and BodyText are an email to set in a layout.
	Body      string         `json:"body"`
	BodyText  string         `json:"body_text"`
	Data      map[string]any `json:"data"`
	Recipient map[string]any `json:"recipient"`
	Locale    string         `json:"locale"`
}

// partPreview is a preview with what a partial can be given.
type partPreview struct {
	previewView
	Parameters []template.Parameter `json:"parameters,omitzero"`
}

// preview shows a part as it is being written: a layout around an email, a
// partial by itself. One with faults is refused with all of them.
func (d partDoor) preview(c *fiber.Ctx) error {
	in, err := decode[partPreviewInput](c)
	if err != nil {
		return err
	}
	return shown(d.s, c, "key", func(ctx context.Context, key string) (partPreview, error) {
		p := template.Part{Kind: d.kind, Key: key, MJML: in.MJML, Text: in.Text}
		if err := d.sound(ctx, p); err != nil {
			return partPreview{}, err
		}
		request := template.Request{
			Channel: notify.Email, Locale: cmp.Or(in.Locale, "en"), Vars: template.Vars{Data: in.Data, Recipient: in.Recipient, Links: d.s.exampleLinks},
		}
		if d.kind == template.PartialPart {
			shown, err := d.s.Parts.ShowPartial(ctx, p, request)
			return partPreview{previewView{Locale: shown.Locale, Channels: shown.Channels}, shown.Parameters}, err
		}
		return d.around(ctx, p, in, request)
	})
}

// around shows an email in a layout.
func (d partDoor) around(ctx context.Context, l template.Part, in partPreviewInput, r template.Request) (partPreview, error) {
	r.Version = template.Version{Key: l.Key, DefaultLocale: r.Locale, Channels: map[notify.Channel]map[string]template.Source{
		notify.Email: {r.Locale: {Subject: l.Key, MJML: in.Body, Text: in.BodyText}},
	}}
	content, locale, err := d.s.Parts.RenderIn(ctx, l, r)
	return partPreview{previewView: previewView{Locale: locale, Channels: map[notify.Channel]notify.Content{notify.Email: content}}}, err
}
