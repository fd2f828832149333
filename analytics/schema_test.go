package analytics_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/analytics"
	"clarion/backend/testbed"
)

func TestTheSchema(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	config := analytics.Config{URL: testbed.ClickHouse(t), KeepEvents: 400, KeepMinutes: 30}
	open := func(c analytics.Config) *analytics.Warehouse {
		w, err := analytics.Open(c)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, w.Close()) })
		require.NoError(t, w.Migrate(ctx))
		return w
	}
	w := open(config)
	require.NoError(t, w.Migrate(ctx), "a second time finds nothing to do")
	require.Contains(t, tableText(t, w, "delivery_events"), "TTL toDateTime(at) + toIntervalDay(400)")
	require.NotContains(t, tableText(t, w, "delivery_hours"), "TTL ", "zero is for ever")

	config.KeepEvents, config.KeepMinutes, config.KeepHours = 90, 0, 800
	w = open(config)
	require.Contains(t, tableText(t, w, "delivery_events"), "toIntervalDay(90)", "another setting changes the table")
	require.NotContains(t, tableText(t, w, "delivery_minutes"), "TTL ", "for ever again")
	require.Contains(t, tableText(t, w, "delivery_hours"), "toIntervalDay(800)")
}

// tableText is how ClickHouse writes down a table.
func tableText(t *testing.T, w *analytics.Warehouse, name string) string {
	t.Helper()
	rows, err := w.Query(context.Background(), "SELECT create_table_query FROM system.tables WHERE database = currentDatabase() AND name = {name:String}", map[string]string{"name": name})
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	require.True(t, rows.Next(), name)
	var text string
	require.NoError(t, rows.Scan(&text))
	return text
}

func TestEveryStatementOfAClusterIsOneThatClickHouseReads(t *testing.T) {
	t.Parallel()
	w, err := analytics.Open(analytics.Config{URL: testbed.ClickHouse(t)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	require.NoError(t, w.Migrate(context.Background()))
	texts, err := analytics.Config{Cluster: "two shards", KeepEvents: 7, KeepMinutes: 7, KeepHours: 7}.Statements()
	require.NoError(t, err)
	require.Len(t, texts, 11, "four tables, three views, four tables over all shards")
	for _, text := range texts {
		require.Contains(t, text, "ON CLUSTER 'two shards'")
		require.NotContains(t, text, "${")
		rows, err := w.Query(context.Background(), "SELECT formatQuery({text:String})", map[string]string{"text": strings.Join(strings.Fields(text), " ")})
		require.NoError(t, err, text)
		require.NoError(t, rows.Close())
	}
}
