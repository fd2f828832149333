package api

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
)

func TestTheSessionCookieIsOutOfReachOfScriptsAndOtherSites(t *testing.T) {
	t.Parallel()
	for name, production := range map[string]bool{"development": false, "production": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openHouse(t, func(c *Config, _ *Deps) { c.Production = production })
			got := h.do(ask{method: "POST", path: "/v1/auth/login", body: `{"email":"ada@example.com","password":"` + adminPassword + `"}`})
			require.Equal(t, 200, got.status)
			cookie := strings.ToLower(got.header.Get("Set-Cookie"))
			require.Contains(t, cookie, "httponly")
			require.Contains(t, cookie, "samesite=lax")
			require.Equal(t, production, strings.Contains(cookie, "secure"))
			require.Equal(t, production, got.header.Get("Strict-Transport-Security") != "")
		})
	}
}

func TestSigningOutEndsTheSession(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	s := h.login()
	require.Equal(t, 200, h.do(ask{method: "GET", path: "/v1/auth/me", session: s}).status)
	require.Equal(t, 200, h.do(ask{method: "POST", path: "/v1/auth/logout", session: s}).status)
	require.Equal(t, 401, h.do(ask{method: "GET", path: "/v1/auth/me", session: s}).status, "the old cookie is dead")
}

func TestSigningInAgainEndsTheOldSession(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	old := h.login()
	got := h.do(ask{method: "POST", path: "/v1/auth/login", session: old, body: `{"email":"ada@example.com","password":"` + adminPassword + `"}`})
	require.Equal(t, 200, got.status)
	require.Equal(t, 401, h.do(ask{method: "GET", path: "/v1/auth/me", session: old}).status)
}

func TestAnUnsafeRequestOfABrowserNeedsProof(t *testing.T) {
	t.Parallel()
	h := openHouse(t, func(c *Config, _ *Deps) { c.Origins = []string{"https://admin.example.com"} })
	s := h.login()
	tests := map[string]struct {
		token, origin string
		method, path  string
		want          int
	}{
		"the token and no origin":         {s.csrf, "", "POST", "/v1/cancel", 200},
		"the token and our own host":      {s.csrf, h.url, "POST", "/v1/cancel", 200},
		"the token and an allowed origin": {s.csrf, "https://admin.example.com", "POST", "/v1/cancel", 200},
		"no token":                        {"", "", "POST", "/v1/cancel", 403},
		"a wrong token":                   {s.csrf + "x", "", "POST", "/v1/cancel", 403},
		"the token from another origin":   {s.csrf, "https://evil.example", "POST", "/v1/cancel", 403},
		"the token from origin null":      {s.csrf, "null", "POST", "/v1/cancel", 403},
		"reading needs no token":          {"", "", "GET", "/v1/auth/me", 200},
		"signing out needs the token":     {"", "", "POST", "/v1/auth/logout", 403},
		"deleting needs the token":        {"", "", "DELETE", "/v1/suppressions/sup_1", 403},
	}
	for name, tt := range tests {
		a := ask{method: tt.method, path: tt.path, session: &session{s.cookie, tt.token}, header: map[string]string{}}
		if tt.method == "POST" {
			a.body = `{"cancel_key":"k"}`
		}
		if tt.origin != "" {
			a.header["Origin"] = tt.origin
		}
		got := h.do(a)
		require.Equal(t, tt.want, got.status, "%s: %s", name, got.raw)
		if tt.want == 403 {
			require.Equal(t, typeCSRF, got.kind(), name)
		}
	}
}

func TestSigningInFromAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	good := `{"email":"ada@example.com","password":"` + adminPassword + `"}`
	got := h.do(ask{method: "POST", path: "/v1/auth/login", body: good, header: map[string]string{"Origin": "https://evil.example"}})
	require.Equal(t, 403, got.status)
	got = h.do(ask{method: "POST", path: "/v1/auth/login", body: good, header: map[string]string{"Content-Type": "text/plain"}})
	require.Equal(t, 415, got.status, "a plain form cannot post it")
}

func TestGuessingAPasswordIsCutOff(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for i := range 5 {
		got := h.do(ask{method: "POST", path: "/v1/auth/login", body: `{"email":"ada@example.com","password":"guess"}`,
			header: map[string]string{"X-Forwarded-For": strings.Repeat("1", i+1)}})
		require.Equal(t, 401, got.status)
		require.Equal(t, typeUnauthenticated, got.kind())
	}
	got := h.do(ask{method: "POST", path: "/v1/auth/login", body: `{"email":"ada@example.com","password":"` + adminPassword + `"}`})
	require.Equal(t, 429, got.status, "a forwarded address does not open another door")
	require.Equal(t, typeLoginLimited, got.kind())
	require.NotEmpty(t, got.header.Get("Retry-After"))
	h.clock.move(15 * time.Minute)
	h.login()
}

func TestASecretIsShownOnceAndKeptNowhere(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	admin := h.key(access.Admin)
	got := h.do(ask{method: "POST", path: "/v1/api-keys", bearer: admin, body: bodies["POST /v1/api-keys"], header: map[string]string{"Idempotency-Key": "k"}})
	require.Equal(t, 201, got.status)
	var made newKeyView
	require.NoError(t, json.Unmarshal(got.body.Data, &made))
	require.Equal(t, 200, h.do(ask{method: "GET", path: "/v1/messages", bearer: made.Secret}).status)
	list := h.do(ask{method: "GET", path: "/v1/api-keys", bearer: admin})
	require.NotContains(t, string(list.raw), made.Secret)
	require.NotContains(t, h.memory.dump(), made.Secret)
	require.NotContains(t, h.log.String(), made.Secret)

	require.Equal(t, 200, h.do(ask{method: "DELETE", path: "/v1/api-keys/" + made.ID, bearer: admin}).status)
	require.Equal(t, 401, h.do(ask{method: "GET", path: "/v1/messages", bearer: made.Secret}).status)
}

func TestVendorSettingsNeverLeave(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	admin := h.key(access.Admin)
	for _, a := range []ask{
		{method: "GET", path: "/v1/integrations"}, {method: "GET", path: "/v1/integrations/int_1"},
		{method: "PUT", path: "/v1/integrations/int_1", body: bodies["PUT /v1/integrations/:id"]},
		{method: "POST", path: "/v1/integrations", body: bodies["POST /v1/integrations"]},
	} {
		a.bearer = admin
		got := h.do(a)
		require.Less(t, got.status, 300)
		require.NotContains(t, string(got.raw), vendorSecret)
		require.Contains(t, string(got.raw), `"settings_set":["api_key","from"]`)
	}
}
