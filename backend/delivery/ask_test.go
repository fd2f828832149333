package delivery

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestRecipientsAreAskedAgainBeforeTheirMessageLeaves(t *testing.T) {
	t.Parallel()
	v := says(notify.OK)
	h := newHouse(v)
	for _, id := range []string{"fresh", "agreed", "refused"} {
		h.message(id)
	}
	h.store.asks["agreed"], h.store.asks["refused"] = true, true
	h.wishes.refuse["refused"] = true
	require.NoError(t, h.deliver(t, "fresh", "agreed", "refused"))
	require.Equal(t, []notify.Status{notify.Sent, notify.Sent, notify.Skipped},
		[]notify.Status{h.store.get("fresh").Status, h.store.get("agreed").Status, h.store.get("refused").Status})
	require.Equal(t, 2, v.count())
	require.Len(t, h.store.judged, 2)
	require.Len(t, h.store.claims, 2)
	require.Equal(t, []string{"agreed"}, h.store.claims[1].IDs, "only those who agreed are claimed again")
	require.True(t, h.store.claims[1].Judged)
	require.Contains(t, h.observer.changed, "refused")
}

func TestWhoCannotBeAskedIsNotSentTo(t *testing.T) {
	t.Parallel()
	away := errors.New("away")
	v := says(notify.OK)
	h := newHouse(v)
	h.message("fresh")
	h.message("asked")
	h.store.asks["asked"] = true
	h.wishes.err = away
	require.ErrorIs(t, h.deliver(t, "fresh", "asked"), away, "the queue brings it again")
	require.Equal(t, notify.Queued, h.store.get("asked").Status)
	require.Equal(t, notify.Sent, h.store.get("fresh").Status, "the others are on their way already")
	require.Equal(t, 1, v.count())
}
