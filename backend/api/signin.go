package api

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
)

// maxPassword bounds what is hashed.
const maxPassword = 1024

func (s *Server) signInRoutes() []route {
	return []route{
		open(fiber.MethodPost, "/v1/auth/login", s.login).audited("session.open", noContent),
		route{method: fiber.MethodPost, path: "/v1/auth/logout", who: members, do: s.logout}.audited("session.close", noContent),
		{method: fiber.MethodGet, path: "/v1/auth/me", who: members, do: s.me},
	}
}

type loginInput struct {
	Email    string `json:"email"`
	Password string `json:"password"`
	Code     string `json:"code"`
}

// meView is what the SPA needs to know about the person in front of it.
type meView struct {
	Member      access.Member       `json:"member"`
	Permissions []access.Permission `json:"permissions"`
	CSRF        string              `json:"csrf_token"`
	ExpiresAt   time.Time           `json:"expires_at"`
}

func viewOf(m access.SignedIn) meView {
	held := []access.Permission{}
	for _, p := range access.Permissions {
		if access.Allows(m.Member.Role.Permissions(), p) {
			held = append(held, p)
		}
	}
	return meView{m.Member, held, m.Session.CSRF, m.Session.ExpiresAt}
}

func (s *Server) login(c *fiber.Ctx) error {
	if err := s.fromThePage(c); err != nil {
		return err
	}
	in, err := decode[loginInput](c)
	if err != nil {
		return err
	}
	var faults notify.Invalid
	if in.Email == "" {
		faults.Add("email", "required", "is required")
	}
	if in.Password == "" || len(in.Password) > maxPassword {
		faults.Add("password", "required", "must be 1 to 1024 bytes")
	}
	if err := faults.Err(); err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	signedIn, err := s.Members.SignIn(ctx, access.Credentials{
		Email: in.Email, Password: in.Password, Code: cutCode(in.Code), IP: c.IP(), UserAgent: c.Get(fiber.HeaderUserAgent),
	})
	if err != nil {
		return err
	}
	if err := s.enter(ctx, c, signedIn); err != nil {
		return err
	}
	return replyOK(c, viewOf(signedIn))
}

// fromThePage refuses to sign a browser in at another page's wish.
func (s *Server) fromThePage(c *fiber.Ctx) error {
	if !s.sameHouse(c) {
		return refuse(fiber.StatusForbidden, typeCSRF, "sign in from the page itself")
	}
	if c.Get(fiber.HeaderContentType) == "" {
		return refuse(fiber.StatusUnsupportedMediaType, typeMedia, "send application/json")
	}
	return nil
}

// enter gives the browser its new session; one that it had ends.
func (s *Server) enter(ctx context.Context, c *fiber.Ctx, signedIn access.SignedIn) error {
	if old := c.Cookies(sessionCookie); old != "" {
		if err := s.Members.SignOut(ctx, old); err != nil {
			return err
		}
	}
	s.setCookie(c, signedIn.Cookie, signedIn.Session.ExpiresAt)
	current := callOf(c)
	current.kind, current.member = byMember, signedIn
	noted(c, signedIn.Member.ID, nil, nil)
	return nil
}

func (s *Server) logout(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	if err := s.Members.SignOut(ctx, c.Cookies(sessionCookie)); err != nil {
		return err
	}
	s.setCookie(c, "", time.Unix(1, 0))
	noted(c, callOf(c).id(), nil, nil)
	return replyOK(c, nil)
}

func (s *Server) me(c *fiber.Ctx) error { return replyOK(c, viewOf(callOf(c).member)) }

func (s *Server) setCookie(c *fiber.Ctx, value string, expires time.Time) {
	c.Cookie(&fiber.Cookie{
		Name: sessionCookie, Value: value, Path: "/", Expires: expires,
		HTTPOnly: true, Secure: s.Production, SameSite: fiber.CookieSameSiteLaxMode,
	})
}
