package access

import (
	"context"
	"errors"
	"fmt"

	"clarion/backend/notify"
)

// Vouched is a person whom an issuer we trust has vouched for.
type Vouched struct {
	Email string
	Name  string
	// Role is what somebody becomes who is neither a member nor invited; empty
	// refuses them.
	Role      Role
	IP        string
	UserAgent string
}

// SignInVouched opens a session of the member with the address, or of the
// invited one, who becomes a member by it. Everybody else is refused alike. The
// issuer has asked for whatever second step it wants; ours is not asked for.
func (m *Members) SignInVouched(ctx context.Context, v Vouched) (SignedIn, error) {
	email := normalEmail(v.Email)
	member, err := m.Store.MemberByEmail(ctx, email)
	if errors.Is(err, notify.ErrNotFound) {
		member, err = m.joinVouched(ctx, email, v)
	}
	if err != nil {
		return SignedIn{}, fmt.Errorf("sign in by an issuer's word: %w", err)
	}
	if !member.Active() {
		return SignedIn{}, fmt.Errorf("sign in by an issuer's word: %w", notify.ErrUnauthenticated)
	}
	return m.open(ctx, member, Credentials{IP: v.IP, UserAgent: v.UserAgent})
}

func (m *Members) joinVouched(ctx context.Context, email string, v Vouched) (Member, error) {
	newcomer := Member{Name: cut(v.Name, maxNameSize)}
	i, err := m.Invitations.OpenInvitation(ctx, email)
	switch {
	case err == nil && m.Clock.Now().Before(i.ExpiresAt):
		return m.join(ctx, i, newcomer)
	case err != nil && !errors.Is(err, notify.ErrNotFound):
		return Member{}, fmt.Errorf("look up an invitation: %w", err)
	case v.Role == "":
		return Member{}, notify.ErrUnauthenticated
	}
	newcomer.ID, newcomer.Email, newcomer.Role, newcomer.CreatedAt = notify.NewID(notify.MemberID), email, v.Role, m.Clock.Now()
	newcomer.RecipientID = newcomer.ID
	if m.Courier != nil {
		if err := m.Courier.Welcome(ctx, newcomer); err != nil {
			return Member{}, fmt.Errorf("make member %s a recipient: %w", newcomer.ID, err)
		}
	}
	if err := m.Store.AddMember(ctx, newcomer); err != nil {
		return Member{}, fmt.Errorf("add member %s: %w", newcomer.ID, err)
	}
	return newcomer, nil
}
