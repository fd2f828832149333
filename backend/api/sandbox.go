package api

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
)

// Sandbox is the vendors in a box. Its records are written as JSON as they are:
// the door knows nothing of vendors.
type Sandbox interface {
	Messages(ctx context.Context, f SandboxFilter, p notify.Page) (items any, next string, err error)
	Requests(ctx context.Context, f SandboxFilter, p notify.Page) (items any, next string, err error)
	Clear(ctx context.Context) error
	Faults(ctx context.Context) (any, error)
	// SetFault reads a fault from JSON and returns it as it was set.
	SetFault(ctx context.Context, raw []byte) (any, error)
}

// SandboxFilter picks records; empty fields do not filter.
type SandboxFilter struct {
	Channel  notify.Channel
	To       string
	Provider string
}

func (s *Server) sandboxRoutes() []route {
	// The sandbox is a tool of tests: a fault that is set twice is set.
	fault := put("/v1/sandbox/faults", access.Admin, s.putFault).audited("sandbox.fault")
	fault.once = false
	table := []route{
		get("/v1/sandbox/messages", access.Read, s.listSandboxMessages),
		remove("/v1/sandbox/messages", access.Admin, s.clearSandbox).audited("sandbox.clear"),
		get("/v1/sandbox/requests", access.Read, s.listSandboxRequests),
		get("/v1/sandbox/faults", access.Read, s.listFaults),
		fault,
	}
	for i := range table {
		table[i].do = s.inSandbox(table[i].do)
	}
	return table
}

// inSandbox answers 404 where the sandbox is off.
func (s *Server) inSandbox(do fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if s.Sandbox == nil {
			return refuse(fiber.StatusNotFound, typeSandboxOff, "the sandbox is off")
		}
		return do(c)
	}
}

func (s *Server) listSandboxMessages(c *fiber.Ctx) error {
	q := queryOf(c)
	f := SandboxFilter{Channel: option(q, "channel", channelNames), To: q.text("to")}
	return s.listSandbox(c, q, f, s.Sandbox.Messages)
}

func (s *Server) listSandboxRequests(c *fiber.Ctx) error {
	q := queryOf(c)
	return s.listSandbox(c, q, SandboxFilter{Provider: q.text("provider")}, s.Sandbox.Requests)
}

func (s *Server) listSandbox(c *fiber.Ctx, q *query, f SandboxFilter, list func(context.Context, SandboxFilter, notify.Page) (any, string, error)) error {
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

func (s *Server) clearSandbox(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	if err := s.Sandbox.Clear(ctx); err != nil {
		return err
	}
	return replyOK(c, nil)
}

func (s *Server) listFaults(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	faults, err := s.Sandbox.Faults(ctx)
	if err != nil {
		return err
	}
	return replyOK(c, faults)
}

func (s *Server) putFault(c *fiber.Ctx) error {
	if err := needJSON(c); err != nil {
		return err
	}
	raw := rawBody(c)
	var document map[string]any
	if err := decodeBytes(raw, &document); err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	set, err := s.Sandbox.SetFault(ctx, raw)
	if err != nil {
		return err
	}
	return replyOK(c, set)
}
