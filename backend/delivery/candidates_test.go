package delivery

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestCandidatesAreTheOpenAccountsOfTheBestOrder(t *testing.T) {
	t.Parallel()
	down := &vendor{answer: func(context.Context, notify.Outbound) notify.Result { return notify.Result{Outcome: notify.Temporary} }}
	h := newHouse(down)
	second, third := account("b", down), account("c", down)
	second.Order, third.Order = 1, 1
	names := func() []string {
		list, err := h.Candidates(t.Context(), &notify.Message{Priority: notify.Medium, Channel: notify.Email})
		require.NoError(t, err)
		var ids []string
		for _, a := range list {
			ids = append(ids, a.ID)
		}
		return ids
	}
	require.NoError(t, h.deliver(t, h.messages(2*breakerRow)...))
	require.Empty(t, names(), "the only breaker is open")
	h.accounts.list = append(h.accounts.list, second, third)
	require.Equal(t, []string{"b", "c"}, names(), "those of the next order stand in together")
	h.accounts.list[0].ID = "fresh"
	require.Equal(t, []string{"fresh"}, names())
	h.accounts.list = nil
	require.Empty(t, names())
}
