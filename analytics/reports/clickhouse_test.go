package reports_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/analytics"
	"clarion/analytics/reports"
	"clarion/backend/notify"
	"clarion/backend/report"
	"clarion/backend/testbed"
)

// noon is a clock that stands.
type noon struct{}

func (noon) Now() time.Time { return time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC) }

// aside answers for the database of the line, and is noticed.
type aside struct{ rows [][]any }

func (a aside) Ask(context.Context, string, ...any) ([][]any, error) { return a.rows, nil }

// away is a ClickHouse that does not answer.
type away struct{ asked *int }

func (a away) Ask(context.Context, string, ...any) ([][]any, error) {
	*a.asked++
	return nil, fmt.Errorf("dial: %w", notify.ErrUnavailable)
}

func (away) Fresh(context.Context) (time.Time, error) { return time.Time{}, nil }

func TestClickHouseReadsEveryQuestion(t *testing.T) {
	t.Parallel()
	w, err := analytics.Open(analytics.Config{URL: testbed.ClickHouse(t)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	require.NoError(t, w.Migrate(t.Context()))
	at := noon{}.Now().Add(-time.Hour).UnixMicro()
	require.NoError(t, w.Insert(t.Context(), "a", []notify.DeliveryEvent{
		{Seq: 1, At: at, Kind: "queued", Status: "queued", First: true, MessageID: "m", Channel: "sms", Source: "shop", Priority: "high", Template: "t", Recipient: "ada", SizeBytes: 90},
		{Seq: 2, At: at + 9, Kind: "sent", Status: "sent", MessageID: "m", Channel: "sms", Source: "shop", Priority: "high", Integration: "i", Template: "t", LatencyUS: 700, QueueUS: 5, Parts: 2, CostMicros: 8},
		{Seq: 3, At: at + 99, Kind: "delivered", Status: "delivered", MessageID: "m", Channel: "sms", Source: "shop", Priority: "high", Integration: "i", Template: "t", LatencyUS: 900},
		{Seq: 4, At: at + 999, Kind: "failed", Status: "failed", MessageID: "n", Channel: "sms", Source: "shop", Priority: "high", Integration: "i", Template: "t", ErrorClass: "x"},
	}))
	desk := reports.New(reports.Config{SQL: aside{}, ClickHouse: w, Clock: noon{}, Log: slog.Default()})
	for _, id := range reports.OfClickHouse() {
		for _, a := range []report.Asked{{}, {Zone: "Europe/Berlin", From: noon{}.Now().AddDate(0, 0, -20), Compare: "previous", Filters: map[string][]string{"source": {"shop", "it's"}}}} {
			got, err := desk.Ask(t.Context(), id, a)
			require.NoError(t, err, id)
			require.Equal(t, report.ClickHouse, got.Store, id)
			if id != "opt-outs" && id != "engagement" {
				require.NotEmpty(t, got.Rows, id)
			}
		}
	}
	got, err := desk.Ask(t.Context(), "headline", report.Asked{})
	require.NoError(t, err)
	require.Equal(t, [][]any{{int64(1), int64(1), int64(2), int64(1), 0.5, int64(900), int64(900)}}, got.Rows)
}

func TestTheDatabaseAnswersWhileClickHouseIsAwayAndSaysSo(t *testing.T) {
	t.Parallel()
	asked := 0
	desk := reports.New(reports.Config{
		SQL: aside{[][]any{{"shop", "3", []byte("9")}}}, Postgres: true, ClickHouse: away{&asked}, Clock: noon{}, Log: slog.New(slog.DiscardHandler),
	})
	for range 3 {
		got, err := desk.Ask(t.Context(), "usage", report.Asked{})
		require.NoError(t, err)
		require.Equal(t, report.Embedded, got.Store)
		require.Equal(t, "clickhouse_away", got.Lacks[0].Code)
		require.Equal(t, [][]any{{"shop", int64(3), 1.0, 3.0, int64(9)}}, got.Rows)
	}
	require.Equal(t, 1, asked, "it is left alone for a while")
}
