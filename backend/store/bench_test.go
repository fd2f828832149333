package store

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/dispatch"
	"clarion/backend/ingest"
	"clarion/backend/notify"
)

// The benchmarks tell the wall time and the processor time per row, ours and
// the database's together; PostgreSQL runs with fsync on.
func benchmark(b *testing.B, rows int, one func(b *testing.B, db *DB)) {
	for name, open := range map[string]func(testing.TB) *DB{"postgres": onPostgres, "sqlite": onSQLite} {
		b.Run(name, func(b *testing.B) {
			db := open(b)
			for range 8 { // plans settle, caches fill
				one(b, db)
			}
			server := serverOf(b, db)
			before := processor(b, server)
			var timed time.Duration
			b.ResetTimer()
			for b.Loop() {
				began := time.Now()
				one(b, db)
				timed += time.Since(began)
			}
			b.StopTimer()
			perRow := float64(b.N * rows)
			b.ReportMetric(float64(timed.Microseconds())/perRow, "µs/row")
			b.ReportMetric(float64((processor(b, server)-before).Microseconds())/perRow, "cpu-µs/row")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// processor is the processor time that this process and, on PostgreSQL, the
// server and its backends have used.
func processor(tb testing.TB, server int) time.Duration {
	var own syscall.Rusage
	require.NoError(tb, syscall.Getrusage(syscall.RUSAGE_SELF, &own))
	total := time.Duration(own.Utime.Nano() + own.Stime.Nano())
	if server == 0 {
		return total
	}
	entries, err := os.ReadDir("/proc")
	require.NoError(tb, err)
	for _, e := range entries {
		stat, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil {
			continue
		}
		// Behind the name: state, parent and, nine further, user and system ticks.
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+2:])
		if parent := string(fields[1]); parent != strconv.Itoa(server) && e.Name() != strconv.Itoa(server) {
			continue
		}
		for _, f := range fields[11:13] {
			ticks, err := strconv.Atoi(string(f))
			require.NoError(tb, err)
			total += time.Duration(ticks) * 10 * time.Millisecond
		}
	}
	return total
}

// serverOf is the process id of the database's server; 0 when there is none.
func serverOf(tb testing.TB, db *DB) int {
	if !db.postgres() {
		return 0
	}
	var dir string
	require.NoError(tb, db.w.NewRaw("SHOW data_directory").Scan(tb.Context(), &dir))
	file, err := os.ReadFile(dir + "/postmaster.pid")
	require.NoError(tb, err)
	first, _, _ := strings.Cut(string(file), "\n")
	pid, err := strconv.Atoi(first)
	require.NoError(tb, err)
	return pid
}

func BenchmarkSaveEvents(b *testing.B) {
	for _, size := range []int{1, 16, 64} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			benchmark(b, size, func(b *testing.B, db *DB) {
				entries := make([]ingest.Entry, size)
				for i := range entries {
					entries[i].Event = newEvent(notify.NewID(""))
				}
				_, err := db.SaveEvents(b.Context(), entries, start)
				require.NoError(b, err)
			})
		})
	}
}

// BenchmarkLine is the whole life of 128 events with one message each, each
// step told apart.
func BenchmarkLine(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *DB{"postgres": onPostgres, "sqlite": onSQLite} {
		b.Run(name, func(b *testing.B) {
			db := open(b)
			steps, server := map[string]*step{}, serverOf(b, db)
			for range 8 { // plans settle, caches fill
				line(b, db, server, map[string]*step{})
			}
			for b.Loop() {
				line(b, db, server, steps)
			}
			for name, s := range steps {
				b.ReportMetric(float64(s.cpu.Microseconds())/float64(b.N*128), name+"-cpu-µs/row")
				b.ReportMetric(float64(s.wall.Microseconds())/float64(b.N*128), name+"-µs/row")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

type step struct{ cpu, wall time.Duration }

func line(b *testing.B, db *DB, server int, steps map[string]*step) {
	measure := func(name string, run func()) {
		cpu, began := processor(b, server), time.Now()
		run()
		if steps[name] == nil {
			steps[name] = new(step)
		}
		steps[name].wall += time.Since(began)
		steps[name].cpu += processor(b, server) - cpu
	}
	ids := accept(b, db, 128)
	var batch dispatch.Batch
	measure("claim-events", func() { require.Len(b, claimEvents(b, db, ids), 128) })
	batch = newBatch(ids)
	measure("save", func() {
		saved, err := db.Save(b.Context(), batch)
		require.NoError(b, err)
		require.Len(b, saved, 128)
	})
	claim := claimOf(batch.Messages)
	var got []notify.Message
	measure("claim", func() {
		won, err := db.ClaimMessages(b.Context(), claim)
		require.NoError(b, err)
		got = won.Messages
	})
	require.Len(b, got, 128)
	results := finishes(got)
	measure("finish", func() {
		require.Len(b, finished(b, db, results...), 128)
	})
}
