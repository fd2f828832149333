package api

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/audit"
)

func TestEveryRouteThatChangesSomethingSaysWhatTheAuditLogKeeps(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for _, r := range h.server.routes() {
		at := r.method + " " + r.path
		if r.reads() {
			require.Equal(t, trail{}, r.trail, "%s changes nothing", at)
			continue
		}
		if r.trail.action == "" {
			require.NotEmpty(t, r.trail.untold, "%s has neither .audited nor .unaudited", at)
			continue
		}
		require.Regexp(t, `^[a-z_]+\.[a-z_]+$`, r.trail.action, at)
	}
	require.Panics(t, func() { h.server.mount(put("/v1/new", access.Admin, h.server.healthz)) })
	both := put("/v1/new", access.Admin, h.server.healthz).audited("a.b").unaudited("both")
	require.Panics(t, func() { h.server.mount(both) })
}

func TestAChangeIsRecordedWithWhoWhatAndTheStates(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	admin, s := h.key(access.Admin), h.login()
	tests := map[string]struct {
		ask           ask
		action        string
		target        string
		before, after string // a part of the document; "" when there is none
	}{
		"a save shows both states": {
			ask{method: "PUT", path: "/v1/templates/order", body: bodies["PUT /v1/templates/:key"]}, "template.save", "order", `"live_version":1`, `"live_version":1`,
		},
		"a deletion shows what was": {ask{method: "DELETE", path: "/v1/workflows/order.shipped"}, "workflow.delete", "order.shipped", `"event_type":"order.shipped"`, ""},
		"a creation shows what is":  {ask{method: "POST", path: "/v1/integrations", body: bodies["POST /v1/integrations"]}, "integration.create", "int_2", "", `"provider":"sendgrid"`},
		"what only a list shows":    {ask{method: "PUT", path: "/v1/sources/shop", body: `{"name":"New"}`}, "source.save", "shop", `"name":"Shop"`, `"name":"New"`},
		"people's data is not kept": {ask{method: "DELETE", path: "/v1/recipients/ada"}, "recipient.erase", "ada", "", ""},
		"a secret is not kept":      {ask{method: "POST", path: "/v1/api-keys", body: bodies["POST /v1/api-keys"]}, "api_key.create", "", "", `"secret":"(secret)"`},
	}
	for name, tt := range tests {
		for caller, credential := range map[string]ask{"member": {session: s}, "api_key": {bearer: admin}} {
			a := tt.ask
			a.session, a.bearer = credential.session, credential.bearer
			require.NoError(t, h.memory.PutSource(t.Context(), access.Source{Key: "shop", Name: "Shop"}, h.clock.Now()))
			got := h.do(a)
			require.Less(t, got.status, 300, "%s: %s", name, got.raw)
			r := h.audit.last()
			require.Equal(t, tt.action, r.Action, name)
			require.EqualValues(t, caller, r.Actor.Kind, name)
			require.NotEmpty(t, r.Actor.ID, name)
			require.Equal(t, got.body.TraceID, r.TraceID, name)
			require.Equal(t, "127.0.0.1", r.IP, name)
			if tt.target != "" {
				require.Equal(t, tt.target, r.Target.ID, name)
			}
			for _, state := range []struct {
				want string
				kept json.RawMessage
			}{{tt.before, r.Before}, {tt.after, r.After}} {
				require.Equal(t, state.want == "", state.kept == nil, "%s: %s", name, state.kept)
				require.Contains(t, string(state.kept), state.want, name)
			}
		}
	}
	require.NotRegexp(t, access.KeyMark+`[\w-]{20}`, h.auditText(), "no secret is in the log, only its beginning")
}

func (h *house) auditText() string {
	h.audit.mu.Lock()
	defer h.audit.mu.Unlock()
	raw, err := json.Marshal(h.audit.rows)
	require.NoError(h.t, err)
	return string(raw)
}

func TestWhatChangesNothingIsNotRecorded(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	admin, s := h.key(access.Admin), h.login()
	recorded := h.audit.count()
	for name, a := range map[string]ask{
		"reading":                       {method: "GET", path: "/v1/templates/order", bearer: admin},
		"a refusal":                     {method: "PUT", path: "/v1/templates/order", bearer: h.key(access.Read), body: `{}`},
		"a fault":                       {method: "PUT", path: "/v1/templates/order", bearer: admin, body: `{"unknown":1}`},
		"an event":                      {method: "POST", path: "/v1/events", bearer: admin, body: bodies["POST /v1/events"]},
		"a preview":                     {method: "POST", path: "/v1/dead-letters/replay", session: s, body: bodies["POST /v1/dead-letters/replay"]},
		"an inbox mark":                 {method: "POST", path: "/v1/inbox/mark", session: s, body: bodies["POST /v1/inbox/mark"]},
		"what a system syncs by itself": {method: "PUT", path: "/v1/recipients/ada", bearer: admin, body: `{"name":"Ada"}`},
	} {
		h.do(a)
		require.Equal(t, recorded, h.audit.count(), name)
	}
	h.do(ask{method: "PUT", path: "/v1/recipients/ada", session: s, body: `{"name":"Ada"}`})
	require.Equal(t, "recipient.save", h.audit.last().Action, "but a member's hand is seen")
}

func TestARepeatedRequestIsRecordedOnce(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	a := ask{method: "PUT", path: "/v1/templates/order", bearer: h.key(access.Admin), body: bodies["PUT /v1/templates/:key"], header: map[string]string{"Idempotency-Key": "k"}}
	first, again := h.do(a), h.do(a)
	require.Equal(t, first.body.Data, again.body.Data, "looking at the states leaves the answer alone")
	require.Equal(t, "true", again.header.Get("Idempotency-Replayed"))
	require.Equal(t, 1, h.audit.count())
}

func TestSigningInAndOutIsRecorded(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	s := h.login()
	r := h.audit.last()
	require.Equal(t, "session.open", r.Action)
	require.Equal(t, r.Actor.ID, r.Target.ID)
	h.do(ask{method: "POST", path: "/v1/auth/logout", session: s})
	require.Equal(t, "session.close", h.audit.last().Action)
	require.NotContains(t, h.auditText(), s.csrf)
}

func TestAChangeThatCannotBeRecordedStaysAnnounced(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.audit.blind = errors.New("disk full")
	got := h.do(ask{method: "DELETE", path: "/v1/templates/order", bearer: h.key(access.Admin)})
	require.Equal(t, 200, got.status, "it was done, and the answer says so")
	require.Contains(t, h.log.String(), "a change stays announced")
	require.Contains(t, h.log.String(), "template.delete")
	require.Len(t, h.audit.announced, 1)
	for _, r := range h.audit.announced {
		require.Equal(t, "template.delete", r.Action)
		require.Contains(t, string(r.Before), `"live_version":1`)
	}
}

func TestAChangeThatCannotBeAnnouncedIsNotMade(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	admin := h.key(access.Admin)
	h.audit.down = errors.New("disk full")
	require.Equal(t, 500, h.do(ask{method: "PUT", path: "/v1/sources/shop", bearer: admin, body: `{"name":"Never"}`}).status)
	list := h.do(ask{method: "GET", path: "/v1/sources", bearer: admin})
	require.NotContains(t, string(list.body.Data), "Never")
}

func TestNothingThatHasEndedStaysAnnounced(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		spoil   func(f *fakes)
		ask     ask
		status  int
		records int
		outcome audit.Outcome
	}{
		"a success":           {func(*fakes) {}, ask{method: "DELETE", path: "/v1/templates/order"}, 200, 1, audit.Done},
		"a refusal":           {func(*fakes) {}, ask{method: "PUT", path: "/v1/templates/order", body: `{"unknown":1}`}, 422, 0, audit.Done},
		"a fault of our own":  {func(f *fakes) { f.fail = errors.New("the disk is gone") }, ask{method: "DELETE", path: "/v1/views/x"}, 500, 0, audit.Done},
		"a fault in a change": {func(f *fakes) { f.fail = errors.New("the disk is gone") }, ask{method: "POST", path: "/v1/recipient-imports/imp_1/cancel"}, 500, 1, audit.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openHouse(t)
			tt.ask.session = h.login()
			before := h.audit.count()
			tt.spoil(h.fakes)
			require.Equal(t, tt.status, h.do(tt.ask).status)
			require.Empty(t, h.audit.announced)
			require.Equal(t, tt.records, h.audit.count()-before)
			if tt.records > 0 {
				require.Equal(t, tt.outcome, h.audit.last().Outcome)
			}
		})
	}
}

func TestTheAuditLogIsRead(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	admin := h.key(access.Admin)
	for range 3 {
		h.do(ask{method: "DELETE", path: "/v1/templates/order", bearer: admin})
	}
	list := h.do(ask{method: "GET", path: "/v1/audit?limit=2&action=template", bearer: admin})
	require.Equal(t, 200, list.status)
	require.True(t, list.body.Page.HasMore)
	var records []audit.Record
	require.NoError(t, json.Unmarshal(list.body.Data, &records))
	require.Len(t, records, 2)
	require.Nil(t, records[0].Before, "a list is short")
	one := h.do(ask{method: "GET", path: "/v1/audit/" + records[0].ID, bearer: admin})
	require.Contains(t, string(one.body.Data), `"before":{`)
	require.Equal(t, 404, h.do(ask{method: "GET", path: "/v1/audit/aud_0", bearer: admin}).status)
	require.Equal(t, 422, h.do(ask{method: "GET", path: "/v1/audit?from=yesterday", bearer: admin}).status)
	require.Equal(t, 422, h.do(ask{method: "GET", path: "/v1/audit?format=xml", bearer: admin}).status)
	verdict := h.do(ask{method: "GET", path: "/v1/audit/verify", bearer: admin})
	require.Contains(t, string(verdict.body.Data), `"intact":true`)
}

func TestTheExportHoldsEveryPageAndNoFormula(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	log := audit.Log{Store: h.audit, Clock: h.clock}
	hostile := []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", `plain "quoted", text`}
	for i := range exportPage + 5 {
		require.NoError(t, log.Record(t.Context(), audit.Entry{
			Actor: audit.Actor{Kind: audit.Member, ID: "m", Name: hostile[i%len(hostile)]}, Action: "a.b", After: map[string]int{"n": i},
		}))
	}
	got := h.do(ask{method: "GET", path: "/v1/audit?format=csv", bearer: h.key(access.Admin)})
	require.Equal(t, 200, got.status)
	require.Equal(t, "text/csv; charset=utf-8", got.header.Get(fiber.HeaderContentType))
	require.Contains(t, got.header.Get(fiber.HeaderContentDisposition), "attachment")
	rows, err := csv.NewReader(strings.NewReader(string(got.raw))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 1+exportPage+5)
	require.Equal(t, auditColumns, rows[0])
	for _, row := range rows {
		for _, cell := range row {
			require.NotRegexp(t, "^[=+@\t\r\n-]", cell)
		}
	}
	require.Equal(t, `{"n":204}`, rows[1][11])

	h.audit.down = errors.New("gone")
	require.Equal(t, 500, h.do(ask{method: "GET", path: "/v1/audit?format=csv", bearer: h.key(access.Admin)}).status, "an error is still answered as one")
}
