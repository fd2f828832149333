// Command bench measures Clarion against the limits of the machine it runs on:
// each figure is a ratio of two things done in turn in one run, and a run whose
// messages did not arrive exactly once does not count. It starts the PostgreSQL
// and Redis it needs, uses loopback only, and keeps nothing.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // as in the product: the machine's time zones do not matter

	"clarion/backend/app"
	"clarion/backend/testbed"
)

// options are the command line.
type options struct {
	only    string
	quick   bool
	pairs   int
	profile string
	hold    string
}

func main() {
	var o options
	flag.StringVar(&o.only, "only", "", "run only these, separated by commas: "+strings.Join(names(), ", "))
	flag.BoolVar(&o.quick, "quick", false, "a smoke run: little work, one pair; its figures say nothing")
	flag.IntVar(&o.pairs, "pairs", 0, "counted pairs of each comparison; 0 takes each benchmark's own number")
	flag.StringVar(&o.profile, "profile", "", "write CPU profiles of our side to files whose names begin so")
	flag.StringVar(&o.hold, "hold", "", "fill this database, pgx or sqlite, as for lists, say where Clarion answers and wait for an interrupt")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// benchmarks is all there is to measure, in the order of the report.
var benchmarks = []struct {
	name string
	run  func(ctx context.Context, b *bench) error
}{
	{"ingest", ingestBench},
	{"drain", drainBench},
	{"latency", latencyBench},
	{"priority", priorityBench},
	{"limiter", limiterBench},
	{"hung", hungBench},
	{"idle", idleBench},
	{"lists", listsBench},
	{"broadcasts", broadcastsBench},
	{"segments", segmentsBench},
	{"stream", streamBench},
	{"reports", reportsBench},
}

func names() []string {
	var list []string
	for _, one := range benchmarks {
		list = append(list, one.name)
	}
	return list
}

// serverSettings are what an operator would give a server of this size. Nothing
// here trades safety: fsync, synchronous_commit and full_page_writes stay on.
var serverSettings = []string{"shared_buffers=1GB", "max_wal_size=4GB", "min_wal_size=1GB", "checkpoint_timeout=15min", "wal_buffers=16MB"}

// bench is one run of the program.
type bench struct {
	options
	stage *stage
	out   io.Writer
}

func run(ctx context.Context, o options, out io.Writer) (err error) {
	chosen := names()
	if o.only != "" {
		chosen = strings.Split(o.only, ",")
	}
	for _, name := range chosen {
		if !slices.Contains(names(), name) {
			return fmt.Errorf("no benchmark %q; there are %s", name, strings.Join(names(), ", "))
		}
	}
	testbed.PostgresSettings = serverSettings
	go app.Collect(ctx) // as serve does, for both sides
	b := &bench{options: o, stage: &stage{}, out: out}
	defer b.stage.close(&err)
	if err := b.sayMachine(ctx); err != nil {
		return err
	}
	for _, one := range benchmarks {
		if !slices.Contains(chosen, one.name) {
			continue
		}
		began := time.Now()
		b.say("\n## %s\n\n", one.name)
		if err := one.run(ctx, b); err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
		b.say("\n(%s took %.0f s)\n", one.name, time.Since(began).Seconds())
	}
	return nil
}

// size is an amount of work: the full one, or that of a smoke run.
func (b *bench) size(full, quick int) int {
	if b.quick {
		return quick
	}
	return full
}

func (b *bench) say(format string, args ...any) { _, _ = fmt.Fprintf(b.out, format, args...) }
