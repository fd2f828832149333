package provider

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"syscall"
	"time"
)

// AnswerLimit is the most bytes of a vendor's answer that are read. No vendor
// needs more, and an endless answer must not fill the memory.
const AnswerLimit = 1 << 20

// The limits of a call when ClientOptions names none.
const (
	DefaultTimeout = 10 * time.Second
	dialTimeout    = 3 * time.Second
	// idleTimeout is well below what vendors keep a quiet connection open, so
	// that we seldom write into one they have just closed.
	idleTimeout = 30 * time.Second
)

// ErrAnswerTooLong ends a call whose answer exceeds the limit.
var ErrAnswerTooLong = errors.New("the answer is longer than the limit")

// ClientOptions shape the client of one integration.
type ClientOptions struct {
	// Timeout ends a call, answer included; zero means DefaultTimeout.
	Timeout time.Duration
	// Control sees every address after name resolution and before the
	// connection is made; an error refuses it. Nil allows all.
	Control func(ctx context.Context, network, address string, c syscall.RawConn) error
	// Resolver finds the addresses of a name; nil is the machine's own.
	Resolver *net.Resolver
	// TLS replaces the default TLS settings when it is set.
	TLS *tls.Config
}

// NewHTTPClient makes the client for one integration: bounded in time and in
// what it reads, following no redirect and never sending a request twice. It
// speaks HTTP/1.1 only, because HTTP/2 resends streams by itself and lets one
// stalled connection hold every call.
func NewHTTPClient(o ClientOptions) *http.Client {
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	return &http.Client{Timeout: o.Timeout, CheckRedirect: stayHere, Transport: newWire(o)}
}

func stayHere(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
