package api

import (
	"context"

	"github.com/gofiber/fiber/v2"
)

// MessagesTopic is the live topic of changed messages, for the admin. Its
// frames are {"type":"messages","ids":[…]}.
const MessagesTopic = "live:messages"

// liveSocket tells a member's pages what changed. A missed frame costs nothing
// but a refetch, so a gap says only that.
func (s *Server) liveSocket(c *fiber.Ctx) error {
	return s.upgrade(c, "live", MessagesTopic, callOf(c).member.Session.ExpiresAt, func(k *socket) socketWork {
		return socketWork{
			hello: func(context.Context) error { return k.send([]byte(`{"type":"hello"}`)) },
			frame: func(_ context.Context, frame []byte) error { return k.send(frame) },
			gap:   func(context.Context) error { return k.send(gapFrame) },
		}
	})
}
