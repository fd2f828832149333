package api

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
)

// filled is a route's path with ids that exist.
func filled(path string) string {
	switch {
	case strings.HasPrefix(path, "/v1/events/"):
		path = strings.ReplaceAll(path, ":id", knownEvent)
	case strings.HasPrefix(path, "/v1/notifications/"):
		path = strings.ReplaceAll(path, ":id", knownNotification)
	case strings.HasPrefix(path, "/v1/messages/"):
		path = strings.ReplaceAll(path, ":id", knownMessage)
	case strings.HasPrefix(path, "/v1/integrations/"):
		path = strings.ReplaceAll(path, ":id", "int_1")
	case strings.HasPrefix(path, "/v1/suppressions/"):
		path = strings.ReplaceAll(path, ":id", "sup_1")
	case strings.HasPrefix(path, "/v1/consents"):
		path = strings.ReplaceAll(path, ":place", "7")
	case strings.HasPrefix(path, "/v1/recipient-imports/"):
		path = strings.ReplaceAll(strings.ReplaceAll(path, ":id", knownImport), ":number", "1")
	case path == "/v1/operations/:id/rows":
		path = "/v1/operations/" + knownOperation + "/rows?outcome=rejected"
	case strings.HasPrefix(path, "/v1/operations/"):
		path = strings.ReplaceAll(strings.ReplaceAll(path, ":id", knownOperation), ":number", "1")
	case strings.HasPrefix(path, "/v1/syncs/"):
		path = strings.ReplaceAll(path, ":key", knownSync)
	case strings.HasPrefix(path, "/v1/broadcasts/"):
		path = strings.ReplaceAll(path, ":id", knownBroadcast)
	case path == "/v1/schedules/calendar":
		path += "?from=2030-01-01T00:00:00Z&to=2030-01-31T00:00:00Z"
	case strings.HasPrefix(path, "/v1/schedules/"):
		path = strings.ReplaceAll(path, ":id", knownSchedule)
	case strings.HasPrefix(path, "/v1/groups/"):
		path = strings.ReplaceAll(path, ":key", "ops")
	case strings.HasPrefix(path, "/v1/segments/"):
		path = strings.ReplaceAll(path, ":key", "beta")
	case strings.HasPrefix(path, "/v1/workflows/"):
		path = strings.ReplaceAll(strings.ReplaceAll(path, ":key", "order.shipped"), ":version", "3")
	case strings.HasPrefix(path, "/v1/templates/"):
		path = strings.ReplaceAll(strings.ReplaceAll(path, ":key", "order"), ":version", "1")
	case strings.HasPrefix(path, "/v1/layouts/"), strings.HasPrefix(path, "/v1/partials/"):
		path = strings.ReplaceAll(strings.ReplaceAll(path, ":key", "plain"), ":version", "1")
	case strings.HasPrefix(path, "/v1/approvals/"):
		path = strings.ReplaceAll(path, ":id", knownApproval)
	case strings.HasPrefix(path, "/v1/categories/"):
		path = strings.ReplaceAll(path, ":key", "orders")
	case strings.HasPrefix(path, "/v1/sources/"):
		path = strings.ReplaceAll(path, ":key", "shop")
	case strings.HasPrefix(path, "/v1/members/"):
		path = strings.ReplaceAll(path, ":id", knownMember)
	case strings.HasPrefix(path, "/v1/invitations/"):
		path = strings.ReplaceAll(path, ":id", knownInvited)
	case strings.HasPrefix(path, "/v1/auth/sessions/"):
		path = strings.ReplaceAll(path, ":id", knownSession)
	case strings.HasPrefix(path, "/v1/sagas/"):
		path = strings.ReplaceAll(path, ":id", knownSaga)
	case strings.HasPrefix(path, "/v1/shop/"):
		path = strings.ReplaceAll(strings.ReplaceAll(path, ":id", knownOrder), ":service", "payments")
	case strings.HasPrefix(path, "/v1/audit/"):
		path = strings.ReplaceAll(path, ":id", knownRecord)
	case strings.HasPrefix(path, "/v1/reports/"):
		path = strings.ReplaceAll(path, ":id", knownReport)
	case path == "/v1/decisions":
		path += "?event=" + knownEvent + "&recipient=eve"
	}
	path = strings.ReplaceAll(strings.ReplaceAll(path, ":integration", "int_1"), ":provider", "webpush")
	path = strings.ReplaceAll(path, ":file", "docs.js")
	return strings.ReplaceAll(path, ":id", "ada")
}

// bodies are good bodies of the routes that need one.
var bodies = map[string]string{
	"POST /v1/events":                           `{"type":"order.shipped","to":["ada"],"data":{"order_id":"1"}}`,
	"POST /v1/events/batch":                     `{"events":[{"type":"order.shipped","to":["ada"]},{"type":"unknown","to":["ada"]},{"to":[]}]}`,
	"POST /v1/notifications":                    `{"to":["ada"],"template":"order","channels":["email"]}`,
	"POST /v1/otp":                              `{"to":"ada","channels":["sms"]}`,
	"POST /v1/otp/:id/verify":                   `{"code":"123456"}`,
	"PUT /v1/sources/:key/hook":                 `{"enabled":true,"scheme":"github","secret":"0123456789abcdef","mapping":{"type":"type","to":[{"id":"id"}]}}`,
	"POST /v1/sources/:key/hook/try":            `{"mapping":{"type":"type","to":[{"id":"id"}]},"payload":{"type":"a","id":"b"}}`,
	"POST /v1/sources/:key/webhook":             `{"type":"order.shipped","id":"ada"}`,
	"POST /v1/simulate":                         `{"event":{"type":"order.shipped","to":["ada"]},"key":"order.shipped","version":3}`,
	"PATCH /v1/messages/:id":                    `{"send_now":true}`,
	"PATCH /v1/notifications/:id":               `{"send_at":"2099-01-01T09:00:00Z"}`,
	"POST /v1/cancel":                           `{"cancel_key":"order-1"}`,
	"POST /v1/dead-letters/replay":              `{"ids":["msg_1"],"preview":true}`,
	"POST /v1/dead-letters/discard":             `{"filter":{"channel":["sms"]},"reason":"old"}`,
	"POST /v1/recipients":                       `{"name":"Bo","email":"bo@example.com"}`,
	"POST /v1/recipients/batch":                 `{"recipients":[{"id":"bo","phone":"+447700900123"}]}`,
	"PUT /v1/recipients/:id":                    `{"name":"Ada","timezone":"Europe/London"}`,
	"PUT /v1/recipients/:id/addresses":          `{"addresses":[{"channel":"email","address":"ada@example.com"}]}`,
	"POST /v1/recipients/:id/addresses/verify":  `{"channel":"email","address":"ada@example.com"}`,
	"POST /v1/recipients/:id/addresses/confirm": `{"channel":"email","address":"ada@example.com","code":"123456"}`,
	"PUT /v1/recipients/:id/preferences":        `{"channels":{"sms":false},"categories":{"orders":{"enabled":true}}}`,
	"POST /v1/recipients/:id/token":             `{"audience":"inbox"}`,
	"PUT /v1/groups/:key":                       `{"name":"Ops"}`,
	"POST /v1/groups/:key/members":              `{"recipients":["ada"]}`,
	"POST /v1/groups/:key/members/import":       "id\nada\n",
	"PUT /v1/segments/:key":                     `{"name":"Beta","rule":{"field":"data.tier","op":"eq","value":"gold"}}`,
	"POST /v1/segments/preview":                 `{"rule":{"field":"data.tier","op":"eq","value":"gold"}}`,
	"PUT /v1/categories/:key":                   `{"name":"Orders"}`,
	"PUT /v1/workflows/:key":                    `{"name":"n","category":"orders","steps":[{"key":"a","kind":"channel","channel":"email","template":"order"}]}`,
	"POST /v1/workflows/:key/check":             `{"name":"n","category":"orders","steps":[]}`,
	"POST /v1/workflows/:key/test":              `{"recipient":"ada","data":{"order_id":"1"}}`,
	"PUT /v1/templates/:key":                    `{"channels":{"sms":{"en":{"text":"Hi"}}},"default_locale":"en"}`,
	"POST /v1/templates/:key/preview":           `{"data":{"name":"Ada"}}`,
	"POST /v1/layouts/:key/preview":             `{"mjml":"<mjml><mj-body>{{ content }}</mj-body></mjml>","body":"<mj-section></mj-section>"}`,
	"PUT /v1/layouts/:key":                      `{"mjml":"<mjml><mj-body>{{ content }}</mj-body></mjml>"}`,
	"POST /v1/templates/:key/check":             `{"draft":{"channels":{"sms":{"en":{"text":"Hi"}}}}}`,
	"POST /v1/templates/:key/test":              `{"data":{"name":"Ada"},"channel":"sms"}`,
	"POST /v1/templates/import":                 "template: order\nsubject: Hi\nbody: Hello\n",
	"POST /v1/templates/:key/approve":           `{"hash":"h"}`,
	"POST /v1/templates/:key/reject":            `{"comment":"no"}`,
	"POST /v1/templates/:key/rollback":          `{"version":1}`,
	"POST /v1/workflows/:key/approve":           `{"hash":"h"}`,
	"POST /v1/workflows/:key/reject":            `{"comment":"no"}`,
	"POST /v1/workflows/:key/rollback":          `{"version":1}`,
	"POST /v1/layouts/:key/approve":             `{"hash":"h"}`,
	"POST /v1/layouts/:key/reject":              `{"comment":"no"}`,
	"POST /v1/layouts/:key/rollback":            `{"version":1}`,
	"POST /v1/partials/:key/preview":            `{"mjml":"<b>{{ name }}</b>","text":"{{ name }}"}`,
	"PUT /v1/partials/:key":                     `{"text":"{{ name }}"}`,
	"POST /v1/partials/:key/approve":            `{"hash":"h"}`,
	"POST /v1/partials/:key/reject":             `{"comment":"no"}`,
	"POST /v1/partials/:key/rollback":           `{"version":1}`,
	"POST /v1/approvals/:id/approve":            `{"hash":"h"}`,
	"POST /v1/approvals/:id/reject":             `{"comment":"no"}`,
	"POST /v1/approvals/:id/comment":            `{"section":"layout","body":"Why?"}`,
	"POST /v1/integrations":                     `{"provider":"sendgrid","name":"Mail","settings":{"api_key":"x"}}`,
	"PUT /v1/integrations/:id":                  `{"provider":"sendgrid","name":"Mail"}`,
	"POST /v1/integrations/:id/test":            `{}`,
	"PUT /v1/integrations/order":                `{"channel":"email","integrations":[{"id":"int_1","order":0,"weight":1,"enabled":true}]}`,
	"POST /v1/reports/:id/send":                 `{"params":{"span":"7d","zone":"Europe/Berlin"},"recipients":["ada"]}`,
	"PUT /v1/settings":                          `{"instance_name":"Juniper","default_locale":"en","default_timezone":"Europe/London"}`,
	"PUT /v1/views":                             `{"list":"messages","name":"Failed","search":"status=failed"}`,
	"POST /v1/suppressions":                     `{"channel":"email","address":"a@example.com"}`,
	"POST /v1/suppressions/import":              `{"csv":"channel,address\nemail,a@example.com\n","preview":true}`,
	"PUT /v1/sources/:key":                      `{"name":"Shop"}`,
	"PUT /v1/api-keys/:id":                      `{"name":"k"}`,
	"POST /v1/api-keys/:id/rotate":              `{"expires_in_hours":24}`,
	"POST /v1/api-keys":                         `{"name":"k","source":"shop","scopes":["read"]}`,
	"PUT /v1/members/:id/role":                  `{"role":"editor"}`,
	"POST /v1/invitations":                      `{"email":"cy@example.com","role":"editor"}`,
	"PUT /v1/auth/me":                           `{"name":"Bo","locale":"en"}`,
	"PUT /v1/auth/password":                     `{"current":"correct horse battery","new":"a long enough password"}`,
	"POST /v1/auth/two-factor":                  `{"current":"correct horse battery"}`,
	"POST /v1/auth/two-factor/confirm":          `{"code":"123456"}`,
	"POST /v1/auth/two-factor/disable":          `{"current":"correct horse battery"}`,
	"POST /v1/auth/invitation":                  `{"token":"a-link-that-lets-in"}`,
	"POST /v1/auth/accept":                      `{"token":"a-link-that-lets-in","name":"Cy","password":"a long enough password"}`,
	"PUT /v1/preferences":                       `{"preferences":{"channels":{"sms":false}},"wording":"Texts: off","locale":"en"}`,
	"POST /v1/preferences/erasure":              `{"wording":"Delete all?","locale":"en"}`,
	"POST /v1/inbox/mark":                       `{"all":true,"as":"read"}`,
	"PUT /v1/sandbox/faults":                    `{"provider":"twilio","fault":"status","status":503}`,
}

func isSocket(path string) bool { return strings.HasSuffix(path, "/ws") }

// entry is what the document promises of an operation; the matrix is made of
// these and not of the table of routes, so that neither can be wrong alone.
type entry struct {
	schemes []string
	// needs are the permissions of which one is enough.
	needs []access.Permission
	// besides is another that is needed in any case.
	besides access.Permission
}

func entriesOf(t *testing.T) map[string]entry {
	t.Helper()
	entries := map[string]entry{}
	for path, item := range document31(t).Paths.Map() {
		for method, op := range item.Operations() {
			e := entry{schemes: schemesIn(op)}
			for _, name := range []string{"x-permission", "x-permission-or"} {
				if p, ok := op.Extensions[name].(string); ok {
					e.needs = append(e.needs, access.Permission(p))
				}
			}
			besides, _ := op.Extensions["x-permission-and"].(string)
			e.besides = access.Permission(besides)
			entries[method+" "+path] = e
		}
	}
	return entries
}

func (e entry) takes(scheme string) bool { return slices.Contains(e.schemes, scheme) }

func (e entry) holds(held []access.Permission) bool {
	if e.besides != "" && !access.Allows(held, e.besides) {
		return false
	}
	return len(e.needs) == 0 || slices.ContainsFunc(e.needs, func(p access.Permission) bool { return access.Allows(held, p) })
}

// visitor is a way to come to the door, and whether an operation lets it in. Who
// is unknown gets 401, who may not gets 403.
type visitor struct {
	name    string
	bearer  string
	session *session
	role    access.Role
	unknown bool
	may     func(e entry, r route) bool
}

// visitors are everybody: nobody, credentials that are no good, a key of every
// single scope, recipients' tokens of both audiences, and a member of every role.
func (h *house) visitors() []visitor {
	never := func(entry, route) bool { return false }
	list := []visitor{
		{name: "nobody", unknown: true, may: never},
		{name: "a made-up key", bearer: "ck_unknown", unknown: true, may: never},
		{name: "a revoked key", bearer: h.spoiltKey(func(k *access.Key) { k.RevokedAt = h.clock.Now() }), unknown: true, may: never},
		{name: "an expired key", bearer: h.spoiltKey(func(k *access.Key) { k.ExpiresAt = h.clock.Now() }), unknown: true, may: never},
		{name: "a forged token", bearer: "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.", unknown: true, may: never},
		{name: "a made-up session", session: &session{"made-up", "made-up"}, unknown: true, may: never},
		{name: "a recipient's inbox token", bearer: h.token("ada", access.ForInbox), may: func(e entry, r route) bool {
			return e.takes("recipientToken") && !e.takes("apiKey") && r.audience == ""
		}},
		{name: "a recipient's preferences token", bearer: h.token("ada", access.ForPreferences), may: func(e entry, r route) bool {
			return e.takes("recipientToken") && (e.takes("apiKey") || r.audience == access.ForPreferences)
		}},
		{name: "another recipient's preferences token", bearer: h.token("eve", access.ForPreferences), may: func(_ entry, r route) bool {
			return r.audience == access.ForPreferences // the routes that name nobody show everybody their own
		}},
	}
	for _, p := range access.Permissions {
		list = append(list, visitor{name: "a key with " + string(p), bearer: h.key(p), may: func(e entry, _ route) bool {
			return e.takes("apiKey") && e.holds([]access.Permission{p})
		}})
	}
	s := h.login()
	for _, role := range access.Roles {
		list = append(list, visitor{name: "a member who is " + string(role), session: s, role: role, may: func(e entry, _ route) bool {
			return e.takes("session") && e.holds(role.Permissions())
		}})
	}
	return list
}

func (h *house) spoiltKey(spoil func(k *access.Key)) string {
	h.t.Helper()
	key, secret, err := h.keys.Create(h.t.Context(), access.NewKey{Name: "spoilt", Source: "shop", Scopes: []access.Permission{access.Admin}})
	require.NoError(h.t, err)
	spoil(&key)
	require.NoError(h.t, h.memory.AddKey(h.t.Context(), key))
	return secret
}

// changesTheSession are routes that end the session that asks; they have tests
// of their own.
var changesTheSession = []string{"POST /v1/auth/logout", "POST /v1/auth/login", "POST /v1/auth/accept"}

// TestEveryRouteLetsInWhomItNamesAndNobodyElse asks every route as everybody.
func TestEveryRouteLetsInWhomItNamesAndNobodyElse(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	require.NoError(t, h.memory.AddKey(t.Context(), access.Key{ID: "ada", Name: "to revoke"}))
	entries, visitors, asked := entriesOf(t), h.visitors(), 0
	for _, r := range h.server.routes() {
		at := r.method + " " + r.path
		e, known := entries[r.method+" "+pathParam.ReplaceAllString(r.path, "{$1}")]
		require.True(t, known, "%s has no entry in openapi.yaml", at)
		if slices.Contains(changesTheSession, at) {
			continue
		}
		for _, v := range visitors {
			if v.role != "" {
				h.setRole(v.role)
			}
			got := h.do(ask{method: r.method, path: filled(r.path), body: bodies[at], bearer: v.bearer, session: v.session})
			h.judge(at+" as "+v.name, verdictOf(e, r, v), got)
			asked++
		}
	}
	require.Greater(t, asked, 1500, "the matrix is not smaller than it was")
}

// verdictOf is the status a visitor must get; 200 is any success, and 0, of
// routes that are for all or check their callers by themselves, is any but 403.
func verdictOf(e entry, r route, v visitor) int {
	switch {
	case len(e.schemes) == 0 && isSocket(r.path):
		return 401 // It asks for a ticket, which nobody of these has.
	case len(e.schemes) == 0:
		return 0
	case v.unknown:
		return 401
	case !v.may(e, r):
		return 403
	case isSocket(r.path):
		return 426
	}
	return 200
}

func (h *house) judge(what string, want int, got answer) {
	h.t.Helper()
	switch want {
	case 0:
		require.NotEqual(h.t, 403, got.status, what)
	case 200:
		require.Less(h.t, got.status, 300, "%s: %s", what, got.raw)
	default:
		require.Equal(h.t, want, got.status, "%s: %s", what, got.raw)
		require.Contains(h.t, []string{"", "null"}, string(got.body.Data), "%s: a refusal tells nothing", what)
		require.Less(h.t, len(got.raw), 400, "%s: a refusal tells nothing: %s", what, got.raw)
	}
}

func (h *house) setRole(role access.Role) {
	h.memory.mu.Lock()
	defer h.memory.mu.Unlock()
	member := h.memory.members[adminEmail]
	member.Role = role
	h.memory.members[adminEmail] = member
}

func TestARouteWithoutARuleDoesNotStart(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for name, r := range map[string]route{
		"nobody named":      {method: "GET", path: "/v1/new", do: h.server.healthz},
		"no permission":     {method: "GET", path: "/v1/new", who: callers, do: h.server.healthz},
		"only a permission": {method: "GET", path: "/v1/new", needs: access.Read, do: h.server.healthz},
	} {
		require.Panics(t, func() { h.server.mount(r) }, name)
	}
}

func TestARecipientReachesOnlyTheirOwn(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	eve := h.token("eve", access.ForPreferences)
	require.Equal(t, 403, h.do(ask{method: "GET", path: "/v1/recipients/ada/preferences", bearer: eve}).status)
	require.Equal(t, 403, h.do(ask{method: "PUT", path: "/v1/recipients/ada/preferences", bearer: eve, body: `{}`}).status)
}

func TestASourceCannotCancelAnothersEvents(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	require.NoError(t, h.memory.PutSource(t.Context(), access.Source{Key: "billing", Name: "Billing"}, h.clock.Now()))
	_, other, err := h.keys.Create(t.Context(), access.NewKey{
		Name: "b", Source: "billing", Scopes: []access.Permission{access.EventsWrite, access.NotificationsWrite},
	})
	require.NoError(t, err)
	require.Equal(t, 404, h.do(ask{method: "POST", path: "/v1/events/evt_1/cancel", bearer: other}).status)
	require.Equal(t, 404, h.do(ask{method: "POST", path: "/v1/notifications/ntf_1/cancel", bearer: other}).status)
	require.Equal(t, 200, h.do(ask{method: "POST", path: "/v1/events/evt_1/cancel", bearer: h.key(access.EventsWrite)}).status)
}
