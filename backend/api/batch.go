package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/ingest"
	"clarion/backend/notify"
)

type batchAnswer struct {
	Accepted int             `json:"accepted"`
	Rejected []batchRejected `json:"rejected"`
	Events   []batchEvent    `json:"events"`
}

type batchRejected struct {
	Index  int    `json:"index"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Path   string `json:"path,omitempty"`
}

type batchEvent struct {
	Index     int    `json:"index"`
	EventID   string `json:"event_id"`
	Duplicate bool   `json:"duplicate"`
}

func (s *Server) postBatch(c *fiber.Ctx) error {
	header := func(name string) string { return c.Get(name) }
	contentType := c.Get(fiber.HeaderContentType)
	if ingest.IsCloudEvent(contentType, header) {
		decoded, err := ingest.DecodeCloudEvent(contentType, header, c.Request().Body())
		if err != nil {
			return err
		}
		return s.acceptBatch(c, decoded)
	}
	if err := needJSON(c); err != nil {
		return err
	}
	decoded, err := ingest.DecodeBatch(c.Request().Body())
	if err != nil {
		return err
	}
	return s.acceptBatch(c, decoded)
}

// postCloudEvents takes all three modes at POST /v1/events: one event is
// answered as one event, a batch as a batch.
func (s *Server) postCloudEvents(c *fiber.Ctx, contentType string, header func(string) string) error {
	decoded, err := ingest.DecodeCloudEvent(contentType, header, c.Request().Body())
	if err != nil {
		return err
	}
	if isBatched(contentType) {
		return s.acceptBatch(c, decoded)
	}
	if decoded[0].Err != nil {
		return decoded[0].Err
	}
	return s.acceptOne(c, decoded[0].Request, writeEvent)
}

// acceptBatch saves what is right and names what is not. With an idempotency
// key the whole answer is kept, and each event gets a key of its own from it,
// so that a repeat after a crash in between still makes each event once.
func (s *Server) acceptBatch(c *fiber.Ctx, decoded []ingest.Decoded) error {
	key, err := idempotencyKey(c)
	if err != nil {
		return err
	}
	accept := func(c *fiber.Ctx) error { return s.acceptAll(c, decoded, key) }
	if key == "" {
		return accept(c)
	}
	return s.onceOnly(accept)(c)
}

func (s *Server) acceptAll(c *fiber.Ctx, decoded []ingest.Decoded, key string) error {
	current := callOf(c)
	answer := batchAnswer{Rejected: []batchRejected{}, Events: []batchEvent{}}
	requests, places, cost := make([]ingest.Request, 0, len(decoded)), make([]int, 0, len(decoded)), -1
	for i, d := range decoded {
		if d.Err != nil {
			answer.Rejected = append(answer.Rejected, rejected(i, d.Err))
			continue
		}
		req := d.Request
		req.Source, req.TraceID = current.source(), current.trace
		if req.IdempotencyKey == "" && key != "" {
			req.IdempotencyKey = eventKey(key, i)
		}
		cost += len(req.To)
		requests, places = append(requests, req), append(places, i)
	}
	if err := s.pay(c, current, cost); err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	if err := s.acceptInto(ctx, &answer, requests, places); err != nil {
		return err
	}
	if answer.Accepted > 0 {
		s.Sources.Seen(ctx, current.source())
	}
	return reply(c, fiber.StatusAccepted, answer)
}

func (s *Server) acceptInto(ctx context.Context, answer *batchAnswer, requests []ingest.Request, places []int) error {
	if len(requests) == 0 {
		return nil
	}
	for i, a := range s.Acceptor.Accept(ctx, requests) {
		if a.Err == nil {
			answer.Accepted++
			answer.Events = append(answer.Events, batchEvent{places[i], a.EventID, a.Duplicate})
			continue
		}
		// Storage that went away in the middle is not the fault of one event:
		// the caller repeats the batch, and events saved already are known again
		// by their keys.
		if f, ok := translate(a.Err); !ok || f.status >= 500 {
			return a.Err
		}
		answer.Rejected = append(answer.Rejected, rejected(places[i], a.Err))
	}
	return nil
}

// rejected says what was wrong with one event of a batch: its first fault.
func rejected(index int, err error) batchRejected {
	f, _ := translate(err)
	r := batchRejected{Index: index, Code: f.kind, Detail: f.message}
	var invalid *notify.Invalid
	if errors.As(err, &invalid) && len(invalid.Fields) > 0 {
		first := invalid.Fields[0]
		r.Code, r.Detail, r.Path = first.Code, first.Detail, first.Path
	}
	return r
}

// eventKey is the key of one event of a batch with a key.
func eventKey(key string, index int) string {
	made := key + "#" + strconv.Itoa(index)
	if len(made) <= access.MaxIdempotencyKey {
		return made
	}
	sum := sha256.Sum256([]byte(made))
	return hex.EncodeToString(sum[:])
}
