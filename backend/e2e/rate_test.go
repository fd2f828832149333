package e2e_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// noTime is a clock that stands: no bucket is filled up again.
type noTime time.Time

func (n noTime) Now() time.Time { return time.Time(n) }

func TestTheRateOfAKeyIsOneForAllProcesses(t *testing.T) {
	t.Parallel()
	shared := grounds[1].lay(t)
	clock := noTime(time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC))
	first := grounds[1].start(t, shared, clock)
	second := grounds[1].start(t, shared, clock)
	key := read[struct{ Secret string }](t, first.must(http.StatusCreated, ask{method: http.MethodPost, path: "/v1/api-keys", body: map[string]any{
		"name": "till", "source": "shop", "scopes": []string{"events:write"}, "rate_limit": 10_000,
	}}))
	pay := func(c *caller) (left int) {
		till := *c
		till.bearer = key.Secret
		r := till.must(http.StatusAccepted, ask{method: http.MethodPost, path: "/v1/events", body: fact{Type: "order.shipped", To: []any{"ada"}, Data: map[string]any{"order_id": 1}}})
		left, err := strconv.Atoi(r.header.Get("RateLimit-Remaining"))
		require.NoError(t, err)
		return left
	}
	paid := 0
	await(t, time.Minute, "the second to know what was paid at the first", func() bool {
		pay(first)
		paid++
		return pay(second) < 10_000-paid
	})
}
