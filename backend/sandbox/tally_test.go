package sandbox_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/sandbox"
)

func TestDiscardCountsExactlyAndKeepsNothing(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{Discard: true, Dir: t.TempDir()})
	var clients sync.WaitGroup
	for c := range 4 {
		clients.Go(func() {
			for i := range 50 {
				_, _ = b.do(pushTo("tok", fmt.Sprintf("msg_%d", c*50+i)))
			}
		})
	}
	clients.Wait()
	b.must(pushTo("tok", "msg_7"))
	b.must(pushTo("tok", ""))
	b.must(pushTo("unregistered", "msg_900"))
	require.Equal(t, sandbox.Tally{Calls: 203, Accepted: 202, Distinct: 200, Repeated: 1, Unnamed: 1}, b.Tally())
	require.Empty(t, b.messages())
	require.Empty(t, b.requests())
}
