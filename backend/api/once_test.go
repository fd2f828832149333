package api

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/notify"
)

func TestAnUnsafeRequestIsDoneOncePerKey(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	a := ask{method: "POST", path: "/v1/suppressions", bearer: h.key(access.Admin), body: bodies["POST /v1/suppressions"], header: map[string]string{"Idempotency-Key": "k"}}
	first := h.do(a)
	require.Equal(t, 201, first.status)
	again := h.do(a)
	require.Equal(t, 201, again.status)
	require.Equal(t, string(first.raw), string(again.raw))
	require.Equal(t, "true", again.header.Get("Idempotency-Replayed"))
	require.Equal(t, 1, h.fakes.writes)

	a.body = `{"channel":"sms","address":"+447700900123"}`
	require.Equal(t, typeKeyReused, h.do(a).kind())

	a.bearer = h.key(access.Admin)
	require.Equal(t, 201, h.do(a).status, "another caller's key is another key")
	require.Equal(t, 2, h.fakes.writes)
}

func TestOfTwentyAtOnceOneDoesTheWork(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	a := ask{method: "POST", path: "/v1/cancel", bearer: h.key(access.Admin), body: `{"cancel_key":"k"}`, header: map[string]string{"Idempotency-Key": "k"}}
	var all sync.WaitGroup
	statuses := make(chan answer, 20)
	for range 20 {
		all.Go(func() { statuses <- h.do(a) })
	}
	all.Wait()
	close(statuses)
	for got := range statuses {
		if got.status != 200 {
			require.Equal(t, 409, got.status)
			require.Equal(t, typeInFlight, got.kind())
			require.NotEmpty(t, got.header.Get("Retry-After"))
		}
	}
	require.Equal(t, 1, h.fakes.writes)
}

func TestARequestThatChangedNothingMayBeRepeated(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*fakes){
		"storage was away": func(f *fakes) { f.fail = notify.ErrUnavailable },
		"it conflicted":    func(f *fakes) { f.fail = notify.ErrConflict },
		"a panic":          func(f *fakes) { f.panics = true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openHouse(t)
			a := ask{method: "POST", path: "/v1/cancel", bearer: h.key(access.Admin), body: `{"cancel_key":"k"}`, header: map[string]string{"Idempotency-Key": "k"}}
			spoil(h.fakes)
			require.GreaterOrEqual(t, h.do(a).status, 400)
			h.fakes.fail, h.fakes.panics = nil, false
			got := h.do(a)
			require.Equal(t, 200, got.status)
			require.Empty(t, got.header.Get("Idempotency-Replayed"))
		})
	}
}
