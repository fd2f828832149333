package e2e_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// browser is somebody at a browser.
type browser struct {
	*caller
	cookie, csrf string
}

// as opens a browser by the answer that signed them in.
func (c *caller) as(r reply) *browser {
	c.Helper()
	cookie, _, _ := strings.Cut(r.header.Get("Set-Cookie"), ";")
	me := read[struct {
		CSRF string `json:"csrf_token"`
	}](c, r)
	return &browser{&caller{TB: c.TB, url: c.url}, cookie, me.CSRF}
}

func (p *browser) ask(method, path string, body any) reply {
	p.Helper()
	return p.do(ask{method: method, path: path, body: body, header: map[string]string{"Cookie": p.cookie, "X-CSRF-Token": p.csrf}})
}

func (c *caller) owner() *browser {
	c.Helper()
	return c.as(c.must(http.StatusOK, ask{method: "POST", path: "/v1/auth/login", body: map[string]string{
		"email": "admin@example.com", "password": "a password for stories",
	}}))
}

type record struct {
	ID     string
	Action string
	Actor  struct{ ID, Name, Kind string }
	Target struct{ ID string }
}

var linkShape = regexp.MustCompile(`/invite/([A-Za-z0-9_-]{20,})`)

func TestAnInvitedPersonBecomesAMemberAndTheAuditLogTellsIt(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		owner := house.owner()
		invited := owner.ask("POST", "/v1/invitations", map[string]string{"email": "bo@example.com", "role": "editor"})
		require.Equal(t, http.StatusCreated, invited.status, string(invited.raw))
		link := linkShape.FindStringSubmatch(string(invited.raw))
		require.Len(t, link, 2)

		var letters []struct {
			Text      string
			To        string
			MessageID string `json:"message_id"`
		}
		await(t, time.Minute, "Clarion to send the link itself", func() bool {
			letters = list[struct {
				Text      string
				To        string
				MessageID string `json:"message_id"`
			}](house, "/v1/sandbox/messages?channel=email&to=bo@example.com")
			return len(letters) == 1
		})
		require.Contains(t, letters[0].Text, link[0])
		require.NotContains(t, string(house.do(ask{method: "GET", path: "/v1/messages/" + letters[0].MessageID}).raw), link[1], "the link is for one pair of eyes")

		acceptance := map[string]string{"token": link[1], "name": "Bo", "password": "a long enough password", "locale": "zh-CN"}
		bo := house.as(house.must(http.StatusOK, ask{method: "POST", path: "/v1/auth/accept", body: acceptance}))
		house.must(http.StatusNotFound, ask{method: "POST", path: "/v1/auth/accept", body: acceptance})
		me := read[struct {
			Member struct{ ID, Role, Email string }
		}](t, bo.ask("GET", "/v1/auth/me", nil))
		require.Equal(t, []string{"editor", "bo@example.com"}, []string{me.Member.Role, me.Member.Email})
		require.Equal(t, http.StatusOK, bo.ask("GET", "/v1/inbox", nil).status, "the bell is theirs")
		for method, path := range map[string]string{"GET": "/v1/members", "POST": "/v1/invitations", "DELETE": "/v1/members/" + me.Member.ID} {
			require.Equal(t, http.StatusForbidden, bo.ask(method, path, map[string]string{}).status, path)
		}

		require.Equal(t, http.StatusOK, owner.ask("PUT", "/v1/members/"+me.Member.ID+"/role", map[string]string{"role": "viewer"}).status)
		require.Equal(t, http.StatusOK, owner.ask("POST", "/v1/members/"+me.Member.ID+"/deactivate", nil).status)
		require.Equal(t, http.StatusUnauthorized, bo.ask("GET", "/v1/auth/me", nil).status, "out at once")

		told := list[record](house, "/v1/audit?target="+me.Member.ID)
		var actions []string
		for _, r := range told {
			actions = append(actions, r.Action)
		}
		require.Equal(t, []string{"member.deactivate", "member.role", "invitation.accept"}, actions)
		change := get[struct{ Before, After struct{ Role string } }](house, "/v1/audit/"+told[1].ID)
		require.Equal(t, []string{"editor", "viewer"}, []string{change.Before.Role, change.After.Role})
		verdict := get[struct{ Intact bool }](house, "/v1/audit/verify")
		require.True(t, verdict.Intact)
	})
}
