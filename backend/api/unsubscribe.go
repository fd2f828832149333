package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed" // the page and its style
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/centre"
	"clarion/backend/notify"
)

// Centre opens the links that messages carry.
type Centre interface {
	// Genuine reports whether a token is one of ours, whatever became of its link.
	Genuine(token string) bool
	Visit(ctx context.Context, token string) (centre.Visit, error)
	Unsubscribe(ctx context.Context, token string, a centre.Answer) (centre.Visit, error)
	Link(ctx context.Context, recipient string) (string, error)
	Revoke(ctx context.Context, recipient string) error
}

//go:embed pages/unsubscribe.html
var unsubscribeHTML string

//go:embed pages/unsubscribe.css
var unsubscribeCSS string

var unsubscribePage = template.Must(template.New("unsubscribe").Parse(unsubscribeHTML))

// unsubscribePolicy allows the page its own style and its form, and nothing else.
var unsubscribePolicy = func() string {
	sum := sha256.Sum256([]byte(unsubscribeCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}()

func (s *Server) unsubscribeRoutes() []route {
	link := post("/v1/recipients/:id/links", access.RecipientsWrite, s.makeLink).audited("recipient.link", noContent)
	link.once = false // a link opens by itself: the store of answers must not keep it
	return []route{
		open(fiber.MethodGet, "/u/:token", s.askUnsubscribe),
		open(fiber.MethodPost, "/u/:token", s.unsubscribe).unaudited("the consent log keeps what a person said"),
		link,
		remove("/v1/recipients/:id/links", access.RecipientsWrite, s.revokeLinks).audited("recipient.revoke_links", noContent),
	}
}

// askUnsubscribe shows what one click would end. It changes nothing, whoever
// follows the link: scanners of mailboxes follow all of them.
func (s *Server) askUnsubscribe(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	if err := s.admit(c); err != nil {
		return err
	}
	visit, err := s.Centre.Visit(ctx, c.Params("token"))
	if err != nil && !errors.Is(err, notify.ErrNotFound) {
		return err
	}
	ask := asked
	switch {
	case err != nil:
		ask = unknown
	case !visit.Refusable:
		ask = required
	case visit.Refused:
		ask = already
	}
	return s.showUnsubscribe(c, visit, ask)
}

// unsubscribe takes the word of a mailbox (RFC 8058: a bare POST, with no cookie
// and no token but the link's own) or of a person at the page.
func (s *Server) unsubscribe(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	if err := s.admit(c); err != nil {
		return err
	}
	action := c.FormValue("action")
	answer := centre.Answer{Stay: action == "stay", Source: notify.ByOneClick}
	if action != "" {
		before, err := s.Centre.Visit(ctx, c.Params("token"))
		if err == nil {
			answer.Source, answer.Locale = notify.ByLink, pageLocale(c, before.Locale)
			answer.Wording = wordingOf(before, answer)
		}
	}
	visit, err := s.Centre.Unsubscribe(ctx, c.Params("token"), answer)
	ask := done
	switch {
	case errors.Is(err, notify.ErrNotFound):
		ask = unknown
	case errors.Is(err, centre.ErrRequired):
		ask = required
	case err != nil:
		return err
	case answer.Stay:
		ask = stayed
	}
	return s.showUnsubscribe(c, visit, ask)
}

// showUnsubscribe answers with the page.
func (s *Server) showUnsubscribe(c *fiber.Ctx, v centre.Visit, ask string) error {
	locale := pageLocale(c, v.Locale)
	view := unsubscribeView(v, ask, locale)
	view.House, view.Style = s.houseName(c.UserContext()), template.CSS(unsubscribeCSS) //nolint:gosec // our own file
	if v.Open {
		view.Page = "/p/" + c.Params("token")
	}
	var page bytes.Buffer
	if err := unsubscribePage.Execute(&page, view); err != nil {
		return fmt.Errorf("write the page of a link: %w", err)
	}
	c.Set("Content-Security-Policy", unsubscribePolicy)
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptLanguage)
	status := fiber.StatusOK
	switch ask {
	case unknown:
		status = fiber.StatusNotFound
	case required:
		if c.Method() == fiber.MethodPost {
			status = fiber.StatusConflict
		}
	}
	return c.Status(status).Send(page.Bytes())
}

// exampleLinks stand in a preview for the links of a message, and open nothing.
func (s *Server) exampleLinks() notify.Links {
	return notify.Links{Unsubscribe: s.PublicURL + "/u/preview", Preferences: s.PublicURL + "/p/preview"}
}

// houseName is what the people of this Clarion know it by.
func (s *Server) houseName(ctx context.Context) string {
	settings, err := s.House.Settings(ctx)
	if err != nil || settings.Name == "" {
		return "Clarion"
	}
	return settings.Name
}

type linkView struct {
	URL string `json:"url"`
}

func (s *Server) makeLink(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	if _, err := s.Recipients.Recipient(ctx, id); err != nil {
		return err
	}
	url, err := s.Centre.Link(ctx, id)
	if err != nil {
		return err
	}
	return reply(c, fiber.StatusCreated, linkView{url})
}

func (s *Server) revokeLinks(c *fiber.Ctx) error { return s.done(c, "id", s.Centre.Revoke) }
