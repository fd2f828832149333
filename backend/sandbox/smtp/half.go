package smtp

import (
	"bytes"
	"net"
	"time"

	"clarion/backend/sandbox/wire"
)

// half answers without an end: a reply that stops, drips, or goes on for ever.
func (s *session) half(r wire.Reply) bool {
	_ = s.line.SetDeadline(time.Time{})
	switch r.Fault {
	case wire.SlowBody:
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for _, err := s.line.Write([]byte("250-")); err == nil; _, err = s.line.Write([]byte(".")) {
			select {
			case <-tick.C:
			case <-s.done:
				return false
			}
		}
		return false
	case wire.HugeBody:
		line := append([]byte("250-"), append(bytes.Repeat([]byte("."), 500), '\r', '\n')...)
		for written := 0; written < 1<<30; written += len(line) {
			if _, err := s.line.Write(line); err != nil {
				return false
			}
		}
		return false
	}
	_, _ = s.line.Write([]byte("25"))
	if r.Fault == wire.HangMidBody {
		s.wait()
		return false
	}
	if tcp, ok := s.raw.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // without it the client still sees a dropped talk
	}
	return false
}
