package api

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/ingest"
	"clarion/backend/notify"
)

// Rescheduler gives what is held another time.
type Rescheduler interface {
	Reschedule(ctx context.Context, r ingest.Reschedule) (ingest.Rescheduled, error)
}

// heldPatch is what can be done about what is held: exactly one of them.
type heldPatch struct {
	SendNow bool      `json:"send_now"`
	SendAt  time.Time `json:"send_at"`
	Cancel  bool      `json:"cancel"`
}

func heldPatchOf(c *fiber.Ctx) (heldPatch, error) {
	in, err := decode[heldPatch](c)
	if err != nil {
		return in, err
	}
	said := 0
	for _, yes := range []bool{in.SendNow, !in.SendAt.IsZero(), in.Cancel} {
		if yes {
			said++
		}
	}
	if said != 1 {
		return in, notify.InvalidField("", "conflict", "say one of send_now, send_at and cancel")
	}
	return in, nil
}

func (s *Server) patchMessage(c *fiber.Ctx) error {
	in, err := heldPatchOf(c)
	if err != nil {
		return err
	}
	return shown(s, c, "id", func(ctx context.Context, id string) (any, error) {
		if in.Cancel {
			stopped, err := s.Canceller.CancelMessage(ctx, id, s.clock.Now())
			return ingest.Rescheduled{Messages: stopped.Messages, Runs: stopped.Runs}, err
		}
		return s.reschedule(ctx, ingest.Reschedule{Message: id, At: in.SendAt, Now: s.clock.Now(), By: whoAsks(callOf(c))})
	})
}

func (s *Server) patchNotification(c *fiber.Ctx) error {
	in, err := heldPatchOf(c)
	if err != nil {
		return err
	}
	current := callOf(c)
	return shown(s, c, "id", func(ctx context.Context, id string) (any, error) {
		if err := s.ownNotification(ctx, current, id); err != nil {
			return nil, err
		}
		moved, err := s.moveNotification(ctx, id, in, whoAsks(current))
		if err == nil {
			s.Tell("notification", id)
		}
		return moved, err
	})
}

func (s *Server) moveNotification(ctx context.Context, id string, in heldPatch, by string) (ingest.Rescheduled, error) {
	if in.Cancel {
		stopped, err := s.Canceller.CancelNotification(ctx, id, s.clock.Now())
		return ingest.Rescheduled{Messages: stopped.Messages, Runs: stopped.Runs}, err
	}
	return s.reschedule(ctx, ingest.Reschedule{Notification: id, At: in.SendAt, Now: s.clock.Now(), By: by})
}

func (s *Server) reschedule(ctx context.Context, r ingest.Reschedule) (ingest.Rescheduled, error) {
	if err := r.Check(); err != nil {
		return ingest.Rescheduled{}, err
	}
	return s.Rescheduler.Reschedule(ctx, r)
}

func whoAsks(current *call) string {
	if current.kind == byKey {
		return "An API key"
	}
	return "A member"
}
