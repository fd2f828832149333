package api

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"clarion/backend/access"
	"clarion/backend/ingest"
	"clarion/backend/notify"
)

// instant accepts everything at once: what is left is the door's own cost.
type instant struct{}

func (instant) Accept(_ context.Context, requests []ingest.Request) []ingest.Answer {
	answers := make([]ingest.Answer, len(requests))
	for i, r := range requests {
		answers[i] = ingest.Answer{EventID: "evt_01a1fd80dd0c742cb242ce96f8f514a7", TraceID: r.TraceID}
	}
	return answers
}

// BenchmarkPostEvent is one event through router, guard, key, rate, decoding
// and answer, without network and storage.
func BenchmarkPostEvent(b *testing.B) {
	m := newMemory()
	clock := notify.SystemClock{}
	require.NoError(b, m.PutSource(b.Context(), access.Source{Key: "shop", Name: "Shop"}, clock.Now()))
	keys := access.NewKeys(m, m, clock)
	_, secret, err := keys.Create(b.Context(), access.NewKey{Name: "b", Source: "shop", Scopes: access.Permissions, RateLimit: 1 << 30})
	require.NoError(b, err)
	d := newFakes().deps()
	d.Clock, d.Log, d.Keys, d.Acceptor = clock, slog.New(slog.DiscardHandler), keys, instant{}
	s, err := New(Config{}, d)
	require.NoError(b, err)
	handler := s.app.Handler()
	var r fasthttp.RequestCtx
	r.Request.Header.SetMethod("POST")
	r.Request.SetRequestURI("/v1/events")
	r.Request.Header.SetContentType("application/json")
	r.Request.Header.Set("Authorization", "Bearer "+secret)
	r.Request.SetBodyString(`{"type":"order.shipped","to":["user-42"],"data":{"order_id":"1001","carrier":"DHL","note":"` + strings.Repeat("x", 100) + `"}}`)
	b.ReportAllocs()
	for b.Loop() {
		r.ResetUserValues()
		r.Response.Reset()
		handler(&r)
		if r.Response.StatusCode() != fasthttp.StatusAccepted {
			b.Fatal(string(r.Response.Body()))
		}
	}
}
