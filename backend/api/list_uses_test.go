package api

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
)

func TestListsOfBroadcastsAndSchedulesAreAskedForByWhatTheyName(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	key := h.key(access.Read, access.SchedulesRead)
	for path, want := range map[string]int{
		"/v1/broadcasts":                              1,
		"/v1/broadcasts?segment=beta":                 1,
		"/v1/broadcasts?segment=other":                0,
		"/v1/broadcasts?group=beta":                   0,
		"/v1/broadcasts?author=mem_1":                 1,
		"/v1/broadcasts?author=mem_2":                 0,
		"/v1/schedules?segment=beta":                  1,
		"/v1/schedules?segment=other":                 0,
		"/v1/schedules?group=beta":                    0,
		"/v1/broadcasts/bct_1/recipients?reached=yes": 1,
		"/v1/broadcasts/bct_1/recipients?reached=no":  0,
	} {
		got := h.do(ask{method: "GET", path: path, bearer: key})
		require.Equal(t, 200, got.status, "%s: %s", path, got.raw)
		require.Equal(t, want, strings.Count(string(got.raw), `"created_by"`)+strings.Count(string(got.raw), `"chosen_by"`), "%s: %s", path, got.raw)
	}
	for _, path := range []string{"/v1/broadcasts/bct_1/recipients?reached=perhaps", "/v1/messages?held_for=fun"} {
		require.Equal(t, 422, h.do(ask{method: "GET", path: path, bearer: key}).status, path)
	}
}
