package notify_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// TestCallbacksInAnyOrderGiveOneFinalState plays 100,000 histories: what a
// vendor may say of a message, said again, in any order, before or after its own
// answer to the call.
func TestCallbacksInAnyOrderGiveOneFinalState(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(20261121, 4))
	truths := [][]notify.Status{
		{notify.Sent}, {notify.Sent, notify.Delivered}, {notify.Delivered}, {notify.Sent, notify.Failed}, {notify.Failed},
		{notify.Sent, notify.Delivered, notify.Failed}, // a late bounce
	}
	rank := []notify.Status{notify.Sent, notify.Delivered, notify.Failed}
	for range 100_000 {
		truth := truths[dice.IntN(len(truths))]
		said := slices.Clone(truth)
		for range dice.IntN(8) {
			said = append(said, truth[dice.IntN(len(truth))])
		}
		dice.Shuffle(len(said), func(i, j int) { said[i], said[j] = said[j], said[i] })
		status := []notify.Status{notify.Sending, notify.Unknown, notify.Sent}[dice.IntN(3)]
		answer := dice.IntN(len(said) + 1) // when the vendor's own answer is stored
		started := status
		for i, next := range said {
			if i == answer && status == notify.Sending {
				status = notify.Sent
			}
			if status.Supersedes(next) {
				status = next
			}
		}
		want := rank[0]
		for _, s := range truth {
			if slices.Index(rank, s) > slices.Index(rank, want) {
				want = s
			}
		}
		require.Equal(t, want, status, "from %s by %v", started, said)
	}
}
