package api

import (
	"context"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/inbox"
	"clarion/backend/notify"
)

// maxResume is how many missed frames are sent again; a client that missed more
// refetches.
const maxResume = 500

// InboxTopic is the live topic of a recipient's feed.
func InboxTopic(recipient string) string { return "inbox:" + recipient }

// inboxSocket opens the live inbox for the bearer of a token or a ticket.
func (s *Server) inboxSocket(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	bearer, err := s.socketBearer(ctx, c)
	if err != nil {
		return err
	}
	return s.upgrade(c, "inbox", InboxTopic(bearer.Recipient), bearer.ExpiresAt, func(k *socket) socketWork {
		f := &feedSocket{socket: k, recipient: bearer.Recipient}
		return socketWork{hello: f.hello, frame: f.frame, gap: f.gap, command: f.command}
	})
}

// socketBearer reads the credential from the subprotocols (clarion.v1,
// bearer.<jwt>) or a ticket from the address. A token is never read from the
// address: addresses are logged.
func (s *Server) socketBearer(ctx context.Context, c *fiber.Ctx) (access.Bearer, error) {
	for _, offered := range strings.Split(c.Get("Sec-WebSocket-Protocol"), ",") {
		if raw, ok := strings.CutPrefix(strings.TrimSpace(offered), "bearer."); ok {
			return s.Tokens.Verify(raw, access.ForInbox)
		}
	}
	ticket := c.Query("token")
	if ticket == "" {
		return access.Bearer{}, notify.ErrUnauthenticated
	}
	return s.Tokens.UseTicket(ctx, ticket)
}

// feedSocket is a recipient's feed on one socket. The frames that arrive live
// are hints: their offsets are compared with what was sent, and what is missing
// is read from SQL, so that the client sees every offset once and in order.
type feedSocket struct {
	*socket
	recipient string
	epoch     string
	// first is the offset of hello; last the newest sent.
	first, last int64
}

type helloFrame struct {
	Type   string `json:"type"`
	Epoch  string `json:"epoch"`
	Offset int64  `json:"offset"`
	inbox.Counts
}

type countsFrame struct {
	Type string `json:"type"`
	inbox.Counts
}

var gapFrame = []byte(`{"type":"gap"}`)

func (f *feedSocket) hello(ctx context.Context) error {
	head, err := f.s.Inbox.Head(ctx, f.recipient)
	if err != nil {
		return err
	}
	counts, err := f.s.Inbox.Counts(ctx, f.recipient)
	if err != nil {
		return err
	}
	f.epoch, f.first, f.last = head.Epoch, head.Offset, head.Offset
	return f.sendJSON(helloFrame{"hello", head.Epoch, head.Offset, counts})
}

// frame forwards a live frame. One without an offset is a count; behind a new
// item goes the count it makes, so that no client has to add up.
func (f *feedSocket) frame(ctx context.Context, raw []byte) error {
	var place struct {
		Type   string `json:"type"`
		Offset int64  `json:"offset"`
	}
	if err := json.Unmarshal(raw, &place); err != nil {
		return err
	}
	switch {
	case place.Offset == 0:
		return f.send(raw)
	case place.Offset <= f.last:
		return nil
	case place.Offset == f.last+1:
		f.last = place.Offset
		if err := f.send(raw); err != nil || place.Type != "item" {
			return err
		}
		return f.counts(ctx)
	default:
		return f.gap(ctx)
	}
}

// counts sends the absolute numbers of the bell.
func (f *feedSocket) counts(ctx context.Context) error {
	counts, err := f.s.Inbox.Counts(ctx, f.recipient)
	if err != nil {
		return err
	}
	return f.sendJSON(countsFrame{"counts", counts})
}

// catchUp sends what SQL has after the last frame sent.
func (f *feedSocket) catchUp(ctx context.Context) error {
	frames, complete, err := f.s.Inbox.Since(ctx, f.recipient, f.last, maxResume)
	if err != nil {
		return err
	}
	if !complete {
		return f.startAgain(ctx)
	}
	for _, frame := range frames {
		if err := f.send(frame.JSON); err != nil {
			return err
		}
		f.last = frame.Offset
	}
	return nil
}

// startAgain tells the client to refetch, and goes on from the head.
func (f *feedSocket) startAgain(ctx context.Context) error {
	head, err := f.s.Inbox.Head(ctx, f.recipient)
	if err != nil {
		return err
	}
	f.epoch, f.last = head.Epoch, head.Offset
	return f.send(gapFrame)
}

// gap follows frames that the exchange between processes may have lost.
func (f *feedSocket) gap(ctx context.Context) error {
	if err := f.catchUp(ctx); err != nil {
		return err
	}
	return f.counts(ctx)
}

type clientFrame struct {
	Type   string `json:"type"`
	Epoch  string `json:"epoch"`
	Offset int64  `json:"offset"`
	markInput
}

func (f *feedSocket) command(ctx context.Context, raw []byte) error {
	var in clientFrame
	if err := decodeBytes(raw, &in); err != nil {
		return f.refuse(err)
	}
	switch in.Type {
	case "resume":
		return f.resume(ctx, in)
	case "mark":
		return f.mark(ctx, in)
	default:
		return f.refuse(notify.InvalidField("type", "not_an_option", "must be resume or mark"))
	}
}

// resume sends what the client missed before this connection. What came since
// hello has been sent already.
func (f *feedSocket) resume(ctx context.Context, in clientFrame) error {
	if in.Epoch != f.epoch || in.Offset < 0 || in.Offset > f.last {
		return f.send(gapFrame)
	}
	if in.Offset >= f.first {
		return nil
	}
	frames, complete, err := f.s.Inbox.Since(ctx, f.recipient, in.Offset, maxResume)
	if err != nil {
		return err
	}
	if !complete {
		return f.send(gapFrame)
	}
	for _, frame := range frames {
		if frame.Offset > f.first {
			break
		}
		if err := f.send(frame.JSON); err != nil {
			return err
		}
	}
	return nil
}

// mark changes items; what changed comes back as frames, on every socket of the
// recipient.
func (f *feedSocket) mark(ctx context.Context, in clientFrame) error {
	if _, err := f.s.Inbox.Mark(ctx, in.markInput.mark(f.recipient)); err != nil {
		return f.refuse(err)
	}
	return nil
}

// refuse tells the client what was wrong with its message and keeps the socket.
func (f *feedSocket) refuse(err error) error {
	fault, recognised := translate(err)
	if !recognised {
		return err
	}
	return f.sendJSON(struct {
		Type  string    `json:"type"`
		Error faultBody `json:"error"`
	}{"error", faultBody{fault.kind, fault.fields}})
}
