package analytics_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/analytics"
	"clarion/backend/notify"
	"clarion/backend/testbed"
)

func TestClickHouseAnswersEveryQuestionOfTheDashboard(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../deploy/grafana/analytics.json")
	require.NoError(t, err)
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ RawSQL string }
		}
	}
	require.NoError(t, json.Unmarshal(text, &board))
	require.NotEmpty(t, board.Panels)
	w, err := analytics.Open(analytics.Config{URL: testbed.ClickHouse(t)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	require.NoError(t, w.Migrate(t.Context()))
	row := notify.DeliveryEvent{At: 1782000000000000, First: true, Channel: "sms", Integration: "one", Source: "shop", Reason: "opted_out", ErrorClass: "temporary"}
	var rows []notify.DeliveryEvent
	for i, kind := range []string{"sent", "failed", "skipped", "delivered"} {
		row.Seq, row.Kind, row.Status = int64(i+1), kind, kind
		rows = append(rows, row)
	}
	require.NoError(t, w.Insert(t.Context(), "rows", rows))
	span := strings.NewReplacer("$__from", "1781900000000", "$__to", "1782100000000")
	for _, panel := range board.Panels {
		require.Len(t, panel.Targets, 1, panel.Title)
		got, err := w.Query(t.Context(), span.Replace(panel.Targets[0].RawSQL), nil)
		require.NoError(t, err, panel.Title)
		require.True(t, got.Next(), "%s finds what is there", panel.Title)
		require.NoError(t, got.Close())
	}
}
