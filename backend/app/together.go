package app

import (
	"cmp"
	"context"
	"fmt"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
	"clarion/backend/template"
)

// Together makes the words of a digest: those of the template of all its messages
// if it speaks of a digest, and a list of what they say otherwise. A message that
// is alone keeps its own words, unless its template speaks of a digest.
func (c content) Together(ctx context.Context, r dispatch.DigestRequest) (dispatch.DigestWords, error) {
	vars, err := c.digestVars(r)
	if err != nil {
		return dispatch.DigestWords{}, err
	}
	failed := ""
	if r.Template != "" {
		words, speaks, err := c.ofTemplate(ctx, r, vars)
		switch {
		case ctx.Err() != nil:
			return words, fmt.Errorf("%w: %w", notify.ErrUnavailable, ctx.Err())
		case speaks && err == nil:
			return words, nil
		case speaks:
			failed = fmt.Sprintf(" The template %s could not be rendered: %s.", r.Template, err)
		}
	}
	if r.Digest.Total == 1 && failed == "" {
		return dispatch.DigestWords{Content: r.Own.Content, Ref: r.Own.Template, Detail: "It is alone in its digest and keeps its own words."}, nil
	}
	words, err := c.list(ctx, r.RenderRequest, vars, r.Category)
	words.Detail = fmt.Sprintf("A list of what %d messages say.%s", r.Digest.Total, failed)
	return words, err
}

// list renders the list of what messages of a category say.
func (c content) list(ctx context.Context, r dispatch.RenderRequest, vars template.Vars, category notify.Category) (dispatch.DigestWords, error) {
	vars.Data = map[string]any{"category": nameIn(category, r.Locale)}
	content, locale, err := c.templates.RenderList(ctx, template.Request{Channel: r.Channel, Locale: r.Locale, Vars: vars})
	return dispatch.DigestWords{Content: content, Ref: notify.TemplateRef{Locale: locale}}, err
}

// ofTemplate renders the template of all messages, if it speaks of a digest.
func (c content) ofTemplate(ctx context.Context, r dispatch.DigestRequest, vars template.Vars) (dispatch.DigestWords, bool, error) {
	speaks, err := c.templates.SpeaksOfDigest(ctx, r.Template, r.Channel)
	if err != nil || !speaks {
		return dispatch.DigestWords{}, false, err
	}
	content, ref, err := c.templates.RenderLive(ctx, r.Template, template.Request{Channel: r.Channel, Locale: r.Locale, Vars: vars})
	return dispatch.DigestWords{
		Content: content, Ref: ref, Detail: fmt.Sprintf("Template %s version %d in %s, with %d gathered.", ref.Key, ref.Version, ref.Locale, r.Digest.Total),
	}, true, err
}

// digestVars are the variables of a digest: those of its first event besides.
func (c content) digestVars(r dispatch.DigestRequest) (template.Vars, error) {
	vars, err := c.Event(r.Own.Event)
	if err != nil {
		return template.Vars{}, err
	}
	if vars.Recipient, err = c.Recipient(r.Recipient); err != nil {
		return template.Vars{}, err
	}
	if vars.Digest, err = c.Digest(r.Digest); err != nil {
		return template.Vars{}, err
	}
	out := varsOf(&vars)
	out.Links = r.Links
	return out, nil
}

// nameIn is what a category is called in a language.
func nameIn(c notify.Category, locale string) string {
	return cmp.Or(c.Names[locale], c.Name, c.Key)
}
