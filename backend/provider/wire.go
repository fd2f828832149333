package provider

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
)

// wire carries requests of the standard library's clients over fasthttp's
// connections: net/http spends two goroutines and about a third of a delivery's
// processor time on each request. It speaks HTTP/1.1, follows nothing, asks for
// no compression and sends no request twice.
type wire struct {
	options ClientOptions
	dialer  net.Dialer

	mu    sync.Mutex
	hosts map[string]*fasthttp.HostClient
}

const (
	// wireConns bounds the connections to one host; the lanes of an integration
	// stay far below it.
	wireConns = 1 << 14
	// wireHeaders is the most bytes of headers a vendor may answer with.
	wireHeaders = 32 << 10
)

func newWire(o ClientOptions) *wire {
	return &wire{
		options: o, hosts: map[string]*fasthttp.HostClient{},
		dialer: net.Dialer{Timeout: min(dialTimeout, o.Timeout), ControlContext: o.Control},
	}
}

// unreached is a fault before the first byte of a request was written: the
// vendor cannot have it.
type unreached struct{ error }

func (u unreached) Unwrap() error { return u.error }

// errGone says that the vendor closed a connection while it was idle.
var errGone = errors.New("the vendor closed the idle connection")

// RoundTrip makes one request. The whole answer is in memory when it returns.
func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out, err := outgoing(req)
	if err != nil {
		return nil, err
	}
	done := make(chan passage, 1)
	go func() { done <- w.do(req, out) }()
	select {
	case p := <-done:
		if p.written {
			markWritten(ctx)
		}
		return p.resp, p.err
	case <-ctx.Done():
		// The connection is given up at its own deadline, which is this one or
		// soon after. The request may have left.
		markWritten(ctx)
		return nil, ctx.Err()
	}
}

// passage is what became of a request; written says that bytes of it may have
// left.
type passage struct {
	resp    *http.Response
	written bool
	err     error
}

// markWritten tells who watches the request that bytes of it may have left.
func markWritten(ctx context.Context) {
	if trace := httptrace.ContextClientTrace(ctx); trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
}

func outgoing(req *http.Request) (*fasthttp.Request, error) {
	out := fasthttp.AcquireRequest()
	out.Header.DisableNormalizing()
	out.Header.SetMethod(req.Method)
	out.SetRequestURI(req.URL.String())
	if req.Host != "" {
		out.UseHostHeader = true
		out.Header.SetHost(req.Host)
	}
	for key, values := range req.Header {
		for _, value := range values {
			out.Header.Add(key, value)
		}
	}
	if req.Body == nil {
		return out, nil
	}
	_, err := io.Copy(out.BodyWriter(), req.Body)
	if err = errors.Join(err, req.Body.Close()); err != nil {
		fasthttp.ReleaseRequest(out)
		return nil, fmt.Errorf("read the request's body: %w", err)
	}
	return out, nil
}

// do releases out.
func (w *wire) do(req *http.Request, out *fasthttp.Request) passage {
	defer fasthttp.ReleaseRequest(out)
	in := fasthttp.AcquireResponse()
	defer fasthttp.ReleaseResponse(in)
	host := w.host(req)
	deadline, bounded := req.Context().Deadline()
	if !bounded {
		deadline = time.Now().Add(w.options.Timeout)
	}
	err := host.DoDeadline(out, in, deadline)
	for errors.Is(err, errGone) {
		err = host.DoDeadline(out, in, deadline) // Nothing was written.
	}
	var never unreached
	switch {
	case err == nil:
		return passage{incoming(req, in), true, nil} //nolint:bodyclose // whoever made the request closes it
	case errors.As(err, &never):
		return passage{nil, false, never.error}
	case errors.Is(err, fasthttp.ErrNoFreeConns):
		return passage{nil, false, err}
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		return passage{nil, true, errAnswerTooLong}
	case errors.Is(err, fasthttp.ErrTimeout):
		return passage{nil, true, context.DeadlineExceeded}
	}
	return passage{nil, true, err}
}

func incoming(req *http.Request, in *fasthttp.Response) *http.Response {
	body := bytes.Clone(in.Body())
	resp := &http.Response{
		Status: fmt.Sprintf("%d %s", in.StatusCode(), http.StatusText(in.StatusCode())), StatusCode: in.StatusCode(),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: make(http.Header, 8), Request: req,
		ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewReader(body)),
	}
	in.Header.VisitAll(func(key, value []byte) {
		resp.Header.Add(string(key), string(value))
	})
	return resp
}

func (w *wire) host(req *http.Request) *fasthttp.HostClient {
	secure := req.URL.Scheme == "https"
	address := fasthttp.AddMissingPort(req.URL.Host, secure)
	key := req.URL.Scheme + "://" + address
	w.mu.Lock()
	defer w.mu.Unlock()
	if found := w.hosts[key]; found != nil {
		return found
	}
	made := &fasthttp.HostClient{
		Addr: address, IsTLS: secure, MaxConns: wireConns, MaxIdleConnDuration: idleTimeout, MaxIdemponentCallAttempts: 1,
		MaxResponseBodySize: AnswerLimit, ReadBufferSize: wireHeaders, NoDefaultUserAgentHeader: true, DisablePathNormalizing: true,
		RetryIf: func(*fasthttp.Request) bool { return false },
		Dial: func(address string) (net.Conn, error) {
			conn, err := w.dial(address, secure)
			if err != nil {
				return nil, unreached{err}
			}
			return conn, nil
		},
	}
	w.hosts[key] = made
	return made
}

func (w *wire) dial(address string, secure bool) (net.Conn, error) {
	raw, err := w.dialer.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	conn := &watchedConn{Conn: raw}
	if !secure {
		return conn, nil
	}
	settings := w.options.TLS.Clone()
	if settings == nil {
		settings = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if settings.ServerName == "" {
		settings.ServerName, _, _ = net.SplitHostPort(address)
	}
	over := tls.Client(conn, settings)
	ctx, cancel := context.WithTimeout(context.Background(), min(dialTimeout, w.options.Timeout))
	defer cancel()
	if err := over.HandshakeContext(ctx); err != nil {
		_ = raw.Close()
		return nil, err
	}
	conn.idle = false
	return over, nil
}

// CloseIdleConnections closes what no request uses.
func (w *wire) CloseIdleConnections() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, host := range w.hosts {
		host.CloseIdleConnections()
	}
}

// watchedConn notices before the first byte of a request that the vendor has
// closed the connection meanwhile. Without it a request would be lost in doubt
// whenever a vendor ends a quiet connection a little earlier than we do.
type watchedConn struct {
	net.Conn
	// idle is true between the end of an answer and the next request.
	idle bool
}

// Read tells a reset as an answer cut short: fasthttp takes one in the middle of
// a body for its end.
func (c *watchedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if errors.Is(err, syscall.ECONNRESET) {
		err = io.ErrUnexpectedEOF
	}
	c.idle = true
	return n, err
}

func (c *watchedConn) Write(p []byte) (int, error) {
	if c.idle && !c.quiet() {
		return 0, errGone
	}
	c.idle = false
	return c.Conn.Write(p)
}

// quiet reports whether the connection is open and has nothing to say.
func (c *watchedConn) quiet() bool {
	raw, err := c.Conn.(syscall.Conn).SyscallConn()
	if err != nil {
		return false
	}
	silent := false
	err = raw.Read(func(fd uintptr) bool {
		var one [1]byte
		_, _, said := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		silent = errors.Is(said, syscall.EAGAIN) || errors.Is(said, syscall.EWOULDBLOCK)
		return true
	})
	return err == nil && silent
}
