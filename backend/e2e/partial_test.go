package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestAPartialChangesWhatRendersItOnlyWhenItIsApproved tells what the approver of
// a partial sees, what changes with it, and what it cannot break.
func TestAPartialChangesWhatRendersItOnlyWhenItIsApproved(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		admin := g.open(t)
		author, approver := admin.withScopes("read", "content:write"), admin.withScopes("read", "content:approve")
		const path = "/v1/partials/sign_off"
		footer := func(text string) ask {
			return ask{method: http.MethodPut, path: path, body: map[string]any{"text": text}}
		}
		naming := ask{method: http.MethodPut, path: "/v1/templates/greeting", body: words("Hi. {% render 'sign_off', city: \"Harwich\" %}")}
		require.Equal(t, http.StatusUnprocessableEntity, admin.do(naming).status, "a partial that there is none of cannot be rendered")
		admin.must(http.StatusOK, footer("1 Dock Road, {{ city }}"))
		admin.must(http.StatusOK, naming)
		admin.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/workflows/greeting", body: map[string]any{
			"name": "Greeting", "category": "orders", "steps": []any{map[string]any{"key": "sms", "kind": "channel", "channel": "sms", "template": "greeting"}},
		}})
		says := func() string {
			id := admin.report(fact{Type: "greeting", To: []any{"ada"}})
			sent := admin.settled(id, 1, time.Minute, func(m message) bool { return m.Status == "sent" || m.Status == "delivered" })
			text, _ := admin.message(sent[0].ID).Content["text"].(string)
			return text
		}
		require.Equal(t, "Hi. 1 Dock Road, Harwich", says())

		author.must(http.StatusOK, footer("2 Dock Road, {{ city }}, {{ country }}"))
		require.Equal(t, http.StatusUnprocessableEntity, author.do(ask{method: http.MethodPost, path: path + "/submit"}).status,
			"one that would break a live template is not even submitted")
		author.must(http.StatusOK, footer("2 Dock Road, {{ city }}{% if country %}, {{ country }}{% endif %}"))
		submitted := read[head](t, author.must(http.StatusOK, ask{method: http.MethodPost, path: path + "/submit"}))
		require.Equal(t, "Hi. 1 Dock Road, Harwich", says(), "an event while the review is open uses what is live")

		at := "/v1/approvals/" + submitted.Approval.ID
		seen := read[struct {
			Hash  string `json:"present_hash"`
			Reach []string
		}](t, approver.must(http.StatusOK, ask{method: http.MethodGet, path: at}))
		require.Equal(t, []string{"greeting"}, seen.Reach, "the approver sees which live templates change")
		approver.must(http.StatusOK, ask{method: http.MethodPost, path: at + "/approve", body: map[string]any{"hash": seen.Hash}})
		await(t, time.Minute, "the words of the new partial", func() bool { return says() == "Hi. 2 Dock Road, Harwich" })

		author.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/templates/greeting", body: words("Ho. {% render 'sign_off', city: \"Harwich\" %}")})
		asked := read[head](t, author.must(http.StatusOK, ask{method: http.MethodPost, path: "/v1/templates/greeting/submit"}))
		at = "/v1/approvals/" + asked.Approval.ID
		old := read[struct {
			Hash string `json:"present_hash"`
		}](t, approver.must(http.StatusOK, ask{method: http.MethodGet, path: at}))
		admin.must(http.StatusOK, footer("3 Dock Road"))
		approve := ask{method: http.MethodPost, path: at + "/approve", body: map[string]any{"hash": old.Hash}}
		require.Equal(t, http.StatusConflict, approver.do(approve).status, "the footer is another one than the approver saw")
		await(t, time.Minute, "the words of the new partial", func() bool { return says() == "Hi. 3 Dock Road" })
	})
}
