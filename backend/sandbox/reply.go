package sandbox

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"clarion/backend/sandbox/wire"
)

// silence is how a caller is left without an answer, or without all of it.
type silence int

const (
	answers silence = iota
	hangs
	resets
	hangsHalfway
	resetsHalfway
	drips
	floods
)

var halves = map[wire.FaultKind]silence{
	wire.HangMidBody: hangsHalfway, wire.ResetMidBody: resetsHalfway, wire.SlowBody: drips, wire.HugeBody: floods,
}

const (
	// dripEvery is the pace of a slow body, a byte each; dripLength what it claims.
	dripEvery  = time.Second
	dripLength = 100_000
	// floodBytes is how much a huge body has, if the caller reads it.
	floodBytes = 1 << 30
	// holdMost is how long an answer waits for callbacks nobody takes.
	holdMost = 10 * time.Second
)

// hold waits until the callbacks were taken, so that they come before the answer.
func (s *Sandbox) hold(ctx context.Context, owed []*event) {
	enough := time.NewTimer(holdMost)
	defer enough.Stop()
	for _, e := range owed {
		select {
		case <-e.taken:
		case <-enough.C:
			return
		case <-ctx.Done():
			return
		case <-s.closing:
			return
		}
	}
}

func (s *Sandbox) reply(w http.ResponseWriter, r *http.Request, v verdict) {
	switch v.silence {
	case answers:
		v.answer.Write(w)
	case hangs:
		select {
		case <-r.Context().Done():
		case <-s.closing:
		}
		panic(http.ErrAbortHandler)
	default:
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		s.spoil(conn, v)
	}
}

// spoil plays the rest below HTTP and closes the connection. What the caller no
// longer reads is no fault of the vendor.
func (s *Sandbox) spoil(conn net.Conn, v verdict) {
	defer func() { _ = conn.Close() }()
	body, length := v.answer.Body, len(v.answer.Body)+1
	switch v.silence {
	case drips:
		length = dripLength
	case floods:
		length = floodBytes
	}
	if v.silence != resets {
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\n", v.answer.Status, http.StatusText(v.answer.Status), v.answer.ContentType)
		if v.silence == floods {
			_, _ = io.WriteString(conn, "Connection: close\r\n\r\n")
		} else {
			_, _ = fmt.Fprintf(conn, "Content-Length: %d\r\n\r\n%s", length, body[:len(body)/2])
		}
	}
	switch v.silence {
	case resets, resetsHalfway:
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // without it the caller still sees a dropped call
		}
	case hangsHalfway:
		s.untilGone(conn)
	case drips:
		s.drip(conn)
	case floods:
		flood(conn)
	}
}

// untilGone says nothing until the caller leaves or the box closes.
func (s *Sandbox) untilGone(conn net.Conn) {
	gone := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, conn)
		close(gone)
	}()
	select {
	case <-gone:
	case <-s.closing:
		_ = conn.Close()
		<-gone
	}
}

func (s *Sandbox) drip(conn net.Conn) {
	tick := time.NewTicker(dripEvery)
	defer tick.Stop()
	for range dripLength {
		select {
		case <-tick.C:
		case <-s.closing:
			return
		}
		if _, err := conn.Write([]byte(" ")); err != nil {
			return
		}
	}
}

func flood(conn net.Conn) {
	chunk := bytes.Repeat([]byte(" "), 64<<10)
	for written := 0; written < floodBytes; written += len(chunk) {
		if _, err := conn.Write(chunk); err != nil {
			return
		}
	}
}
