package main

import (
	"context"
	"errors"
	"fmt"

	"clarion/backend/app"
	"clarion/backend/config"
)

// drainBench compares what Clarion does with accepted events, from the start of
// a worker until the vendor has the last message and every row is final, with
// stock Asynq running as many tasks that do nothing.
func drainBench(ctx context.Context, b *bench) error {
	h, err := b.open(ctx, config.RoleAPI, config.RoleScheduler)
	if err != nil {
		return err
	}
	plain := h.openStock(1)
	events := b.size(40, 1)
	singles := b.size(20_000, 300)
	for _, load := range []struct {
		name             string
		events, messages int
		accept           func() error
	}{
		{"drain-crowds", events, events * crowdSize, func() error { return h.crowds(plainEvent, events).post() }},
		{"drain-singles", singles, singles, h.singles(h.door.URL(), singles).post},
	} {
		err := b.compare(ctx, comparison{
			name: load.name, unit: "messages", floor: 1, aim: 2, pairs: 3,
			ours:   fmt.Sprintf("Clarion, %d events to the vendor", load.events),
			theirs: "stock Asynq, tasks that do nothing",
			runOurs: func(ctx context.Context) (result, error) {
				return h.drain(ctx, load.accept, load.events, load.messages)
			},
			runTheirs: func(ctx context.Context) (result, error) { return h.drainStock(ctx, plain, load.messages) },
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// crowds is n events, each to everybody of the crowd.
func (h *house) crowds(eventType string, n int) flood {
	return flood{url: h.door.URL(), key: h.key, clients: 8, n: n, body: func(b []byte, i int) []byte {
		return fmt.Appendf(b, `{"type":%q,"to":[{"group":"crowd"}],"data":{"order_id":"%d","carrier":"DHL"},"idempotency_key":"crowd-%d"}`, eventType, i, i)
	}}
}

// drain accepts the events while nobody works, and measures a worker.
func (h *house) drain(ctx context.Context, accept func() error, events, messages int) (result, error) {
	if err := h.clear(ctx); err != nil {
		return result{}, err
	}
	if err := accept(); err != nil {
		return result{}, err
	}
	var worker *app.App
	r, err := h.measure(ctx, messages, func() (err error) {
		if worker, err = h.startWorker(ctx); err != nil {
			return err
		}
		return h.drained(ctx, messages)
	})
	if worker != nil {
		err = errors.Join(err, stop(worker))
	}
	if err != nil {
		return r, err
	}
	return r, h.exact(ctx, events, messages)
}
