package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/valyala/fasthttp"

	"clarion/backend/notify"
)

// tally is what the sink has seen. All went well when calls and distinct are the
// number of messages and the others are zero.
type tally struct{ calls, distinct, repeated, unnamed int }

// sink is Twilio with constant work: it finds our message id and the number,
// notes both, and answers as Twilio does. It costs a few microseconds, so that
// the figures are about the sender.
type sink struct {
	address string
	server  *fasthttp.Server

	mu      sync.Mutex
	seen    map[string]struct{}
	count   tally
	arrived map[int]time.Time
	// calls is when each call came.
	calls []time.Time
	// bulk counts messages to others than probes.
	bulk int
	// mails counts emails, text is when the first text came.
	mails   int
	text    time.Time
	held    *stuck
	changed chan struct{}
}

func openSink() (*sink, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the vendor: %w", err)
	}
	s := &sink{address: listener.Addr().String(), changed: make(chan struct{}, 1)}
	s.clear()
	s.server = &fasthttp.Server{Handler: s.serve, NoDefaultServerHeader: true}
	go func() { _ = s.server.Serve(listener) }() // ends with close
	return s, nil
}

func (s *sink) close() { _ = s.server.Shutdown() }

func (s *sink) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen, s.arrived, s.count, s.bulk, s.calls = map[string]struct{}{}, map[int]time.Time{}, tally{}, 0, nil
	s.mails, s.text = 0, time.Time{}
}

func (s *sink) tally() tally {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// answerHead and answerTail are Twilio's answer around the message's own id.
const (
	answerHead = `{"account_sid":"AC00000000000000000000000000000000","api_version":"2010-04-01","body":"sent","date_created":"Sat, 21 Nov 2026 09:00:00 +0000",` +
		`"date_sent":null,"date_updated":"Sat, 21 Nov 2026 09:00:00 +0000","direction":"outbound-api","error_code":null,"error_message":null,` +
		`"from":"+15005550006","messaging_service_sid":null,"num_media":"0","num_segments":"1","price":null,"price_unit":null,"sid":"SM`
	answerTail = `","status":"queued","subresource_uris":{},"to":"+447000000000"}`
)

var (
	idMark    = []byte(notify.MessageID)
	probeMark = []byte("To=%2B" + probePrefix[1:])
)

func (s *sink) serve(c *fasthttp.RequestCtx) {
	s.wait(c.Path())
	now := time.Now()
	body := c.PostBody()
	id := ""
	if at := bytes.Index(body, idMark); at >= 0 && len(body) >= at+len(idMark)+32 {
		id = string(body[at : at+len(idMark)+32])
	}
	mail := bytes.HasPrefix(c.Path(), mailMark)
	s.note(id, probeOf(body), now)
	s.noteKind(mail, now)
	if id == "" {
		c.SetStatusCode(fasthttp.StatusBadRequest)
		return
	}
	if mail {
		answerMail(c, id)
		return
	}
	c.SetStatusCode(fasthttp.StatusCreated)
	c.SetContentType("application/json")
	answer := make([]byte, 0, 1024)
	answer = append(answer, answerHead...)
	answer = append(answer, id[len(idMark):]...)
	answer = append(answer, answerTail...)
	c.Response.SetBodyRaw(answer)
}

// probeOf is the number of the probe a call is for, or -1.
func probeOf(body []byte) int {
	at := bytes.Index(body, probeMark)
	if at < 0 || len(body) < at+len(probeMark)+5 {
		return -1
	}
	n, err := strconv.Atoi(string(body[at+len(probeMark) : at+len(probeMark)+5]))
	if err != nil {
		return -1
	}
	return n
}

func (s *sink) note(id string, probe int, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count.calls++
	s.calls = append(s.calls, now)
	_, again := s.seen[id]
	switch {
	case id == "":
		s.count.unnamed++
	case again:
		s.count.repeated++
	default:
		s.seen[id] = struct{}{}
		s.count.distinct++
	}
	if probe < 0 {
		s.bulk++
	} else if !again {
		s.arrived[probe] = now
	}
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// noteKind tells emails from texts.
func (s *sink) noteKind(mail bool, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if mail {
		s.mails++
	} else if s.text.IsZero() {
		s.text = now
	}
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// ledger is when the calls came, in their order.
func (s *sink) ledger() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.SortedFunc(slices.Values(s.calls), time.Time.Compare)
}

// others is how many messages came for others than probes.
func (s *sink) others() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bulk
}

// until waits for a condition on the sink; one caller at a time.
func (s *sink) until(ctx context.Context, holds func() bool) error {
	for {
		s.mu.Lock()
		done := holds()
		s.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-s.changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// await waits until so many different messages were taken.
func (s *sink) await(ctx context.Context, messages int) error {
	if err := s.until(ctx, func() bool { return s.count.distinct >= messages }); err != nil {
		return fmt.Errorf("the vendor has %+v of %d messages: %w", s.tally(), messages, err)
	}
	return nil
}

// arrival waits for a probe and says when it came.
func (s *sink) arrival(ctx context.Context, probe int) (at time.Time, err error) {
	err = s.until(ctx, func() bool {
		found := false
		at, found = s.arrived[probe]
		return found
	})
	if err != nil {
		return at, fmt.Errorf("probe %d did not arrive: %w", probe, err)
	}
	return at, nil
}
