package e2e_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestACodeReachesThePersonAndNobodyElse looks for the code in everything the
// API shows of its message and event.
func TestACodeReachesThePersonAndNobodyElse(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		issued := read[struct {
			ID string `json:"otp_id"`
		}](house, house.must(http.StatusAccepted, ask{method: http.MethodPost, path: "/v1/otp", body: map[string]any{
			"to": "ada", "channels": []string{"sms", "email"},
		}}))
		var texts []string
		await(t, time.Minute, "both messages", func() bool {
			texts = nil
			for _, m := range list[map[string]any](house, "/v1/sandbox/messages?limit=10") {
				texts = append(texts, m["text"].(string))
			}
			return len(texts) == 2
		})
		code := regexp.MustCompile(`[0-9]{6}`).FindString(texts[0])
		require.NotEmpty(t, code, texts[0])
		require.Contains(t, texts[1], code, "the same code on both channels")

		found := list[message](house, "/v1/messages?limit=10")
		require.Len(t, found, 2)
		for _, m := range found {
			for _, path := range []string{"/v1/messages/" + m.ID, "/v1/events/" + m.EventID, "/v1/notifications/" + m.NotificationID, "/v1/messages?q=" + code} {
				shown := house.must(http.StatusOK, ask{method: http.MethodGet, path: path})
				require.NotContains(t, string(shown.raw), code, path)
			}
			require.Equal(t, "high", m.Priority)
			whole := house.message(m.ID)
			require.True(t, strings.Contains(whole.Content["text"].(string), "••••••"))
		}

		verify := func(code string) map[string]any {
			return read[map[string]any](house, house.must(http.StatusOK, ask{
				method: http.MethodPost, path: "/v1/otp/" + issued.ID + "/verify", body: map[string]string{"code": code},
			}))
		}
		require.Equal(t, map[string]any{"verified": false, "attempts_left": 4.0}, verify("no"))
		require.Equal(t, true, verify(code)["verified"])
		require.Equal(t, false, verify(code)["verified"], "a code works once")
		await(t, time.Minute, "both vendors' answers to be kept", func() bool { return house.books().InProgress == 0 })
		house.balanced()
	})
}
