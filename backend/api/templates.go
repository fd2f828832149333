package api

import (
	"context"
	"errors"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
	"clarion/backend/template"
)

// Templates keeps what messages say.
type Templates interface { //nolint:interfacebloat // the port of one resource: every method is one of its routes
	List(ctx context.Context, f template.Filter, p notify.Page) ([]template.Item, string, error)
	Folders(ctx context.Context) ([]template.Folder, error)
	// Template returns a template with its live version, empty if there is none.
	Template(ctx context.Context, key string) (template.Template, template.Version, error)
	// Versions returns all versions, newest first.
	Versions(ctx context.Context, key string) ([]template.Version, error)
	// Save checks a version, stores it as the newest and makes it live.
	Save(ctx context.Context, n template.NewVersion) (template.Template, template.Version, error)
	// Keep stores a draft and returns what keeps it from going live.
	Keep(ctx context.Context, d template.Draft) (template.Version, *notify.Invalid, error)
	// Faults are what keeps a version from going live.
	Faults(ctx context.Context, v template.Version) (*notify.Invalid, error)
	// Version returns one version, live or not.
	Version(ctx context.Context, key string, version int) (template.Version, error)
	// File puts a template into a folder.
	File(ctx context.Context, key, folder string) error
	Delete(ctx context.Context, key string) error
	// Render makes content without saving or sending it. It finds the layout that
	// the version names.
	Render(ctx context.Context, r template.Request) (content notify.Content, locale string, err error)
}

func (s *Server) templateRoutes() []route {
	// A preview stores nothing, so there is nothing to do once.
	preview := post("/v1/templates/:key/preview", access.Read, s.previewTemplate).unaudited("a preview stores nothing")
	preview.once = false
	check := post("/v1/templates/:key/check", access.Read, s.checkTemplate).unaudited("it changes nothing")
	check.once = false
	test := post("/v1/templates/:key/test", access.ContentWrite, s.testTemplate).unaudited("a message tells its own story")
	test.who = members
	return []route{
		get("/v1/templates", access.Read, s.listTemplates),
		get("/v1/templates/:key", access.Read, s.getTemplate),
		put("/v1/templates/:key", access.ContentWrite, s.putTemplate).audited("template.save"),
		orBy(access.ContentPublish, remove("/v1/templates/:key", access.ContentApprove, s.deleteTemplate)).audited("template.delete"),
		get("/v1/templates/:key/versions", access.Read, s.listTemplateVersions),
		get("/v1/templates/:key/versions/:version", access.Read, s.getTemplateVersion),
		preview, check, test,
		get("/v1/templates/:key/export", access.Read, s.exportTemplate),
		post("/v1/templates/import", access.ContentWrite, s.importTemplate).audited("template.import"),
		get("/v1/template-folders", access.Read, s.listFolders),
	}
}

func (s *Server) listTemplates(c *fiber.Ctx) error {
	q := queryOf(c)
	stages := []string{"draft", "in_review", "approved", "live", "retired"}
	filter := template.Filter{Q: q.text("q"), Folder: q.text("folder"), State: options(q, "state", stages), Channel: option(q, "channel", channelNames)}
	return listed(s, c, q, filter, s.Templates.List)
}

func (s *Server) listFolders(c *fiber.Ctx) error { return whole(s, c, s.Templates.Folders) }

type previewInput struct {
	Data      map[string]any `json:"data"`
	Recipient map[string]any `json:"recipient"`
	Digest    map[string]any `json:"digest"`
	Locale    string         `json:"locale"`
	Channel   notify.Channel `json:"channel"`
	Version   int            `json:"version"`
	Draft     *templateInput `json:"draft"`
}

type previewView struct {
	Locale   string                            `json:"locale"`
	Channels map[notify.Channel]notify.Content `json:"channels"`
	// SMS is how carriers would bill the text message.
	SMS *smsView `json:"sms,omitzero"`
}

type smsView struct {
	Parts      int    `json:"parts"`
	Encoding   string `json:"encoding"`
	Characters int    `json:"characters"`
}

func (s *Server) previewTemplate(c *fiber.Ctx) error {
	in, err := decode[previewInput](c)
	if err != nil {
		return err
	}
	return shown(s, c, "key", func(ctx context.Context, key string) (previewView, error) {
		return s.rendered(ctx, key, in)
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
	v, err := s.Templates.Version(ctx, key, in.Version)
	if errors.Is(err, notify.ErrNotFound) {
		return v, notify.InvalidField("version", "unknown_version", "the template has no such version")
	}
	return v, err
}

func (s *Server) render(ctx context.Context, v template.Version, in previewInput) (previewView, error) {
	view := previewView{Channels: map[notify.Channel]notify.Content{}}
	for channel := range v.Channels {
		if in.Channel != "" && in.Channel != channel {
			continue
		}
		content, locale, err := s.Templates.Render(ctx, template.Request{
			Version: v, Channel: channel, Locale: in.Locale,
			Vars: template.Vars{Data: in.Data, Recipient: in.Recipient, Digest: in.Digest, Links: s.exampleLinks},
		})
		if err != nil {
			return previewView{}, err
		}
		view.Channels[channel], view.Locale = content, locale
		if channel == notify.SMS {
			parts, encoding := notify.SMSParts(content.Text)
			view.SMS = &smsView{parts, encoding, utf8.RuneCountInString(content.Text)}
		}
	}
	if len(view.Channels) == 0 {
		return view, notify.InvalidField("channel", "no_content", "the template says nothing for this channel")
	}
	return view, nil
}
