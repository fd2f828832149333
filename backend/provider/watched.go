package provider

import (
	"errors"
	"io"
	"net"
	"syscall"
)

// watchedConn knows whether bytes have left by it.
type watchedConn struct {
	net.Conn
	// sent is true once bytes were given to the network since it was last reset.
	sent bool
}

// Read tells a reset as an answer cut short: fasthttp takes one in the middle of
// a body for its end.
func (c *watchedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if errors.Is(err, syscall.ECONNRESET) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (c *watchedConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.sent = c.sent || n > 0
	return n, err
}

// quiet reports whether the connection is open and has nothing to say.
func (c *watchedConn) quiet() bool {
	raw, err := c.Conn.(syscall.Conn).SyscallConn()
	if err != nil {
		return false
	}
	silent := false
	err = raw.Read(func(fd uintptr) bool {
		var one [1]byte
		_, _, said := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		silent = errors.Is(said, syscall.EAGAIN) || errors.Is(said, syscall.EWOULDBLOCK)
		return true
	})
	return err == nil && silent
}
