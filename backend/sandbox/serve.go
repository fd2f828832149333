package sandbox

import (
	"bytes"
	"io"
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
	owed, ok := s.record(at, r.Method, &c, v)
	if !ok {
		panic(http.ErrAbortHandler)
	}
	if v.callback.BeforeAnswer {
		s.hold(r.Context(), owed)
	}
	s.reply(w, r, v)
}

// take is how a vendor that does not speak HTTP passes a call on.
func (s *Sandbox) take(at route) wire.Take {
	return func(c *wire.Call) wire.Reply {
		v := s.judge(at, c)
		if _, ok := s.record(at, strings.ToUpper(at.provider), c, v); !ok {
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
	if d, ok := v.(wire.Deleter); ok && d.Deletes(path) {
		return http.MethodDelete
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
		v.answer = failure(at.desk, f, s.clock())
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
	case wire.HangMidBody, wire.ResetMidBody, wire.SlowBody, wire.HugeBody:
		v.silence = halves[v.fault]
	case BadJSON:
		v.answer = c.Accepted.Broken()
	case wire.NoID:
		v.answer = c.Accepted.Bare()
	case wire.WrongType:
		v.answer.ContentType = wire.AsHTML
	case Bounce, Undelivered:
		fate, refusal := at.Spoil(v.fault, c)
		if refusal != nil {
			v.accepted, v.answer = false, *refusal
		}
		for i := range c.Parcels {
			c.Parcels[i].Fate, c.Parcels[i].Lost = fate, true
		}
	default:
		return refused(at, c, v)
	}
	return v
}

// refused applies the faults with which the vendor did not take a message.
func refused(at wire.Desk, c *wire.Call, v verdict) verdict {
	if v.fault == None || len(c.Parcels) == 0 && v.fault != wire.Redirect {
		v.fault = None // what is no message, as a question for a token, is answered
		return v
	}
	words := wire.Words{}
	if w, ok := at.(wire.Worder); ok {
		words = w.Words(c)
	}
	switch word := words[v.fault]; {
	case v.fault == wire.Redirect:
		v.answer = wire.Answer{Status: http.StatusTemporaryRedirect, ContentType: wire.AsHTML}.With("Location", "http://127.0.0.1:1/inside")
	case v.fault == wire.OKWithError:
		v.answer = at.Refuse(http.StatusBadRequest)
		if no := words[wire.ContentRejected]; no != nil {
			v.answer = *no
		}
		v.answer.Status = c.Accepted.Status
	case word != nil:
		v.answer = *word
	default:
		v.fault = None // this desk has no words for it
		return v
	}
	v.accepted = false
	return v
}

// record writes the call to the books and reports what callbacks are owed for it
// and whether it is safe to answer.
func (s *Sandbox) record(at route, method string, c *wire.Call, v verdict) ([]*event, bool) {
	if s.tally != nil {
		s.tally.count(c.MessageID, v.accepted)
		return nil, true
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
			return nil, false
		}
	}
	s.schedule(page.events)
	return page.events, true
}
