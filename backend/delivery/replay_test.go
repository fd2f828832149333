package delivery

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// deadLetters are n of them, in the order of their ids.
func deadLetters(n int, template string) []notify.Message {
	list := make([]notify.Message, n)
	for i := range list {
		list[i] = notify.Message{
			ID: fmt.Sprintf("msg_%04d", i), Channel: notify.SMS, Priority: notify.Low, Template: notify.TemplateRef{Key: template, Version: 1},
		}
	}
	return list
}

func TestAReplayWalksTheSelectionOnceHoweverFastItFailsAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(nil)
	h.replays.counts, h.replays.letters = ReplayCounts{Selected: 1205, WouldSend: 1201, Expired: 4}, deadLetters(1201, "shipped")
	counts, err := h.Replay(t.Context(), Selection{Filter: notify.MessageFilter{Workflow: "w"}})
	require.NoError(t, err)
	require.Equal(t, ReplayCounts{Selected: 1205, WouldSend: 1201, Expired: 4}, counts)
	require.Len(t, h.replays.asked, 3)
	seen := map[string]int{}
	for _, c := range h.queue.chunks() {
		require.Equal(t, notify.Low, c.priority)
		require.Equal(t, notify.SMS, c.channel)
		for _, id := range c.ids {
			seen[id]++
		}
	}
	require.Len(t, seen, 1201)
	for id, times := range seen {
		require.Equal(t, 1, times, id)
	}
	require.Empty(t, h.replays.rewritten, "what was made is sent as it was made")
}

func TestAReplayWithTheCurrentTemplate(t *testing.T) {
	t.Parallel()
	h := newHouse(nil)
	h.replays.letters = deadLetters(3, "shipped")
	h.replays.letters[1].Template.Key = "broken"
	h.replays.letters[2].Template.Key = ""
	counts, err := h.Replay(t.Context(), Selection{Current: true})
	require.NoError(t, err)
	require.Equal(t, 2, counts.WouldSend, "what cannot be rendered stays a dead letter")
	require.Equal(t, map[string]notify.TemplateRef{"msg_0000": {Key: "shipped", Version: 2}}, h.replays.rewritten,
		"content that came with the request stays as it is")
	require.Equal(t, []string{"msg_0000", "msg_0002"}, h.replays.asked[0].IDs)
	require.Contains(t, h.log.String(), "no longer fits")
}

func TestAPreviewChangesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(nil)
	h.replays.counts = ReplayCounts{Selected: 2, WouldSend: 2}
	counts, err := h.Preview(t.Context(), Selection{})
	require.NoError(t, err)
	require.Equal(t, 2, counts.WouldSend)
	require.Empty(t, h.replays.asked)
}

func TestAReplayWithoutAQueueIsLoggedAndLeftToTheSweeper(t *testing.T) {
	t.Parallel()
	h := newHouse(nil)
	h.queue.err = errors.New("queue is away")
	h.replays.letters = deadLetters(1, "shipped")
	_, err := h.Replay(t.Context(), Selection{})
	require.NoError(t, err)
	require.Contains(t, h.log.String(), "queue is away")
}

func TestReplayErrorsAreReturned(t *testing.T) {
	t.Parallel()
	h := newHouse(nil)
	h.replays.err = errors.New("broken")
	_, err := h.Replay(t.Context(), Selection{})
	require.ErrorIs(t, err, h.replays.err)
	require.ErrorIs(t, h.Resend(t.Context(), "m"), h.replays.err)
	h.replays.countsErr = errors.New("worse")
	_, err = h.Replay(t.Context(), Selection{})
	require.ErrorIs(t, err, h.replays.countsErr)
}

func TestResend(t *testing.T) {
	t.Parallel()
	h := newHouse(nil)
	require.ErrorIs(t, h.Resend(t.Context(), "m"), notify.ErrConflict, "a message that is no dead letter cannot be sent again")
	h.replays.letters = []notify.Message{{ID: "m", Channel: notify.Email, Priority: notify.Low}}
	require.NoError(t, h.Resend(t.Context(), "m"))
	require.Equal(t, []string{"m"}, h.replays.asked[0].IDs)
	require.Equal(t, []chunk{{notify.Low, notify.Email, []string{"m"}}}, h.queue.chunks())
}
