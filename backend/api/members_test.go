package api

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
)

func TestALinkThatLetsInIsInOneAnswerAndNowhereElse(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	admin := h.key(access.Admin)
	for _, a := range []ask{
		{method: "POST", path: "/v1/invitations", body: bodies["POST /v1/invitations"]},
		{method: "POST", path: "/v1/invitations/inv_1/resend"},
	} {
		a.bearer, a.header = admin, map[string]string{"Idempotency-Key": "k"}
		got := h.do(a)
		require.Less(t, got.status, 300, string(got.raw))
		require.Contains(t, string(got.raw), `"link":"https://clarion.example.com/invite/`+knownLink+`"`)
		require.Equal(t, knownInvited, h.audit.last().Target.ID)
	}
	list := h.do(ask{method: "GET", path: "/v1/invitations", bearer: admin})
	for _, place := range []string{string(list.raw), h.auditText(), h.memory.dump(), h.log.String()} {
		require.NotContains(t, place, knownLink)
		require.NotContains(t, place, "hash of the link")
	}
}

func TestMembersAreManagedInTheNameOfTheCaller(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	s := h.login()
	body := bodies["PUT /v1/members/:id/role"]
	require.Equal(t, 200, h.do(ask{method: "PUT", path: "/v1/members/mem_1/role", session: s, body: body}).status)
	require.Equal(t, access.Manager{ID: h.memory.members[adminEmail].ID, Role: access.Owner}, h.fakes.manager)
	r := h.audit.last()
	require.Equal(t, []string{"member.role", "mem_1"}, []string{r.Action, r.Target.ID})
	require.Contains(t, string(r.Before), `"role":"viewer"`, "the list of members shows the state")
	require.Equal(t, 200, h.do(ask{method: "PUT", path: "/v1/members/mem_1/role", bearer: h.key(access.Admin), body: body}).status)
	require.Equal(t, access.Manager{Role: access.Administrator}, h.fakes.manager, "a key is no owner")
	require.Equal(t, 404, h.do(ask{method: "DELETE", path: "/v1/members/mem_9", session: s}).status)
}

func TestAcceptingAnInvitationSignsIn(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	good := bodies["POST /v1/auth/accept"]
	got := h.do(ask{method: "POST", path: "/v1/auth/accept", body: good})
	require.Equal(t, 200, got.status, string(got.raw))
	require.Contains(t, got.header.Get("Set-Cookie"), sessionCookie+"=new-cookie")
	r := h.audit.last()
	require.Equal(t, []string{"invitation.accept", knownMember, knownMember}, []string{r.Action, r.Target.ID, r.Actor.ID})
	require.NotContains(t, h.auditText(), "new-cookie")

	require.Equal(t, 403, h.do(ask{method: "POST", path: "/v1/auth/accept", body: good, header: map[string]string{"Origin": "https://evil.example"}}).status)
	require.Equal(t, 415, h.do(ask{method: "POST", path: "/v1/auth/accept", body: good, header: map[string]string{"Content-Type": "text/plain"}}).status)
	for _, path := range []string{"/v1/auth/accept", "/v1/auth/invitation"} {
		require.Equal(t, 404, h.do(ask{method: "POST", path: path, body: `{"token":"x"}`}).status)
	}
	shown := h.do(ask{method: "POST", path: "/v1/auth/invitation", body: `{"token":"` + knownLink + `"}`})
	require.Contains(t, string(shown.body.Data), "cy@example.com")
}

func TestAPasswordIsNeverOnRecord(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	s := h.login()
	got := h.do(ask{method: "PUT", path: "/v1/auth/password", session: s, body: `{"current":"my old password","new":"my new password"}`})
	require.Equal(t, 200, got.status)
	require.Equal(t, "member.password", h.audit.last().Action)
	h.do(ask{method: "PUT", path: "/v1/auth/me", session: s, body: bodies["PUT /v1/auth/me"]})
	require.Equal(t, "member.profile", h.audit.last().Action)
	for _, secret := range []string{"my old password", "my new password", "argon2"} {
		require.NotContains(t, h.auditText()+h.log.String(), secret)
	}
}
