package provider

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"time"

	"clarion/backend/notify"
)

// Line is one integration's way to its vendor. It stands between the vendor's
// SDK and the network: it sees the one request a call makes, keeps the raw
// answer for judging, and refuses a second request whatever the SDK intends.
type Line struct {
	client  http.Client
	timeout time.Duration
	now     func() time.Time
	redact  redactor
}

// NewLine makes a line over the client in d. What a Result says will hold none
// of the secrets, in any of the usual encodings.
func NewLine(d Deps, secrets ...string) *Line {
	l := &Line{client: *d.HTTP, timeout: d.HTTP.Timeout, now: d.Now, redact: newRedactor(secrets)}
	if l.timeout <= 0 {
		l.timeout = DefaultTimeout
	}
	if l.now == nil {
		l.now = time.Now
	}
	// The context of the call keeps the time: http.Client.Timeout would start
	// a goroutine per request as soon as the transport is not net/http's own.
	l.client.Timeout = 0
	l.client.CheckRedirect = stayHere
	next := l.client.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	l.client.Transport = recorder{next}
	return l
}

// HTTP is the client to give to the vendor's SDK. It only takes requests whose
// context came from Start.
func (l *Line) HTTP() *http.Client { return &l.client }

// Now is the line's clock.
func (l *Line) Now() time.Time { return l.now() }

// Clean returns text without secrets, fit to be shown.
func (l *Line) Clean(text string) string { return l.redact.sentence(text) }

// Answer is what the vendor said, whole and untouched.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Call is one call under way.
type Call struct {
	parent, ctx context.Context
	cancel      context.CancelFunc
	trace       httptrace.ClientTrace
	asked       bool
	// onWire is true from the moment a connection was ours: bytes of the
	// request may have left.
	onWire bool
	fault  error
	answer Answer
	// hide are secrets of this call alone.
	hide []string
}

type callKey struct{}

var (
	errSecondRequest = errors.New("a call makes one request only")
	errUnwatched     = errors.New("a request outside a call")
)

// Start begins a call. The caller ends it with End.
func (l *Line) Start(ctx context.Context) *Call {
	c := &Call{parent: ctx}
	c.trace.GetConn = func(string) { c.onWire = false }
	c.trace.GotConn = func(httptrace.GotConnInfo) { c.onWire = true }
	timed, cancel := context.WithTimeout(ctx, l.timeout)
	c.cancel = cancel
	c.ctx = httptrace.WithClientTrace(context.WithValue(timed, callKey{}, c), &c.trace)
	return c
}

// Context carries the call; the SDK's request must be made with it.
func (c *Call) Context() context.Context { return c.ctx }

// End frees what the call holds.
func (c *Call) End() { c.cancel() }

// Settle turns what happened into a Result. Only a whole answer is given to
// judge; refusal is the SDK's error, used when it would not make the call.
func (l *Line) Settle(c *Call, refusal error, judge func(Answer) notify.Result) notify.Result {
	var r notify.Result
	switch {
	case !c.asked:
		r = unasked(c.parent, refusal)
	case c.fault != nil:
		r = broken(c)
	default:
		r = judge(c.answer)
		if r.RetryAfter == 0 && (r.Outcome == notify.RateLimited || r.Outcome == notify.Temporary) {
			r.RetryAfter = RetryAfter(c.answer.Header.Get("Retry-After"), l.now())
		}
	}
	if r.Outcome != notify.OK && r.Detail == "" {
		r.Detail = "The vendor gave no reason."
	}
	if len(c.hide) > 0 && r.Outcome != notify.OK {
		own := newRedactor(c.hide).replace
		r.Code, r.Detail = own.Replace(r.Code), own.Replace(r.Detail)
	}
	r.ProviderMessageID = l.redact.word(r.ProviderMessageID)
	r.Code = l.redact.word(r.Code)
	r.Detail = l.redact.sentence(r.Detail)
	return r
}

// recorder lets one request per Call through and reads its answer to the end,
// so that the SDK parses from memory and the judge sees the same bytes.
type recorder struct{ next http.RoundTripper }

func (r recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	c, ok := req.Context().Value(callKey{}).(*Call)
	if !ok {
		return nil, errUnwatched
	}
	if c.asked {
		return nil, errSecondRequest
	}
	c.asked = true
	resp, err := r.next.RoundTrip(req)
	if err != nil {
		c.fault = err
		return nil, err
	}
	body, err := readAnswer(resp)
	if err != nil {
		c.fault = err
		return nil, err
	}
	c.answer = Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

func readAnswer(resp *http.Response) ([]byte, error) {
	defer resp.Body.Close()
	switch n := resp.ContentLength; {
	case n > AnswerLimit:
		return nil, ErrAnswerTooLong
	case n >= 0:
		body := make([]byte, n)
		_, err := io.ReadFull(resp.Body, body)
		return body, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, AnswerLimit+1))
	if err == nil && len(body) > AnswerLimit {
		err = ErrAnswerTooLong
	}
	return body, err
}
