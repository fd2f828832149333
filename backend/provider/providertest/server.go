package providertest

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Answer is an HTTP answer of a vendor.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// With returns a copy of a with one header more.
func (a Answer) With(key, value string) Answer {
	h := a.Header.Clone()
	if h == nil {
		h = http.Header{}
	}
	h.Set(key, value)
	a.Header = h
	return a
}

// Request is a request the vendor has read to its end.
type Request struct {
	Method string
	Path   string
	Query  string
	Header http.Header
	Body   string
}

// act is what the vendor does on a connection once it has read a request. When
// it returns false the connection is closed.
type act func(conn net.Conn, r Request) bool

// vendor is a scripted server below HTTP: it can lie, stop and hang up at any
// byte, which net/http/httptest cannot.
type vendor struct {
	listener net.Listener
	act      act
	// raw serves one connection.
	raw  func(net.Conn)
	gone chan struct{}
	// tls is set for a vendor that speaks TLS.
	tls *tls.Config
	// arrived gets one value per request read.
	arrived chan struct{}

	mu       sync.Mutex
	requests []Request
	conns    []net.Conn
}

func newVendor(t testing.TB, do act) *vendor {
	t.Helper()
	v := &vendor{act: do, gone: make(chan struct{}), arrived: make(chan struct{}, 1024)}
	v.raw = v.talk
	v.open(t)
	return v
}

func (v *vendor) open(t testing.TB) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	v.listener = l
	if v.tls != nil {
		v.listener = tls.NewListener(l, v.tls)
	}
	go v.serve()
	t.Cleanup(v.close)
}

func (v *vendor) url() string { return "http://" + v.listener.Addr().String() }

func (v *vendor) seen() []Request {
	v.mu.Lock()
	defer v.mu.Unlock()
	return append([]Request(nil), v.requests...)
}

func (v *vendor) close() {
	close(v.gone)
	v.listener.Close()
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, c := range v.conns {
		c.Close()
	}
}

func (v *vendor) serve() {
	for {
		conn, err := v.listener.Accept()
		if err != nil {
			return
		}
		v.mu.Lock()
		v.conns = append(v.conns, conn)
		v.mu.Unlock()
		go func() {
			defer conn.Close()
			v.raw(conn)
		}()
	}
}

func (v *vendor) talk(conn net.Conn) {
	for reader := bufio.NewReader(conn); ; {
		r, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		got := Request{Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Header: r.Header, Body: string(body)}
		v.mu.Lock()
		v.requests = append(v.requests, got)
		v.mu.Unlock()
		v.arrived <- struct{}{}
		if !v.act(conn, got) {
			return
		}
	}
}

// The things a vendor can do.

func (v *vendor) hang() { <-v.gone }

func reply(a Answer) act {
	return func(conn net.Conn, _ Request) bool { return a.write(conn) == nil }
}

func (a Answer) write(w io.Writer) error {
	_, err := io.WriteString(w, a.text())
	return err
}

func (a Answer) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", a.Status, http.StatusText(a.Status))
	for key, values := range a.Header {
		for _, value := range values {
			fmt.Fprintf(&b, "%s: %s\r\n", key, value)
		}
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(a.Body), a.Body)
	return b.String()
}

func hangUp(net.Conn, Request) bool { return false }

func reset(conn net.Conn, _ Request) bool {
	// Lingering for no time makes Close send RST instead of FIN.
	conn.(*net.TCPConn).SetLinger(0)
	return false
}
