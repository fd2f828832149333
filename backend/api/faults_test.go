package api

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/notify"
)

// TestBadInputIsNeverOurFault sends every kind of broken body to every route
// that takes one.
func TestBadInputIsNeverOurFault(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	deep := strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40)
	corpus := map[string]string{
		"nothing": "", "a word": "hello", "a number": "1", "null": "null", "true": "true", "a list": "[]", "a string": `"x"`,
		"cut short": `{"type":"order.sh`, "two documents": `{}{}`, "a comma too many": `{"a":1,}`, "single quotes": `{'a':1}`,
		"a comment": `{/* */}`, "a lone bracket": `}`, "NUL": "{\"a\":\"\x00\"}", "escaped NUL": `{"type":"\u0000","to":["\u0000"]}`,
		"invalid UTF-8": "{\"type\":\"\xff\xfe\",\"to\":[\"\xff\"]}", "lone surrogate": `{"type":"\ud800","to":["a"]}`,
		"BOM": "\ufeff{}", "repeated names": `{"type":"a","type":"b","to":["a"]}`, "unknown names": `{"constructor":1,"__proto__":{}}`,
		"wrong types": `{"type":1,"to":{"id":[]},"data":"x","name":7,"steps":{},"scopes":"read","channels":[],"filter":[],"ids":"x","settings":[]}`,
		"too deep":    deep, "far too deep": strings.Repeat("[", 100_000), "a huge number": `{"ttl_seconds":1e999,"rate_limit":99999999999999999999}`,
		"negative": `{"audience":"inbox","ttl_seconds":-1}`, "huge life": `{"audience":"inbox","ttl_seconds":9223372036854775807}`,
		"bad times":           `{"type":"a","to":["a"],"send_at":"yesterday","expires_at":{},"until":"x"}`,
		"bidi and zero width": "{\"type\":\"a\u202eb\u200b\",\"to\":[\"a\u202e\"],\"name\":\"\u202e\"}",
		"markup":              `{"name":"<script>alert(1)</script>","type":"<img>","to":["<a>"]}`, "SQL": `{"name":"'; DROP TABLE events; --","type":"'","to":["' OR 1=1"]}`,
	}
	admin := h.key(access.Admin)
	inbox := h.token("ada", access.ForInbox)
	for at := range bodies {
		method, path, _ := strings.Cut(at, " ")
		for name, body := range corpus {
			a := ask{method: method, path: filled(path), bearer: admin, body: body}
			if strings.HasPrefix(path, "/v1/inbox") {
				a.bearer = inbox
			}
			got := h.do(a)
			require.Less(t, got.status, 500, "%s with %s: %s", at, name, got.raw)
			require.Equal(t, "application/json; charset=utf-8", got.header.Get("Content-Type"), "%s with %s", at, name)
		}
	}
	require.NotContains(t, h.log.String(), "panic")
}

func TestFaultsAreNamedWithTheirPaths(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	admin := h.key(access.Admin)
	tests := map[string]struct {
		a      ask
		status int
		kind   string
		path   string
		code   string
	}{
		"cut short":             {ask{method: "POST", path: "/v1/cancel", body: `{"cancel_key":`}, 400, typeMalformed, "cancel_key", "malformed_json"},
		"nothing":               {ask{method: "POST", path: "/v1/cancel"}, 400, typeMalformed, "", "malformed_json"},
		"invalid UTF-8":         {ask{method: "POST", path: "/v1/cancel", body: "{\"cancel_key\":\"\xff\"}"}, 400, typeMalformed, "cancel_key", "malformed_json"},
		"repeated name":         {ask{method: "POST", path: "/v1/cancel", body: `{"cancel_key":"a","cancel_key":"b"}`}, 400, typeMalformed, "cancel_key", "duplicate_name"},
		"too deep":              {ask{method: "POST", path: "/v1/cancel", body: strings.Repeat("[", 33)}, 400, typeMalformed, "", "too_deep"},
		"unknown field":         {ask{method: "POST", path: "/v1/cancel", body: `{"key":"a"}`}, 422, typeInvalid, "key", "unknown_field"},
		"no code for devices":   {ask{method: "POST", path: "/v1/recipients/ada/addresses/verify", body: `{"channel":"push","address":"t"}`}, 422, typeInvalid, "channel", "not_for_codes"},
		"code is required":      {ask{method: "POST", path: "/v1/recipients/ada/addresses/confirm", body: `{"channel":"email","address":"a@x.org"}`}, 422, typeInvalid, "code", "required"},
		"an import without ids": {ask{method: "POST", path: "/v1/recipient-imports/imp_1/check", body: `{"columns":[{"to":"name"}]}`}, 422, typeInvalid, "columns", "no_id"},
		"bulk to nobody":        {ask{method: "POST", path: "/v1/notifications/bulk", body: `{"to":[]}`}, 422, typeInvalid, "to", "required"},
		"bulk to whom, twice":   {ask{method: "POST", path: "/v1/notifications/bulk", body: `{"to":["a"],"upload":{"format":"csv"}}`}, 422, typeInvalid, "to", "required"},
		"bulk to too many":      {ask{method: "POST", path: "/v1/notifications/bulk", body: `{"to":["a"` + strings.Repeat(`,"a"`, 1000) + `]}`}, 422, typeInvalid, "to", "too_many"},
		"bulk to a segment":     {ask{method: "POST", path: "/v1/notifications/bulk", body: `{"to":["a"],"audience":{"segments":["beta"]}}`}, 422, typeInvalid, "audience", "not_allowed"},
		"bulk without ids":      {ask{method: "POST", path: "/v1/notifications/bulk", body: `{"upload":{"format":"csv","columns":[{"to":"name"}]}}`}, 422, typeInvalid, "upload.columns", "no_id"},
		"rows of what outcome":  {ask{method: "GET", path: "/v1/operations/imp_2/rows"}, 422, typeInvalid, "outcome", "not_an_option"},
		"nested wrong type":     {ask{method: "PUT", path: "/v1/recipients/bo/addresses", body: `{"addresses":[{"channel":"email","address":7}]}`}, 422, typeInvalid, "addresses[0].address", "wrong_type"},
		"batch member":          {ask{method: "POST", path: "/v1/recipients/batch", body: `{"recipients":[{"id":"a"},{"id":"b","email":"nope"}]}`}, 422, typeInvalid, "recipients[1].email", "invalid_email"},
		"event":                 {ask{method: "POST", path: "/v1/events", body: `{"type":"t","to":[{"id":"a","email":"nope"}]}`}, 422, typeInvalid, "to[0].email", "invalid_email"},
		"limit":                 {ask{method: "GET", path: "/v1/messages?limit=201"}, 422, typeInvalid, "limit", "out_of_range"},
		"status":                {ask{method: "GET", path: "/v1/messages?status=sent,lost"}, 422, typeInvalid, "status", "not_an_option"},
		"time":                  {ask{method: "GET", path: "/v1/ledger?from=monday"}, 422, typeInvalid, "from", "invalid_time"},
		"query UTF-8":           {ask{method: "GET", path: "/v1/messages?q=%ff"}, 422, typeInvalid, "q", "invalid_text"},
		"required query":        {ask{method: "GET", path: "/v1/decisions?event=evt_1"}, 422, typeInvalid, "recipient", "required"},
		"nothing selected":      {ask{method: "POST", path: "/v1/dead-letters/replay", body: `{}`}, 422, typeInvalid, "ids", "required"},
		"long key":              {ask{method: "POST", path: "/v1/events", body: oneEvent, header: map[string]string{"Idempotency-Key": strings.Repeat("k", 256)}}, 422, typeInvalid, "Idempotency-Key", "invalid_key"},
		"audience":              {ask{method: "POST", path: "/v1/recipients/ada/token", body: `{"audience":"admin"}`}, 422, typeInvalid, "audience", "not_an_option"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.a.bearer = admin
			got := h.do(tt.a)
			require.Equal(t, tt.status, got.status, string(got.raw))
			require.Equal(t, tt.kind, got.kind())
			require.NotEmpty(t, got.body.Error.Fields)
			require.Equal(t, tt.path, got.body.Error.Fields[0].Path)
			require.Equal(t, tt.code, got.body.Error.Fields[0].Code)
		})
	}
}

func TestEveryRefusalIsAnEnvelope(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	admin := h.key(access.Admin)
	large := `{"type":"t","to":["a"],"data":{"x":"` + strings.Repeat("x", 2<<20) + `"}}`
	tests := map[string]struct {
		a      ask
		status int
		kind   string
	}{
		"an unknown address":          {ask{method: "GET", path: "/v1/nothing"}, 404, typeNotFound},
		"an unknown address to write": {ask{method: "POST", path: "/nothing", body: "{}"}, 404, typeNotFound},
		"an unknown id":               {ask{method: "GET", path: "/v1/messages/msg_2"}, 404, typeNotFound},
		"an impossible id":            {ask{method: "GET", path: "/v1/messages/a%00b"}, 404, typeNotFound},
		"another method":              {ask{method: "DELETE", path: "/v1/ledger"}, 405, typeMethod},
		"no method of HTTP":           {ask{method: "BREW", path: "/v1/ledger"}, 405, typeMethod},
		"a text":                      {ask{method: "POST", path: "/v1/events", body: "a=b", header: map[string]string{"Content-Type": "text/plain"}}, 415, typeMedia},
		"a packed body":               {ask{method: "POST", path: "/v1/events", body: oneEvent, header: map[string]string{"Content-Encoding": "gzip"}}, 415, typeEncoding},
		"a packed callback":           {ask{method: "POST", path: "/callbacks/int_1", body: "x", header: map[string]string{"Content-Encoding": "deflate"}}, 415, typeEncoding},
		"2 MiB":                       {ask{method: "POST", path: "/v1/events", body: large}, 413, typeTooLarge},
		"2 MiB elsewhere":             {ask{method: "POST", path: "/v1/recipients", body: large}, 413, typeTooLarge},
		"a part of 4 MiB and more":    {ask{method: "PUT", path: "/v1/operations/imp_2/parts/1", body: strings.Repeat("x", 4<<20+1)}, 413, typeTooLarge},
		"another scheme":              {ask{method: "GET", path: "/v1/ledger", header: map[string]string{"Authorization": "Basic eA=="}}, 401, typeUnauthenticated},
		"a token of nobody's":         {ask{method: "GET", path: "/v1/inbox", header: map[string]string{"Authorization": "Bearer a.b.c"}}, 401, typeUnauthenticated},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tt.a.header["Authorization"] == "" {
				tt.a.bearer = admin
			}
			got := h.do(tt.a)
			require.Equal(t, tt.status, got.status, string(got.raw))
			require.Equal(t, tt.kind, got.kind(), string(got.raw))
		})
	}
}

func TestBrokenHTTPIsAnsweredInTheEnvelope(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	tests := map[string]struct {
		raw    string
		status int
		kind   string
	}{
		"headers beyond the limit": {"GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 64<<10) + "\r\n\r\n", 431, typeHeaders},
		"a body beyond all limits": {"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", 413, typeTooLarge},
		"not HTTP":                 {"hello\r\n\r\n", 400, typeBadRequest},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
			require.NoError(t, err)
			defer conn.Close()
			require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
			_, err = conn.Write([]byte(tt.raw))
			require.NoError(t, err)
			response, err := http.ReadResponse(bufio.NewReader(conn), nil)
			require.NoError(t, err)
			defer response.Body.Close()
			require.Equal(t, tt.status, response.StatusCode)
			require.Equal(t, "application/json; charset=utf-8", response.Header.Get("Content-Type"))
			line, err := bufio.NewReader(response.Body).ReadString('}')
			require.True(t, err == nil || line != "")
			require.Contains(t, line, `"type":"`+tt.kind+`"`)
		})
	}
}

func TestWhatWeDoNotRecogniseIsLoggedOnceAndNotTold(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	admin := h.key(access.Admin)
	h.fakes.breakWith(errors.New("pq: relation secret_table does not exist"))
	got := h.do(ask{method: "GET", path: "/v1/messages", bearer: admin, header: map[string]string{"X-Trace-Id": "find-me"}})
	require.Equal(t, 500, got.status)
	require.Equal(t, typeInternal, got.kind())
	require.NotContains(t, string(got.raw), "secret_table")
	require.Equal(t, 1, strings.Count(h.log.String(), "secret_table"))
	require.Contains(t, h.log.String(), "trace_id=find-me")

	h.fakes.mu.Lock()
	h.fakes.panics = true
	h.fakes.mu.Unlock()
	got = h.do(ask{method: "GET", path: "/v1/messages", bearer: admin})
	require.Equal(t, 500, got.status)
	require.NotContains(t, string(got.raw), "panic")
	require.Contains(t, h.log.String(), "panic in a handler")
}

func TestKindsOfErrorHaveTheirStatus(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err    error
		status int
	}{
		"not found": {notify.ErrNotFound, 404}, "conflict": {notify.ErrConflict, 409}, "forbidden": {notify.ErrForbidden, 403},
		"unavailable": {notify.ErrUnavailable, 503}, "invalid": {notify.InvalidField("a", "b", "c"), 422},
		"malformed": {notify.Malformed("", "x", "y"), 400}, "wrapped": {fmt.Errorf("load x: %w", notify.ErrNotFound), 404},
		"in flight": {notify.ErrInFlight, 409}, "reused": {notify.ErrKeyReused, 422}, "unauthenticated": {notify.ErrUnauthenticated, 401},
	} {
		f, recognised := translate(tt.err)
		require.True(t, recognised, name)
		require.Equal(t, tt.status, f.status, name)
	}
}

func TestTracesAreCarriedOrMade(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	tests := map[string]struct {
		header map[string]string
		want   string
	}{
		"our own header":      {map[string]string{"X-Trace-Id": "abc-1.2:3_x"}, `^abc-1\.2:3_x$`},
		"a traceparent":       {map[string]string{"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}, "^4bf92f3577b34da6a3ce929d0e0e4736$"},
		"a header that lies":  {map[string]string{"X-Trace-Id": `"},"x":"`}, "^[0-9a-f]{32}$"},
		"a header too long":   {map[string]string{"X-Trace-Id": strings.Repeat("a", 65)}, "^[0-9a-f]{32}$"},
		"a traceparent of 0s": {map[string]string{"traceparent": "00-00000000000000000000000000000000-00f067aa0ba902b7-01"}, "^[0-9a-f]*[1-9a-f][0-9a-f]*$"},
		"nothing":             {nil, "^[0-9a-f]{32}$"},
	}
	for name, tt := range tests {
		got := h.do(ask{method: "GET", path: "/healthz", header: tt.header})
		require.Regexp(t, tt.want, got.body.TraceID, name)
		require.Equal(t, got.body.TraceID, got.header.Get("X-Trace-Id"), name)
	}
}

func TestABatchMayStoreWhatIsGood(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	body := `{"partial":true,"recipients":[{"id":"a"},{"id":"b","email":"nope"},{"id":"c d","timezone":"Mars"}]}`
	got := h.do(ask{method: "POST", path: "/v1/recipients/batch", body: body, bearer: h.key(access.RecipientsWrite)})
	require.Equal(t, 200, got.status)
	require.Contains(t, string(got.raw), `"saved":1`)
	require.Contains(t, string(got.raw), `"recipients[1].email"`)
	require.Contains(t, string(got.raw), `"recipients[2].timezone"`)
	require.Equal(t, "a", h.fakes.saved.ID)
}
