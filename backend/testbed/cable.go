package testbed

import (
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// Cable is a loopback connection to a server that can be cut: what ran over it
// breaks off, and nobody gets through until it is mended.
type Cable struct {
	to string

	mu    sync.Mutex
	isCut bool
	open  map[net.Conn]struct{}
}

// Lay puts a cable in front of the server at the URL and returns it with the
// URL of its near end. It is taken away when the test ends.
func Lay(tb testing.TB, address string) (*Cable, string) {
	tb.Helper()
	server, err := url.Parse(address)
	if err != nil {
		tb.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	c := &Cable{to: server.Host, open: map[net.Conn]struct{}{}}
	go c.serve(listener)
	tb.Cleanup(func() {
		listener.Close()
		c.Cut()
	})
	server.Host = listener.Addr().String()
	return c, server.String()
}

// Cut breaks every connection and lets no new one through.
func (c *Cable) Cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.isCut = true
	for conn := range c.open {
		conn.Close()
	}
}

// Mend lets new connections through again.
func (c *Cable) Mend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.isCut = false
}

func (c *Cable) serve(listener net.Listener) {
	for {
		near, err := listener.Accept()
		if err != nil {
			return
		}
		go c.join(near)
	}
}

func (c *Cable) join(near net.Conn) {
	defer near.Close()
	far, err := net.Dial("tcp", c.to)
	if err != nil {
		return
	}
	defer far.Close()
	if !c.add(near, far) {
		return
	}
	defer c.remove(near, far)
	go func() {
		_, _ = io.Copy(far, near)
		far.Close()
	}()
	_, _ = io.Copy(near, far)
}

// add keeps both ends for the cut, unless the cable is cut already.
func (c *Cable) add(ends ...net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, end := range ends {
		if !c.isCut {
			c.open[end] = struct{}{}
		}
	}
	return !c.isCut
}

func (c *Cable) remove(ends ...net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, end := range ends {
		delete(c.open, end)
	}
}
