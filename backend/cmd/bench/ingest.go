package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync/atomic"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/config"
	"clarion/backend/notify"
)

// ingestClients keep a connection and a request open each.
const ingestClients = 64

// ingestBench compares POST /v1/events, answered after the commit, with a bare
// Fiber handler that reads the same bodies and answers the same bytes.
func ingestBench(ctx context.Context, b *bench) error {
	h, err := b.open(ctx, config.RoleAPI)
	if err != nil {
		return err
	}
	n := b.size(20_000, 500)
	return b.compare(ctx, comparison{
		name: "ingest", unit: "events", floor: 0.25, aim: 0.45, pairs: 7,
		ours: "Clarion, one durable event per POST", theirs: "bare Fiber, same bodies and answers",
		runOurs:   func(ctx context.Context) (result, error) { return h.acceptDurably(ctx, n) },
		runTheirs: func(ctx context.Context) (result, error) { return h.acceptBarely(ctx, n) },
	})
}

func (h *house) singles(url string, n int) flood {
	return flood{url: url, key: h.key, clients: ingestClients, n: n, body: func(b []byte, i int) []byte {
		return eventBody(b, plainEvent, personID(i%people), i)
	}}
}

// acceptDurably posts n events and proves that each answer names an event of
// its own that is in the database.
func (h *house) acceptDurably(ctx context.Context, n int) (result, error) {
	if err := h.clear(ctx); err != nil {
		return result{}, err
	}
	if err := h.redis.FlushDB(ctx).Err(); err != nil {
		return result{}, fmt.Errorf("empty the queue: %w", err)
	}
	load, promised := h.singles(h.door.URL(), n), make([]string, n)
	load.heard = func(i int, answer []byte) { promised[i] = eventID(answer) }
	r, err := h.measure(ctx, n, load.post)
	if err != nil {
		return r, err
	}
	var distinct, kept int
	err = h.sql.QueryRow(ctx, `SELECT count(DISTINCT p), count(e.id) FROM unnest($1::text[]) AS p LEFT JOIN events AS e ON e.id = p`, promised).Scan(&distinct, &kept)
	if err != nil {
		return r, fmt.Errorf("look for the accepted events: %w", err)
	}
	var all int
	if err := h.sql.QueryRow(ctx, "SELECT count(*) FROM events").Scan(&all); err != nil {
		return r, fmt.Errorf("count the events: %w", err)
	}
	if distinct != n || kept != n || all != n {
		return r, fmt.Errorf("%d events were promised, %d differ, %d are kept, %d are in the table", n, distinct, kept, all)
	}
	return r, nil
}

// eventID is the id in an answer, empty when there is none.
func eventID(answer []byte) string {
	at := bytes.Index(answer, []byte(notify.EventID))
	if at < 0 || len(answer) < at+len(notify.EventID)+32 {
		return ""
	}
	return string(answer[at : at+len(notify.EventID)+32])
}

// bareEvent is what a plain handler would read.
type bareEvent struct {
	Type           string          `json:"type"`
	To             []string        `json:"to"`
	Data           json.RawMessage `json:"data"`
	IdempotencyKey string          `json:"idempotency_key"`
}

// bareAnswer has the bytes of ours.
const bareAnswer = `{"code":202,"message":"ok","data":{"event_id":"evt_019aa5a5a5a57000a5a5a5a5a5a5a5a5","status":"accepted","duplicate":false},"trace_id":"a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5"}`

// acceptBarely posts the same events to the bare handler.
func (h *house) acceptBarely(ctx context.Context, n int) (result, error) {
	var read atomic.Int64
	bare := fiber.New(fiber.Config{DisableStartupMessage: true})
	bare.Post("/v1/events", func(c *fiber.Ctx) error {
		var e bareEvent
		if err := json.Unmarshal(c.Body(), &e); err != nil {
			return err
		}
		if e.Type == "" || len(e.To) == 0 || e.IdempotencyKey == "" {
			return errors.New("an event without a type, a recipient or a key")
		}
		read.Add(1)
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
		return c.Status(fiber.StatusAccepted).SendString(bareAnswer)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return result{}, fmt.Errorf("listen for the bare handler: %w", err)
	}
	served := make(chan error, 1)
	go func() { served <- bare.Listener(listener) }()
	r, err := h.measure(ctx, n, h.singles("http://"+listener.Addr().String(), n).post)
	err = errors.Join(err, bare.Shutdown(), <-served)
	if got := int(read.Load()); err == nil && got != n {
		err = fmt.Errorf("the bare handler read %d events of %d", got, n)
	}
	return r, err
}
