package provider

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"os"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
)

// wire carries requests of the standard library's clients over connections of
// its own, with fasthttp to write and read HTTP/1.1: net/http spends two
// goroutines and about a third of a delivery's processor time on each request.
// It follows nothing, asks for no compression, sends no request twice, and knows
// of each call that failed whether a byte of it had left.
type wire struct {
	options ClientOptions
	conns   *conns
}

func newWire(o ClientOptions) *wire { return &wire{options: o, conns: newConns(o)} }

// RoundTrip makes one request. The whole answer is in memory when it returns.
func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	out, err := outgoing(req)
	if err != nil {
		return nil, err
	}
	defer fasthttp.ReleaseRequest(out)
	ctx := req.Context()
	if _, bounded := ctx.Deadline(); !bounded {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, w.options.Timeout)
		defer cancel()
	}
	c, err := w.conns.take(ctx, req.URL)
	if err != nil {
		return nil, told(ctx, err)
	}
	in := fasthttp.AcquireResponse()
	defer fasthttp.ReleaseResponse(in)
	in.SkipBody = req.Method == http.MethodHead
	err = c.exchange(ctx, out, in)
	if c.raw.sent {
		markWritten(req.Context())
	}
	if err != nil {
		c.close()
		return nil, told(ctx, err)
	}
	w.conns.keep(c)
	return incoming(req, in), nil
}

// CloseIdleConnections closes what no request uses.
func (w *wire) CloseIdleConnections() { w.conns.closeIdle(time.Time{}) }

// told puts the end of the caller's patience before what it did to the
// connection.
func told(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, fasthttp.ErrTimeout):
		return context.DeadlineExceeded
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		return ErrAnswerTooLong
	}
	return err
}

// markWritten tells who watches the request that bytes of it have left.
func markWritten(ctx context.Context) {
	if trace := httptrace.ContextClientTrace(ctx); trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
}

// longAgo is a deadline that ends whatever a connection is doing.
var longAgo = time.Unix(1, 0)

// exchange sends one request and reads its answer. What ends ctx ends both.
func (c *conn) exchange(ctx context.Context, out *fasthttp.Request, in *fasthttp.Response) error {
	deadline, _ := ctx.Deadline()
	if err := c.top.SetDeadline(deadline); err != nil {
		return err
	}
	c.raw.sent = false
	stop := context.AfterFunc(ctx, func() { _ = c.top.SetDeadline(longAgo) })
	err := c.ask(out)
	if err == nil {
		err = c.hear(in)
	}
	if !stop() {
		c.spent = true // the deadline may be moved at any time from now on
	}
	c.spent = c.spent || err != nil || out.ConnectionClose() || in.ConnectionClose()
	return err
}

func (c *conn) ask(out *fasthttp.Request) error {
	w := writers.Get().(*bufio.Writer)
	defer writers.Put(w)
	w.Reset(c.top)
	err := out.Write(w)
	if err == nil {
		err = w.Flush()
	}
	w.Reset(nil)
	if c.raw.sent && (errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)) {
		// A vendor that refuses before it has read to the end may have said why.
		c.spent = true
		return nil
	}
	return err
}

func (c *conn) hear(in *fasthttp.Response) error {
	r := readers.Get().(*bufio.Reader)
	defer readers.Put(r)
	r.Reset(c.top)
	err := in.ReadLimitBody(r, AnswerLimit)
	if r.Buffered() > 0 {
		c.spent = true // it said more than it was asked
	}
	r.Reset(nil)
	return err
}

func outgoing(req *http.Request) (*fasthttp.Request, error) {
	out := fasthttp.AcquireRequest()
	out.Header.DisableNormalizing()
	out.Header.SetNoDefaultContentType(true)
	out.Header.SetMethod(req.Method)
	out.SetRequestURI(req.URL.String())
	out.URI().DisablePathNormalizing = true
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
