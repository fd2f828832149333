package api

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
)

func TestSagasAreFilteredByAClosedListOfStates(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	key := h.key(access.Read)
	require.Equal(t, 200, h.do(ask{method: "GET", path: "/v1/sagas?state=running,compensated&name=order&q=ord_", bearer: key}).status)
	got := h.do(ask{method: "GET", path: "/v1/sagas?state=broken", bearer: key})
	require.Equal(t, 422, got.status)
	require.Contains(t, string(got.raw), `"path":"state"`)
}

func TestWithoutTheDemoThereIsNoShop(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.server.Shop = nil
	require.Equal(t, 404, h.do(ask{method: "GET", path: "/v1/shop", bearer: h.key(access.Read)}).status)
	require.Contains(t, string(h.do(ask{method: "GET", path: "/v1/settings", bearer: h.key(access.Read)}).raw), `"shop":false`)
}
