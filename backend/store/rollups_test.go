package store

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTwentyWhoCountForReportsCountEachRowOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		for range 30 {
			require.NoError(t, makeAndMove(t, db))
		}
		tip, err := db.StreamTip(t.Context())
		require.NoError(t, err)
		var all sync.WaitGroup
		counted, faults := make([]int, 20), make([]error, 20)
		for i := range counted {
			all.Go(func() { counted[i], faults[i] = db.RollUp(t.Context(), tip.Seq) })
		}
		all.Wait()
		sum := 0
		for i, n := range counted {
			require.NoError(t, faults[i])
			sum += n
		}
		require.Equal(t, 30, sum)
		for _, measure := range []struct{ span, rows int }{{0, 30}, {1, 30}} {
			rows, err := db.Ask(t.Context(), "SELECT CAST(sum(n) AS BIGINT) FROM report_rollups WHERE measure = 0 AND span = ?", measure.span)
			require.NoError(t, err)
			require.EqualValues(t, measure.rows, rows[0][0])
		}
		again, err := db.RollUp(t.Context(), tip.Seq)
		require.NoError(t, err)
		require.Zero(t, again)
	})
}

func TestAQuestionOfAReportCannotWrite(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		_, err := db.Ask(t.Context(), "UPDATE report_progress SET seq = 7")
		require.Error(t, err)
		rows, err := db.Ask(t.Context(), "SELECT seq FROM report_progress WHERE id = ?", 1)
		require.NoError(t, err)
		require.EqualValues(t, 0, rows[0][0])
	})
}
