package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// refusal is a bad request and what it must be told.
type refusal struct {
	ask    ask
	bearer string // the administrator's when empty; "-" for none
	status int
	kind   string
	path   string // of the first fault; "-" when there is none
	code   string
}

func post(path string, body any) ask { return ask{method: http.MethodPost, path: path, body: body} }

func TestBadInputIsRefusedWithItsReasonAndChangesNothing(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		for name, tt := range badInput(house) {
			t.Run(name, func(t *testing.T) {
				stranger := &caller{TB: t, url: house.url, bearer: house.bearer}
				if tt.bearer != "" {
					stranger.bearer = strings.TrimPrefix(tt.bearer, "-")
				}
				r := stranger.do(tt.ask)
				require.Equal(t, tt.status, r.status, string(r.raw))
				require.Equal(t, "application/json; charset=utf-8", r.header.Get("Content-Type"))
				require.Equal(t, "null", string(r.Data))
				require.NotEmpty(t, r.TraceID)
				require.NotNil(t, r.Error)
				require.Equal(t, tt.kind, r.Error.Type, string(r.raw))
				if tt.path == "-" {
					return
				}
				require.NotEmpty(t, r.Error.Fields, string(r.raw))
				require.Equal(t, tt.path, r.Error.Fields[0].Path, string(r.raw))
				require.Equal(t, tt.code, r.Error.Fields[0].Code, string(r.raw))
				require.NotEmpty(t, r.Error.Fields[0].Detail)
			})
		}
		require.Empty(t, list[event](house, "/v1/events"), "nothing of it was accepted")
		require.Zero(t, house.balanced().Accepted)
	})
}

// badInput are the bad requests, by what is bad about them.
func badInput(house *caller) map[string]refusal {
	events := func(body any) ask { return post("/v1/events", body) }
	direct := func(body any) ask { return post("/v1/notifications", body) }
	packed := events(`{"type":"account.created","to":["ada"]}`)
	packed.header = map[string]string{"Content-Encoding": "gzip"}
	plain := events(`type=account.created`)
	plain.header = map[string]string{"Content-Type": "application/x-yaml"}
	long := events(fact{Type: "account.created", To: []any{"ada"}})
	long.header = map[string]string{"Idempotency-Key": strings.Repeat("k", 256)}
	big := strings.Repeat("x", 2<<20)
	expired, revoked, narrow := house.keys()
	good := events(fact{Type: "account.created", To: []any{"ada"}})
	return map[string]refusal{
		"broken JSON":            {events(`{"type":"account.created","to":["ada"`), "", 400, "malformed_json", "to", "malformed_json"},
		"a comma too many":       {events(`{"type":"account.created",}`), "", 400, "malformed_json", "", "malformed_json"},
		"an empty body":          {events(""), "", 400, "malformed_json", "", "malformed_json"},
		"two documents":          {events(`{"type":"account.created","to":["ada"]}{}`), "", 400, "malformed_json", "", "malformed_json"},
		"deep nesting":           {events(`{"data":` + strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5001)), "", 400, "malformed_json", "", "too_deep"},
		"invalid UTF-8":          {events("{\"type\":\"account.created\",\"to\":[\"a\xff\"]}"), "", 400, "malformed_json", "to[0]", "malformed_json"},
		"a name given twice":     {events(`{"type":"account.created","to":["ada"],"to":["wei"]}`), "", 400, "malformed_json", "to", "duplicate_name"},
		"an alias given twice":   {events(`{"type":"account.created","event":"x","to":["ada"]}`), "", 422, "validation_failed", "event", "duplicate"},
		"a body that is a list":  {events(`[]`), "", 422, "validation_failed", "", "wrong_type"},
		"a type that is no text": {events(`{"type":7,"to":["ada"]}`), "", 422, "validation_failed", "type", "wrong_type"},
		"data that is no object": {events(`{"type":"account.created","to":["ada"],"data":"x"}`), "", 422, "validation_failed", "data", "wrong_type"},
		"a number for a person":  {events(`{"type":"account.created","to":[7]}`), "", 422, "validation_failed", "to[0]", "wrong_type"},
		"nobody to send to":      {events(`{"type":"account.created"}`), "", 422, "validation_failed", "to", "required"},
		"an unknown field":       {events(`{"type":"account.created","to":["ada"],"colour":"red"}`), "", 422, "validation_failed", "colour", "unknown_field"},
		"an unknown type":        {events(`{"type":"order.lost","to":["ada"]}`), "", 422, "validation_failed", "type", "unknown_type"},
		"an unknown priority":    {events(`{"type":"account.created","to":["ada"],"priority":"now"}`), "", 422, "validation_failed", "priority", "not_an_option"},
		"a date that is none":    {events(`{"type":"account.created","to":["ada"],"send_at":"tomorrow"}`), "", 422, "validation_failed", "send_at", "invalid_time"},
		"a bad mailbox":          {events(`{"type":"account.created","to":["ada",{"id":"bo","email":"bo"}]}`), "", 422, "validation_failed", "to[1].email", "invalid_email"},
		"missing required data":  {events(`{"type":"order.shipped","to":["ada"],"data":{"carrier":"DHL"}}`), "", 422, "validation_failed", "data.order_id", "required"},
		"data of a wrong type":   {events(`{"type":"order.shipped","to":["ada"],"data":{"order_id":[]}}`), "", 422, "validation_failed", "data.order_id", "type"},
		"a key too long":         {long, "", 422, "validation_failed", "Idempotency-Key", "invalid_key"},
		"an unknown template":    {direct(notice{"to": []string{"ada"}, "template": "no.such", "channels": []string{"email"}}), "", 422, "validation_failed", "template", "unknown_template"},
		"an unknown channel":     {direct(notice{"to": []string{"ada"}, "template": "order.shipped", "channels": []string{"pigeon"}}), "", 422, "validation_failed", "channels[0]", "unknown_channel"},
		"an unknown category":    {direct(notice{"to": []string{"ada"}, "template": "order.shipped", "channels": []string{"email"}, "category": "x", "data": map[string]any{"order_id": 1}}), "", 422, "validation_failed", "category", "unknown_category"},
		"an unknown recipient":   {events(`{"type":"account.created","to":["ada","nobody"]}`), "", 422, "validation_failed", "to[1]", "unknown_recipient"},
		"an unknown group":       {events(`{"type":"account.created","to":[{"group":"nobody"}]}`), "", 422, "validation_failed", "to[0].group", "unknown_group"},
		"a person not there":     {ask{method: http.MethodGet, path: "/v1/recipients/nobody"}, "", 404, "not_found", "-", ""},
		"2 MiB":                  {events(map[string]any{"type": "account.created", "to": []string{"ada"}, "data": map[string]any{"x": big}}), "", 413, "payload_too_large", "-", ""},
		"a packed body":          {packed, "", 415, "content_encoding_refused", "-", ""},
		"another content type":   {plain, "", 415, "unsupported_media_type", "-", ""},
		"no credential":          {good, "-", 401, "unauthenticated", "-", ""},
		"an unknown key":         {good, "ck_guess", 401, "unauthenticated", "-", ""},
		"an expired key":         {good, expired, 401, "unauthenticated", "-", ""},
		"a revoked key":          {good, revoked, 401, "unauthenticated", "-", ""},
		"a key for other things": {good, narrow, 403, "forbidden", "-", ""},
		"an unknown address":     {post("/v1/nothing", `{}`), "", 404, "not_found", "-", ""},
		"another method":         {ask{method: http.MethodDelete, path: "/v1/events"}, "", 405, "method_not_allowed", "-", ""},
		"an unknown id":          {ask{method: http.MethodGet, path: "/v1/messages/msg_1"}, "", 404, "not_found", "-", ""},
		"a bad filter":           {ask{method: http.MethodGet, path: "/v1/messages?status=lost"}, "", 422, "validation_failed", "status", "not_an_option"},
		"an empty batch":         {post("/v1/events/batch", `{"events":[]}`), "", 422, "validation_failed", "events", "out_of_range"},
	}
}

// keys makes three API keys that must not let an event in.
func (c *caller) keys() (expired, revoked, narrow string) {
	c.Helper()
	make := func(name string, life time.Duration, scope string) (id, secret string) {
		r := c.do(post("/v1/api-keys", map[string]any{
			"name": name, "source": "shop", "scopes": []string{scope}, "expires_at": time.Now().Add(life).UTC(),
		}))
		if r.status == http.StatusUnprocessableEntity && life < time.Hour {
			return "", ""
		}
		require.Equal(c, http.StatusCreated, r.status, string(r.raw))
		key := read[struct{ ID, Secret string }](c, r)
		return key.ID, key.Secret
	}
	for life := 2 * time.Second; expired == ""; life *= 2 { // it may be over before it is asked for
		_, expired = make("short", life, "events:write")
	}
	id, revoked := make("revoked", time.Hour, "events:write")
	c.must(http.StatusOK, ask{method: http.MethodDelete, path: "/v1/api-keys/" + id})
	_, narrow = make("narrow", time.Hour, "recipients:write")
	short := &caller{TB: c.TB, url: c.url, bearer: expired}
	await(c, time.Minute, "the key expires", func() bool {
		return short.do(ask{method: http.MethodGet, path: "/v1/ledger"}).status == http.StatusUnauthorized
	})
	return expired, revoked, narrow
}

func TestABatchNamesItsFaultsOneByOne(t *testing.T) {
	t.Parallel()
	house := grounds[0].open(t)
	bad := []string{
		`{"type":"account.created","to":["ada"]}`, `{"type":"order.shipped","to":["ada"]}`, `7`,
		`{"type":"account.created","to":[{"id":"b","phone":"call me"}]}`,
	}
	r := house.must(http.StatusAccepted, post("/v1/events/batch", fmt.Sprintf(`{"events":[%s]}`, strings.Join(bad, ","))))
	answer := read[struct {
		Accepted int
		Rejected []struct {
			Index      int
			Code, Path string
		}
	}](t, r)
	require.Equal(t, 1, answer.Accepted)
	require.Len(t, answer.Rejected, 3)
	paths := map[int]string{}
	for _, rejected := range answer.Rejected {
		paths[rejected.Index] = rejected.Path
	}
	require.Equal(t, map[int]string{1: "data.order_id", 2: "", 3: "to[0].phone"}, paths)
}
