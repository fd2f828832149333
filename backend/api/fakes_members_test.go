package api

import (
	"context"

	"clarion/backend/access"
	"clarion/backend/notify"
)

const (
	knownMember  = "mem_1"
	knownInvited = "inv_1"
	knownSession = "ses_1"
	knownLink    = "a-link-that-lets-in"
)

// staffFake knows one member, one invitation and one session.
type staffFake struct{ *fakes }

func (f *staffFake) member() access.Member {
	return access.Member{ID: knownMember, Email: "bo@example.com", Name: "Bo", Role: access.Viewer, CreatedAt: f.at}
}

func (f *staffFake) invitation() access.Invitation {
	return access.Invitation{
		ID: knownInvited, Email: "cy@example.com", Role: access.Editor, MemberID: "mem_2", InviterName: "Ada",
		TokenHash: "hash of the link", CreatedAt: f.at, ExpiresAt: f.at,
	}
}

func (f *staffFake) List(context.Context, access.MemberFilter, notify.Page) ([]access.Member, string, error) {
	return []access.Member{f.member()}, "", f.failing()
}

func (f *staffFake) managed(by access.Manager, id string) (access.Member, error) {
	f.mu.Lock()
	f.manager = by
	f.mu.Unlock()
	return f.member(), f.missing(id, knownMember)
}

func (f *staffFake) SetRole(_ context.Context, by access.Manager, id string, _ access.Role) (access.Member, error) {
	return f.managed(by, id)
}

func (f *staffFake) Deactivate(_ context.Context, by access.Manager, id string) (access.Member, error) {
	return f.managed(by, id)
}

func (f *staffFake) Reactivate(_ context.Context, by access.Manager, id string) (access.Member, error) {
	return f.managed(by, id)
}

func (f *staffFake) ResetTwoFactor(_ context.Context, by access.Manager, id string) (access.Member, error) {
	return f.managed(by, id)
}

func (f *staffFake) Remove(_ context.Context, by access.Manager, id string) error {
	_, err := f.managed(by, id)
	return err
}

func (f *staffFake) EndAllOf(_ context.Context, by access.Manager, id string) (int, error) {
	_, err := f.managed(by, id)
	return 2, err
}

func (f *staffFake) OpenInvitations(context.Context, notify.Page) ([]access.Invitation, string, error) {
	return []access.Invitation{f.invitation()}, "", f.failing()
}

func (f *staffFake) Invite(_ context.Context, _ access.Manager, _ access.NewInvitation) (access.Invited, error) {
	return access.Invited{Invitation: f.invitation(), Token: knownLink, Emailed: true}, f.failing()
}

func (f *staffFake) Resend(_ context.Context, _ access.Manager, id string) (access.Invited, error) {
	return access.Invited{Invitation: f.invitation(), Token: knownLink}, f.missing(id, knownInvited)
}

func (f *staffFake) RevokeInvitation(_ context.Context, _ access.Manager, id string) error {
	return f.missing(id, knownInvited)
}

func (f *staffFake) SaveProfile(_ context.Context, _ string, p access.Profile) (access.Member, error) {
	m := f.member()
	m.Name, m.Locale = p.Name, p.Locale
	return m, f.failing()
}

func (f *staffFake) ChangePassword(_ context.Context, _ access.SignedIn, p access.NewPassword) error {
	if p.Current == "" {
		return notify.InvalidField("current", "wrong_password", "is not your password")
	}
	return f.failing()
}

func (f *staffFake) OwnSessions(context.Context, access.SignedIn) ([]access.SessionView, error) {
	return []access.SessionView{{ID: knownSession, IP: "127.0.0.1", CreatedAt: f.at, LastSeenAt: f.at, ExpiresAt: f.at, Current: true}}, f.failing()
}

func (f *staffFake) EndOwn(_ context.Context, _ access.SignedIn, id string) error {
	return f.missing(id, knownSession)
}

func (f *staffFake) EndOthers(context.Context, access.SignedIn) (int, error) { return 1, f.failing() }

func (f *staffFake) Invitation(_ context.Context, token string) (access.Invitation, error) {
	return f.invitation(), f.missing(token, knownLink)
}

func (f *staffFake) Accept(_ context.Context, a access.Acceptance) (access.SignedIn, error) {
	in := access.SignedIn{Member: f.member(), Session: access.Session{CSRF: "c", ExpiresAt: f.at}, Cookie: "new-cookie"}
	return in, f.missing(a.Token, knownLink)
}

func (f *staffFake) TwoFactorOf(context.Context, access.SignedIn) (access.TwoFactor, error) {
	return access.TwoFactor{Sealed: "sealed", ConfirmedAt: f.at, CodesLeft: 9}, f.failing()
}

func (f *staffFake) EnrolTwoFactor(context.Context, access.SignedIn, string, string) (access.Enrolment, error) {
	return access.Enrolment{Secret: "JBSWY3DPEHPK3PXP", OtpauthURL: "otpauth://totp/Clarion:bo@example.com"}, f.failing()
}

func (f *staffFake) ConfirmTwoFactor(_ context.Context, _ access.SignedIn, code string) ([]string, error) {
	if code != "123456" {
		return nil, notify.InvalidField("code", "wrong_code", "is not the code of this moment")
	}
	return []string{"abcde-fghij"}, f.failing()
}

func (f *staffFake) DropTwoFactor(context.Context, access.SignedIn, string, string) error {
	return f.failing()
}
