package access

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestWhomAnIssuersWordLetsIn(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		email string
		role  Role
		want  Role // empty when refused
	}{
		"a member":                      {"Viewer@example.com", "", Viewer},
		"a member keeps their role":     {"viewer@example.com", Editor, Viewer},
		"somebody invited":              {"invited@example.com", "", Approver},
		"somebody invited too long ago": {"late@example.com", "", ""},
		"a stranger":                    {"eve@example.com", "", ""},
		"a stranger of the house":       {"eve@example.com", Viewer, Viewer},
		"a deactivated member":          {"asleep@example.com", Viewer, ""},
	}
	for name, tt := range tests {
		members, m, clock := staffed(t)
		m.members["asleep@example.com"] = Member{ID: "asleep", Email: "asleep@example.com", Role: Editor, DeactivatedAt: clock.Now()}
		m.invitations["1"] = Invitation{ID: "1", Email: "invited@example.com", Role: Approver, MemberID: "mem_i", TokenHash: "h", ExpiresAt: clock.Now().Add(invitationLife)}
		m.invitations["2"] = Invitation{ID: "2", Email: "late@example.com", Role: Approver, TokenHash: "l", ExpiresAt: clock.Now()}
		in, err := members.SignInVouched(t.Context(), Vouched{Email: tt.email, Name: "N", Role: tt.role})
		if tt.want == "" {
			require.ErrorIs(t, err, notify.ErrUnauthenticated, name)
			require.EqualError(t, err, "sign in by an issuer's word: unauthenticated", "every refusal reads the same")
			continue
		}
		require.NoError(t, err, name)
		require.Equal(t, tt.want, in.Member.Role, name)
		_, err = members.Who(t.Context(), in.Cookie)
		require.NoError(t, err, name)
	}
}
