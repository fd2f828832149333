package queue

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestALedgerAddsUpWhatAllProcessesTake(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		q := open(Config{})
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				_, err := q.Ledger().Settle(t.Context(), map[string]int64{"a": 7, "b": 0})
				assert.NoError(t, err)
			})
		}
		all.Wait()
		sums, err := q.Ledger().Settle(t.Context(), map[string]int64{"a": 1, "b": 0})
		require.NoError(t, err)
		require.Equal(t, map[string]int64{"a": 141, "b": 0}, sums)
		left, err := q.plain.TTL(t.Context(), takenKey+"a").Result()
		require.NoError(t, err)
		require.Positive(t, left, "what nobody asks for goes by itself")
	})
}
