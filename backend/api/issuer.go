package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
)

const (
	// flowCookie keeps a sign-in at the issuer while the browser is there.
	flowCookie = "clarion_flow"
	flowTime   = 10 * time.Minute
	issuerPath = "/v1/auth/oidc"
)

// Issuer vouches for people. A flow is whatever it needs to know again.
type Issuer interface {
	Begin(ctx context.Context) (address string, flow []byte, err error)
	Finish(ctx context.Context, flow []byte, state, code string) (access.Vouched, error)
}

// Vouching signs in whom the issuer vouches for.
type Vouching interface {
	SignInVouched(ctx context.Context, v access.Vouched) (access.SignedIn, error)
}

func (s *Server) issuerRoutes() []route {
	return []route{
		open(fiber.MethodGet, issuerPath, s.showIssuer),
		open(fiber.MethodGet, issuerPath+"/start", s.startAtIssuer),
		open(fiber.MethodGet, issuerPath+"/callback", s.backFromIssuer),
	}
}

func (s *Server) showIssuer(c *fiber.Ctx) error {
	return replyOK(c, map[string]any{"enabled": s.Issuer != nil, "name": s.IssuerName})
}

func (s *Server) startAtIssuer(c *fiber.Ctx) error {
	if s.Issuer == nil {
		return ofFiberError(fiber.StatusNotFound)
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	address, flow, err := s.Issuer.Begin(ctx)
	if err != nil {
		return s.notVouched(c, err)
	}
	s.setFlow(c, base64.RawURLEncoding.EncodeToString(flow), s.clock.Now().Add(flowTime))
	return c.Redirect(address, fiber.StatusSeeOther)
}

// backFromIssuer opens the session. Whatever was wrong, the browser hears one
// word and our log the rest.
func (s *Server) backFromIssuer(c *fiber.Ctx) error {
	if s.Issuer == nil {
		return ofFiberError(fiber.StatusNotFound)
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	flow, err := base64.RawURLEncoding.DecodeString(c.Cookies(flowCookie))
	s.setFlow(c, "", time.Unix(1, 0))
	if err != nil || !json.Valid(flow) {
		return s.notVouched(c, err)
	}
	who, err := s.Issuer.Finish(ctx, flow, c.Query("state"), c.Query("code"))
	if err != nil {
		return s.notVouched(c, err)
	}
	who.IP, who.UserAgent = c.IP(), c.Get(fiber.HeaderUserAgent)
	begun, err := s.begin(c, vouchedSession, nil)
	if err != nil {
		return s.notVouched(c, err)
	}
	signedIn, err := s.Vouching.SignInVouched(ctx, who)
	if err != nil {
		s.unannounce(c, begun)
		return s.notVouched(c, err)
	}
	end := allDone
	if err = s.enter(ctx, c, signedIn); err != nil {
		end = endUnknown
	}
	s.record(c, vouchedSession, began{id: begun, end: end})
	if err != nil {
		return err
	}
	return c.Redirect("/", fiber.StatusSeeOther)
}

// vouchedSession is what the audit log keeps of a sign-in that comes by GET.
var vouchedSession = route{method: fiber.MethodGet, trail: trail{action: "session.open", keeps: noContent}}

func (s *Server) notVouched(c *fiber.Ctx, err error) error {
	s.log.Warn("a sign-in at the issuer came to nothing", "trace_id", callOf(c).trace, "error", err)
	return c.Redirect("/?sign_in=refused", fiber.StatusSeeOther)
}

func (s *Server) setFlow(c *fiber.Ctx, value string, expires time.Time) {
	c.Cookie(&fiber.Cookie{
		Name: flowCookie, Value: value, Path: issuerPath, Expires: expires,
		HTTPOnly: true, Secure: s.Production, SameSite: fiber.CookieSameSiteLaxMode,
	})
}
