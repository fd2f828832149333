package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/hook"
	"clarion/backend/ingest"
	"clarion/backend/notify"
)

// Hooks takes the webhooks of third parties.
type Hooks interface {
	Get(ctx context.Context, source string) (hook.View, error)
	Put(ctx context.Context, source string, in hook.Input) (hook.View, error)
	Delete(ctx context.Context, source string) error
	Try(m hook.Mapping, payload []byte) (hook.Made, error)
	Receive(ctx context.Context, source string, in hook.Incoming) (hook.Taken, error)
}

func (s *Server) hookRoutes() []route {
	// The signature is the credential, over the body as it came.
	receive := open(fiber.MethodPost, "/v1/sources/:key/webhook", s.receiveHook).unaudited("an event tells its own story")
	// The input holds a secret: the store of answers must not keep it.
	save := put("/v1/sources/:key/hook", access.Admin, s.putHook).audited("hook.save")
	save.once = false
	return []route{
		receive,
		get("/v1/sources/:key/hook", access.Admin, s.getHook),
		save,
		remove("/v1/sources/:key/hook", access.Admin, s.deleteHook).audited("hook.delete"),
		post("/v1/sources/:key/hook/try", access.Admin, s.tryHook).unaudited("nothing is changed"),
	}
}

// getHook answers null for a source without one: that is no fault of the caller.
func (s *Server) getHook(c *fiber.Ctx) error {
	return shown(s, c, "key", func(ctx context.Context, source string) (*hook.View, error) {
		view, err := s.Hooks.Get(ctx, source)
		if errors.Is(err, notify.ErrNotFound) {
			return nil, nil
		}
		return &view, err
	})
}

func (s *Server) putHook(c *fiber.Ctx) error {
	in, err := decode[hook.Input](c)
	if err != nil {
		return err
	}
	return shown(s, c, "key", func(ctx context.Context, source string) (hook.View, error) { return s.Hooks.Put(ctx, source, in) })
}

func (s *Server) deleteHook(c *fiber.Ctx) error { return s.done(c, "key", s.Hooks.Delete) }

// tryHook answers the event, and what the door would say of it.
func (s *Server) tryHook(c *fiber.Ctx) error {
	in, err := decode[struct {
		Mapping hook.Mapping    `json:"mapping"`
		Payload json.RawMessage `json:"payload"`
	}](c)
	if err != nil {
		return err
	}
	made, err := s.Hooks.Try(in.Mapping, in.Payload)
	if err == nil && made.Event != nil {
		_, err = ingest.Decode(made.Event)
	}
	if err != nil {
		return err
	}
	return replyOK(c, made)
}

func (s *Server) receiveHook(c *fiber.Ctx) error {
	source, err := param(c, "key")
	if err != nil {
		return err
	}
	if len(rawBody(c)) > maxBody {
		return ofFiberError(fiber.StatusRequestEntityTooLarge)
	}
	header := http.Header{}
	c.Request().Header.VisitAll(func(key, value []byte) { header.Add(string(key), string(value)) })
	ctx, cancel := s.deadline(c)
	defer cancel()
	taken, err := s.Hooks.Receive(ctx, source, hook.Incoming{Header: header, Body: rawBody(c), Now: s.clock.Now()})
	switch {
	case err != nil:
		return err
	case taken.Challenge != "":
		c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
		return c.SendString(taken.Challenge)
	case taken.Event == nil:
		return replyOK(c, map[string]any{"event_id": nil, "ignored": taken.Ignored})
	}
	return s.acceptHook(ctx, c, source, taken)
}

func (s *Server) acceptHook(ctx context.Context, c *fiber.Ctx, source string, taken hook.Taken) error {
	req, err := ingest.Decode(taken.Event)
	if err != nil {
		return err
	}
	req.Source, req.TraceID, req.IdempotencyKey = source, callOf(c).trace, taken.Key
	if len(req.IdempotencyKey) > maxHookKey {
		return notify.InvalidField("idempotency_key", "too_long", "is longer than 255 bytes")
	}
	answer := s.Acceptor.Accept(ctx, []ingest.Request{req})[0]
	if answer.Err != nil {
		return answer.Err
	}
	s.Sources.Seen(ctx, source)
	return reply(c, fiber.StatusAccepted, map[string]any{"event_id": answer.EventID, "status": "accepted", "duplicate": answer.Duplicate})
}

// maxHookKey is the longest idempotency key, in bytes.
const maxHookKey = 255
