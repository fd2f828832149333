package api

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/retention"
)

func (f *houseFake) Rules() retention.Rules { return retention.Rules{Messages: 90} }

func (f *houseFake) Outlook(context.Context) (retention.Outlook, int64, error) {
	return retention.Outlook{Messages: retention.Most + 1, Removed: 7, RemovedUntil: f.at.Add(-100 * 24 * time.Hour)}, 3, nil
}

func TestWhatWouldGoIsCountedSoFar(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	got := h.do(ask{method: "GET", path: "/v1/retention", bearer: h.key(access.Read)})
	require.Equal(t, 200, got.status, "%s", got.raw)
	require.JSONEq(t, `{"keep_messages":90,"keep_events":0,"messages":100000,"events":0,"more":true,"removed":7,
		"removed_until":"2026-08-13T09:00:00Z","oldest":null,"behind":3}`, string(got.body.Data))
}
