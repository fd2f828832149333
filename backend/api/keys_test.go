package api

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
)

// signed puts the proof of a request beside it.
func (h *house) signed(a ask, nonce string) ask {
	s := access.Signed{
		Secret: a.bearer, Timestamp: strconv.FormatInt(h.clock.Now().Unix(), 10), Nonce: nonce,
		Method: a.method, Target: a.path, Body: []byte(a.body),
	}
	a.header = map[string]string{"X-Clarion-Timestamp": s.Timestamp, "X-Clarion-Nonce": nonce, "X-Clarion-Signature": s.Sign()}
	return a
}

func TestAKeyThatDemandsSignaturesTakesASignedRequestOnce(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	_, secret, err := h.keys.Create(t.Context(), access.NewKey{
		Name: "signed", Source: "shop", Scopes: []access.Permission{access.EventsWrite, access.Read}, RequireSignature: true,
	})
	require.NoError(t, err)
	event := ask{method: "POST", path: "/v1/events", body: `{"type":"order.shipped","to":["ada"]}`, bearer: secret}
	refused := func(a ask, code string) {
		t.Helper()
		got := h.do(a)
		require.Equal(t, 401, got.status, string(got.raw))
		require.Equal(t, code, got.body.Error.Fields[0].Code)
		require.NotContains(t, string(got.raw), secret)
	}
	refused(event, "signature_required")
	require.Equal(t, 202, h.do(h.signed(event, "nonce-0001")).status)
	refused(h.signed(event, "nonce-0001"), "nonce_reused")
	changed := h.signed(event, "nonce-0002")
	changed.body = strings.Replace(changed.body, "ada", "eve", 1)
	refused(changed, "signature_mismatch")
	list := ask{method: "GET", path: "/v1/messages?q=a%20b&limit=5", bearer: secret}
	require.Equal(t, 200, h.do(h.signed(list, "nonce-0003")).status, "path and query as they are on the wire")
	require.Len(t, h.fakes.accepted, 1, "what is refused does nothing")
}

func TestRotatingAKeyShowsTheNewSecretOnce(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	admin := h.key(access.Admin)
	made := h.do(ask{method: "POST", path: "/v1/api-keys", bearer: admin, body: `{"name":"k","source":"shop","scopes":["read"]}`})
	require.Equal(t, 201, made.status)
	var key newKeyView
	require.NoError(t, json.Unmarshal(made.body.Data, &key))
	got := h.do(ask{method: "POST", path: "/v1/api-keys/" + key.ID + "/rotate", bearer: admin, body: `{"expires_in_hours":24}`})
	require.Equal(t, 201, got.status, string(got.raw))
	var next newKeyView
	require.NoError(t, json.Unmarshal(got.body.Data, &next))
	require.NotEmpty(t, next.Secret)
	shown := h.do(ask{method: "GET", path: "/v1/api-keys/" + next.ID, bearer: admin})
	require.Equal(t, 200, shown.status)
	require.NotContains(t, string(shown.raw), next.Secret)
	require.Equal(t, 422, h.do(ask{method: "POST", path: "/v1/api-keys/" + next.ID + "/rotate", bearer: admin, body: `{"expires_in_hours":-1}`}).status)
	changed := h.do(ask{method: "PUT", path: "/v1/api-keys/" + next.ID, bearer: admin, body: `{"name":"other","rate_limit":5,"require_signature":true}`})
	require.Equal(t, 200, changed.status, string(changed.raw))
	require.Contains(t, string(changed.body.Data), `"require_signature":true`)
}
