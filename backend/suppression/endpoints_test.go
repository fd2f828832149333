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

type endpoints struct {
	asked []suppression.Failing
	list  []notify.Suppression
	err   error
	stop  context.CancelFunc
}

func (e *endpoints) SuppressFailing(_ context.Context, f suppression.Failing, _ time.Time) ([]notify.Suppression, error) {
	e.asked = append(e.asked, f)
	if e.stop != nil {
		e.stop()
	}
	return e.list, e.err
}

type told struct{ list []notify.Suppression }

func (s *told) Suppressed(_ context.Context, list []notify.Suppression) {
	s.list = append(s.list, list...)
}

type still struct{ at time.Time }

func (s still) Now() time.Time { return s.at }

func TestWebhooksThatTakeNothingForFiveDaysAreGivenUp(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	books, said := &endpoints{list: []notify.Suppression{{ID: "a"}, {ID: "b"}}}, &told{}
	e := &suppression.Endpoints{Store: books, Teller: said, Clock: still{now}, Log: slog.New(slog.DiscardHandler)}
	require.NoError(t, e.Look(t.Context()))
	f := books.asked[0]
	require.Equal(t, notify.Webhook, f.Channel)
	require.Equal(t, []time.Time{now.AddDate(0, 0, -5), now.AddDate(0, 0, -4), now.Add(-2 * time.Hour)}, []time.Time{f.Since, f.Before, f.After})
	require.Equal(t, books.list, said.list, "each is told of")
	books.err = errors.New("away")
	require.ErrorIs(t, e.Look(t.Context()), books.err)
}

func TestItLooksAtOnceAndStopsWhenTold(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	books := &endpoints{stop: cancel}
	(&suppression.Endpoints{Store: books, Teller: &told{}, Clock: still{time.Now()}, Log: slog.New(slog.DiscardHandler)}).Run(ctx)
	require.Len(t, books.asked, 1)
}
