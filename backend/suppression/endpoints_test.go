package suppression_test

import (
	"bytes"
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
	n     int
	err   error
	stop  context.CancelFunc
}

func (e *endpoints) SuppressFailing(_ context.Context, f suppression.Failing, _ time.Time) (int, error) {
	e.asked = append(e.asked, f)
	if e.stop != nil {
		e.stop()
	}
	return e.n, e.err
}

type still struct{ at time.Time }

func (s still) Now() time.Time { return s.at }

func TestWebhooksThatTakeNothingForFiveDaysAreGivenUp(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	books, said := &endpoints{n: 2}, &bytes.Buffer{}
	e := &suppression.Endpoints{Store: books, Clock: still{now}, Log: slog.New(slog.NewTextHandler(said, nil))}
	require.NoError(t, e.Look(t.Context()))
	f := books.asked[0]
	require.Equal(t, notify.Webhook, f.Channel)
	require.Equal(t, []time.Time{now.AddDate(0, 0, -5), now.AddDate(0, 0, -4), now.Add(-2 * time.Hour)}, []time.Time{f.Since, f.Before, f.After})
	require.Contains(t, said.String(), "endpoints=2")
	books.err = errors.New("away")
	require.ErrorIs(t, e.Look(t.Context()), books.err)
}

func TestItLooksAtOnceAndStopsWhenTold(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	books := &endpoints{stop: cancel}
	(&suppression.Endpoints{Store: books, Clock: still{time.Now()}, Log: slog.New(slog.DiscardHandler)}).Run(ctx)
	require.Len(t, books.asked, 1)
}
