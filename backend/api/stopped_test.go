package api

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
)

func TestOpenPagesHearOfWhatAKeyStops(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for _, tt := range []struct {
		ask  ask
		want string
	}{
		{ask{method: "POST", path: "/v1/notifications/ntf_1/cancel"}, `{"type":"changed","kind":"notification","ids":["ntf_1"]}`},
		{ask{method: "PATCH", path: "/v1/notifications/ntf_1", body: `{"cancel":true}`}, `{"type":"changed","kind":"notification","ids":["ntf_1"]}`},
		{ask{method: "POST", path: "/v1/events/evt_1/cancel"}, `{"type":"changed","kind":"event","ids":["evt_1"]}`},
		{ask{method: "POST", path: "/v1/cancel", body: `{"cancel_key":"order-1"}`}, `{"type":"changed","kind":"event","ids":[""]}`},
	} {
		pages := h.fakes.feed.subscribe(PagesTopic)
		tt.ask.bearer = h.key(access.EventsWrite, access.NotificationsWrite, access.Read, access.Admin)
		got := h.do(tt.ask)
		require.Equal(t, 200, got.status, string(got.raw))
		require.JSONEq(t, tt.want, string(<-pages.Frames), tt.ask.path)
		pages.Close()
	}
}
