package e2e

import (
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/analytics"
	"clarion/analytics/reports"
	"clarion/backend/report"
	"clarion/backend/store"
	"clarion/backend/testbed"
)

var writeGolden = flag.Bool("golden", false, "write the golden answers of the reports anew")

// stood is a clock that stands after the month.
type stood struct{}

func (stood) Now() time.Time { return monthTo.Add(time.Hour) }

// asking is one question of the suite.
type asking struct {
	name, id string
	report.Asked
}

// monthly is the question whose answers are golden: a month in a zone whose
// clocks change within it.
func monthly() report.Asked {
	return report.Asked{From: monthFrom, To: monthTo, Zone: "Europe/Berlin"}
}

func askings(menu []report.Info) []asking {
	var list []asking
	for _, info := range menu {
		list = append(list, asking{"", info.ID, monthly()})
		if p, yes := info.Param("group"); yes {
			for _, group := range p.Options[1:2] {
				a := monthly()
				a.Group = group
				list = append(list, asking{" by " + group, info.ID, a})
			}
		}
		if _, yes := info.Param("bucket"); yes {
			night := report.Asked{
				From: time.Date(2026, 10, 24, 11, 7, 0, 0, time.UTC), To: time.Date(2026, 10, 25, 9, 43, 21, 0, time.UTC),
				Zone: "Asia/Kathmandu", Bucket: "hour", Compare: "previous",
			}
			list = append(list, asking{" by the hour at :45", info.ID, night})
			night.Zone = "Australia/Lord_Howe"
			list = append(list, asking{" by the hour in a zone that shifts by half of one", info.ID, night})
			night.From, night.Zone, night.Bucket = night.To.Add(-20*time.Minute), "", "second"
			list = append(list, asking{" by the second", info.ID, night})
		}
		some := report.Asked{From: monthFrom.Add(95 * time.Hour), To: monthTo.Add(-77 * time.Hour), Zone: "America/New_York", Filters: map[string][]string{}}
		for name, values := range map[string][]string{
			"channel": {"email", "sms"}, "source": {"source-1", "source-2"}, "priority": {"medium"}, "tenant": {"acme"},
		} {
			if _, yes := info.Param(name); yes {
				some.Filters[name] = values
			}
		}
		list = append(list, asking{" filtered", info.ID, some})
	}
	return list
}

// TestReportsAnswerTheSameFromEveryStore asks every report, in all its groups,
// of the same month in each database.
func TestReportsAnswerTheSameFromEveryStore(t *testing.T) {
	file := filepath.Join(t.TempDir(), "clarion.db")
	address := testbed.Postgres(t)
	lite, postgres := openDesk(t, "sqlite://"+file), openDesk(t, address)
	t.Run("filled", func(t *testing.T) {
		t.Run("sqlite", func(t *testing.T) { t.Parallel(); fillAndCount(t, lite, "sqlite", file) })
		t.Run("postgres", func(t *testing.T) { t.Parallel(); fillAndCount(t, postgres, "pgx", address) })
	})
	columnar := &reports.Desk{Config: lite.Config}
	columnar.ClickHouse = copied(t, lite.SQL.(*store.DB))
	for _, a := range askings(lite.Menu()) {
		t.Run(a.id+a.name, func(t *testing.T) {
			want := asked(t, columnar, a)
			if slices.Contains(reports.OfClickHouse(), a.id) {
				require.Equal(t, report.ClickHouse, want.Store)
			}
			require.True(t, len(want.Rows) > 0 || a.Bucket == "second", "the month has something to say")
			got := asked(t, lite, a)
			require.Equal(t, got, asked(t, postgres, a), "PostgreSQL says what SQLite says")
			same(t, lite, a, want, got)
			if a.name == "" {
				golden(t, a.id, want)
			}
		})
	}
}

func openDesk(t *testing.T, url string) *reports.Desk {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{URL: url})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.Migrate(t.Context()))
	return reports.New(reports.Config{SQL: db, Postgres: db.Postgres(), Clock: stood{}, Log: slog.New(slog.DiscardHandler)})
}

// fillAndCount writes the month and counts it but for a fiftieth: that is the tail
// that reports read row by row.
func fillAndCount(t *testing.T, d *reports.Desk, driver, place string) {
	t.Helper()
	rows := fillMonth(t, driver, place)
	upTo := int64(rows) * 49 / 50
	counted := int64(0)
	for {
		n, err := d.SQL.(*store.DB).RollUp(t.Context(), upTo)
		require.NoError(t, err)
		if counted += int64(n); n == 0 {
			break
		}
	}
	require.Equal(t, upTo, counted, "every row is counted once")
}

func asked(t *testing.T, d *reports.Desk, a asking) report.Answer {
	t.Helper()
	began := time.Now()
	got, err := d.Ask(t.Context(), a.id, a.Asked)
	require.NoError(t, err)
	if took := time.Since(began); took > 300*time.Millisecond {
		t.Logf("took %s", took.Round(time.Millisecond))
	}
	return got
}

// copied is a ClickHouse that has all rows of the month.
func copied(t *testing.T, db *store.DB) *analytics.Warehouse {
	t.Helper()
	w, err := analytics.Open(analytics.Config{URL: testbed.ClickHouse(t)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	require.NoError(t, w.Migrate(t.Context()))
	for after := int64(0); ; {
		rows, err := db.DeliveryEvents(t.Context(), after, math.MaxInt64, 100_000)
		require.NoError(t, err)
		if len(rows) == 0 {
			return w
		}
		after = rows[len(rows)-1].Seq
		require.NoError(t, w.Insert(t.Context(), fmt.Sprint(after), rows))
	}
}

// same wants the rows that ClickHouse answers. Percentiles of roll-ups are steps:
// they may differ by as much as the answer says.
func same(t *testing.T, d *reports.Desk, a asking, want, got report.Answer) {
	t.Helper()
	info := d.Menu()[slices.IndexFunc(d.Menu(), func(i report.Info) bool { return i.ID == a.id })]
	require.Len(t, got.Rows, len(want.Rows))
	for i, row := range want.Rows {
		for n, column := range info.Columns {
			if column.Unit != report.Microseconds || row[n] == nil {
				require.Equal(t, row[n], got.Rows[i][n], "row %d, %s", i, column.Name)
				continue
			}
			require.InEpsilon(t, got.Rows[i][n], row[n], 0.032, "row %d, %s", i, column.Name)
		}
	}
}

// golden compares with the answer that is kept beside the report.
func golden(t *testing.T, id string, got report.Answer) {
	t.Helper()
	place := filepath.Join("..", "..", "analytics", "reports", id+".golden.json")
	text := fmt.Sprintf("{\"columns\": %s, \"rows\": [\n", inJSON(t, got.Columns))
	for i, row := range got.Rows {
		if i > 0 {
			text += ",\n"
		}
		text += inJSON(t, row)
	}
	text += "\n]}\n"
	if *writeGolden {
		require.NoError(t, os.WriteFile(place, []byte(text), 0o600))
	}
	kept, err := os.ReadFile(place)
	require.NoError(t, err)
	require.Equal(t, string(kept), text)
}

func inJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}
