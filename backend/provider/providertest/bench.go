package providertest

import (
	"bufio"
	"bytes"
	"context"
	"net"
	"strconv"
	"testing"
	"time"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// Bench measures Send over loopback, one call after the other and with many
// under way at once. The vendor shares the machine and is part of the figures.
func Bench(b *testing.B, c Case) {
	b.Run("one by one", func(b *testing.B) {
		s := c.benchSender(b)
		b.ReportAllocs()
		for b.Loop() {
			if r := s.Send(context.Background(), c.Message); r.Outcome != notify.OK {
				b.Fatalf("%+v", r)
			}
		}
	})
	b.Run("64 at once", func(b *testing.B) {
		s := c.benchSender(b)
		b.ReportAllocs()
		b.SetParallelism(32)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if r := s.Send(context.Background(), c.Message); r.Outcome != notify.OK {
					b.Errorf("%+v", r)
				}
			}
		})
	})
}

func (c Case) benchSender(b *testing.B) notify.Sender {
	answer := []byte(c.Yes.text())
	v := &vendor{gone: make(chan struct{}), raw: func(conn net.Conn) { sink(conn, answer) }}
	v.open(b)
	s := c.Open(b, v.url(), provider.ClientOptions{Timeout: time.Minute})
	s.Send(context.Background(), c.Message)
	return s
}

// sink answers every request with the same bytes and parses no more of it than
// its length, so that the figures are about the sender.
func sink(conn net.Conn, answer []byte) {
	for in := bufio.NewReaderSize(conn, 8<<10); ; {
		length := 0
		for {
			line, err := in.ReadSlice('\n')
			if err != nil {
				return
			}
			if len(line) <= 2 {
				break
			}
			if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
				length, _ = strconv.Atoi(string(bytes.TrimSpace(value)))
			}
		}
		if _, err := in.Discard(length); err != nil {
			return
		}
		if _, err := conn.Write(answer); err != nil {
			return
		}
	}
}
