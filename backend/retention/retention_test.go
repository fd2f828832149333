package retention_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/retention"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

type stood struct{}

func (stood) Now() time.Time { return noon }

// shelf answers three slices of messages and one of events, and keeps what it was
// asked.
type shelf struct {
	asked []retention.Slice
	fails error
}

func (s *shelf) RemoveMessages(_ context.Context, slice retention.Slice) (retention.Done, error) {
	s.asked = append(s.asked, slice)
	next := map[string]string{"": "msg_1", "msg_1": "msg_2"}[slice.After]
	return retention.Done{Next: next, Removed: 2}, s.fails
}

func (s *shelf) RemoveEvents(_ context.Context, slice retention.Slice) (retention.Done, error) {
	s.asked = append(s.asked, slice)
	return retention.Done{Removed: 1}, s.fails
}

func (s *shelf) RemoveQuotas(_ context.Context, slice retention.Slice) (retention.Done, error) {
	s.asked = append(s.asked, slice)
	return retention.Done{Removed: 3}, s.fails
}

func keeper(s *shelf, r retention.Rules) (*retention.Keeper, map[string]int) {
	removed := map[string]int{}
	return &retention.Keeper{
		Store: s, Rules: r, Settled: func(context.Context) (int64, error) { return 7, nil },
		Removed: func(kind string, n int) { removed[kind] += n }, Clock: stood{}, Log: slog.New(slog.DiscardHandler),
	}, removed
}

func TestAPassGoesThroughAllThatIsOldSliceBySlice(t *testing.T) {
	t.Parallel()
	s := &shelf{}
	k, removed := keeper(s, retention.Rules{Messages: 90, Events: 400})
	require.NoError(t, k.Pass(t.Context()))
	old, older := noon.AddDate(0, 0, -90), noon.AddDate(0, 0, -400)
	require.Equal(t, []retention.Slice{
		{Before: old, UpTo: 7}, {After: "msg_1", Before: old, UpTo: 7}, {After: "msg_2", Before: old, UpTo: 7}, {Before: older, UpTo: 7},
		{Before: old, UpTo: 7},
	}, s.asked, "the quota goes with the messages")
	require.Equal(t, map[string]int{"messages": 6, "events": 1, "quotas": 3}, removed)
}

func TestWhatIsKeptForEverIsNotAskedFor(t *testing.T) {
	t.Parallel()
	s := &shelf{}
	k, _ := keeper(s, retention.Rules{Events: 30})
	require.NoError(t, k.Pass(t.Context()))
	require.Len(t, s.asked, 1)
	k, _ = keeper(s, retention.Rules{})
	k.Run(t.Context()) // returns at once
	require.Len(t, s.asked, 1)
}

func TestNothingGoesWhileNobodyKnowsWhatWasRead(t *testing.T) {
	t.Parallel()
	s := &shelf{}
	k, _ := keeper(s, retention.Rules{Messages: 90})
	k.Settled = func(context.Context) (int64, error) { return 0, errors.New("away") }
	require.ErrorContains(t, k.Pass(t.Context()), "away")
	require.Empty(t, s.asked)
	s.fails = errors.New("full")
	k.Settled = func(context.Context) (int64, error) { return 7, nil }
	require.ErrorContains(t, k.Pass(t.Context()), "full")
	require.Len(t, s.asked, 1)
}
