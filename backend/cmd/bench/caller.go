package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"

	"github.com/valyala/fasthttp"
	"golang.org/x/sync/errgroup"
)

// caller is one keep-alive client. It writes prepared bytes and parses no more
// of the answer than it must, so that the figures are about the server.
type caller struct {
	conn   net.Conn
	in     *bufio.Reader
	head   []byte
	out    []byte
	answer fasthttp.Response
}

func dial(url, key string) (*caller, error) {
	host := strings.TrimPrefix(url, "http://")
	conn, err := new(net.Dialer).DialContext(context.Background(), "tcp", host)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", host, err)
	}
	head := "POST /v1/events HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: application/json\r\nAuthorization: Bearer " + key + "\r\nContent-Length: "
	return &caller{conn: conn, in: bufio.NewReader(conn), head: []byte(head)}, nil
}

// post sends one event; anything but 202 is an error. The answer is good until
// the next call.
func (c *caller) post(body []byte) ([]byte, error) {
	c.out = append(c.out[:0], c.head...)
	c.out = strconv.AppendInt(c.out, int64(len(body)), 10)
	c.out = append(c.out, "\r\n\r\n"...)
	c.out = append(c.out, body...)
	if _, err := c.conn.Write(c.out); err != nil {
		return nil, fmt.Errorf("post an event: %w", err)
	}
	if err := c.answer.Read(c.in); err != nil {
		return nil, fmt.Errorf("read the answer to an event: %w", err)
	}
	if code := c.answer.StatusCode(); code != fasthttp.StatusAccepted {
		return nil, fmt.Errorf("an event was answered with %d: %s", code, c.answer.Body())
	}
	return c.answer.Body(), nil
}

// flood is n events by so many clients at once.
type flood struct {
	url, key string
	clients  int
	n        int
	// body appends the body of event i.
	body func(b []byte, i int) []byte
	// heard is told of every answer, by one client at a time for each place.
	heard func(i int, answer []byte)
}

// post shares the events among the clients, each with a connection of its own,
// and returns when all are answered.
func (f flood) post() error {
	var clients errgroup.Group
	for at := range f.clients {
		clients.Go(func() error {
			c, err := dial(f.url, f.key)
			if err != nil {
				return err
			}
			defer c.conn.Close()
			var body []byte
			for i := at; i < f.n; i += f.clients {
				body = f.body(body[:0], i)
				answer, err := c.post(body)
				if err != nil {
					return err
				}
				if f.heard != nil {
					f.heard(i, answer)
				}
			}
			return nil
		})
	}
	return clients.Wait()
}

// eventBody appends an event to one recipient.
func eventBody(b []byte, eventType, to string, order int) []byte {
	b = append(b, `{"type":"`...)
	b = append(b, eventType...)
	b = append(b, `","to":["`...)
	b = append(b, to...)
	b = append(b, `"],"data":{"order_id":"`...)
	b = strconv.AppendInt(b, int64(order), 10)
	b = append(b, `","carrier":"DHL","eta":"tomorrow"},"idempotency_key":"order-`...)
	b = strconv.AppendInt(b, int64(order), 10)
	return append(b, `"}`...)
}

// callers are connections kept for whoever needs one next.
type callers struct {
	mu   sync.Mutex
	free []*caller
}

func (l *callers) take(url, key string) (*caller, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.free); n > 0 {
		c := l.free[n-1]
		l.free = l.free[:n-1]
		return c, nil
	}
	return dial(url, key)
}

func (l *callers) put(c *caller) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.free = append(l.free, c)
}

func (l *callers) close() {
	for _, c := range l.free {
		_ = c.conn.Close()
	}
}
