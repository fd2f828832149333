package sandbox

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"

	"clarion/backend/sandbox/wire"
)

// maxBody is SendGrid's limit, the largest of all.
const maxBody = 30 << 20

// route hangs a vendor's desk under a path.
type route struct {
	prefix   string
	provider string
	desk     wire.Desk
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
	fault    wire.FaultKind
	accepted bool
	answer   wire.Answer
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
	if v, ok := at.desk.(wire.Asker); ok {
		if a := v.Ask(r); a != nil {
			a.Write(w)
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
	c := s.read(at.desk, r, body.Bytes())
	v := s.judge(at, &c)
	if !s.record(at, r.Method, &c, v) {
		panic(http.ErrAbortHandler)
	}
	s.reply(w, r, v)
}

// take is how a vendor that does not speak HTTP passes a call on.
func (s *Sandbox) take(at route) wire.Take {
	return func(c *wire.Call) wire.Reply {
		v := s.judge(at, c)
		if !s.record(at, strings.ToUpper(at.provider), c, v) {
			return wire.Reply{Fault: wire.Reset}
		}
		return wire.Reply{Answer: v.answer, Fault: v.fault}
	}
}

func (s *Sandbox) route(path string) (route, bool) {
	for _, at := range s.routes {
		if strings.HasPrefix(path, at.prefix) {
			return at, true
		}
	}
	return route{}, false
}

func (s *Sandbox) read(v wire.Desk, r *http.Request, body []byte) wire.Call {
	var refusal wire.Answer
	switch {
	case len(body) > maxBody:
		refusal = v.Refuse(http.StatusRequestEntityTooLarge)
	case r.Method != methodOf(v, r.URL.Path):
		refusal = v.Refuse(http.StatusMethodNotAllowed)
	default:
		c := v.Read(r, body)
		if c.Path == "" {
			c.Path = r.URL.Path
		}
		return c
	}
	return wire.Call{Path: r.URL.Path, Refusal: &refusal}
}

// methodOf is how a desk wants a path to be asked for.
func methodOf(v wire.Desk, path string) string {
	if g, ok := v.(wire.Getter); ok && g.Gets(path) {
		return http.MethodGet
	}
	return http.MethodPost
}

func (s *Sandbox) judge(at route, c *wire.Call) verdict {
	f, hit := s.faults.roll(at.provider)
	v := verdict{fault: None, callback: f.Callback}
	if hit {
		v.fault = f.Fault
	}
	switch v.fault {
	case Status, RateLimit:
		v.answer = failure(at.desk, f)
		return v
	case Hang, Reset:
		v.silence = map[wire.FaultKind]silence{Hang: hangs, Reset: resets}[v.fault]
		return v
	}
	if c.Refusal != nil {
		v.fault, v.answer = None, *c.Refusal
		return v
	}
	return accept(at.desk, c, v)
}

// accept applies the faults that befall a message the vendor has taken.
func accept(at wire.Desk, c *wire.Call, v verdict) verdict {
	v.accepted, v.answer = true, c.Accepted
	switch v.fault {
	case TimeoutAfterAccept:
		v.silence = hangs
	case BadJSON:
		v.answer = c.Accepted.Broken()
	case Bounce, Undelivered:
		fate, refusal := at.Spoil(v.fault, c)
		if refusal != nil {
			v.accepted, v.answer = false, *refusal
		}
		for i := range c.Parcels {
			c.Parcels[i].Fate, c.Parcels[i].Lost = fate, true
		}
	}
	return v
}

// record writes the call to the books and reports whether it is safe to answer.
func (s *Sandbox) record(at route, method string, c *wire.Call, v verdict) bool {
	if s.tally != nil {
		s.tally.count(c.MessageID, v.accepted)
		return true
	}
	request := &Request{
		Provider: at.provider, Method: method, Path: c.Path, MessageID: c.MessageID,
		ReceivedAt: s.clock(), AnsweredStatus: v.answer.Status, Fault: v.fault,
	}
	if v.silence != answers {
		request.AnsweredStatus = 0
	}
	page := page{request: request}
	if v.accepted {
		page.fill(c.Parcels, s.plan(c.Parcels, v.callback))
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
		v.answer.Write(w)
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
