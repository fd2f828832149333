package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
)

// finishTime bounds keeping an answer, which happens even when the request's
// own time is over.
const finishTime = 5 * time.Second

// Answers remembers what requests were told.
type Answers interface {
	// Begin returns nil when the caller is to do the work.
	Begin(ctx context.Context, o access.Once) (*access.Answer, error)
	Finish(ctx context.Context, o access.Once, status int, body []byte) error
	Drop(ctx context.Context, o access.Once) error
}

// idempotencyKey reads and checks the header; empty when there is none.
func idempotencyKey(c *fiber.Ctx) (string, error) {
	key := c.Get("Idempotency-Key")
	if len(key) > access.MaxIdempotencyKey || !utf8.ValidString(key) {
		return "", notify.InvalidField("Idempotency-Key", "invalid_key", "must be at most 255 bytes of UTF-8")
	}
	return key, nil
}

// onceOnly makes a route answer a repeated request with its first answer. Only
// success is kept: a request that was refused changed nothing and may be
// repeated.
func (s *Server) onceOnly(do fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		key, err := idempotencyKey(c)
		if err != nil {
			return err
		}
		if key == "" {
			return do(c)
		}
		sum := sha256.Sum256(c.Request().Body())
		once := access.Once{
			Scope: callOf(c).id() + " " + c.Method() + " " + c.OriginalURL(),
			Key:   key, Fingerprint: hex.EncodeToString(sum[:16]),
		}
		if replayed, err := s.replay(c, once); replayed || err != nil {
			return err
		}
		return s.doOnce(c, once, do)
	}
}

func (s *Server) replay(c *fiber.Ctx, once access.Once) (bool, error) {
	ctx, cancel := s.deadline(c)
	defer cancel()
	first, err := s.Answers.Begin(ctx, once)
	if err != nil || first == nil {
		return false, err
	}
	c.Set("Idempotency-Replayed", "true")
	return true, replyBytes(c, first.Status, first.Body)
}

func (s *Server) doOnce(c *fiber.Ctx, once access.Once, do fiber.Handler) error {
	done := false
	// A panic passes through here too, and must not leave the key in flight.
	defer func() {
		if done {
			return
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(s.life), finishTime)
		defer cancel()
		if err := s.Answers.Drop(ctx, once); err != nil {
			s.log.Warn("drop an idempotency key", "trace_id", callOf(c).trace, "error", err)
		}
	}()
	if err := do(c); err != nil {
		return err
	}
	status := c.Response().StatusCode()
	if status >= 300 {
		return nil
	}
	done = true
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.life), finishTime)
	defer cancel()
	body := append([]byte(nil), c.Response().Body()...)
	if err := s.Answers.Finish(ctx, once, status, body); err != nil {
		// The work is done; a repeat is refused as in flight until the claim ages.
		s.log.Warn("keep an answer", "trace_id", callOf(c).trace, "error", err)
	}
	return nil
}
