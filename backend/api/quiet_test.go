package api

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAConnectionThatNeverSpokeDoesNotHoldUpAStop(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for range 3 {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(h.url, "http://"))
		require.NoError(t, err)
		defer conn.Close()
	}
	// The server has taken the three when it answers the fourth.
	require.Equal(t, 200, h.do(ask{method: "GET", path: "/healthz"}).status)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	start := time.Now()
	require.NoError(t, h.server.Shutdown(ctx))
	// Without it an idle connection is kept for two minutes.
	require.Less(t, time.Since(start), 30*time.Second)
}
