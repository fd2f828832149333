package app

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
	"clarion/backend/template"
	"clarion/backend/workflow"
)

// content lends the template feature to dispatch and ingest, which state what
// they need in words of their own.
type content struct {
	templates *template.Catalog
	workflows *workflow.Catalog
}

// Render renders the live version of a template.
func (c content) Render(ctx context.Context, r dispatch.RenderRequest) (notify.Content, notify.TemplateRef, error) {
	request := template.Request{Channel: r.Channel, Locale: r.Locale, Vars: linked(r)}
	if r.Version > 0 {
		return c.templates.RenderPinned(ctx, r.Template, r.Version, request)
	}
	return c.templates.RenderLive(ctx, r.Template, request)
}

// linked are the variables of a message with its own links.
func linked(r dispatch.RenderRequest) template.Vars {
	vars := varsOf(r.Vars)
	vars.Links = r.Links
	return vars
}

func varsOf(v *dispatch.Vars) template.Vars {
	kept, _ := v.Kept.(*template.Kept)
	return template.Vars{Data: v.Data, Recipient: v.Recipient, Event: v.Event, Actor: v.Actor, Digest: v.Digest, Kept: kept}
}

// Key makes the key of a digest or a throttle.
func (c content) Key(ctx context.Context, source string, vars *dispatch.Vars) (string, error) {
	return c.templates.Line(ctx, source, varsOf(vars))
}

// Digest shows what was gathered the way templates see it.
func (c content) Digest(d dispatch.Digest) (map[string]any, error) {
	items := make([]any, len(d.Items))
	for i, item := range d.Items {
		vars, err := c.Event(item.Event)
		if err != nil {
			return nil, err
		}
		title, text := item.Content.Words()
		items[i] = map[string]any{
			"at": item.At.Format(time.RFC3339), "data": vars.Data, "event": vars.Event, "actor": vars.Actor,
			"title": title, "text": text, "url": item.Content.URL,
		}
	}
	return map[string]any{
		"items": items, "total": d.Total, "first_at": d.First.Format(time.RFC3339), "last_at": d.Last.Format(time.RFC3339),
	}, nil
}

// Event shows an event the way templates see it.
func (c content) Event(e notify.Event) (dispatch.Vars, error) {
	data, err := template.DataVars(e.Data)
	if err != nil {
		return dispatch.Vars{}, fmt.Errorf("data of event %s: %w", e.ID, err)
	}
	event, err := template.EventVars(e)
	if err != nil {
		return dispatch.Vars{}, err
	}
	return dispatch.Vars{Data: data, Event: event, Actor: map[string]any{"id": e.Actor}, Kept: new(template.Kept)}, nil
}

// Recipient shows a recipient the way templates see one.
func (c content) Recipient(r notify.Recipient) (map[string]any, error) {
	return template.RecipientVars(r)
}

// CheckData checks an event's data against a workflow's schema.
func (c content) CheckData(schema, data json.RawMessage) error {
	return template.ValidateData(schema, data)
}

// CheckDirect checks a send without a workflow.
func (c content) CheckDirect(ctx context.Context, direct *notify.Direct, data json.RawMessage) error {
	if direct.Category != "" {
		categories, err := c.workflows.Categories(ctx)
		if err != nil {
			return fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
		}
		if _, ok := categories[direct.Category]; !ok {
			return notify.InvalidField("category", "unknown_category", fmt.Sprintf("no category %q", direct.Category))
		}
	}
	if direct.Workflow != nil {
		return template.ValidateData(direct.Workflow.EventSchema, data)
	}
	return c.templates.CheckDirect(ctx, direct, data)
}

// renewer renders a dead letter anew: for its event and its recipient as they
// are on record, with the template that is live now.
type renewer struct {
	content
	links  mailLinks
	events interface {
		Event(context.Context, string) (notify.Event, error)
	}
	recipients interface {
		Recipient(context.Context, string) (notify.Recipient, error)
	}
	digests interface {
		DigestOf(context.Context, notify.Message) (dispatch.Digest, error)
	}
}

// Renew renders the content of a message anew.
func (r renewer) Renew(ctx context.Context, m notify.Message) (notify.Content, notify.TemplateRef, error) {
	event, err := r.events.Event(ctx, m.EventID)
	if err != nil {
		return notify.Content{}, notify.TemplateRef{}, fmt.Errorf("event %s: %w", m.EventID, err)
	}
	recipient, err := r.recipients.Recipient(ctx, m.Recipient.ID)
	if err != nil {
		return notify.Content{}, notify.TemplateRef{}, fmt.Errorf("recipient %s: %w", m.Recipient.ID, err)
	}
	vars, err := r.Event(event)
	if err != nil {
		return notify.Content{}, notify.TemplateRef{}, err
	}
	if vars.Recipient, err = r.Recipient(recipient); err != nil {
		return notify.Content{}, notify.TemplateRef{}, err
	}
	request := dispatch.RenderRequest{
		Template: m.Template.Key, Channel: m.Channel, Locale: recipient.Locale, Vars: &vars,
		Links: func() notify.Links { return r.links.LinksOf(ctx, m) },
	}
	digest, err := r.digests.DigestOf(ctx, m)
	switch {
	case err != nil:
		return notify.Content{}, notify.TemplateRef{}, err
	case digest.ID == "":
		return r.Render(ctx, request)
	}
	if vars.Digest, err = r.Digest(digest); err != nil {
		return notify.Content{}, notify.TemplateRef{}, err
	}
	if m.Template.Key != "" {
		return r.Render(ctx, request)
	}
	categories, err := r.workflows.Categories(ctx)
	if err != nil {
		return notify.Content{}, notify.TemplateRef{}, fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
	}
	words, err := r.list(ctx, request, linked(request), categories[m.Category])
	return words.Content, words.Ref, err
}
