package api

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/inbox"
	"clarion/backend/notify"
)

// Inbox is the in-app feed as its owner uses it.
type Inbox interface {
	Items(ctx context.Context, f inbox.Filter, p notify.Page) ([]notify.InboxItem, string, error)
	Counts(ctx context.Context, recipient string) (inbox.Counts, error)
	Mark(ctx context.Context, m inbox.Mark) (inbox.Counts, error)
	Head(ctx context.Context, recipient string) (inbox.Head, error)
	Since(ctx context.Context, recipient string, offset int64, limit int) (frames []inbox.Frame, complete bool, err error)
}

func (s *Server) inboxRoutes() []route {
	own := func(method, path string, do fiber.Handler) route {
		r := route{method: method, path: path, who: recipients, do: do}
		if r.reads() {
			return r
		}
		return r.unaudited("an inbox is its owner's own affair")
	}
	return []route{
		own(fiber.MethodGet, "/v1/inbox", s.listInbox),
		own(fiber.MethodGet, "/v1/inbox/counts", s.countInbox),
		own(fiber.MethodPost, "/v1/inbox/mark", s.markInbox),
		own(fiber.MethodPost, "/v1/inbox/ticket", s.inboxTicket),
		// The sockets check their callers themselves: a browser cannot send
		// headers with them.
		open(fiber.MethodGet, "/v1/inbox/ws", s.inboxSocket),
		{method: fiber.MethodGet, path: "/v1/live/ws", who: members, needs: access.Read, do: s.liveSocket},
	}
}

func (s *Server) listInbox(c *fiber.Ctx) error {
	q := queryOf(c)
	f := inbox.Filter{
		Recipient: callOf(c).ownRecipient().Recipient, Category: q.text("tab"), Now: s.clock.Now(),
		Status: option(q, "status", []string{"unread", "all", "archived", "snoozed"}),
	}
	return listed(s, c, q, f, s.Inbox.Items)
}

func (s *Server) countInbox(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	counts, err := s.Inbox.Counts(ctx, callOf(c).ownRecipient().Recipient)
	if err != nil {
		return err
	}
	return replyOK(c, counts)
}

// markInput is also what a socket sends.
type markInput struct {
	IDs   []string  `json:"ids"`
	All   bool      `json:"all"`
	As    string    `json:"as"`
	Until time.Time `json:"until"`
}

func (in markInput) mark(recipient string) inbox.Mark {
	return inbox.Mark{Recipient: recipient, IDs: in.IDs, All: in.All, As: in.As, Until: in.Until.UTC()}
}

func (s *Server) markInbox(c *fiber.Ctx) error {
	in, err := decode[markInput](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	counts, err := s.Inbox.Mark(ctx, in.mark(callOf(c).ownRecipient().Recipient))
	if err != nil {
		return err
	}
	return replyOK(c, counts)
}

func (s *Server) inboxTicket(c *fiber.Ctx) error {
	ticket, expires, err := s.Tokens.IssueTicket(callOf(c).ownRecipient())
	if err != nil {
		return err
	}
	return reply(c, fiber.StatusCreated, tokenView{Ticket: ticket, ExpiresAt: expires})
}
