package provider

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
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
	idlePerHost = 512
)

var errAnswerTooLong = errors.New("the answer is longer than the limit")

// ClientOptions shape the client of one integration.
type ClientOptions struct {
	// Timeout ends a call, answer included; zero means DefaultTimeout.
	Timeout time.Duration
	// Control sees every address after name resolution and before the
	// connection is made; an error refuses it. Nil allows all.
	Control func(ctx context.Context, network, address string, c syscall.RawConn) error
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
	dialer := &net.Dialer{Timeout: min(dialTimeout, o.Timeout), ControlContext: o.Control}
	return &http.Client{
		Timeout:       o.Timeout,
		CheckRedirect: stayHere,
		Transport: &guard{next: &http.Transport{
			DialContext:           dialer.DialContext,
			TLSClientConfig:       o.TLS,
			TLSHandshakeTimeout:   min(dialTimeout, o.Timeout),
			ResponseHeaderTimeout: o.Timeout,
			IdleConnTimeout:       idleTimeout,
			MaxIdleConnsPerHost:   idlePerHost,
			TLSNextProto:          map[string]func(string, *tls.Conn) http.RoundTripper{},
		}},
	}
}

func stayHere(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// guard caps answers and takes from net/http its only way to send a written
// POST again: a request that carries an idempotency key and a rewindable body.
type guard struct{ next http.RoundTripper }

func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.GetBody != nil && looksIdempotent(req.Header) {
		once := *req
		once.GetBody = nil
		req = &once
	}
	resp, err := g.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	resp.Body = &capped{ReadCloser: resp.Body, left: AnswerLimit}
	return resp, nil
}

// CloseIdleConnections lets http.Client close the pool behind the guard.
func (g *guard) CloseIdleConnections() {
	if c, ok := g.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

func looksIdempotent(h http.Header) bool {
	return len(h["Idempotency-Key"]) > 0 || len(h["X-Idempotency-Key"]) > 0
}

// capped is a body that ends in an error once it exceeds the limit.
type capped struct {
	io.ReadCloser
	left int
}

func (c *capped) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	if c.left -= n; c.left < 0 {
		return 0, errAnswerTooLong
	}
	return n, err
}
