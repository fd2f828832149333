package delivery

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestBulkTakesTurnsAtTheDatabaseAndTheOthersDoNot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		all := newTurns()
		var held []func()
		for range cap(all) {
			held = append(held, all.take(notify.Low))
		}
		waited := make(chan struct{})
		go func() {
			defer close(waited)
			all.take(notify.Low)()
		}()
		for _, p := range []notify.Priority{notify.High, notify.Medium} {
			for range cap(all) + 1 {
				all.take(p)
			}
		}
		synctest.Wait()
		select {
		case <-waited:
			require.Fail(t, "bulk went past bulk")
		default:
		}
		held[0]()
		<-waited
	})
}
