package e2e_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// post sends a webhook as GitHub does: signed over the very bytes.
func (c *caller) post(path, secret, delivery string, body []byte) int {
	c.Helper()
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	r, err := http.NewRequestWithContext(c.Context(), http.MethodPost, c.url+path, bytes.NewReader(body))
	require.NoError(c, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-GitHub-Delivery", delivery)
	r.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	answer, err := http.DefaultClient.Do(r)
	require.NoError(c, err)
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode
}

func TestAWebhookOfAThirdPartyReachesAPersonOnce(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		const secret = "a secret the third party has"
		house.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/sources/github", body: map[string]string{"name": "GitHub"}})
		house.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/sources/github/hook", body: map[string]any{
			"enabled": true, "scheme": "github", "secret": secret, "mapping": map[string]any{
				"type": "action", "types": map[string]string{"released": "system.down"},
				"to":   []any{map[string]string{"id": "sender.login", "email": "sender.mail"}},
				"data": map[string]string{"service": "repository.name", "since": "=now"},
			},
		}})
		body := []byte("{\n  \"action\": \"released\", \"sender\": {\"login\": \"octo\", \"mail\": \"octo@example.com\"}, \"repository\": {\"name\": \"caf\\u00e9\"}\n}\r\n")
		require.Equal(t, http.StatusUnauthorized, house.post("/v1/sources/github/webhook", "another secret", "d-1", body))
		for range 3 {
			require.Equal(t, http.StatusAccepted, house.post("/v1/sources/github/webhook", secret, "d-1", body), "a delivery that comes again is answered the same")
		}
		require.Equal(t, http.StatusOK, house.post("/v1/sources/github/webhook", secret, "d-2", []byte(`{"action":"opened"}`)), "nobody asked for it")

		events := list[event](house, "/v1/events?source=github")
		require.Len(t, events, 1)
		house.settled(events[0].ID, 3, time.Minute, isEnded)
		require.Equal(t, "no event type is mapped to \"opened\"", get[map[string]any](house, "/v1/sources/github/hook")["last"].(map[string]any)["outcome"])
		house.balanced()
	})
}
