package sandbox

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// maxBody is SendGrid's limit, the largest of the four.
const maxBody = 30 << 20

// vendor is one vendor's side of the wire.
type vendor interface {
	// read parses and checks a request the way the vendor does. It finds our
	// message id even in a request it refuses, as far as there is one.
	read(r *http.Request, body []byte) call
	// refuse is the vendor's answer with an error status.
	refuse(status int) answer
	// spoil says what bounce or undelivered means here: a fate of the accepted
	// message, or a refusal when the vendor reports such things at once.
	spoil(kind FaultKind, c *call) (fate string, refusal *answer)
}

// route hangs a vendor under a path.
type route struct {
	prefix   string
	provider string
	vendor   vendor
}

func routes(credentials map[string]map[string]string, t *targets, clock func() time.Time) []route {
	return []route{
		{"/sendgrid/", SendGrid, sendGrid{credentials[SendGrid], clock}},
		{"/twilio/", Twilio, twilio{credentials[Twilio], clock, t.reachable}},
		{"/fcm/", FCM, fcm{credentials[FCM]}},
		{"/slack/api/", Slack, slackAPI{credentials[Slack], clock, new(atomic.Uint32)}},
		{"/slack/services/", Slack, slackHook{credentials[Slack]}},
	}
}

// call is a request as the vendor understood it.
type call struct {
	// path is what the ledger shows: the request's path without secrets.
	path      string
	messageID string
	// refusal is set when the vendor itself would not take it.
	refusal  *answer
	accepted answer
	parcels  []parcel
}

func (c call) refused(a answer) call {
	c.refusal = &a
	return c
}

// parcel is one accepted message to one person.
type parcel struct {
	message Message
	// origin is set when the vendor calls back about it.
	origin *origin
	// fate is how it ends when not in the usual way: a word or code of the
	// vendor.
	fate string
}

// silence is how a caller is left without an answer.
type silence int

const (
	answers silence = iota
	hangs
	resets
)

// verdict is what happens to a call once faults had their say.
type verdict struct {
	fault    FaultKind
	accepted bool
	answer   answer
	silence  silence
	callback Callback
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// ServeHTTP answers as the vendor would, after the call is on the ledger.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	at, ok := s.route(r.URL.Path)
	if !ok {
		http.NotFound(w, r)
		return
	}
	if v, ok := at.vendor.(asker); ok {
		if a := v.ask(r); a != nil {
			a.write(w)
			return
		}
	}
	body := buffers.Get().(*bytes.Buffer)
	body.Reset()
	defer buffers.Put(body)
	_, err := io.Copy(body, io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		panic(http.ErrAbortHandler) // the caller went away before it had asked
	}
	if v, ok := at.vendor.(fcm); ok && r.URL.Path == tokenPath {
		v.serveToken(w, body.Bytes())
		return
	}
	c := s.read(at.vendor, r, body.Bytes())
	v := s.judge(at, &c)
	if !s.record(at, r.Method, &c, v) {
		panic(http.ErrAbortHandler)
	}
	s.reply(w, r, v)
}

func (s *Sandbox) route(path string) (route, bool) {
	for _, at := range s.routes {
		if strings.HasPrefix(path, at.prefix) {
			return at, true
		}
	}
	return route{}, false
}

func (s *Sandbox) read(v vendor, r *http.Request, body []byte) call {
	var refusal answer
	switch {
	case len(body) > maxBody:
		refusal = v.refuse(http.StatusRequestEntityTooLarge)
	case r.Method != http.MethodPost:
		refusal = v.refuse(http.StatusMethodNotAllowed)
	default:
		c := v.read(r, body)
		if c.path == "" {
			c.path = r.URL.Path
		}
		return c
	}
	return call{path: r.URL.Path, refusal: &refusal}
}

func (s *Sandbox) judge(at route, c *call) verdict {
	f, hit := s.faults.roll(at.provider)
	v := verdict{fault: None, callback: f.Callback}
	if hit {
		v.fault = f.Fault
	}
	switch v.fault {
	case Status, RateLimit:
		v.answer = failure(at.vendor, f)
		return v
	case Hang, Reset:
		v.silence = map[FaultKind]silence{Hang: hangs, Reset: resets}[v.fault]
		return v
	}
	if c.refusal != nil {
		v.fault, v.answer = None, *c.refusal
		return v
	}
	return accept(at.vendor, c, v)
}

// accept applies the faults that befall a message the vendor has taken.
func accept(at vendor, c *call, v verdict) verdict {
	v.accepted, v.answer = true, c.accepted
	switch v.fault {
	case TimeoutAfterAccept:
		v.silence = hangs
	case BadJSON:
		v.answer = c.accepted.broken()
	case Bounce, Undelivered:
		fate, refusal := at.spoil(v.fault, c)
		if refusal != nil {
			v.accepted, v.answer = false, *refusal
		}
		for i := range c.parcels {
			c.parcels[i].fate = fate
		}
	}
	return v
}

// record writes the call to the books and reports whether it is safe to answer.
func (s *Sandbox) record(at route, method string, c *call, v verdict) bool {
	if s.tally != nil {
		s.tally.count(c.messageID, v.accepted)
		return true
	}
	request := &Request{
		Provider: at.provider, Method: method, Path: c.path, MessageID: c.messageID,
		ReceivedAt: s.clock(), AnsweredStatus: v.answer.status, Fault: v.fault,
	}
	if v.silence != answers {
		request.AnsweredStatus = 0
	}
	page := page{request: request}
	if v.accepted {
		page.fill(c.parcels, s.plan(c.parcels, v.callback))
	}
	s.book.add(&page)
	if s.journal != nil {
		if err := s.journal.write(page.entries()...); err != nil {
			s.log.Error("sandbox could not write its ledger; the caller gets no answer", "error", err)
			return false
		}
	}
	s.schedule(page.events)
	return true
}

func (s *Sandbox) reply(w http.ResponseWriter, r *http.Request, v verdict) {
	switch v.silence {
	case hangs:
		select {
		case <-r.Context().Done():
		case <-s.closing:
		}
		panic(http.ErrAbortHandler)
	case resets:
		reset(w)
	default:
		v.answer.write(w)
	}
}

// reset drops the connection so that the caller sees a reset, not an end.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // without it the caller still sees a dropped call
	}
	_ = conn.Close()
}
