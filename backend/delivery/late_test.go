package delivery

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// ledger counts receipts in memory.
type ledger struct {
	counts []ReceiptCount
	asked  int
	err    error
}

func (l *ledger) CountReceipts(_ context.Context, list []ReceiptCount, now time.Time) error {
	for _, c := range list {
		c.At = now
		l.counts = append(l.counts, c)
	}
	return nil
}

func (l *ledger) ReceiptCounts(context.Context, time.Time) ([]ReceiptCount, error) {
	l.asked++
	return l.counts, l.err
}

// twoAccounts share the traffic; both have a time for receipts.
func twoAccounts(l *ledger) *house {
	h := newHouse(says(notify.OK))
	h.accounts.list = append(h.accounts.list, account("b", says(notify.OK)))
	for i := range h.accounts.list {
		h.accounts.list[i].ReceiptWithin = 60
	}
	h.Lateness = l
	return h
}

func TestReceiptsThatDoNotComeShiftWeightAndItDriftsBack(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	h := twoAccounts(l)
	form := func() float64 {
		require.NoError(t, h.deliver(t, h.messages(1)...))
		return h.share(&h.accounts.list[0], notify.Medium)
	}
	require.InDelta(t, 1, form(), 0)
	require.NoError(t, l.CountReceipts(t.Context(), []ReceiptCount{
		{Integration: "a", Due: 100, Missing: 100}, {Integration: "b", Due: 100, Missing: 1},
	}, h.clock.Now()))
	require.InDelta(t, 1, form(), 0, "what was read is believed for a while")
	h.clock.move(lateAgain)
	low := form()
	require.InDelta(t, formFloor, low, 0.02)
	require.Greater(t, h.share(&h.accounts.list[1], notify.Medium), 0.98)
	last := low
	for range 10 {
		h.clock.move(lateHalf)
		now := form()
		require.Greater(t, now, last, "it drifts back without traffic")
		last = now
	}
	require.Greater(t, last, 0.97)
}

func TestFewMissingReceiptsTellLittle(t *testing.T) {
	t.Parallel()
	l := &late{}
	l.take([]ReceiptCount{{Integration: "a", At: noon, Due: 1, Missing: 1}}, noon)
	require.Greater(t, l.of("a"), 0.8)
	require.InDelta(t, 1, l.of("never heard of"), 0)
}

func TestWithoutATimeForReceiptsNobodyAsks(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	h := twoAccounts(l)
	for i := range h.accounts.list {
		h.accounts.list[i].ReceiptWithin = 0
	}
	require.NoError(t, h.deliver(t, h.messages(1)...))
	require.Zero(t, l.asked)
}

func TestAnUnreadableBookOfReceiptsStopsNothing(t *testing.T) {
	t.Parallel()
	h := twoAccounts(&ledger{err: errors.New("database is away")})
	require.NoError(t, h.deliver(t, h.messages(3)...))
	require.Len(t, h.store.finishes, 3)
	require.Contains(t, h.log.String(), "database is away")
}

func TestAProcessTellsWhichIntegrationsAreNotAtTheirBest(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	h := twoAccounts(l)
	require.NoError(t, h.deliver(t, h.messages(1)...))
	require.Empty(t, h.Conditions(), "all are well")
	state := h.lanes.of(&h.accounts.list[0], notify.Medium).vendorState
	for range 14 {
		state.form.note(noon, false)
	}
	state.form.rest(noon.Add(12*time.Hour), 7)
	for range breakerRow {
		done, err := state.breaker.Allow()
		require.NoError(t, err)
		done(errVendorDown)
	}
	require.Equal(t, map[string]Condition{"a": {Breaker: "open", Form: 0.5, RestsUntil: noon.Add(12 * time.Hour), Limit: 7}}, h.Conditions())
	text, err := json.Marshal(h.Conditions()["a"])
	require.NoError(t, err)
	require.JSONEq(t, `{"breaker":"open","form":0.5,"rests_until":"2026-11-22T00:00:00Z","limit":7}`, string(text))
	state.pace.begin(noon)
	h.clock.move(stallAfter + time.Second)
	require.True(t, h.Conditions()["a"].Hangs)
	h.clock.move(12 * time.Hour)
	require.True(t, h.Conditions()["a"].RestsUntil.IsZero(), "a rest that is over is none")
}
