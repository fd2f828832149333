package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"clarion/backend/config"
)

// probeEvery is the pace of the urgent messages. They are sent at set times,
// whatever became of those before, and counted from those times.
const probeEvery = 50 * time.Millisecond

// priorityBench compares how soon an urgent message reaches the vendor while a
// bulk backlog drains with how soon it does when there is nothing else to do.
func priorityBench(ctx context.Context, b *bench) error {
	h, err := b.open(ctx, config.RoleAPI, config.RoleScheduler)
	if err != nil {
		return err
	}
	worker, err := h.startWorker(ctx)
	if err != nil {
		return err
	}
	b.stage.Cleanup(func() { b.stop(worker) })
	events := b.size(200, 1)
	backlog := events * crowdSize
	return h.besides(ctx, b, strain{
		what: fmt.Sprintf("under %d bulk messages", backlog), events: events, messages: backlog,
		begin: func() error { return h.crowds(bulkEvent, events).post() },
	})
}

// strain is what urgent messages are sent beside.
type strain struct {
	what             string
	events, messages int
	begin            func() error
}

// besides compares how soon an urgent message reaches the vendor beside a strain
// with how soon it does before and after it.
func (h *house) besides(ctx context.Context, b *bench, s strain) error {
	calm := b.size(200, 5)
	p := &pacer{house: h}
	if _, err := p.run(ctx, func(n int) bool { return n < b.size(40, 2) }); err != nil {
		return fmt.Errorf("warm up: %w", err)
	}
	idle, err := p.run(ctx, func(n int) bool { return n < calm })
	if err != nil {
		return err
	}
	began := time.Now()
	if err := s.begin(); err != nil {
		return err
	}
	loaded, err := p.run(ctx, func(n int) bool { return h.sink.others() < s.messages && n < probes/2 })
	if err != nil {
		return err
	}
	took := time.Since(began)
	after, err := p.run(ctx, func(n int) bool { return n < calm })
	if err != nil {
		return err
	}
	if err := errors.Join(h.drained(ctx, s.messages+p.sent), h.exact(ctx, s.events+p.sent, s.messages+p.sent)); err != nil {
		return err
	}
	idle = append(idle, after...)
	slices.Sort(idle)
	slices.Sort(loaded)
	if len(loaded) == 0 {
		return errors.New("the backlog was gone before the first urgent message")
	}
	sayLatency(b, "urgent, idle", idle)
	sayLatency(b, "urgent, "+s.what, loaded)
	ratio := float64(quantile(loaded, .99)) / float64(quantile(idle, .99))
	// Here less is better, so the judge sees both sides turned over.
	b.say("  ratio of the 99th percentiles %.2f, of the medians %.2f  floor 4, aim 1.5: %s; the backlog drained at %.0f messages/s\n",
		ratio, float64(quantile(loaded, .5))/float64(quantile(idle, .5)), judge(1/ratio, 1/4.0, 1/1.5), float64(s.messages)/took.Seconds())
	return nil
}

// pacer sends urgent messages at a steady pace.
type pacer struct {
	house *house
	sent  int
}

// run sends while more(n) holds and says how long after its set time each
// reached the vendor.
func (p *pacer) run(ctx context.Context, more func(n int) bool) ([]time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	first := p.sent
	var set []time.Time
	var posting sync.WaitGroup
	var mu sync.Mutex
	var faults []error
	for n, at := 0, time.Now(); more(n); n, at = n+1, at.Add(probeEvery) {
		if err := pause(ctx, time.Until(at)); err != nil {
			return nil, err
		}
		if p.sent >= probes {
			return nil, fmt.Errorf("more than %d probes", probes)
		}
		probe := p.sent
		p.sent++
		set = append(set, at)
		posting.Go(func() {
			if err := p.house.postProbe(probe); err != nil {
				mu.Lock()
				defer mu.Unlock()
				faults = append(faults, err)
			}
		})
	}
	posting.Wait()
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	took := make([]time.Duration, len(set))
	for i := range set {
		at, err := p.house.sink.arrival(ctx, first+i)
		if err != nil {
			return nil, err
		}
		took[i] = at.Sub(set[i])
	}
	return took, nil
}

// postProbe posts one urgent event over a kept connection.
func (h *house) postProbe(probe int) error {
	c, err := h.callers.take(h.door.URL(), h.key)
	if err != nil {
		return err
	}
	if _, err := c.post(eventBody(nil, codeEvent, probeID(probe), probe)); err != nil {
		return err
	}
	h.callers.put(c)
	return nil
}
