package api

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/ingest"
	"clarion/backend/notify"
)

// Acceptor saves events: one answer per request, in order.
type Acceptor interface {
	Accept(ctx context.Context, requests []ingest.Request) []ingest.Answer
}

// Canceller stops what has not been sent.
type Canceller interface {
	CancelEvent(ctx context.Context, eventID string, now time.Time) (ingest.Cancelled, error)
	CancelByKey(ctx context.Context, source, cancelKey string, now time.Time) (ingest.Cancelled, error)
	CancelNotification(ctx context.Context, notificationID string, now time.Time) (ingest.Cancelled, error)
	CancelMessage(ctx context.Context, messageID string, now time.Time) (ingest.Cancelled, error)
}

func (s *Server) ingestRoutes() []route {
	events := route{method: fiber.MethodPost, path: "/v1/events", who: callers, needs: access.EventsWrite, large: true, do: s.postEvent}
	batch := route{method: fiber.MethodPost, path: "/v1/events/batch", who: callers, needs: access.EventsWrite, large: true, do: s.postBatch}
	direct := route{method: fiber.MethodPost, path: "/v1/notifications", who: callers, needs: access.NotificationsWrite, do: s.postNotification}
	const story = "an event tells its own story"
	return []route{
		events.unaudited(story), batch.unaudited(story), direct.unaudited(story),
		post("/v1/events/:id/cancel", access.EventsWrite, s.cancelEvent).audited("event.cancel", noContent, membersOnly),
		post("/v1/cancel", access.EventsWrite, s.cancelByKey).audited("event.cancel_by_key", noContent, membersOnly),
		post("/v1/notifications/:id/cancel", access.NotificationsWrite, s.cancelNotification).audited("notification.cancel", noContent, membersOnly),
		patch("/v1/notifications/:id", access.NotificationsWrite, s.patchNotification).audited("notification.reschedule", noContent, membersOnly),
		remove("/v1/notifications/:id", access.NotificationsWrite, s.cancelNotification).audited("notification.cancel", noContent, membersOnly),
	}
}

func (s *Server) postEvent(c *fiber.Ctx) error {
	header := func(name string) string { return c.Get(name) }
	if contentType := c.Get(fiber.HeaderContentType); ingest.IsCloudEvent(contentType, header) {
		return s.postCloudEvents(c, contentType, header)
	}
	if err := needJSON(c); err != nil {
		return err
	}
	if len(c.Request().Body()) > maxBody {
		return ofFiberError(fiber.StatusRequestEntityTooLarge)
	}
	req, err := ingest.Decode(c.Request().Body())
	if err != nil {
		return err
	}
	return s.acceptOne(c, req, writeEvent)
}

func (s *Server) postNotification(c *fiber.Ctx) error {
	if err := needJSON(c); err != nil {
		return err
	}
	req, err := ingest.DecodeNotification(c.Request().Body())
	if err != nil {
		return err
	}
	return s.acceptOne(c, req, writeNotification)
}

// acceptOne carries a single request to the acceptor and answers it. The answer
// to a repeated request is, byte for byte, the first one.
func (s *Server) acceptOne(c *fiber.Ctx, req ingest.Request, write func([]byte, ingest.Answer) []byte) error {
	current := callOf(c)
	key, err := idempotencyKey(c)
	if err != nil {
		return err
	}
	if key != "" {
		req.IdempotencyKey = key
	}
	req.Source, req.TraceID = current.source(), current.trace
	if err := s.pay(c, current, len(req.To)-1); err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	answer := s.Acceptor.Accept(ctx, []ingest.Request{req})[0]
	if answer.Err != nil {
		return answer.Err
	}
	s.Sources.Seen(ctx, req.Source)
	if answer.Duplicate {
		c.Set("Idempotency-Replayed", "true")
	}
	body := make([]byte, 0, 256)
	body = append(body, `{"code":202,"message":"ok","data":`...)
	body = write(body, answer)
	body = append(body, `,"trace_id":"`...)
	body = append(body, answer.TraceID...)
	body = append(body, `"}`...)
	return replyBytes(c, fiber.StatusAccepted, body)
}

// writeEvent and writeNotification write data by hand: ids of ours need no
// escapes, and this is the hottest answer of all.
func writeEvent(b []byte, a ingest.Answer) []byte {
	b = append(b, `{"event_id":"`...)
	b = append(b, a.EventID...)
	return append(b, `","status":"accepted","duplicate":false}`...)
}

func writeNotification(b []byte, a ingest.Answer) []byte {
	b = append(b, `{"event_id":"`...)
	b = append(b, a.EventID...)
	b = append(b, `","notification_ids":[`...)
	for i, id := range a.NotificationIDs {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendQuote(b, id)
	}
	return append(b, `],"status":"accepted","duplicate":false}`...)
}

// own refuses to let a source touch another one's event. It looks the same as
// an event that does not exist.
func (s *Server) own(ctx context.Context, current *call, eventID string) error {
	if current.kind != byKey || current.allows(access.Admin) {
		return nil
	}
	event, err := s.Explainer.Event(ctx, eventID)
	if err != nil {
		return err
	}
	if event.Source != current.key.Source {
		return notify.ErrNotFound
	}
	return nil
}

func (s *Server) cancelEvent(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	if err := s.own(ctx, callOf(c), id); err != nil {
		return err
	}
	stopped, err := s.Canceller.CancelEvent(ctx, id, s.clock.Now())
	if err != nil {
		return err
	}
	return s.stopped(c, "event", id, stopped)
}

// stopped answers what was stopped, and tells the open pages of it: what a key does
// is not in the audit log, of which they hear otherwise.
func (s *Server) stopped(c *fiber.Ctx, kind, id string, what ingest.Cancelled) error {
	if what != (ingest.Cancelled{}) {
		s.Tell(kind, id)
	}
	return replyOK(c, what)
}

func (s *Server) cancelByKey(c *fiber.Ctx) error {
	in, err := decode[struct {
		Key string `json:"cancel_key"`
	}](c)
	if err != nil {
		return err
	}
	if in.Key == "" {
		return notify.InvalidField("cancel_key", "required", "is required")
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	stopped, err := s.Canceller.CancelByKey(ctx, callOf(c).source(), in.Key, s.clock.Now())
	if err != nil {
		return err
	}
	return s.stopped(c, "event", "", stopped)
}

// ownNotification refuses a key that asks for another source's.
func (s *Server) ownNotification(ctx context.Context, current *call, id string) error {
	if current.kind != byKey || current.allows(access.Admin) {
		return nil
	}
	found, err := s.Explainer.Notification(ctx, id)
	switch {
	case errors.Is(err, notify.ErrNotFound):
		return nil // not dispatched yet: only whoever was given the id can know it
	case err != nil:
		return err
	default:
		return s.own(ctx, current, found.EventID)
	}
}

func (s *Server) cancelNotification(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	if err := s.ownNotification(ctx, callOf(c), id); err != nil {
		return err
	}
	stopped, err := s.Canceller.CancelNotification(ctx, id, s.clock.Now())
	if err != nil {
		return err
	}
	return s.stopped(c, "notification", id, stopped)
}
