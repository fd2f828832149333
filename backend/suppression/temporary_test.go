package suppression_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/suppression"
)

// ends remembers what it was asked.
type ends struct {
	endpoints
	ended []time.Time
	fault error
}

func (e *ends) EndSuppressions(_ context.Context, now time.Time) (int, error) {
	e.ended = append(e.ended, now)
	return 1, e.fault
}

func always(rule suppression.SoftBounces) func(context.Context) (suppression.SoftBounces, error) {
	return func(context.Context) (suppression.SoftBounces, error) { return rule, nil }
}

func TestAddressesThatBounceSoftlyRestForAWhile(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	books := &ends{}
	rule := suppression.SoftBounces{Count: 3, Span: 7 * 24 * time.Hour, Rest: 72 * time.Hour}
	temporary := &suppression.Temporary{Store: books, Rule: always(rule), Clock: still{now}, Log: slog.New(slog.DiscardHandler)}
	require.NoError(t, temporary.Look(t.Context()))
	require.NoError(t, temporary.Look(t.Context()))
	require.Len(t, books.ended, 2, "what has ended is let go at every look")
	require.Len(t, books.asked, 2, "bounces are looked at only from time to time, on each channel")
	f := books.asked[0]
	require.Equal(t, notify.Email, f.Channel)
	require.Equal(t, notify.SoftBounce, f.Reason)
	require.Equal(t, []time.Time{now.AddDate(0, 0, -7), now.Add(72 * time.Hour)}, []time.Time{f.Since, f.Until})
	require.Equal(t, 3, f.Least)
	require.True(t, f.Sent, "what no vendor took says nothing about an address")
}

func TestNoRuleMeansNoRest(t *testing.T) {
	t.Parallel()
	books := &ends{}
	temporary := &suppression.Temporary{Store: books, Rule: always(suppression.SoftBounces{}), Clock: still{time.Now()}, Log: slog.New(slog.DiscardHandler)}
	require.NoError(t, temporary.Look(t.Context()))
	require.Empty(t, books.asked)
	books.fault = errors.New("away")
	require.ErrorIs(t, temporary.Look(t.Context()), books.fault)
}

func TestTheRuleIsAskedAnewEachTime(t *testing.T) {
	t.Parallel()
	books := &ends{}
	now := &still{time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	rule := suppression.SoftBounces{}
	temporary := &suppression.Temporary{
		Store: books, Clock: now, Log: slog.New(slog.DiscardHandler),
		Rule: func(context.Context) (suppression.SoftBounces, error) { return rule, nil },
	}
	require.NoError(t, temporary.Look(t.Context()))
	require.Empty(t, books.asked)
	rule = suppression.SoftBounces{Count: 5, Span: time.Hour, Rest: time.Hour}
	now.at = now.at.Add(time.Hour)
	require.NoError(t, temporary.Look(t.Context()))
	require.Equal(t, 5, books.asked[0].Least)
}
