package e2e_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// delivered is an email as the sandbox shows it.
type delivered struct {
	Subject   string            `json:"subject"`
	Text      string            `json:"text"`
	Headers   map[string]string `json:"headers"`
	MessageID string            `json:"message_id"`
}

// ship orders something for a recipient and returns the event's id.
func (c *caller) ship(order string) string {
	return read[struct {
		ID string `json:"event_id"`
	}](c, c.must(http.StatusAccepted, ask{method: http.MethodPost, path: "/v1/events", body: map[string]any{
		"type": "order.shipped", "to": []string{"ada"}, "data": map[string]any{"order_id": order},
	}})).ID
}

// emailOf waits for the email of an order.
func (c *caller) emailOf(order string) delivered {
	var found delivered
	await(c, time.Minute, "the email of order "+order, func() bool {
		for _, m := range list[delivered](c, "/v1/sandbox/messages?channel=email&limit=50") {
			if strings.Contains(m.Subject, order) {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// bare asks as a mailbox does: without a key, a cookie or a body of JSON.
func bare(t *testing.T, method, link, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, link, strings.NewReader(body))
	require.NoError(t, err)
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Empty(t, response.Cookies())
	return response.StatusCode, string(text)
}

// TestOneClickInADeliveredEmail goes the whole way: an email in the sandbox, its
// header, a bare POST, and the next message that is not sent.
func TestOneClickInADeliveredEmail(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		house.ship("7001")
		email := house.emailOf("7001")
		require.Equal(t, "List-Unsubscribe=One-Click", email.Headers["List-Unsubscribe-Post"])
		link := strings.Trim(email.Headers["List-Unsubscribe"], "<>")
		at, err := url.Parse(link)
		require.NoError(t, err, link)
		require.Contains(t, email.Text, link, "the footer of the layout offers the same link")
		require.Contains(t, email.Text, strings.Replace(link, "/u/", "/p/", 1))
		choices := func() string {
			return string(house.must(http.StatusOK, ask{method: http.MethodGet, path: "/v1/recipients/ada/preferences"}).raw)
		}
		untouched := choices()

		status, page := bare(t, http.MethodGet, link, "")
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, page, "a••••@example.com")
		require.NotContains(t, page, "ada@example.com")
		token := strings.TrimPrefix(at.Path, "/u/")
		for bit := range 8 * len(token) {
			forged := []byte(token)
			forged[bit/8] ^= 1 << (bit % 8)
			status, _ := bare(t, http.MethodPost, "http://"+at.Host+"/u/"+url.PathEscape(string(forged)), "List-Unsubscribe=One-Click")
			require.GreaterOrEqual(t, status, 400, "bit %d", bit)
		}
		sameButTrace(t, untouched, choices(), "GET and forgeries change nothing")

		status, _ = bare(t, http.MethodPost, link, "List-Unsubscribe=One-Click")
		require.Equal(t, http.StatusOK, status)
		status, _ = bare(t, http.MethodPost, link, "")
		require.Equal(t, http.StatusOK, status, "twice is once")

		event := house.ship("7002")
		await(t, time.Minute, "the email to be skipped", func() bool {
			for _, m := range list[message](house, "/v1/messages?channel=email&limit=50") {
				if m.EventID == event {
					require.Equal(t, "skipped", m.Status)
					require.Equal(t, "opted_out", m.SkipReason)
					run := get[struct {
						Decisions []struct {
							Channel string `json:"channel"`
							Consent int64  `json:"consent"`
						} `json:"decisions"`
					}](house, "/v1/notifications/"+m.NotificationID)
					require.Contains(t, run.Decisions, struct {
						Channel string `json:"channel"`
						Consent int64  `json:"consent"`
					}{"email", 1}, "it was decided under the first record of the consent log")
					return true
				}
			}
			return false
		})
		await(t, time.Minute, "the text to be sent all the same", func() bool {
			for _, m := range list[message](house, "/v1/messages?channel=sms&limit=50") {
				if m.EventID == event {
					return m.Status != "skipped"
				}
			}
			return false
		})
		status, _ = bare(t, http.MethodPost, link, "action=stay")
		require.Equal(t, http.StatusOK, status)
		house.ship("7003")
		house.emailOf("7003")
		await(t, time.Minute, "nothing to be under way", func() bool { return house.books().InProgress == 0 })
		house.balanced()
	})
}

// sameButTrace compares two answers but for what names their requests.
func sameButTrace(t *testing.T, want, got, why string) {
	t.Helper()
	cut := func(text string) string { before, _, _ := strings.Cut(text, `"trace_id"`); return before }
	require.Equal(t, cut(want), cut(got), why)
}
