package api

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/ingest"
	"clarion/backend/notify"
)

const oneEvent = `{"type":"order.shipped","to":["ada","wei"],"data":{"order_id":"1"}}`

func TestAnEventIsAnswered(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	got := h.do(ask{method: "POST", path: "/v1/events", bearer: h.key(access.EventsWrite), body: oneEvent, header: map[string]string{"X-Trace-Id": "trace-1"}})
	require.Equal(t, 202, got.status)
	require.Equal(t, "trace-1", got.body.TraceID)
	require.Equal(t, "trace-1", got.header.Get("X-Trace-Id"))
	require.Regexp(t, `^\{"code":202,"message":"ok","data":\{"event_id":"evt_[0-9a-f]{32}","status":"accepted","duplicate":false\},"trace_id":"trace-1"\}$`, string(got.raw))
	require.Equal(t, "shop", h.fakes.accepted[0].Source, "the source is the key's, whatever the body says")
	require.Equal(t, "trace-1", h.fakes.accepted[0].TraceID)
}

func TestARepeatedEventGetsTheFirstAnswerByteForByte(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]ask{
		"event":        {path: "/v1/events", body: oneEvent},
		"notification": {path: "/v1/notifications", body: bodies["POST /v1/notifications"]},
		"batch":        {path: "/v1/events/batch", body: `{"events":[` + oneEvent + `,{"type":"unknown","to":["ada"]}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openHouse(t)
			a.method, a.bearer = "POST", h.key(access.Admin)
			a.header = map[string]string{"Idempotency-Key": "k-1"}
			first := h.do(a)
			require.Equal(t, 202, first.status)
			require.Empty(t, first.header.Get("Idempotency-Replayed"))
			for range 3 {
				again := h.do(a)
				require.Equal(t, string(first.raw), string(again.raw))
				require.Equal(t, "true", again.header.Get("Idempotency-Replayed"))
			}
			require.Len(t, h.fakes.accepted, 1)

			a.body = strings.Replace(a.body, `["ada`, `["eve","ada`, 1)
			other := h.do(a)
			require.Equal(t, 422, other.status)
			require.Equal(t, typeKeyReused, other.kind())

			a.bearer = h.otherSource()
			require.Equal(t, 202, h.do(a).status, "another source's key is another key")
		})
	}
}

func (h *house) otherSource() string {
	require.NoError(h.t, h.memory.PutSource(h.t.Context(), access.Source{Key: "billing", Name: "Billing"}, h.clock.Now()))
	_, secret, err := h.keys.Create(h.t.Context(), access.NewKey{Name: "b", Source: "billing", Scopes: access.Permissions})
	require.NoError(h.t, err)
	return secret
}

func TestABatchSaysWhatBecameOfEach(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	got := h.do(ask{method: "POST", path: "/v1/events/batch", bearer: h.key(access.EventsWrite), body: bodies["POST /v1/events/batch"]})
	require.Equal(t, 202, got.status)
	require.Contains(t, string(got.body.Data), `"accepted":1,"rejected":[{"index":2,`)
	require.Contains(t, string(got.body.Data), `{"index":1,"code":"unknown_type"`)
	require.Contains(t, string(got.body.Data), `"events":[{"index":0,"event_id":"evt_`)
}

func TestCloudEventsComeInThreeModes(t *testing.T) {
	t.Parallel()
	const one = `{"specversion":"1.0","type":"order.shipped","source":"/shop","id":"1","subject":"ada","data":{"a":1}}`
	tests := map[string]ask{
		"structured": {body: one, header: map[string]string{"Content-Type": "application/cloudevents+json; charset=utf-8"}},
		"batched":    {body: "[" + one + "]", header: map[string]string{"Content-Type": "application/cloudevents-batch+json"}},
		"binary": {body: `{"a":1}`, header: map[string]string{
			"ce-specversion": "1.0", "ce-type": "order.shipped", "ce-source": "/shop", "ce-id": "1", "ce-subject": "ada",
		}},
	}
	for name, a := range tests {
		for _, path := range []string{"/v1/events", "/v1/events/batch"} {
			t.Run(name+" at "+path, func(t *testing.T) {
				t.Parallel()
				h, a := openHouse(t), a
				a.method, a.path, a.bearer = "POST", path, h.key(access.EventsWrite)
				got := h.do(a)
				require.Equal(t, 202, got.status, string(got.raw))
				require.Len(t, h.fakes.accepted, 1)
				require.Equal(t, []ingest.To{{ID: "ada"}}, h.fakes.accepted[0].To)
				require.NotEmpty(t, h.fakes.accepted[0].IdempotencyKey)
				require.Equal(t, 202, h.do(a).status)
				require.Len(t, h.fakes.accepted, 1, "id and source are the key")
			})
		}
	}
}

func TestStorageThatIsAwayIsNeverAnAcceptance(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	key := h.key(access.Admin)
	h.fakes.breakWith(fmt.Errorf("save events: %w: disk full at /secret/place", notify.ErrUnavailable))
	for _, path := range []string{"/v1/events", "/v1/events/batch", "/v1/notifications"} {
		got := h.do(ask{method: "POST", path: path, bearer: key, body: bodies["POST "+path]})
		require.Equal(t, 503, got.status)
		require.Equal(t, typeUnavailable, got.kind())
		require.NotEmpty(t, got.header.Get("Retry-After"))
		require.NotContains(t, string(got.raw), "secret")
	}
}

func TestRatesAreToldAndKept(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	_, secret, err := h.keys.Create(t.Context(), access.NewKey{Name: "slow", Source: "shop", Scopes: []access.Permission{access.EventsWrite, access.Read}, RateLimit: 10})
	require.NoError(t, err)
	got := h.do(ask{method: "POST", path: "/v1/events", bearer: secret, body: `{"type":"t","to":["a","b","c","d"]}`})
	require.Equal(t, 202, got.status)
	require.Equal(t, "10", got.header.Get("RateLimit-Limit"))
	require.Equal(t, "6", got.header.Get("RateLimit-Remaining"), "four recipients cost four")
	require.Equal(t, "1", got.header.Get("RateLimit-Reset"))

	got = h.do(ask{method: "POST", path: "/v1/events/batch", bearer: secret, body: `{"events":[{"type":"t","to":["a","b","c","d"]},{"type":"t","to":["a","b","c"]}]}`})
	require.Equal(t, 429, got.status)
	require.Equal(t, typeRateLimited, got.kind())
	require.Equal(t, "1", got.header.Get("Retry-After"))
	require.Len(t, h.fakes.accepted, 1, "nothing of it was accepted")

	for h.do(ask{method: "GET", path: "/v1/ledger", bearer: secret}).status == 200 {
	}
	require.Equal(t, 202, h.do(ask{method: "POST", path: "/v1/events", bearer: h.key(access.EventsWrite), body: oneEvent}).status, "another key has its own share")
	h.clock.move(1e9)
	require.Equal(t, 200, h.do(ask{method: "GET", path: "/v1/ledger", bearer: secret}).status)
}

// TestRequestsDoNotReadEachOthersBuffers is worth its while under -race: what
// is kept past the handler must be the caller's own bytes.
func TestRequestsDoNotReadEachOthersBuffers(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	key := h.key(access.EventsWrite)
	var all sync.WaitGroup
	for worker := range 16 {
		all.Go(func() {
			for i := range 40 {
				mark := fmt.Sprintf("m-%d-%d", worker, i)
				pad := strings.Repeat("x", (worker*37+i*101)%900)
				h.do(ask{
					method: "POST", path: "/v1/events", bearer: key,
					body:   `{"type":"` + mark + `","to":["` + mark + `",{"id":"i` + mark + `","name":"` + mark + `"}],"data":{"mark":"` + mark + `","pad":"` + pad + `"},"cancel_key":"` + mark + `"}`,
					header: map[string]string{"X-Trace-Id": mark, "Idempotency-Key": "k" + mark},
				})
			}
		})
	}
	all.Wait()
	require.Len(t, h.fakes.accepted, 16*40)
	for _, r := range h.fakes.accepted {
		require.Equal(t, r.Type, r.TraceID)
		require.Equal(t, "k"+r.Type, r.IdempotencyKey)
		require.Equal(t, r.Type, r.CancelKey)
		require.Equal(t, r.Type, r.To[0].ID)
		require.Equal(t, r.Type, r.To[1].Inline.Name)
		require.Contains(t, string(r.Data), `"mark":"`+r.Type+`"`)
	}
}
