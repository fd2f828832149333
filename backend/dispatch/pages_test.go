package dispatch

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestTheRateOfALongAudienceIsKept(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		rate   float64
		cursor string
		due    time.Time
		limit  int
		next   time.Time
	}{
		"no rate":                         {0, "", time.Time{}, pageSize, time.Time{}},
		"half a second's worth":           {100, "", time.Time{}, 50, now.Add(500 * time.Millisecond)},
		"less than one in a page":         {0.5, "", time.Time{}, 1, now.Add(2 * time.Second)},
		"more than a page holds":          {5000, "", time.Time{}, pageSize, now.Add(100 * time.Millisecond)},
		"a page that was late is made up": {100, "p", now.Add(-time.Second), 50, now.Add(-500 * time.Millisecond)},
		"a night is not made up":          {100, "p", now.Add(-8 * time.Hour), 50, now.Add(-1500 * time.Millisecond)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			limit, next := paced(notify.Event{Cursor: tt.cursor, SendAt: tt.due, Direct: &notify.Direct{PerSecond: tt.rate}}, now)
			require.Equal(t, tt.limit, limit)
			require.Equal(t, tt.next, next)
		})
	}
}

func TestAPageThatIsDueSoonIsHandedOnInTime(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		rate float64
		wait time.Duration
		soon bool
	}{
		"many times a second":      {5000, 100 * time.Millisecond, true},
		"a few times a second":     {1250, 400 * time.Millisecond, true},
		"seldom: the sweeper will": {1000, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := crowded(3 * pageSize)
				h.store.events["evt"].Direct = &notify.Direct{PerSecond: tt.rate, Workflow: &h.workflows.list[0]}
				began := time.Now()
				require.NoError(t, h.Dispatch(t.Context(), notify.Low, []string{"evt"}))
				require.Equal(t, tt.wait, time.Since(began))
				require.Len(t, h.done(), 1)
				require.Equal(t, tt.soon, h.done()[0].Soon)
				if tt.soon {
					require.Equal(t, []queued{{priority: notify.Low, ids: []string{"evt"}}}, h.queue.dispatch)
				} else {
					require.Empty(t, h.queue.dispatch)
				}
			})
		})
	}
}

func TestAPacedAudienceThatIsBehindMakesUpForThatAndNoMore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := crowded(1000)
		event := h.store.events["evt"]
		event.Direct = &notify.Direct{PerSecond: 100, Workflow: &h.workflows.list[0]}
		began := h.Clock.Now()
		event.Cursor, event.SendAt = "member-0049", began.Add(-1200*time.Millisecond)
		require.NoError(t, h.Dispatch(t.Context(), notify.Low, []string{"evt"}))
		var cursors []string
		for _, done := range h.done() {
			cursors = append(cursors, done.Cursor)
		}
		require.Equal(t, []string{"member-0099", "member-0149", "member-0199"}, cursors, "three pages of half a second were due")
		require.Equal(t, began.Add(300*time.Millisecond), h.done()[2].Due)
	})
}

func TestWhoeverHasToStopLeavesTheNextPageToTheSweeper(t *testing.T) {
	t.Parallel()
	h := crowded(3 * pageSize)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	h.when(ctx, following{priority: notify.Low, id: "evt", due: h.Clock.Now().Add(time.Hour)})
	require.Empty(t, h.queue.dispatch)
}

func TestAWindowLetsNobodyThroughWhileItIsShut(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	night := &notify.Window{From: "20:00", To: "08:00", Timezone: "UTC"}
	require.Equal(t, time.Date(2026, 11, 21, 20, 0, 0, 0, time.UTC), opening(night, noon))
	require.False(t, opening(night, noon.Add(10*time.Hour)).After(noon.Add(10*time.Hour)))
	require.True(t, opening(nil, noon).IsZero())
}

func TestWhatARowSaysLiesOverWhatIsSaidToAll(t *testing.T) {
	t.Parallel()
	got, err := Over(json.RawMessage(`{"a":1,"b":2}`), json.RawMessage(`{"b":3}`))
	require.NoError(t, err)
	require.JSONEq(t, `{"a":1,"b":3}`, string(got))
	_, err = Over(nil, json.RawMessage(`[1]`))
	require.Error(t, err)
}
