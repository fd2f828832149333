package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"clarion/backend/config"
)

// stockServers idle side by side, each with a database of its own: one alone
// would need minutes for a fair number of samples.
const stockServers = 8

// latencyBench compares how soon an idle house calls the vendor, counted from
// before the POST, with how soon idle stock Asynq runs a task, counted from
// before the enqueue. One event at a time, at random moments.
func latencyBench(ctx context.Context, b *bench) error {
	h, err := b.open(ctx, config.RoleAPI, config.RoleScheduler)
	if err != nil {
		return err
	}
	worker, err := h.startWorker(ctx)
	if err != nil {
		return err
	}
	b.stage.Cleanup(func() { b.stop(worker) })
	caller, err := dial(h.door.URL(), h.key)
	if err != nil {
		return err
	}
	defer caller.conn.Close()
	blocks := b.size(4, 1)
	probe := prober{house: h, caller: caller}
	if _, err := probe.idle(ctx, b.size(20, 2)); err != nil {
		return fmt.Errorf("warm up: %w", err)
	}
	var ours, theirs []time.Duration
	var ratios []float64
	for i := range blocks {
		var mine, others []time.Duration
		one := func() error { mine, err = probe.idle(ctx, b.size(100, 5)); return err }
		other := func() error { others, err = h.stockLatency(ctx, b.size(4, 1)); return err }
		if i%2 == 1 {
			one, other = other, one
		}
		if err := errors.Join(one(), other()); err != nil {
			return err
		}
		slices.Sort(mine)
		slices.Sort(others)
		ratios = append(ratios, float64(quantile(others, .5))/float64(quantile(mine, .5)))
		ours, theirs = append(ours, mine...), append(theirs, others...)
	}
	if err := errors.Join(h.drained(ctx, probe.sent), h.exact(ctx, probe.sent, probe.sent)); err != nil {
		return err
	}
	slices.Sort(ours)
	slices.Sort(theirs)
	sayLatency(b, "Clarion, POST to vendor call", ours)
	sayLatency(b, "stock Asynq, enqueue to handler", theirs)
	r := spreadOf(ratios)
	b.say("  ratio of the medians %.0f (%.0f to %.0f), of the 99th percentiles %.0f  floor 30, aim 100: %s\n",
		r.median, r.least, r.most, float64(quantile(theirs, .99))/float64(quantile(ours, .99)), judge(r.median, 30, 100))
	return nil
}

func sayLatency(b *bench, name string, sorted []time.Duration) {
	b.say("  %-44s p50 %s, p99 %s, worst %s (%d samples)\n", name,
		round(quantile(sorted, .5)), round(quantile(sorted, .99)), round(sorted[len(sorted)-1]), len(sorted))
}

// prober sends one event to one probe at a time and watches for it at the sink.
type prober struct {
	house  *house
	caller *caller
	sent   int
}

// idle sends n probes, each when the one before has long arrived.
func (p *prober) idle(ctx context.Context, n int) ([]time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	took := make([]time.Duration, n)
	for i := range took {
		if err := pause(ctx, 10*time.Millisecond+rand.N(40*time.Millisecond)); err != nil {
			return nil, err
		}
		began := time.Now()
		at, err := p.one(ctx)
		if err != nil {
			return nil, err
		}
		took[i] = at.Sub(began)
	}
	return took, nil
}

// one sends the next probe and says when it reached the vendor.
func (p *prober) one(ctx context.Context) (time.Time, error) {
	probe := p.sent
	if probe >= probes {
		return time.Time{}, fmt.Errorf("more than %d probes", probes)
	}
	p.sent++
	if _, err := p.caller.post(eventBody(nil, codeEvent, probeID(probe), probe)); err != nil {
		return time.Time{}, err
	}
	return p.house.sink.arrival(ctx, probe)
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// stockLatency takes n samples of each of several idle servers.
func (h *house) stockLatency(ctx context.Context, n int) ([]time.Duration, error) {
	var mu sync.Mutex
	var took []time.Duration
	var servers errgroup.Group
	for at := range stockServers {
		servers.Go(func() error {
			s := h.openStock(1 + at)
			list, err := s.idle(ctx, n)
			mu.Lock()
			defer mu.Unlock()
			took = append(took, list...)
			return err
		})
	}
	return took, servers.Wait()
}

func (s *stock) idle(ctx context.Context, n int) ([]time.Duration, error) {
	ran := make(chan time.Time, 1)
	server, err := s.serve(0, func(int) { ran <- time.Now() })
	if err != nil {
		return nil, err
	}
	defer server.Shutdown()
	took := make([]time.Duration, n)
	for i := range took {
		// Longer than Asynq's longest sleep, and random: no sample begins where
		// the one before has just woken the server.
		if err := pause(ctx, 1500*time.Millisecond+rand.N(time.Second)); err != nil {
			return nil, err
		}
		began := time.Now()
		if err := s.enqueue(ctx, i); err != nil {
			return nil, err
		}
		select {
		case at := <-ran:
			took[i] = at.Sub(began)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return took, nil
}
