package api

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
)

func TestAnyPageOfAnySiteLearnsAPublicKeyAndNothingElse(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	got := h.do(ask{method: "GET", path: "/v1/public-keys/int_1", header: map[string]string{"Origin": "https://shop.example.com"}})
	require.Equal(t, 200, got.status)
	require.JSONEq(t, `{"keys":["BP4z9KsN"]}`, string(got.body.Data))
	require.Equal(t, "*", got.header.Get("Access-Control-Allow-Origin"))
	require.Contains(t, got.header.Get("Cache-Control"), "max-age")
	gone := h.do(ask{method: "GET", path: "/v1/public-keys/int_9"})
	require.Equal(t, 404, gone.status)
	require.NotContains(t, gone.header.Get("Cache-Control"), "max-age")
}

func TestKeysThatAreMadeAreKeptNowhere(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	admin := h.key(access.Admin)
	got := h.do(ask{method: "POST", path: "/v1/providers/webpush/keys", bearer: admin})
	require.Equal(t, 200, got.status)
	require.Equal(t, "no-store", got.header.Get("Cache-Control"))
	require.Equal(t, 404, h.do(ask{method: "POST", path: "/v1/providers/sendgrid/keys", bearer: admin}).status)
}
