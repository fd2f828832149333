package api

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
)

// Staff manages the members and their invitations.
type Staff interface { //nolint:interfacebloat // the port of one resource: every method is one of its routes
	List(ctx context.Context, f access.MemberFilter, p notify.Page) ([]access.Member, string, error)
	SetRole(ctx context.Context, by access.Manager, id string, role access.Role) (access.Member, error)
	Deactivate(ctx context.Context, by access.Manager, id string) (access.Member, error)
	Reactivate(ctx context.Context, by access.Manager, id string) (access.Member, error)
	Remove(ctx context.Context, by access.Manager, id string) error
	ResetTwoFactor(ctx context.Context, by access.Manager, id string) (access.Member, error)
	EndAllOf(ctx context.Context, by access.Manager, id string) (int, error)

	OpenInvitations(ctx context.Context, p notify.Page) ([]access.Invitation, string, error)
	Invite(ctx context.Context, by access.Manager, n access.NewInvitation) (access.Invited, error)
	Resend(ctx context.Context, by access.Manager, id string) (access.Invited, error)
	RevokeInvitation(ctx context.Context, by access.Manager, id string) error
}

func (s *Server) memberRoutes() []route {
	// The answers hold a link that lets in: the store of answers must not keep it.
	invite := post("/v1/invitations", access.Admin, s.invite).audited("invitation.create")
	resend := post("/v1/invitations/:id/resend", access.Admin, s.resendInvitation).audited("invitation.resend")
	invite.once, resend.once = false, false
	return []route{
		get("/v1/members", access.Admin, s.listStaff),
		put("/v1/members/:id/role", access.Admin, s.setRole).audited("member.role"),
		post("/v1/members/:id/deactivate", access.Admin, s.deactivateMember).audited("member.deactivate"),
		post("/v1/members/:id/reactivate", access.Admin, s.reactivateMember).audited("member.reactivate"),
		post("/v1/members/:id/sign-out", access.Admin, s.signOutMember).audited("member.sign_out"),
		post("/v1/members/:id/reset-two-factor", access.Admin, s.resetTwoFactor).audited("member.reset_two_factor"),
		remove("/v1/members/:id", access.Admin, s.dismissMember).audited("member.remove"),
		get("/v1/invitations", access.Admin, s.listInvitations),
		invite, resend,
		remove("/v1/invitations/:id", access.Admin, s.revokeInvitation).audited("invitation.revoke"),
	}
}

// manager is the caller as one who manages members.
func (k *call) manager() access.Manager {
	if k.kind == byMember {
		return access.Manager{ID: k.member.Member.ID, Role: k.member.Member.Role}
	}
	return access.Manager{Role: access.Administrator}
}

func (s *Server) listStaff(c *fiber.Ctx) error {
	q := queryOf(c)
	f := access.MemberFilter{Q: q.text("q"), Role: option(q, "role", access.Roles)}
	return listed(s, c, q, f, s.Staff.List)
}

func (s *Server) setRole(c *fiber.Ctx) error {
	in, err := decode[struct {
		Role access.Role `json:"role"`
	}](c)
	if err != nil {
		return err
	}
	by := callOf(c).manager()
	return shown(s, c, "id", func(ctx context.Context, id string) (access.Member, error) {
		return s.Staff.SetRole(ctx, by, id, in.Role)
	})
}

func (s *Server) deactivateMember(c *fiber.Ctx) error {
	by := callOf(c).manager()
	return shown(s, c, "id", func(ctx context.Context, id string) (access.Member, error) {
		return s.Staff.Deactivate(ctx, by, id)
	})
}

func (s *Server) reactivateMember(c *fiber.Ctx) error {
	by := callOf(c).manager()
	return shown(s, c, "id", func(ctx context.Context, id string) (access.Member, error) {
		return s.Staff.Reactivate(ctx, by, id)
	})
}

func (s *Server) resetTwoFactor(c *fiber.Ctx) error {
	by := callOf(c).manager()
	return shown(s, c, "id", func(ctx context.Context, id string) (access.Member, error) {
		return s.Staff.ResetTwoFactor(ctx, by, id)
	})
}

func (s *Server) dismissMember(c *fiber.Ctx) error {
	by := callOf(c).manager()
	return s.done(c, "id", func(ctx context.Context, id string) error { return s.Staff.Remove(ctx, by, id) })
}

type endedView struct {
	Ended int `json:"ended"`
}

func (s *Server) signOutMember(c *fiber.Ctx) error {
	by := callOf(c).manager()
	return shown(s, c, "id", func(ctx context.Context, id string) (endedView, error) {
		n, err := s.Staff.EndAllOf(ctx, by, id)
		return endedView{n}, err
	})
}

func (s *Server) listInvitations(c *fiber.Ctx) error {
	return listed(s, c, queryOf(c), struct{}{}, func(ctx context.Context, _ struct{}, p notify.Page) ([]access.Invitation, string, error) {
		return s.Staff.OpenInvitations(ctx, p)
	})
}

// invitedView is the only answer that holds the link.
type invitedView struct {
	access.Invitation
	Link    string `json:"link"`
	Emailed bool   `json:"emailed"`
}

func (s *Server) viewInvited(c *fiber.Ctx, i access.Invited) invitedView {
	noted(c, i.Invitation.ID, nil, i.Invitation)
	base := s.PublicURL
	if base == "" {
		base = c.Protocol() + "://" + string(c.Request().Header.Host())
	}
	return invitedView{i.Invitation, base + "/invite/" + i.Token, i.Emailed}
}

func (s *Server) invite(c *fiber.Ctx) error {
	in, err := decode[struct {
		Email string      `json:"email"`
		Role  access.Role `json:"role"`
	}](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	current := callOf(c)
	invited, err := s.Staff.Invite(ctx, current.manager(), access.NewInvitation{
		Email: in.Email, Role: in.Role, InviterName: current.actor().Name,
	})
	if err != nil {
		return err
	}
	return reply(c, fiber.StatusCreated, s.viewInvited(c, invited))
}

func (s *Server) resendInvitation(c *fiber.Ctx) error {
	by := callOf(c).manager()
	return shown(s, c, "id", func(ctx context.Context, id string) (invitedView, error) {
		invited, err := s.Staff.Resend(ctx, by, id)
		if err != nil {
			return invitedView{}, err
		}
		return s.viewInvited(c, invited), nil
	})
}

func (s *Server) revokeInvitation(c *fiber.Ctx) error {
	by := callOf(c).manager()
	return s.done(c, "id", func(ctx context.Context, id string) error { return s.Staff.RevokeInvitation(ctx, by, id) })
}
