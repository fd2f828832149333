package access

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// memoryLedger is one for a test; while away it adds and answers nothing.
type memoryLedger struct {
	mu   sync.Mutex
	all  map[string]int64
	away bool
}

func (l *memoryLedger) of(caller string) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all[caller]
}

func (l *memoryLedger) Settle(_ context.Context, taken map[string]int64) (map[string]int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.away {
		return nil, errors.New("no answer")
	}
	all := map[string]int64{}
	for caller, n := range taken {
		l.all[caller] += n
		all[caller] = l.all[caller]
	}
	return all, nil
}

// twoProcesses take from the same rates.
type twoProcesses struct {
	clock  *hands
	ledger *memoryLedger
	of     [2]*Rates
}

func newTwoProcesses() *twoProcesses {
	clock := newHands()
	return &twoProcesses{clock: clock, ledger: &memoryLedger{all: map[string]int64{}}, of: [2]*Rates{{Clock: clock}, {Clock: clock}}}
}

// greedy lets a caller take all it gets in each process for so many tenths of a
// second, and answers how much that was.
func (p *twoProcesses) greedy(t *testing.T, rate, tenths int) (got [2]int) {
	for range tenths {
		for i, r := range p.of {
			for r.Take("a", rate, 1).OK {
				got[i]++
			}
			if err := r.settle(t.Context(), p.ledger); !p.ledger.away {
				require.NoError(t, err)
			}
		}
		p.clock.move(settleEvery)
	}
	return got
}

func TestARateIsOneForAllProcesses(t *testing.T) {
	t.Parallel()
	p := newTwoProcesses()
	p.greedy(t, 100, 20) // a second's worth each, which they had saved up, is paid back
	got := p.greedy(t, 100, 100)
	require.InDelta(t, 1000, got[0]+got[1], 100, "ten seconds bring a thousand, for both together")
}

func TestWhoIsIdleElsewhereHasTheWholeRate(t *testing.T) {
	t.Parallel()
	p := newTwoProcesses()
	p.greedy(t, 100, 5)
	p.of[1] = &Rates{Clock: p.clock} // it has nothing to do from now on
	p.clock.move(3 * time.Second)
	got := 0
	for range 100 {
		for p.of[0].Take("a", 100, 1).OK {
			got++
		}
		require.NoError(t, p.of[0].settle(t.Context(), p.ledger))
		p.clock.move(settleEvery)
	}
	require.InDelta(t, 1000, got, 110)
}

func TestWhatWasTakenBeforeACallerCameIsNotCharged(t *testing.T) {
	t.Parallel()
	p := newTwoProcesses()
	p.ledger.all["a"] = 1_000_000
	require.True(t, p.of[0].Take("a", 100, 1).OK)
	require.NoError(t, p.of[0].settle(t.Context(), p.ledger))
	require.Equal(t, 98, p.of[0].Take("a", 100, 1).Remaining)
}

func TestWithoutTheLedgerEachProcessCountsForItselfAndPaysNothingLater(t *testing.T) {
	t.Parallel()
	p := newTwoProcesses()
	p.greedy(t, 100, 20)
	p.ledger.away = true
	got := p.greedy(t, 100, 100)
	for _, each := range got {
		require.InDelta(t, 1000, each, 110)
	}
	p.clock.move(3 * time.Second)
	p.ledger.away = false
	for _, r := range p.of {
		require.NoError(t, r.settle(t.Context(), p.ledger))
		require.Equal(t, 99, r.Take("a", 100, 1).Remaining)
	}
}

func TestALedgerThatBeginsAnewChargesNobody(t *testing.T) {
	t.Parallel()
	p := newTwoProcesses()
	p.greedy(t, 100, 20)
	p.clock.move(3 * time.Second)
	clear(p.ledger.all)
	require.True(t, p.of[0].Take("a", 100, 10).OK)
	require.NoError(t, p.of[0].settle(t.Context(), p.ledger))
	require.Equal(t, 89, p.of[0].Take("a", 100, 1).Remaining)
}

func TestWhoTakesNothingIsForgotten(t *testing.T) {
	t.Parallel()
	p := newTwoProcesses()
	p.of[0].Take("a", 100, 1)
	require.NoError(t, p.of[0].settle(t.Context(), p.ledger))
	p.clock.move(restAfter + time.Second)
	require.NoError(t, p.of[0].settle(t.Context(), p.ledger))
	require.Empty(t, p.of[0].buckets)
}

func TestSharingGoesOnUntilItsContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newTwoProcesses()
		ctx, end := context.WithCancel(t.Context())
		for _, r := range p.of {
			go r.Share(ctx, p.ledger, slog.New(slog.DiscardHandler))
		}
		p.of[0].Take("a", 100, 40)
		<-time.After(settleEvery + settleEvery/2)
		require.EqualValues(t, 40, p.ledger.of("a"))
		p.of[1].Take("a", 100, 30)
		<-time.After(2 * settleEvery)
		end()
		synctest.Wait()
		require.Equal(t, 30, p.of[0].Take("a", 100, 0).Remaining, "forty were taken here, thirty there")
	})
}
