package access

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"clarion/backend/notify"
)

// invitationLife is how long a link works.
const invitationLife = 7 * 24 * time.Hour

// Invitation is a place kept for a person. The link's token is not part of it:
// only its SHA-256.
type Invitation struct {
	ID    string `json:"id"`
	Email string `json:"email"`
	Role  Role   `json:"role"`
	// MemberID is who the person will be; the recipient of the letter has it too.
	MemberID    string    `json:"member_id"`
	InvitedBy   string    `json:"invited_by"`
	InviterName string    `json:"inviter_name"`
	TokenHash   string    `json:"-"`
	CreatedAt   time.Time `json:"created_at"`
	ExpiresAt   time.Time `json:"expires_at"`
}

// InvitationStore keeps invitations. One is open until it is accepted or
// revoked, also when it has expired: it can be sent anew.
type InvitationStore interface {
	InvitationReader
	InvitationWriter
}

// InvitationReader finds open invitations.
type InvitationReader interface {
	// Invitations returns a page of the open ones, newest first.
	Invitations(ctx context.Context, p notify.Page) ([]Invitation, string, error)
	// OpenInvitation finds an open one by its id, the hash of its token or its
	// address.
	OpenInvitation(ctx context.Context, idOrHash string) (Invitation, error)
}

// InvitationWriter opens and closes them.
type InvitationWriter interface {
	// AddInvitation keeps a new one; an address with an open one that has not
	// expired is notify.ErrConflict.
	AddInvitation(ctx context.Context, i Invitation) error
	// RenewInvitation gives an open one another token and another end.
	RenewInvitation(ctx context.Context, id, tokenHash string, expires time.Time) error
	// RevokeInvitation closes an open one, or is notify.ErrNotFound.
	RevokeInvitation(ctx context.Context, id string, now time.Time) error
	// AcceptInvitation closes the open one with this hash that has not expired
	// and adds the member, both or neither; of twenty who try one wins, and the
	// others get notify.ErrNotFound.
	AcceptInvitation(ctx context.Context, tokenHash string, m Member) error
}

// Courier takes word to people.
type Courier interface {
	// CanInvite reports whether a letter would leave the house.
	CanInvite(ctx context.Context) bool
	// Invite sends the link to the invited.
	Invite(ctx context.Context, i Invitation, token string) error
	// Welcome makes a new member a recipient, so that the bell is theirs.
	Welcome(ctx context.Context, m Member) error
}

// NewInvitation asks for an invitation.
type NewInvitation struct {
	Email string
	Role  Role
	// InviterName is shown to the invited.
	InviterName string
}

// Invited is an invitation with its token, which is kept nowhere.
type Invited struct {
	Invitation Invitation
	Token      string
	// Emailed reports that the link is on its way.
	Emailed bool
}

// Invite keeps a place for a person and sends them the link if it can.
func (m *Members) Invite(ctx context.Context, by Manager, n NewInvitation) (Invited, error) {
	email := normalEmail(n.Email)
	if err := m.checkInvitation(ctx, by, email, n.Role); err != nil {
		return Invited{}, err
	}
	token, now := randomText(), m.Clock.Now()
	i := Invitation{
		ID: notify.NewID(notify.InvitationID), Email: email, Role: n.Role, MemberID: notify.NewID(notify.MemberID),
		InvitedBy: by.ID, InviterName: cut(n.InviterName, maxNameSize), TokenHash: digestOf(token).text(), CreatedAt: now, ExpiresAt: now.Add(invitationLife),
	}
	if err := m.Invitations.AddInvitation(ctx, i); err != nil {
		if errors.Is(err, notify.ErrConflict) {
			err = fmt.Errorf("%w: %w", err, notify.InvalidField("email", "invited", "is invited already"))
		}
		return Invited{}, fmt.Errorf("add invitation %s: %w", i.ID, err)
	}
	return m.send(ctx, i, token)
}

func (m *Members) checkInvitation(ctx context.Context, by Manager, email string, role Role) error {
	var faults notify.Invalid
	if code, detail := notify.CheckAddress(notify.Email, email); code != "" {
		faults.Add("email", code, detail)
	}
	if !slices.Contains(Roles, role) {
		faults.Add("role", "not_an_option", fmt.Sprintf("must be one of %v", Roles))
	}
	if err := faults.Err(); err != nil {
		return err
	}
	if !by.over(role) {
		return fmt.Errorf("invite a member as %s: %w", role, notify.ErrForbidden)
	}
	_, err := m.Store.MemberByEmail(ctx, email)
	switch {
	case err == nil:
		return fmt.Errorf("%w: %w", notify.ErrConflict, notify.InvalidField("email", "is_member", "is a member already"))
	case !errors.Is(err, notify.ErrNotFound):
		return fmt.Errorf("look up member: %w", err)
	}
	return nil
}

func (m *Members) send(ctx context.Context, i Invitation, token string) (Invited, error) {
	out := Invited{Invitation: i, Token: token}
	if m.Courier == nil || !m.Courier.CanInvite(ctx) {
		return out, nil
	}
	if err := m.Courier.Invite(ctx, i, token); err != nil {
		return Invited{}, fmt.Errorf("send invitation %s: %w", i.ID, err)
	}
	out.Emailed = true
	return out, nil
}

// OpenInvitations returns a page of those that wait.
func (m *Members) OpenInvitations(ctx context.Context, p notify.Page) ([]Invitation, string, error) {
	return m.Invitations.Invitations(ctx, p)
}

// Resend gives an invitation a new link and another week; the old link is dead.
func (m *Members) Resend(ctx context.Context, by Manager, id string) (Invited, error) {
	i, err := m.invitationUnder(ctx, by, id)
	if err != nil {
		return Invited{}, err
	}
	token := randomText()
	i.TokenHash, i.ExpiresAt = digestOf(token).text(), m.Clock.Now().Add(invitationLife)
	if err := m.Invitations.RenewInvitation(ctx, id, i.TokenHash, i.ExpiresAt); err != nil {
		return Invited{}, fmt.Errorf("renew invitation %s: %w", id, err)
	}
	return m.send(ctx, i, token)
}

// RevokeInvitation makes a link worthless.
func (m *Members) RevokeInvitation(ctx context.Context, by Manager, id string) error {
	if _, err := m.invitationUnder(ctx, by, id); err != nil {
		return err
	}
	if err := m.Invitations.RevokeInvitation(ctx, id, m.Clock.Now()); err != nil {
		return fmt.Errorf("revoke invitation %s: %w", id, err)
	}
	return nil
}

func (m *Members) invitationUnder(ctx context.Context, by Manager, id string) (Invitation, error) {
	i, err := m.Invitations.OpenInvitation(ctx, id)
	if err == nil && !by.over(i.Role) {
		err = notify.ErrForbidden
	}
	if err != nil {
		return i, fmt.Errorf("invitation %s: %w", id, err)
	}
	return i, nil
}

// Invitation shows the invited what they are invited to. A token that is wrong,
// used, revoked or too old is the same notify.ErrNotFound.
func (m *Members) Invitation(ctx context.Context, token string) (Invitation, error) {
	i, err := m.Invitations.OpenInvitation(ctx, digestOf(token).text())
	if err == nil && !m.Clock.Now().Before(i.ExpiresAt) {
		err = notify.ErrNotFound
	}
	if err != nil {
		return Invitation{}, fmt.Errorf("invitation by its link: %w", err)
	}
	return i, nil
}

// Acceptance is what the invited choose.
type Acceptance struct {
	Token     string
	Name      string
	Password  string
	Locale    string
	IP        string
	UserAgent string
}

// Accept makes the invited a member and signs them in, once per link.
func (m *Members) Accept(ctx context.Context, a Acceptance) (SignedIn, error) {
	i, err := m.Invitation(ctx, a.Token)
	if err != nil {
		return SignedIn{}, err
	}
	var faults notify.Invalid
	checkName(&faults, a.Name)
	checkPassword(&faults, "password", a.Password, i.Email)
	checkLocale(&faults, a.Locale)
	if err := faults.Err(); err != nil {
		return SignedIn{}, err
	}
	hashed, err := m.passwords.hash(ctx, a.Password)
	if err != nil {
		return SignedIn{}, err
	}
	member, err := m.join(ctx, i, Member{Name: a.Name, PasswordHash: hashed, Locale: a.Locale})
	if err != nil {
		return SignedIn{}, err
	}
	return m.open(ctx, member, Credentials{IP: a.IP, UserAgent: a.UserAgent})
}

// join turns an invitation into the member it is for. They are a recipient
// first: one without a member does no harm, a member without a bell misses what
// concerns them.
func (m *Members) join(ctx context.Context, i Invitation, member Member) (Member, error) {
	member.ID, member.Email, member.Role, member.RecipientID = i.MemberID, i.Email, i.Role, i.MemberID
	member.CreatedAt = m.Clock.Now()
	if m.Courier != nil {
		if err := m.Courier.Welcome(ctx, member); err != nil {
			return Member{}, fmt.Errorf("make member %s a recipient: %w", member.ID, err)
		}
	}
	if err := m.Invitations.AcceptInvitation(ctx, i.TokenHash, member); err != nil {
		return Member{}, fmt.Errorf("accept invitation %s: %w", i.ID, err)
	}
	return member, nil
}
