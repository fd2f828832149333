package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// withScopes is a caller with an API key of its own.
func (c *caller) withScopes(scopes ...string) *caller {
	c.Helper()
	r := c.must(http.StatusCreated, ask{method: http.MethodPost, path: "/v1/api-keys", body: map[string]any{
		"name": "story", "source": "shop", "scopes": scopes,
	}})
	other := *c
	other.bearer = read[struct{ Secret string }](c, r).Secret
	return &other
}

type head struct {
	State       string
	LiveVersion int `json:"live_version"`
	Note        string
	Approval    *struct{ ID, State string }
}

func words(text string) map[string]any {
	return map[string]any{"default_locale": "en", "channels": map[string]any{"sms": map[string]any{"en": map[string]any{"text": text}}}}
}

// TestWhatIsReviewedGoesOutOnlyWhenItIsApproved tells the whole way of a change:
// what is live while it waits, what goes live, and the way back.
func TestWhatIsReviewedGoesOutOnlyWhenItIsApproved(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		admin := g.open(t)
		author, approver := admin.withScopes("read", "content:write"), admin.withScopes("read", "content:approve")
		const path = "/v1/templates/greeting"
		admin.must(http.StatusOK, ask{method: http.MethodPut, path: path, body: words("One")})
		admin.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/workflows/greeting", body: map[string]any{
			"name": "Greeting", "category": "orders", "steps": []any{map[string]any{"key": "sms", "kind": "channel", "channel": "sms", "template": "greeting"}},
		}})
		says := func() string {
			id := admin.report(fact{Type: "greeting", To: []any{"ada"}})
			sent := admin.settled(id, 1, time.Minute, func(m message) bool { return m.Status == "sent" || m.Status == "delivered" })
			text, _ := admin.message(sent[0].ID).Content["text"].(string)
			return text
		}
		author.must(http.StatusOK, ask{method: http.MethodPut, path: path, body: words("Two")})
		submitted := read[head](t, author.must(http.StatusOK, ask{method: http.MethodPost, path: path + "/submit", body: map[string]any{"note": "friendlier"}}))
		require.Equal(t, "in_review", submitted.State)
		require.Equal(t, "One", says(), "an event while the review is open uses what is live")
		require.Equal(t, http.StatusForbidden, author.do(ask{method: http.MethodPost, path: path + "/approve", body: map[string]any{"hash": "x"}}).status)

		at := "/v1/approvals/" + submitted.Approval.ID
		seen := read[struct {
			Hash     string `json:"present_hash"`
			Sections []struct {
				Path, Before, After string
				Changed             bool
			}
		}](t, approver.must(http.StatusOK, ask{method: http.MethodGet, path: at}))
		require.Contains(t, seen.Sections, struct {
			Path, Before, After string
			Changed             bool
		}{"channels.sms.en.text", "One", "Two", true})
		require.Equal(t, http.StatusConflict, approver.do(ask{method: http.MethodPost, path: at + "/approve", body: map[string]any{"hash": "another"}}).status)
		approver.must(http.StatusOK, ask{method: http.MethodPost, path: at + "/approve", body: map[string]any{"hash": seen.Hash}})
		await(t, time.Minute, "the next one to use what was approved", func() bool { return says() == "Two" })

		back := read[head](t, approver.must(http.StatusOK, ask{method: http.MethodPost, path: path + "/rollback", body: map[string]any{"version": 1, "note": "too friendly"}}))
		require.Equal(t, []any{1, "too friendly"}, []any{back.LiveVersion, back.Note})
		await(t, time.Minute, "what was there before", func() bool { return says() == "One" })

		owner := *admin
		owner.bearer = admin.token("ada")
		told := list[struct{ Title string }](&owner, "/v1/inbox?status=all")
		require.NotEmpty(t, told, "the owner may approve, and was told so by Clarion itself")
		require.Equal(t, "Template greeting, version 2, waits for your approval", told[len(told)-1].Title)
	})
}
