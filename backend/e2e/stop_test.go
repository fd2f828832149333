package e2e_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAStopUnderLoadFinishesWhatItBegan(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		// Whether work under way ends in time is no question of the machine.
		lasting := g.lasting(t).with(settings{"CLARION_SHUTDOWN_TIMEOUT": fullStop.String()})
		first := start(t, lasting)
		var mu sync.Mutex
		kept, open := promises{}, map[string]fact{}
		var callers sync.WaitGroup
		for n := range 8 {
			callers.Go(func() {
				for i := 0; ; i++ {
					key, f := fmt.Sprintf("caller-%d-%d", n, i), fact{Type: "payment.failed", To: []any{"ada"}}
					id, ok := first.admin().reportOnce(key, f)
					mu.Lock()
					if ok {
						kept[key] = promise{id, f}
					} else {
						open[key] = f
					}
					mu.Unlock()
					if !ok {
						return
					}
				}
			})
		}
		await(t, time.Minute, "load", func() bool {
			mu.Lock()
			defer mu.Unlock()
			return len(kept) >= 300
		})
		took, err := first.stop()
		callers.Wait()
		require.NoError(t, err, "it exits with 0: %s", first.journal)
		accepted := len(kept)

		house := start(t, lasting).admin()
		for key, f := range open {
			id, ok := house.reportOnce(key, f)
			require.True(t, ok)
			kept[key] = promise{id, f}
		}
		house.finished(kept, time.Minute)
		f := house.audit(kept)
		t.Logf("stopped in %s after %d accepted; %+v", took, accepted, f)
		require.Zero(t, f.unknown)
		require.Equal(t, f.messages*3/4, f.calls, "each message reached its vendor once")
		for _, m := range list[message](house, "/v1/messages") {
			require.Equal(t, "ok", m.Outcome, "%s by %s was not interrupted", m.ID, m.Channel)
		}
	})
}
