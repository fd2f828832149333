package api

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
)

func TestThePagesAreServedWithTheirPolicy(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for _, path := range []string{"/", "/messages", "/messages/msg_1", "/index.html", "/dashboard/../x"} {
		got := h.do(ask{method: "GET", path: path})
		require.Equal(t, 200, got.status, path)
		require.Contains(t, string(got.raw), "app-1a2b.js", path)
		require.Equal(t, "no-cache", got.header.Get("Cache-Control"))
		policy := got.header.Get("Content-Security-Policy")
		_, scripts, _ := strings.Cut(policy, "script-src")
		scripts, _, _ = strings.Cut(scripts, ";")
		require.NotContains(t, scripts, "unsafe")
		require.Contains(t, scripts, "'sha256-", "the one inline script of the build is named by its hash")
		require.Contains(t, policy, "frame-ancestors 'none'")
		require.Equal(t, "no-referrer", got.header.Get("Referrer-Policy"))
	}
	asset := h.do(ask{method: "GET", path: "/assets/app-1a2b.js"})
	require.Equal(t, "go()", string(asset.raw))
	require.Contains(t, asset.header.Get("Cache-Control"), "immutable")
	require.Contains(t, asset.header.Get("Content-Type"), "javascript")
	require.Equal(t, "<svg/>", string(h.do(ask{method: "GET", path: "/favicon.svg"}).raw))
	for _, path := range []string{"/assets/gone.js", "/v1/typo", "/callbacks", "/docs/typo"} {
		require.Equal(t, 404, h.do(ask{method: "GET", path: path}).status, path)
	}
	require.Equal(t, 405, h.do(ask{method: "POST", path: "/healthz", body: "{}"}).status)
}

func TestWithoutPagesAnAddressIsNotFound(t *testing.T) {
	t.Parallel()
	h := openHouse(t, func(c *Config, _ *Deps) { c.Pages = nil })
	got := h.do(ask{method: "GET", path: "/messages"})
	require.Equal(t, 404, got.status)
	require.Equal(t, typeNotFound, got.kind())
}

func TestOperations(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	require.Equal(t, 200, h.do(ask{method: "GET", path: "/healthz"}).status)
	require.Contains(t, string(h.do(ask{method: "GET", path: "/version"}).body.Data), `"version":"test"`)
	ready := h.do(ask{method: "GET", path: "/readyz"})
	require.Equal(t, 200, ready.status)
	require.JSONEq(t, `{"ready":true,"checks":[{"name":"database","state":"ok"}]}`, string(ready.body.Data))

	h.fakes.breakWith(errors.New("dial postgres://user:secret@db"))
	ready = h.do(ask{method: "GET", path: "/readyz"})
	require.Equal(t, 503, ready.status)
	require.JSONEq(t, `{"ready":false,"checks":[{"name":"database","state":"failing"}]}`, string(ready.body.Data))
	require.Equal(t, 200, h.do(ask{method: "GET", path: "/healthz"}).status, "alive is not ready")

	h.server.Checks[0].Spare = true
	ready = h.do(ask{method: "GET", path: "/readyz"})
	require.Equal(t, 200, ready.status, "what the process can spare does not make it unready")
	require.JSONEq(t, `{"ready":true,"checks":[{"name":"database","state":"degraded"}]}`, string(ready.body.Data))

	h.do(ask{method: "GET", path: "/v1/messages/msg_77"})
	h.do(ask{method: "GET", path: "/v1/anything/else"})
	figures := string(h.do(ask{method: "GET", path: "/metrics"}).raw)
	require.Contains(t, figures, `clarion_http_requests_total{method="GET",route="/v1/messages/:id",status="401"} 1`)
	require.Contains(t, figures, `route="other"`)
	require.NotContains(t, figures, "msg_77")
}

func TestCallbacksArePassedOnUntouched(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	body := "a=1&b=%20\x00\xff"
	got := h.do(ask{method: "POST", path: "/callbacks/int_1?x=%2F&y", body: body, header: map[string]string{
		"Content-Type": "application/x-www-form-urlencoded", "X-Signature": "good", "X-Forwarded-Host": "evil.example", "Host": "evil.example",
	}})
	require.Equal(t, 204, got.status)
	require.Equal(t, body, string(h.fakes.callback.Body))
	require.Equal(t, "https://clarion.example.com/callbacks/int_1?x=%2F&y", h.fakes.callback.URL, "the address is the configured one")
	require.Equal(t, "x=%2F&y", h.fakes.callback.Query)
	require.Equal(t, "POST", h.fakes.callback.Method)
	require.Equal(t, 401, h.do(ask{method: "POST", path: "/callbacks/int_1", body: body}).status, "without proof it is refused")
	require.Equal(t, 404, h.do(ask{method: "POST", path: "/callbacks/int_9", body: body}).status)
}

func TestALinkOfAnEmailLeadsOn(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	got := h.do(ask{method: "GET", path: "/callbacks/int_1?t=x", header: map[string]string{"X-Signature": "good", "X-Leads-To": "https://example.com/o?a=1&b=2"}})
	require.Equal(t, []any{302, "https://example.com/o?a=1&b=2"}, []any{got.status, got.header.Get("Location")})
}

func TestTheSandboxCanBeOff(t *testing.T) {
	t.Parallel()
	h := openHouse(t, func(_ *Config, d *Deps) { d.Sandbox = nil })
	admin := h.key(access.Admin)
	for _, a := range []ask{
		{method: "GET", path: "/v1/sandbox/messages"}, {method: "DELETE", path: "/v1/sandbox/messages"},
		{method: "GET", path: "/v1/sandbox/requests"}, {method: "GET", path: "/v1/sandbox/faults"},
		{method: "PUT", path: "/v1/sandbox/faults", body: "{}"},
	} {
		a.bearer = admin
		got := h.do(a)
		require.Equal(t, 404, got.status)
		require.Equal(t, typeSandboxOff, got.kind())
	}
}

func TestHomeShowsACommandThatWorks(t *testing.T) {
	t.Parallel()
	h := openHouse(t, func(c *Config, _ *Deps) { c.DemoKey, c.PublicURL = "ck_demo", "" })
	got := h.do(ask{method: "GET", path: "/v1/home/quickstart", session: h.login()})
	require.Equal(t, 200, got.status)
	require.Contains(t, string(got.body.Data), `"api_key":"ck_demo"`)
	require.Contains(t, string(got.body.Data), "curl -X POST "+h.url+"/v1/events")

	h = openHouse(t)
	got = h.do(ask{method: "GET", path: "/v1/home/quickstart", session: h.login()})
	require.Contains(t, string(got.body.Data), `"api_key":null`)
}

func TestListsArePagedAndFiltered(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	read := h.key(access.Read)
	got := h.do(ask{method: "GET", path: "/v1/messages?status=failed,unknown&status=sent&channel=sms&recipient=ada&from=2026-01-01T00:00:00%2B01:00&limit=200", bearer: read})
	require.Equal(t, 200, got.status)
	require.Equal(t, "next", *got.body.Page.Next)
	require.True(t, got.body.Page.HasMore)
	require.Len(t, h.fakes.filter.Status, 3)
	require.Equal(t, "2025-12-31T23:00:00Z", h.fakes.filter.From.Format("2006-01-02T15:04:05Z07:00"))
	require.Contains(t, string(got.raw), "Ada <&>", "nothing is escaped for HTML")
	got = h.do(ask{method: "GET", path: "/v1/messages?after=next", bearer: read})
	require.Nil(t, got.body.Page.Next)
	require.JSONEq(t, "[]", string(got.body.Data), "an empty list is a list")
}

func TestStoppingIsToldAndSafeBeforeServing(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	require.NoError(t, h.server.Shutdown(context.Background()))
	require.True(t, h.server.isStopping())
}
