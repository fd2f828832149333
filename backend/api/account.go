package api

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
)

// Account is what members do about themselves, and how the invited become
// members.
type Account interface { //nolint:interfacebloat // the port of one page: every method is one of its routes
	SaveProfile(ctx context.Context, id string, p access.Profile) (access.Member, error)
	ChangePassword(ctx context.Context, who access.SignedIn, p access.NewPassword) error
	OwnSessions(ctx context.Context, who access.SignedIn) ([]access.SessionView, error)
	EndOwn(ctx context.Context, who access.SignedIn, id string) error
	EndOthers(ctx context.Context, who access.SignedIn) (int, error)
	TwoFactorOf(ctx context.Context, who access.SignedIn) (access.TwoFactor, error)
	EnrolTwoFactor(ctx context.Context, who access.SignedIn, password, ip string) (access.Enrolment, error)
	ConfirmTwoFactor(ctx context.Context, who access.SignedIn, code string) ([]string, error)
	DropTwoFactor(ctx context.Context, who access.SignedIn, password, ip string) error
	Invitation(ctx context.Context, token string) (access.Invitation, error)
	Accept(ctx context.Context, a access.Acceptance) (access.SignedIn, error)
}

func (s *Server) accountRoutes() []route {
	own := func(method, path string, do fiber.Handler) route {
		return route{method: method, path: path, who: members, do: do}
	}
	return []route{
		own(fiber.MethodPut, "/v1/auth/me", s.saveProfile).audited("member.profile"),
		own(fiber.MethodPut, "/v1/auth/password", s.changePassword).audited("member.password", noContent),
		own(fiber.MethodGet, "/v1/auth/two-factor", s.showTwoFactor),
		own(fiber.MethodPost, "/v1/auth/two-factor", s.enrolTwoFactor).unaudited("it counts for nothing until it is confirmed"),
		own(fiber.MethodPost, "/v1/auth/two-factor/confirm", s.confirmTwoFactor).audited("two_factor.enable", noContent),
		own(fiber.MethodPost, "/v1/auth/two-factor/disable", s.dropTwoFactor).audited("two_factor.disable", noContent),
		own(fiber.MethodGet, "/v1/auth/sessions", s.listSessions),
		own(fiber.MethodDelete, "/v1/auth/sessions/:id", s.endSession).audited("session.end", noContent),
		own(fiber.MethodDelete, "/v1/auth/sessions", s.endOtherSessions).audited("session.end_others", noContent),
		open(fiber.MethodPost, "/v1/auth/invitation", s.showInvitation).unaudited("it only shows what the link leads to"),
		open(fiber.MethodPost, "/v1/auth/accept", s.acceptInvitation).audited("invitation.accept"),
	}
}

func (s *Server) saveProfile(c *fiber.Ctx) error {
	in, err := decode[struct {
		Name   string `json:"name"`
		Locale string `json:"locale"`
	}](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	current := callOf(c)
	before := current.member.Member
	saved, err := s.Account.SaveProfile(ctx, before.ID, access.Profile{Name: in.Name, Locale: in.Locale})
	if err != nil {
		return err
	}
	current.member.Member = saved
	noted(c, saved.ID, before, saved)
	return replyOK(c, viewOf(current.member))
}

func (s *Server) changePassword(c *fiber.Ctx) error {
	in, err := decode[struct {
		Current string `json:"current"`
		New     string `json:"new"`
	}](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	who := callOf(c).member
	noted(c, who.Member.ID, nil, nil)
	if len(in.Current) > maxPassword {
		in.Current = ""
	}
	if err := s.Account.ChangePassword(ctx, who, access.NewPassword{Current: in.Current, New: in.New, IP: c.IP()}); err != nil {
		return err
	}
	return replyOK(c, nil)
}

func (s *Server) listSessions(c *fiber.Ctx) error {
	who := callOf(c).member
	return whole(s, c, func(ctx context.Context) ([]access.SessionView, error) { return s.Account.OwnSessions(ctx, who) })
}

func (s *Server) endSession(c *fiber.Ctx) error {
	who := callOf(c).member
	return s.done(c, "id", func(ctx context.Context, id string) error { return s.Account.EndOwn(ctx, who, id) })
}

func (s *Server) endOtherSessions(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	who := callOf(c).member
	noted(c, who.Member.ID, nil, nil)
	n, err := s.Account.EndOthers(ctx, who)
	if err != nil {
		return err
	}
	return replyOK(c, endedView{n})
}

// linkInput holds the token in the body: a path would stand in every log of
// every proxy.
type linkInput struct {
	Token string `json:"token"`
}

type invitationView struct {
	Email       string      `json:"email"`
	Role        access.Role `json:"role"`
	InviterName string      `json:"inviter_name"`
	ExpiresAt   time.Time   `json:"expires_at"`
}

func (s *Server) showInvitation(c *fiber.Ctx) error {
	in, err := decode[linkInput](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	i, err := s.Account.Invitation(ctx, in.Token)
	if err != nil {
		return err
	}
	return replyOK(c, invitationView{i.Email, i.Role, i.InviterName, i.ExpiresAt})
}

func (s *Server) acceptInvitation(c *fiber.Ctx) error {
	if err := s.fromThePage(c); err != nil {
		return err
	}
	in, err := decode[struct {
		linkInput
		Name     string `json:"name"`
		Password string `json:"password"`
		Locale   string `json:"locale"`
	}](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	signedIn, err := s.Account.Accept(ctx, access.Acceptance{
		Token: in.Token, Name: in.Name, Password: in.Password, Locale: in.Locale, IP: c.IP(), UserAgent: c.Get(fiber.HeaderUserAgent),
	})
	if err != nil {
		return err
	}
	if err := s.enter(ctx, c, signedIn); err != nil {
		return err
	}
	noted(c, signedIn.Member.ID, nil, signedIn.Member)
	return replyOK(c, viewOf(signedIn))
}
