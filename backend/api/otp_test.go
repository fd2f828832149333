package api

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/notify"
	"clarion/backend/otp"
)

// otps knows one code and one person who asks too often.
type otps struct{}

func (otps) Issue(_ context.Context, r otp.Request) (otp.OTP, error) {
	if r.To == "greedy" {
		return otp.OTP{}, notify.ErrTooMany
	}
	return otp.OTP{ID: "otp_1", ExpiresAt: time.Date(2026, 11, 21, 9, 5, 0, 0, time.UTC)}, nil
}

func (otps) Verify(_ context.Context, _, _, code string) (otp.Verdict, error) {
	return otp.Verdict{Verified: code == "123456", AttemptsLeft: 4}, nil
}

func TestOneTimeCodesAtTheDoor(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	key := h.key(access.NotificationsWrite)
	for name, c := range map[string]struct {
		path, body string
		status     int
		says       string
	}{
		"a code for a known recipient":  {"/v1/otp", `{"to":"ada"}`, 202, `"otp_id":"otp_1"`},
		"a code for an inline one":      {"/v1/otp", `{"to":{"id":"bo","phone":"+447700900123"},"length":8}`, 202, `"expires_at"`},
		"nobody":                        {"/v1/otp", `{}`, 422, `"path":"to"`},
		"two at once":                   {"/v1/otp", `{"to":["ada","bo"]}`, 422, `"one_recipient"`},
		"a group":                       {"/v1/otp", `{"to":{"group":"ops"}}`, 422, `"one_recipient"`},
		"too many":                      {"/v1/otp", `{"to":"greedy"}`, 429, `"rate_limited"`},
		"an unknown field":              {"/v1/otp", `{"to":"ada","code":"1"}`, 422, `"code"`},
		"a try that is right":           {"/v1/otp/otp_1/verify", `{"code":"123456"}`, 200, `{"verified":true,"attempts_left":4}`},
		"a try that is wrong":           {"/v1/otp/otp_1/verify", `{"code":"000000"}`, 200, `"verified":false`},
		"a try of nothing":              {"/v1/otp/otp_1/verify", `{}`, 422, `"path":"code"`},
		"the house's own kind of event": {"/v1/events", `{"type":"clarion.otp","to":["ada"]}`, 422, `"reserved"`},
	} {
		t.Run(name, func(t *testing.T) {
			got := h.do(ask{method: "POST", path: c.path, bearer: h.key(access.EventsWrite, access.NotificationsWrite), body: c.body})
			require.Equal(t, c.status, got.status, string(got.raw))
			require.Contains(t, string(got.raw), c.says)
		})
	}
	got := h.do(ask{method: "POST", path: "/v1/otp", bearer: key, body: `{"to":"greedy"}`})
	require.NotEmpty(t, got.header.Get("Retry-After"))
}
