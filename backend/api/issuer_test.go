package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/notify"
)

// issuerFake vouches for whoever brings its flow and the code "good".
type issuerFake struct{ down error }

func (i *issuerFake) Begin(context.Context) (string, []byte, error) {
	return "https://issuer.example.com/authorize?state=s", []byte(`{"state":"s"}`), i.down
}

func (i *issuerFake) Finish(_ context.Context, flow []byte, state, code string) (access.Vouched, error) {
	if string(flow) != `{"state":"s"}` || state != "s" || code != "good" {
		return access.Vouched{}, errors.New("a reason for the log")
	}
	return access.Vouched{Email: "bo@example.com"}, nil
}

func (f *staffFake) SignInVouched(_ context.Context, v access.Vouched) (access.SignedIn, error) {
	if v.Email != "bo@example.com" || v.IP == "" {
		return access.SignedIn{}, notify.ErrUnauthenticated
	}
	return access.SignedIn{Member: f.member(), Session: access.Session{ExpiresAt: f.at}, Cookie: "vouched"}, nil
}

func TestSigningInByAnIssuersWord(t *testing.T) {
	t.Parallel()
	h := openHouse(t, func(c *Config, d *Deps) {
		c.IssuerName, d.Issuer, d.Vouching = "Example", &issuerFake{}, &staffFake{newFakes()}
	})
	shown := h.do(ask{method: "GET", path: "/v1/auth/oidc"})
	require.JSONEq(t, `{"enabled":true,"name":"Example"}`, string(shown.body.Data))
	begun := h.do(ask{method: "GET", path: "/v1/auth/oidc/start"})
	require.Equal(t, http.StatusSeeOther, begun.status)
	require.Equal(t, "https://issuer.example.com/authorize?state=s", begun.header.Get("Location"))
	flow := begun.header.Get("Set-Cookie")
	require.Contains(t, strings.ToLower(flow), "httponly")
	flow, _, _ = strings.Cut(flow, ";")

	for name, tt := range map[string]struct{ query, cookie, location string }{
		"the browser's own flow":   {"state=s&code=good", flow, "/"},
		"without the flow":         {"state=s&code=good", "", "/?sign_in=refused"},
		"another state":            {"state=x&code=good", flow, "/?sign_in=refused"},
		"a bad code":               {"state=s&code=bad", flow, "/?sign_in=refused"},
		"a cookie that is no flow": {"state=s&code=good", flowCookie + "=%%%", "/?sign_in=refused"},
	} {
		got := h.do(ask{method: "GET", path: "/v1/auth/oidc/callback?" + tt.query, header: map[string]string{"Cookie": tt.cookie}})
		require.Equal(t, http.StatusSeeOther, got.status, name)
		require.Equal(t, tt.location, got.header.Get("Location"), name)
		in := strings.Contains(strings.Join(got.header.Values("Set-Cookie"), "\n"), sessionCookie+"=vouched")
		require.Equal(t, tt.location == "/", in, name)
	}
	require.Equal(t, "session.open", h.audit.last().Action)
	require.Equal(t, 1, h.audit.count())
}

func TestWithoutAnIssuerNobodyVouches(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	require.Contains(t, string(h.do(ask{method: "GET", path: "/v1/auth/oidc"}).body.Data), `"enabled":false`)
	for _, path := range []string{"/v1/auth/oidc/start", "/v1/auth/oidc/callback"} {
		require.Equal(t, 404, h.do(ask{method: "GET", path: path}).status)
	}
}
