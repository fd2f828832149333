package api

import (
	"context"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/broadcast"
	"clarion/backend/explain"
	"clarion/backend/notify"
)

// Explainer answers what happened and why.
type Explainer interface { //nolint:interfacebloat // the port of one feature: every method is one of its routes
	Message(ctx context.Context, id string) (explain.MessageView, error)
	Messages(ctx context.Context, f notify.MessageFilter, p notify.Page) ([]notify.Message, string, error)
	DeadLetters(ctx context.Context, f notify.MessageFilter, p notify.Page) ([]notify.Message, string, error)
	Causes(ctx context.Context, f notify.MessageFilter) ([]explain.Cause, error)
	Event(ctx context.Context, id string) (explain.EventView, error)
	Events(ctx context.Context, f explain.EventFilter, p notify.Page) ([]notify.Event, string, error)
	Notification(ctx context.Context, id string) (explain.NotificationView, error)
	Notifications(ctx context.Context, f explain.NotificationFilter, p notify.Page) ([]notify.Notification, string, error)
	Decisions(ctx context.Context, eventID, recipient string) (explain.Why, error)
	Ledger(ctx context.Context, f explain.LedgerFilter) (explain.Ledger, error)
	Activity(ctx context.Context, since time.Time) ([]explain.Activity, error)
	EventTypes(ctx context.Context) ([]explain.EventType, error)
}

// Redactor removes the content of a message and keeps its row.
type Redactor interface {
	Redact(ctx context.Context, messageID string) error
}

func (s *Server) readingRoutes() []route {
	return []route{
		get("/v1/events", access.Read, s.listEvents),
		get("/v1/events/:id", access.Read, s.getEvent),
		get("/v1/notifications", access.Read, s.listNotifications),
		get("/v1/notifications/:id", access.Read, s.getNotification),
		get("/v1/messages", access.Read, s.listMessages),
		get("/v1/messages/:id", access.Read, s.getMessage),
		post("/v1/messages/:id/resend", access.DeliveriesWrite, s.resendMessage).audited("message.resend", noContent),
		post("/v1/messages/:id/cancel", access.DeliveriesWrite, s.cancelMessage).audited("message.cancel", noContent),
		post("/v1/messages/:id/recall", access.DeliveriesWrite, s.recallMessage).audited("message.recall", noContent),
		patch("/v1/messages/:id", access.DeliveriesWrite, s.patchMessage).audited("message.reschedule", noContent),
		remove("/v1/messages/:id", access.DeliveriesWrite, s.redactMessage).audited("message.redact", noContent),
		get("/v1/decisions", access.Read, s.getDecisions),
		get("/v1/ledger", access.Read, s.getLedger),
		get("/v1/activity", access.Read, s.getActivity),
		get("/v1/event-types", access.Read, s.listEventTypes),
	}
}

var eventStatuses = []notify.EventStatus{
	notify.EventHeld, notify.EventAccepted, notify.EventDispatched, notify.EventCancelled, notify.EventFailed,
}

func (s *Server) listEvents(c *fiber.Ctx) error {
	q := queryOf(c)
	f := explain.EventFilter{
		Type: q.text("type"), Source: q.text("source"), Status: string(option(q, "status", eventStatuses)),
		TraceID: q.text("trace_id"), Q: q.text("q"), From: q.time("from"), To: q.time("to"),
		Group: q.text("group"), Segment: q.text("segment"),
	}
	template := q.text("template")
	return listed(s, c, q, f, func(ctx context.Context, f explain.EventFilter, p notify.Page) ([]notify.Event, string, error) {
		if template != "" {
			var err error
			if f.Types, err = s.typesOf(ctx, template); err != nil || len(f.Types) == 0 {
				return []notify.Event{}, "", err
			}
		}
		return s.Explainer.Events(ctx, f, p)
	})
}

// typesOf are the types of event that start a workflow with a step that names
// the template.
func (s *Server) typesOf(ctx context.Context, template string) ([]string, error) {
	workflows, err := s.Workflows.List(ctx)
	if err != nil {
		return nil, err
	}
	var types []string
	for _, w := range workflows {
		if slices.ContainsFunc(w.Steps, func(step notify.Step) bool { return step.Template == template }) {
			types = append(types, w.EventType)
		}
	}
	return types, nil
}

func (s *Server) listNotifications(c *fiber.Ctx) error {
	q := queryOf(c)
	f := explain.NotificationFilter{
		Event: q.text("event"), Recipient: q.text("recipient"), Workflow: q.text("workflow"),
		From: q.time("from"), To: q.time("to"),
	}
	return listed(s, c, q, f, s.Explainer.Notifications)
}

func (s *Server) listMessages(c *fiber.Ctx) error {
	q := queryOf(c)
	return listed(s, c, q, q.messages(), s.Explainer.Messages)
}

// listed answers one page of a filtered list.
func listed[F, T any](s *Server, c *fiber.Ctx, q *query, f F, list func(context.Context, F, notify.Page) ([]T, string, error)) error {
	p := q.page()
	if err := q.err(); err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	items, next, err := list(ctx, f, p)
	if err != nil {
		return err
	}
	return replyPage(c, items, next)
}

// shown answers one thing by its id in the path.
func shown[T any](s *Server, c *fiber.Ctx, name string, load func(context.Context, string) (T, error)) error {
	id, err := param(c, name)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	found, err := load(ctx, id)
	if err != nil {
		return err
	}
	return replyOK(c, found)
}

// done does something to one thing by its id in the path and answers null.
func (s *Server) done(c *fiber.Ctx, name string, do func(context.Context, string) error) error {
	return shown(s, c, name, func(ctx context.Context, id string) (any, error) { return nil, do(ctx, id) })
}

func (s *Server) getEvent(c *fiber.Ctx) error { return shown(s, c, "id", s.Explainer.Event) }

func (s *Server) getNotification(c *fiber.Ctx) error {
	return shown(s, c, "id", s.Explainer.Notification)
}

func (s *Server) getMessage(c *fiber.Ctx) error { return shown(s, c, "id", s.Explainer.Message) }

func (s *Server) resendMessage(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	if err := s.Letters.Resend(ctx, id); err != nil {
		return err
	}
	return reply(c, fiber.StatusAccepted, nil)
}

func (s *Server) cancelMessage(c *fiber.Ctx) error {
	return shown(s, c, "id", func(ctx context.Context, id string) (any, error) {
		return s.Canceller.CancelMessage(ctx, id, s.clock.Now())
	})
}

// Recalls takes single messages back.
type Recalls interface {
	Recall(ctx context.Context, id string) (broadcast.Taken, error)
}

func (s *Server) recallMessage(c *fiber.Ctx) error { return shown(s, c, "id", s.Recalls.Recall) }

func (s *Server) redactMessage(c *fiber.Ctx) error { return s.done(c, "id", s.Redactor.Redact) }

func (s *Server) getDecisions(c *fiber.Ctx) error {
	q := queryOf(c)
	event, recipient := q.required("event"), q.required("recipient")
	if err := q.err(); err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	why, err := s.Explainer.Decisions(ctx, event, recipient)
	if err != nil {
		return err
	}
	return replyOK(c, why)
}

func (s *Server) getLedger(c *fiber.Ctx) error {
	q := queryOf(c)
	f := explain.LedgerFilter{
		From: q.time("from"), To: q.time("to"), Source: q.text("source"), Channel: option(q, "channel", channelNames),
	}
	if err := q.err(); err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	ledger, err := s.Explainer.Ledger(ctx, f)
	if err != nil {
		return err
	}
	return replyOK(c, ledger)
}

// getActivity counts the last day unless it is told since when.
func (s *Server) getActivity(c *fiber.Ctx) error {
	q := queryOf(c)
	since := q.time("from")
	if err := q.err(); err != nil {
		return err
	}
	if since.IsZero() {
		since = s.clock.Now().Add(-24 * time.Hour)
	}
	return whole(s, c, func(ctx context.Context) ([]explain.Activity, error) { return s.Explainer.Activity(ctx, since) })
}

func (s *Server) listEventTypes(c *fiber.Ctx) error { return whole(s, c, s.Explainer.EventTypes) }
