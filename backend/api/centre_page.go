package api

import (
	"errors"
	"io/fs"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/notify"
)

// centrePolicy allows the page its own files and the API, and nothing else.
const centrePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func (s *Server) centreRoutes() []route {
	return []route{
		open(fiber.MethodGet, "/p/:token", s.centrePage),
		open(fiber.MethodPost, "/p/:token/session", s.centreSession).unaudited("it changes nothing"),
	}
}

// centrePage is the same for every link: what the link opens its script asks for.
func (s *Server) centrePage(c *fiber.Ctx) error {
	if s.pages == nil {
		return notify.ErrNotFound
	}
	page, err := fs.ReadFile(s.pages.files, "centre.html")
	if errors.Is(err, fs.ErrNotExist) {
		return notify.ErrNotFound
	}
	if err != nil {
		return err
	}
	c.Set("Content-Security-Policy", centrePolicy)
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(page)
}

// visitView is who a link opened for, and the token for the rest.
type visitView struct {
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expires_at"`
	Address   string    `json:"address"`
	Locale    string    `json:"locale"`
}

// centreSession exchanges a link for a token of a few minutes. A link that is
// closed is like one that never was.
func (s *Server) centreSession(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	if err := s.admit(c); err != nil {
		return err
	}
	visit, err := s.Centre.Visit(ctx, c.Params("token"))
	if err != nil {
		return err
	}
	if !visit.Open {
		return notify.ErrNotFound
	}
	token, expires, err := s.Tokens.MintVisit(visit.Recipient, visit.MessageID)
	if err != nil {
		return err
	}
	return reply(c, fiber.StatusCreated, visitView{token, expires, visit.Address, visit.Locale})
}

// share lets the pages of other houses load the component and speak to the API
// as their recipients. Only the routes that take a recipient's token by header
// are open to them, and only for origins that were allowed; no cookie counts.
func (s *Server) share(c *fiber.Ctx) bool {
	path := c.Path()
	if strings.HasPrefix(path, "/assets/") || strings.HasPrefix(path, "/centre/") {
		c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
		return false
	}
	if path != "/v1/preferences" && !strings.HasPrefix(path, "/v1/preferences/") {
		return false
	}
	origin := c.Get(fiber.HeaderOrigin)
	c.Vary(fiber.HeaderOrigin)
	for _, allowed := range s.Origins {
		if origin != "" && strings.EqualFold(origin, allowed) {
			c.Set(fiber.HeaderAccessControlAllowOrigin, origin)
			c.Set(fiber.HeaderAccessControlAllowHeaders, "authorization, content-type")
			c.Set(fiber.HeaderAccessControlAllowMethods, "GET, PUT, POST")
			c.Set(fiber.HeaderAccessControlMaxAge, "600")
			return c.Method() == fiber.MethodOptions
		}
	}
	return false
}
