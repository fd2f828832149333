package api

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
)

type callKind uint8

const (
	anonymous callKind = iota
	byKey
	byMember
	byRecipient
)

// call is what is known about the request under way.
type call struct {
	trace string
	kind  callKind
	key   access.Key
	// member is set for a signed-in browser, bearer for a recipient's token.
	member access.SignedIn
	bearer access.Bearer
	// note is what the handler tells the audit log.
	note note
	// ctx is set by the guard and lives as long as the request.
	ctx context.Context
}

type callSlot struct{}

func callOf(c *fiber.Ctx) *call {
	if found, ok := c.Locals(callSlot{}).(*call); ok {
		return found
	}
	// Errors of the HTTP parser come without passing the door.
	made := &call{trace: traceOf(c)}
	c.Locals(callSlot{}, made)
	return made
}

// allows reports whether the caller holds the permission.
func (k *call) allows(p access.Permission) bool {
	switch k.kind {
	case byKey:
		return access.Allows(k.key.Scopes, p)
	case byMember:
		return access.Allows(k.member.Member.Role.Permissions(), p)
	default:
		return false
	}
}

// id names the caller: the owner of idempotency keys and of versions.
func (k *call) id() string {
	switch k.kind {
	case byKey:
		return k.key.ID
	case byMember:
		return k.member.Member.ID
	case byRecipient:
		return k.bearer.Recipient
	default:
		return ""
	}
}

// source is the business system that an event of this caller comes from.
func (k *call) source() string {
	if k.kind == byKey {
		return k.key.Source
	}
	return access.BootstrapSource
}

// ownRecipient is whose inbox the caller sees.
func (k *call) ownRecipient() access.Bearer {
	if k.kind == byMember {
		return access.Bearer{Recipient: k.member.Member.RecipientID, ExpiresAt: k.member.Session.ExpiresAt}
	}
	return k.bearer
}

// traceOf takes the caller's trace id, or the one of a W3C traceparent, or
// makes one.
func traceOf(c *fiber.Ctx) string {
	if given := c.Get("X-Trace-Id"); given != "" && len(given) <= 64 && !strings.ContainsFunc(given, notInTrace) {
		return given
	}
	if parts := strings.Split(c.Get("traceparent"), "-"); len(parts) >= 4 && len(parts[1]) == 32 {
		id := parts[1]
		if !strings.ContainsFunc(id, notLowerHex) && strings.Trim(id, "0") != "" {
			return id
		}
	}
	return newTrace(time.Now())
}

// newTrace is a trace id of W3C's form. It begins with the milliseconds since
// 1970, so that the index of traces grows at its end and not everywhere; the
// rest is chance.
func newTrace(now time.Time) string {
	var id [16]byte
	binary.BigEndian.PutUint64(id[:8], uint64(now.UnixMilli())<<16|rand.Uint64()>>48)
	binary.BigEndian.PutUint64(id[8:], rand.Uint64())
	var text [32]byte
	hex.Encode(text[:], id[:])
	return string(text[:])
}

func notInTrace(r rune) bool {
	return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_' && r != '.' && r != ':'
}

func notLowerHex(r rune) bool { return (r < '0' || r > '9') && (r < 'a' || r > 'f') }

// deadline is the context of a request's work. Behind a guard there is one for
// the whole request, which the guard ends.
func (s *Server) deadline(c *fiber.Ctx) (context.Context, context.CancelFunc) {
	if ctx := callOf(c).ctx; ctx != nil {
		return ctx, func() {}
	}
	p := newPatience(s.life, time.Now().Add(requestTime))
	return p, p.cancel
}
