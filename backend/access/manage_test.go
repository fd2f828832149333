package access

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// staffed is a house with one member of every role; ids are the roles' names.
func staffed(t *testing.T) (*Members, *memory, *hands) {
	t.Helper()
	members, m, clock := signedUp(t)
	delete(m.members, "ada@example.com")
	for _, role := range Roles {
		email := string(role) + "@example.com"
		m.members[email] = Member{ID: string(role), Email: email, Role: role, CreatedAt: clock.Now()}
	}
	return members, m, clock
}

func TestWhoMayManageWhom(t *testing.T) {
	t.Parallel()
	may := map[Role][]Role{
		Owner:         {Administrator, Editor, Approver, Viewer},
		Administrator: {Editor, Approver, Viewer},
	}
	for _, by := range Roles {
		for _, target := range Roles {
			for name, manage := range map[string]func(m *Members, g Manager) error{
				"deactivate": func(m *Members, g Manager) error {
					_, err := m.Deactivate(t.Context(), g, string(target))
					return err
				},
				"reactivate": func(m *Members, g Manager) error {
					_, err := m.Reactivate(t.Context(), g, string(target))
					return err
				},
				"sign out": func(m *Members, g Manager) error {
					_, err := m.EndAllOf(t.Context(), g, string(target))
					return err
				},
				"take the second step from": func(m *Members, g Manager) error {
					_, err := m.ResetTwoFactor(t.Context(), g, string(target))
					if errors.Is(err, notify.ErrConflict) {
						return nil // they have none, but could have lost it
					}
					return err
				},
				"change the role": func(m *Members, g Manager) error {
					_, err := m.SetRole(t.Context(), g, string(target), Viewer)
					return err
				},
				"remove": func(m *Members, g Manager) error { return m.Remove(t.Context(), g, string(target)) },
			} {
				members, _, _ := staffed(t)
				err := manage(members, Manager{ID: string(by), Role: by})
				allowed := false
				for _, role := range may[by] {
					allowed = allowed || role == target
				}
				if allowed {
					require.NoError(t, err, "%s may %s %s", by, name, target)
				} else {
					require.ErrorIs(t, err, notify.ErrForbidden, "%s may not %s %s", by, name, target)
				}
			}
		}
	}
}

func TestWhatRolesMayBeGiven(t *testing.T) {
	t.Parallel()
	for _, by := range []Role{Owner, Administrator} {
		for _, role := range Roles {
			members, _, _ := staffed(t)
			_, err := members.SetRole(t.Context(), Manager{ID: string(by), Role: by}, string(Viewer), role)
			if by == Administrator && role == Owner {
				require.ErrorIs(t, err, notify.ErrForbidden, "only an owner makes owners")
				continue
			}
			require.NoError(t, err)
		}
	}
	members, _, _ := staffed(t)
	_, err := members.SetRole(t.Context(), Manager{Role: Owner}, string(Viewer), "emperor")
	require.ErrorContains(t, err, "role")
	_, err = members.SetRole(t.Context(), Manager{Role: Owner}, "nobody", Viewer)
	require.ErrorIs(t, err, notify.ErrNotFound)
}

func TestTheLastOwnerStays(t *testing.T) {
	t.Parallel()
	other := Manager{ID: "another owner, gone meanwhile", Role: Owner}
	for name, take := range map[string]func(m *Members) error{
		"remove":     func(m *Members) error { return m.Remove(t.Context(), other, "owner") },
		"deactivate": func(m *Members) error { _, err := m.Deactivate(t.Context(), other, "owner"); return err },
		"demote":     func(m *Members) error { _, err := m.SetRole(t.Context(), other, "owner", Editor); return err },
	} {
		members, m, _ := staffed(t)
		require.ErrorIs(t, take(members), notify.ErrConflict, name)
		require.Equal(t, Owner, m.members["owner@example.com"].Role, name)
		require.True(t, m.members["owner@example.com"].Active(), name)
		m.members["second@example.com"] = Member{ID: "second", Email: "second@example.com", Role: Owner}
		require.NoError(t, take(members), "%s one of two", name)
	}
	members, m, clock := staffed(t)
	m.members["asleep@example.com"] = Member{ID: "asleep", Role: Owner, DeactivatedAt: clock.Now()}
	require.ErrorIs(t, members.Remove(t.Context(), other, "owner"), notify.ErrConflict, "an owner who cannot sign in is none")
	require.NoError(t, members.Remove(t.Context(), other, "asleep"))
}

func TestAMemberWhoIsDeactivatedIsOutAtOnceAndAnsweredLikeAStranger(t *testing.T) {
	t.Parallel()
	members, m, _ := signedUp(t)
	in, err := members.SignIn(t.Context(), Credentials{Email: "ada@example.com", Password: "correct horse"})
	require.NoError(t, err)
	ada := m.members["ada@example.com"]
	m.members["o@example.com"] = Member{ID: "o", Email: "o@example.com", Role: Owner}
	_, err = members.Deactivate(t.Context(), Manager{ID: "o", Role: Owner}, ada.ID)
	require.NoError(t, err)
	_, err = members.Who(t.Context(), in.Cookie)
	require.ErrorIs(t, err, notify.ErrUnauthenticated)
	_, err = members.SignIn(t.Context(), Credentials{Email: "ada@example.com", Password: "correct horse"})
	require.EqualError(t, err, "sign in: unauthenticated")
	_, err = members.Reactivate(t.Context(), Manager{ID: "o", Role: Owner}, ada.ID)
	require.NoError(t, err)
	_, err = members.SignIn(t.Context(), Credentials{Email: "ada@example.com", Password: "correct horse"})
	require.NoError(t, err)
}

func TestAnInvitationLetsInOnce(t *testing.T) {
	t.Parallel()
	members, m, clock := staffed(t)
	bird := &pigeon{}
	members.Courier = bird
	invited, err := members.Invite(t.Context(), Manager{ID: "owner", Role: Owner}, NewInvitation{Email: " Bo@Example.com ", Role: Editor, InviterName: "Olga"})
	require.NoError(t, err)
	require.True(t, invited.Emailed)
	require.Equal(t, []string{"bo@example.com " + invited.Token}, bird.letters)
	require.NotContains(t, fmt.Sprintf("%+v", m.invitations), invited.Token, "the store holds only a hash")
	shown, err := members.Invitation(t.Context(), invited.Token)
	require.NoError(t, err)
	require.Equal(t, "Olga", shown.InviterName)

	var won atomic.Int32
	var all sync.WaitGroup
	members.Courier = nil
	for range 20 {
		all.Go(func() {
			in, err := members.Accept(t.Context(), Acceptance{Token: invited.Token, Name: "Bo", Password: "a long enough password"})
			if err == nil {
				won.Add(1)
				_, err = members.Who(t.Context(), in.Cookie)
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, notify.ErrNotFound)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, won.Load())
	bo := m.members["bo@example.com"]
	require.Equal(t, []any{invited.Invitation.MemberID, Editor, bo.ID, clock.Now()}, []any{bo.ID, bo.Role, bo.RecipientID, bo.CreatedAt})
	_, err = members.SignIn(t.Context(), Credentials{Email: "bo@example.com", Password: "a long enough password"})
	require.NoError(t, err)
}

func TestALinkThatIsNoGoodIsAnsweredAlike(t *testing.T) {
	t.Parallel()
	by := Manager{ID: "admin", Role: Administrator}
	tests := map[string]func(m *Members, i Invited, clock *hands) string{
		"a made-up one":  func(*Members, Invited, *hands) string { return "x" },
		"an empty one":   func(*Members, Invited, *hands) string { return "" },
		"an id":          func(_ *Members, i Invited, _ *hands) string { return i.Invitation.ID },
		"a hash":         func(_ *Members, i Invited, _ *hands) string { return i.Invitation.TokenHash },
		"an expired one": func(_ *Members, i Invited, c *hands) string { c.move(invitationLife); return i.Token },
		"one sent before": func(m *Members, i Invited, _ *hands) string {
			_, err := m.Resend(t.Context(), by, i.Invitation.ID)
			require.NoError(t, err)
			return i.Token
		},
		"a revoked one": func(m *Members, i Invited, _ *hands) string {
			require.NoError(t, m.RevokeInvitation(t.Context(), by, i.Invitation.ID))
			return i.Token
		},
	}
	for name, spoil := range tests {
		members, _, clock := staffed(t)
		invited, err := members.Invite(t.Context(), by, NewInvitation{Email: "bo@example.com", Role: Editor})
		require.NoError(t, err)
		require.False(t, invited.Emailed, "nobody carries letters here")
		token := spoil(members, invited, clock)
		_, err = members.Invitation(t.Context(), token)
		require.ErrorIs(t, err, notify.ErrNotFound, name)
		_, err = members.Accept(t.Context(), Acceptance{Token: token, Name: "Bo", Password: "a long enough password"})
		require.ErrorIs(t, err, notify.ErrNotFound, name)
	}
}

func TestWhoMayInviteWhom(t *testing.T) {
	t.Parallel()
	owner, admin := Manager{ID: "owner", Role: Owner}, Manager{ID: "admin", Role: Administrator}
	tests := map[string]struct {
		by    Manager
		email string
		role  Role
		want  error
		field string
	}{
		"an owner invites an owner":      {owner, "new@example.com", Owner, nil, ""},
		"an admin invites an admin":      {admin, "new@example.com", Administrator, nil, ""},
		"an admin invites no owner":      {admin, "new@example.com", Owner, notify.ErrForbidden, ""},
		"who is a member already":        {owner, "viewer@example.com", Viewer, notify.ErrConflict, "email"},
		"who is invited already":         {owner, "waiting@example.com", Viewer, notify.ErrConflict, "email"},
		"an address that is none":        {owner, "nobody", Viewer, nil, "email"},
		"a role that is none":            {owner, "new@example.com", "guest", nil, "role"},
		"an editor may invite nobody":    {Manager{"editor", Editor}, "new@example.com", Viewer, notify.ErrForbidden, ""},
		"whose invitation has expired":   {owner, "late@example.com", Viewer, nil, ""},
		"a line break is in the address": {owner, "a@example.com\nbcc: b@example.com", Viewer, nil, "email"},
	}
	for name, tt := range tests {
		members, m, clock := staffed(t)
		m.invitations["1"] = Invitation{ID: "1", Email: "waiting@example.com", ExpiresAt: clock.Now().Add(invitationLife)}
		m.invitations["2"] = Invitation{ID: "2", Email: "late@example.com", ExpiresAt: clock.Now()}
		_, err := members.Invite(t.Context(), tt.by, NewInvitation{Email: tt.email, Role: tt.role})
		switch {
		case tt.want == nil && tt.field == "":
			require.NoError(t, err, name)
		case tt.want != nil:
			require.ErrorIs(t, err, tt.want, name)
		}
		if tt.field != "" {
			require.ErrorContains(t, err, tt.field, name)
		}
	}
	members, _, _ := staffed(t)
	top, err := members.Invite(t.Context(), owner, NewInvitation{Email: "top@example.com", Role: Owner})
	require.NoError(t, err)
	_, err = members.Resend(t.Context(), admin, top.Invitation.ID)
	require.ErrorIs(t, err, notify.ErrForbidden, "an admin must not get hold of an owner's link")
	require.ErrorIs(t, members.RevokeInvitation(t.Context(), admin, top.Invitation.ID), notify.ErrForbidden)
	members.Courier = &pigeon{broken: errLost}
	_, err = members.Invite(t.Context(), owner, NewInvitation{Email: "far@example.com", Role: Viewer})
	require.ErrorIs(t, err, errLost)
}
