package api

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestARequestsWorkEnds(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		end  func(stop, cancel func())
		want error
	}{
		"at its deadline":                   {func(_, _ func()) { <-time.After(requestTime) }, context.DeadlineExceeded},
		"with the request":                  {func(_, cancel func()) { cancel() }, context.Canceled},
		"with the server":                   {func(stop, _ func()) { stop() }, context.Canceled},
		"at the request's end, told once":   {func(_, cancel func()) { cancel(); cancel() }, context.Canceled},
		"with the server before the client": {func(stop, cancel func()) { stop(); cancel() }, context.Canceled},
	}
	for name, test := range tests {
		for when, waiting := range map[string]bool{" while somebody waits": true, " before anybody waits": false} {
			t.Run(name+when, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					life, stop := context.WithCancel(t.Context())
					defer stop()
					p := newPatience(life, time.Now().Add(requestTime))
					defer p.cancel()
					if waiting {
						require.NoError(t, p.Err())
					}
					test.end(stop, p.cancel)
					<-p.Done()
					require.ErrorIs(t, p.Err(), test.want)
				})
			})
		}
	}
}

func TestWorkBegunWithARequestEndsWithIt(t *testing.T) {
	t.Parallel()
	p := newPatience(t.Context(), time.Now().Add(time.Hour))
	work, stop := context.WithCancel(p)
	defer stop()
	p.cancel()
	<-work.Done()
	require.ErrorIs(t, work.Err(), context.Canceled)
}

func TestATraceMadeLaterSortsLater(t *testing.T) {
	t.Parallel()
	now := time.Now()
	one, other := newTrace(now), newTrace(now.Add(time.Millisecond))
	require.Less(t, one, other)
	require.Regexp(t, "^[0-9a-f]{32}$", one)
}
