package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
)

// PagesTopic is the live topic of the admin's pages. Its frames are
// {"type":"messages","ids":[…]} and {"type":"changed","kind":"template","ids":[…]}.
const PagesTopic = "live:pages"

// peekAge is how old the knowledge of who sits at a socket may be when a change
// is told.
const peekAge = time.Second

// liveSocket tells a member's pages what changed. A missed frame costs nothing
// but a refetch, so a gap says only that.
func (s *Server) liveSocket(c *fiber.Ctx) error {
	cookie, signedIn := c.Cookies(sessionCookie), callOf(c).member
	return s.upgrade(c, "live", PagesTopic, signedIn.Session.ExpiresAt, func(k *socket) socketWork {
		p := &pageSocket{socket: k, cookie: cookie, member: signedIn.Member, known: s.clock.Now()}
		return socketWork{
			hello: func(context.Context) error { return k.send([]byte(`{"type":"hello"}`)) },
			frame: p.frame,
			gap:   func(context.Context) error { return k.send(gapFrame) },
			beat:  p.peek,
		}
	})
}

// pageSocket is a member's pages in one browser. A session may end and a role
// may change while it is open, so who sits there is looked up again.
type pageSocket struct {
	*socket
	cookie string
	member access.Member
	known  time.Time
}

type pageFrame struct {
	Type string   `json:"type"`
	Kind string   `json:"kind"`
	IDs  []string `json:"ids"`
}

// frame tells of a change to those who may read what changed. Messages may be
// read by whoever may open this socket.
func (p *pageSocket) frame(ctx context.Context, raw []byte) error {
	var f pageFrame
	if err := json.Unmarshal(raw, &f); err != nil {
		return err
	}
	if f.Type != "changed" {
		return p.send(raw)
	}
	if p.s.clock.Now().Sub(p.known) >= peekAge {
		if err := p.peek(ctx); err != nil {
			return err
		}
	}
	if needs, known := p.s.readable[f.Kind]; known && access.Allows(p.member.Role.Permissions(), needs) {
		return p.send(raw)
	}
	// What became of oneself is no secret: a new role changes every page.
	if f.Kind == "member" && slices.Contains(f.IDs, p.member.ID) {
		return p.sendJSON(pageFrame{Type: f.Type, Kind: f.Kind, IDs: []string{p.member.ID}})
	}
	return nil
}

// peek looks up who sits here; a session that has ended ends the socket.
func (p *pageSocket) peek(ctx context.Context) error {
	signedIn, err := p.s.Members.Peek(ctx, p.cookie)
	if err != nil {
		return err
	}
	p.member, p.known = signedIn.Member, p.s.clock.Now()
	return nil
}

// readableKinds says which permission reads what is named in the audit log: that
// of the GET at the path of a change, or further up. A kind that nobody but its
// owner can read is not told to anybody.
func readableKinds(table []route) map[string]access.Permission {
	reads := map[string]access.Permission{}
	for _, r := range table {
		if r.reads() && r.needs != "" && (r.who == callers || r.who == members) {
			reads[r.path] = r.needs
		}
	}
	kinds := map[string]access.Permission{}
	for _, r := range table {
		for path := r.path; r.trail.action != "" && path != ""; path = path[:strings.LastIndexByte(path, '/')] {
			if needs, ok := reads[path]; ok {
				kinds[r.trail.kind()] = needs
				break
			}
		}
	}
	return kinds
}
