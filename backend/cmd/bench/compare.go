package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"time"
)

// result is one run of a side: its fixed work, proved complete.
type result struct {
	items int
	took  time.Duration
	cpu   usage
}

func (r result) rate() float64 { return float64(r.items) / r.took.Seconds() }

func (r result) cpuPerItem() float64 {
	return float64(r.cpu.total().Microseconds()) / float64(r.items)
}

// comparison is two sides that do the same number of items, in turn.
type comparison struct {
	name         string
	ours, theirs string
	unit         string
	floor, aim   float64
	pairs        int
	runOurs      func(ctx context.Context) (result, error)
	runTheirs    func(ctx context.Context) (result, error)
}

// compare runs a warm-up of each side and then the counted pairs, in the order
// A B, B A, A B, so that a drift of the machine strikes both.
func (b *bench) compare(ctx context.Context, c comparison) error {
	c.pairs = b.pairsOf(c)
	if !b.quick {
		if err := c.warmUp(ctx); err != nil {
			return err
		}
	}
	var ours, theirs []result
	for i := range c.pairs {
		one := func() error { return b.take(ctx, c.ours, c.runOurs, &ours, c.name) }
		other := func() error { return b.take(ctx, c.theirs, c.runTheirs, &theirs, "") }
		if i%2 == 1 {
			one, other = other, one
		}
		if err := one(); err != nil {
			return err
		}
		if err := other(); err != nil {
			return err
		}
	}
	b.report(c, ours, theirs)
	return nil
}

// pairsOf is how many pairs of a comparison count.
func (b *bench) pairsOf(c comparison) int {
	switch {
	case b.quick:
		return 1
	case b.pairs > 0:
		return b.pairs
	default:
		return c.pairs
	}
}

func (c comparison) warmUp(ctx context.Context) error {
	if _, err := c.runOurs(ctx); err != nil {
		return fmt.Errorf("warm up %s: %w", c.ours, err)
	}
	if _, err := c.runTheirs(ctx); err != nil {
		return fmt.Errorf("warm up %s: %w", c.theirs, err)
	}
	return nil
}

// take runs one side once. A name asks for a profile when profiles are wanted.
func (b *bench) take(ctx context.Context, side string, run func(context.Context) (result, error), into *[]result, name string) error {
	runtime.GC()
	if b.profile != "" && name != "" {
		file, err := os.Create(b.profile + "-" + name + ".pprof")
		if err != nil {
			return fmt.Errorf("write a profile: %w", err)
		}
		defer file.Close()
		if err := pprof.StartCPUProfile(file); err != nil {
			return fmt.Errorf("write a profile: %w", err)
		}
		defer pprof.StopCPUProfile()
	}
	r, err := run(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", side, err)
	}
	*into = append(*into, r)
	return nil
}

func (b *bench) report(c comparison, ours, theirs []result) {
	ratios, cpu := make([]float64, len(ours)), make([]float64, len(ours))
	for i := range ours {
		ratios[i] = ours[i].rate() / theirs[i].rate()
		cpu[i] = theirs[i].cpuPerItem() / ours[i].cpuPerItem()
	}
	b.say("%s, %d items a run, %d pairs\n", c.name, ours[0].items, len(ours))
	for _, side := range []struct {
		name string
		runs []result
	}{{c.ours, ours}, {c.theirs, theirs}} {
		rate := spread(side.runs, result.rate)
		own := spread(side.runs, func(r result) float64 { return float64(r.cpu.own.Microseconds()) / float64(r.items) })
		pg := spread(side.runs, func(r result) float64 { return float64(r.cpu.postgres.Microseconds()) / float64(r.items) })
		red := spread(side.runs, func(r result) float64 { return float64(r.cpu.redis.Microseconds()) / float64(r.items) })
		b.say("  %-44s %9.0f %s/s (%.0f to %.0f); processor µs each: process %.0f, PostgreSQL %.0f, Redis %.0f\n",
			side.name, rate.median, c.unit, rate.least, rate.most, own.median, pg.median, red.median)
	}
	r := spreadOf(ratios)
	b.say("  ratio by the clock      %6.2f (%.2f to %.2f)  floor %.2f, aim %.2f: %s%s\n", r.median, r.least, r.most, c.floor, c.aim, judge(r.median, c.floor, c.aim), r.noise())
	p := spreadOf(cpu)
	b.say("  ratio by processor time %6.2f (%.2f to %.2f)\n", p.median, p.least, p.most)
}

// span is a median with its extremes.
type span struct{ least, median, most float64 }

func spread(runs []result, value func(result) float64) span {
	list := make([]float64, len(runs))
	for i, r := range runs {
		list[i] = value(r)
	}
	return spreadOf(list)
}

func spreadOf(list []float64) span {
	list = slices.Clone(list)
	slices.Sort(list)
	n := len(list)
	return span{list[0], (list[(n-1)/2] + list[n/2]) / 2, list[n-1]}
}

// noise says so when the machine had other things to do.
func (s span) noise() string {
	if s.most > 1.2*s.median || s.least < 0.8*s.median {
		return "; noisy: the pairs differ by more than a fifth from their median"
	}
	return ""
}

func judge(got, floor, aim float64) string {
	switch {
	case got >= aim:
		return "aim reached"
	case got >= floor:
		return "above the floor"
	default:
		return "BELOW THE FLOOR"
	}
}

// quantile is the value below which the share q of the sorted list lies.
func quantile(sorted []time.Duration, q float64) time.Duration {
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}
