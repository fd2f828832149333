package delivery

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestADayThatIsSpentIsAskedAgainWhenItsLimitIsRaised(t *testing.T) {
	t.Parallel()
	h := newHouse(says(notify.OK))
	h.accounts.list[0].PerDay = 3
	ids := h.messages(5)
	require.NoError(t, h.deliver(t, ids...))
	require.Len(t, h.store.finishes, 3)
	require.NoError(t, h.deliver(t, ids[3:]...))
	require.Len(t, h.store.finishes, 3, "it rests")
	h.accounts.list[0].PerDay = 4
	require.NoError(t, h.deliver(t, ids[3:]...))
	require.Len(t, h.store.finishes, 4)
	h.accounts.list[0].PerDay = 0
	require.NoError(t, h.deliver(t, ids[4:]...))
	require.Len(t, h.store.finishes, 5, "no limit, no rest")
}

func TestWhatWaitsForAnotherDayIsLeftToTheSweeper(t *testing.T) {
	t.Parallel()
	h := newHouse(says(notify.OK))
	h.accounts.list[0].PerDay = 1
	ids := h.messages(2)
	require.NoError(t, h.deliver(t, ids...))
	require.NoError(t, h.deliver(t, ids...))
	l := h.lanes.of(&h.accounts.list[0], notify.Medium)
	require.Zero(t, l.timers, "until midnight nothing changes by waiting for a breaker")
	h.clock.move(24 * time.Hour)
	for range breakerRow {
		done, err := l.breaker.Allow()
		require.NoError(t, err)
		done(errVendorDown)
	}
	require.NoError(t, h.deliver(t, ids...))
	require.Equal(t, 1, l.timers, "a breaker may close soon")
}
