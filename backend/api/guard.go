package api

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
)

// sessionCookie carries a member's session.
const sessionCookie = "clarion_session"

// Members sign in and out.
type Members interface {
	SignIn(ctx context.Context, c access.Credentials) (access.SignedIn, error)
	Who(ctx context.Context, cookie string) (access.SignedIn, error)
	// Peek is Who for what goes on by itself: it does not count as being there.
	Peek(ctx context.Context, cookie string) (access.SignedIn, error)
	SignOut(ctx context.Context, cookie string) error
}

// Tokens are the recipients' credentials.
type Tokens interface {
	TokenMinter
	MintVisit(recipient, message string) (string, time.Time, error)
	Verify(raw string, audience access.Audience) (access.Bearer, error)
	IssueTicket(b access.Bearer) (string, time.Time, error)
	UseTicket(ctx context.Context, raw string) (access.Bearer, error)
}

// guard is the way into a route, in this order: a body we may read, a caller we
// know, a right, a share of the rate, and once.
func (s *Server) guard(r route) fiber.Handler {
	do := s.recorded(r)
	if r.once {
		do = s.onceOnly(do)
	}
	return func(c *fiber.Ctx) error {
		if err := s.checkBody(c, r); err != nil {
			return err
		}
		if r.who == public {
			return do(c)
		}
		current := callOf(c)
		ctx, cancel := s.deadline(c)
		defer cancel()
		current.ctx = ctx
		if err := s.identify(ctx, c, r, current); err != nil {
			return err
		}
		if err := s.mayCall(c, r, current); err != nil {
			return err
		}
		if current.kind == byKey {
			if err := s.pay(c, current, 1); err != nil {
				return err
			}
		}
		return do(c)
	}
}

// checkBody refuses what would have to be unpacked and what is too long.
func (s *Server) checkBody(c *fiber.Ctx, r route) error {
	if len(c.Request().Header.Peek(fiber.HeaderContentEncoding)) > 0 {
		return refuse(fiber.StatusUnsupportedMediaType, typeEncoding, "send the body as it is, without Content-Encoding")
	}
	limit := maxBody
	if r.large {
		limit = maxBatch
	}
	if len(c.Request().Body()) > limit {
		return ofFiberError(fiber.StatusRequestEntityTooLarge)
	}
	return nil
}

func ofFiberError(code int) error { f := ofFiber(code); return &f }

// identify finds out who calls. A credential that is given counts, whatever
// else is there: a wrong bearer token is not saved by a cookie.
func (s *Server) identify(ctx context.Context, c *fiber.Ctx, r route, current *call) error {
	if header := c.Get(fiber.HeaderAuthorization); header != "" {
		scheme, secret, _ := strings.Cut(header, " ")
		secret = strings.TrimSpace(secret)
		if !strings.EqualFold(scheme, "bearer") || secret == "" {
			return notify.ErrUnauthenticated
		}
		if strings.Count(secret, ".") == 2 && !strings.HasPrefix(secret, access.KeyMark) {
			return s.identifyRecipient(r, secret, current)
		}
		key, err := s.Keys.Authenticate(ctx, secret)
		if err != nil {
			return err
		}
		if err := s.checkSignature(ctx, c, key, secret); err != nil {
			return err
		}
		current.kind, current.key = byKey, key
		return nil
	}
	cookie := c.Cookies(sessionCookie)
	if cookie == "" {
		return notify.ErrUnauthenticated
	}
	signedIn, err := s.Members.Who(ctx, cookie)
	if err != nil {
		return err
	}
	current.kind, current.member = byMember, signedIn
	return nil
}

// identifyRecipient accepts a token only of the audience the route is for. A
// good token of a recipient at another route is forbidden, not unknown.
func (s *Server) identifyRecipient(r route, raw string, current *call) error {
	wanted := r.self
	if r.who == recipients {
		if wanted = r.audience; wanted == "" {
			wanted = access.ForInbox
		}
	}
	for _, audience := range []access.Audience{access.ForInbox, access.ForPreferences} {
		bearer, err := s.Tokens.Verify(raw, audience)
		switch {
		case errors.Is(err, notify.ErrUnauthenticated):
			continue
		case err != nil:
			return err
		case audience != wanted:
			return notify.ErrForbidden
		}
		current.kind, current.bearer = byRecipient, bearer
		return nil
	}
	return notify.ErrUnauthenticated
}

// mayCall decides by the route's rule; what the rule does not name is refused.
func (s *Server) mayCall(c *fiber.Ctx, r route, current *call) error {
	if current.kind == byMember {
		if err := s.checkCSRF(c, current); err != nil {
			return err
		}
	}
	allowed := false
	switch r.who {
	case members:
		allowed = current.kind == byMember && (r.needs == "" || current.allows(r.needs))
	case recipients:
		allowed = current.kind == byRecipient || current.kind == byMember
	case callers:
		allowed = current.allows(r.needs) || (r.or != "" && current.allows(r.or)) || (current.kind == byRecipient && s.isSelf(c, current))
	}
	if r.and != "" && !current.allows(r.and) {
		allowed = false
	}
	if !allowed {
		return notify.ErrForbidden
	}
	return nil
}

// isSelf reports whether a recipient asks for their own.
func (s *Server) isSelf(c *fiber.Ctx, current *call) bool {
	id, err := param(c, "id")
	return err == nil && id == current.bearer.Recipient
}

// checkCSRF guards what a browser sends by itself: the cookie proves only that
// some page of the browser called. GET never changes anything.
func (s *Server) checkCSRF(c *fiber.Ctx, current *call) error {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return nil
	}
	if !s.sameHouse(c) || !access.SameToken(c.Get("X-CSRF-Token"), current.member.Session.CSRF) {
		return refuse(fiber.StatusForbidden, typeCSRF, "send the X-CSRF-Token of GET /v1/auth/me")
	}
	return nil
}
