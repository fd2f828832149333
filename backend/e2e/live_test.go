package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/fasthttp/websocket"
	"github.com/stretchr/testify/require"

	"clarion/backend/testbed"
)

// pages opens the live socket of a member's pages.
func (p *browser) pages(t *testing.T) *bell {
	t.Helper()
	dialer := websocket.Dialer{HandshakeTimeout: patience}
	header := http.Header{"Cookie": {p.cookie}, "Origin": {p.url}}
	conn, response, err := dialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(p.url, "http")+"/v1/live/ws", header)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	t.Cleanup(func() { _ = conn.Close() })
	return &bell{t, conn}
}

func TestPagesOfEveryProcessHearOfAChangeMadeAtAnother(t *testing.T) {
	t.Parallel()
	shared := grounds[1].settings(t)
	var doors []*caller
	for range 2 {
		doors = append(doors, start(t, shared.with(settings{"CLARION_LISTEN": testbed.Address(t), "CLARION_DATA_DIR": t.TempDir()})).admin())
	}
	for _, open := range doors {
		pages := open.owner().pages(t)
		require.Equal(t, "hello", pages.next().Type)
		for _, door := range doors {
			change := func() {
				door.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/sources/till", body: map[string]any{"name": "The till"}})
			}
			change()
			heard := pages.next()
			for ; heard.Kind != "source"; heard = pages.next() {
				if heard.Type == "gap" { // the first frames may be lost, which it says
					change()
				}
			}
			require.Equal(t, []string{"till"}, heard.IDs)
		}
	}
}
