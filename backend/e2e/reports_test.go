package e2e

import (
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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
	lite := openMonth(t, "sqlite", "sqlite://"+file, file)
	address := testbed.Postgres(t)
	postgres := openMonth(t, "pgx", address, address)
	for _, a := range askings(lite.Menu()) {
		t.Run(a.id+a.name, func(t *testing.T) {
			want := asked(t, lite, a)
			require.True(t, len(want.Rows) > 0 || a.Bucket == "second", "the month has something to say")
			require.Equal(t, want, asked(t, postgres, a), "PostgreSQL says what SQLite says")
			if a.name == "" {
				golden(t, a.id, want)
			}
		})
	}
}

func openMonth(t *testing.T, driver, url, place string) *reports.Desk {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{URL: url})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.Migrate(t.Context()))
	began := time.Now()
	rows := fillMonth(t, driver, place)
	t.Logf("%s: %d rows in %s", driver, rows, time.Since(began).Round(time.Millisecond))
	return reports.New(reports.Config{SQL: db, Postgres: db.Postgres(), Clock: stood{}, Log: slog.New(slog.DiscardHandler)})
}

func asked(t *testing.T, d *reports.Desk, a asking) report.Answer {
	t.Helper()
	began := time.Now()
	got, err := d.Ask(t.Context(), a.id, a.Asked)
	require.NoError(t, err)
	if took := time.Since(began); took > 500*time.Millisecond {
		t.Logf("took %s", took.Round(time.Millisecond))
	}
	return got
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
