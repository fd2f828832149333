package api

import (
	"context"
	"time"

	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"
)

// subprotocol is what our sockets speak.
const subprotocol = "clarion.v1"

const (
	// maxFrame is the longest message a client may send.
	maxFrame = 64 << 10
	// maxPerSecond is how many messages a client may send in one second.
	maxPerSecond = 50
	writeTime    = 10 * time.Second
	// closeSignedOut tells a client that connecting again is of no use.
	closeSignedOut = 4401
)

// socketPace is how often a socket is pinged and how long silence may last.
type socketPace struct {
	ping, silence time.Duration
}

var usualPace = socketPace{ping: 25 * time.Second, silence: 60 * time.Second}

// Feed is a subscription to live frames. Frames is closed when it ended, which
// means that its reader was too slow. Gap tells that frames may be missing.
type Feed struct {
	Frames <-chan []byte
	Gap    <-chan struct{}
	Close  func()
}

// socket is one open connection. One goroutine reads, another does everything
// else, so that writes never meet.
type socket struct {
	s       *Server
	conn    *websocket.Conn
	feed    Feed
	expires time.Time
	pace    socketPace
	// commands are what the client sent; closed when it is gone.
	commands chan []byte
}

// socketWork is what a kind of socket does with what arrives.
type socketWork struct {
	// hello runs after the subscription began, so that nothing falls between.
	hello func(context.Context) error
	frame func(context.Context, []byte) error
	gap   func(context.Context) error
	// command answers a client's message; nil ignores them.
	command func(context.Context, []byte) error
	// beat runs with every ping; nil when there is nothing to look after.
	beat func(context.Context) error
}

// upgrade turns the request into a socket on a topic, open until the credential
// ends. The caller has been checked; here the Origin is.
func (s *Server) upgrade(c *fiber.Ctx, name, topic string, expires time.Time, work func(*socket) socketWork) error {
	if !websocket.IsWebSocketUpgrade(c) {
		return ofFiberError(fiber.StatusUpgradeRequired)
	}
	if !s.sameHouse(c) {
		return refuse(fiber.StatusForbidden, typeForbidden, "this origin may not open a socket")
	}
	if s.isStopping() {
		return &fault{status: fiber.StatusServiceUnavailable, kind: typeUnavailable, message: "the server is stopping", wait: time.Second}
	}
	trace := callOf(c).trace
	gauge := s.metrics.sockets.WithLabelValues(name)
	return websocket.New(func(conn *websocket.Conn) {
		s.sockets.Add(1)
		defer s.sockets.Done()
		gauge.Inc()
		defer gauge.Dec()
		k := &socket{s: s, conn: conn, expires: expires, pace: s.pace, commands: make(chan []byte, 16)}
		k.run(topic, work(k))
	}, websocket.Config{
		Subprotocols: []string{subprotocol},
		// The Origin was checked above, with our own host among the allowed.
		Origins: []string{"*"},
		RecoverHandler: func(*websocket.Conn) {
			if cause := recover(); cause != nil {
				s.log.Error("panic in a socket", "socket", name, "trace_id", trace, "panic", cause)
			}
		},
	})(c)
}

// run serves the socket until it ends. The library closes the connection when
// run returns, which also ends the reader.
func (k *socket) run(topic string, work socketWork) {
	k.feed = k.s.Subscribe(topic)
	defer k.feed.Close()
	gone := make(chan struct{})
	go func() { defer close(gone); k.read() }()
	code, reason := k.serve(work)
	_ = k.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(time.Second))
	_ = k.conn.Conn.Close()
	// The connection object goes back to a pool: the reader must be out of it.
	for range k.commands {
	}
	<-gone
}

// serve is the loop of everything but reading. It returns how to close.
func (k *socket) serve(work socketWork) (code int, reason string) {
	ctx, cancel := context.WithCancel(k.s.life)
	defer cancel()
	if err := work.hello(ctx); err != nil {
		return k.broken(err)
	}
	ping := time.NewTicker(k.pace.ping)
	defer ping.Stop()
	end := time.NewTimer(k.expires.Sub(k.s.clock.Now()))
	defer end.Stop()
	for {
		var err error
		select {
		case frame, open := <-k.feed.Frames:
			if !open {
				if k.s.isStopping() {
					return websocket.CloseServiceRestart, "the server restarts; connect again"
				}
				return websocket.CloseTryAgainLater, "too slow; connect again and refetch"
			}
			err = work.frame(ctx, frame)
		case <-k.feed.Gap:
			err = work.gap(ctx)
		case raw, open := <-k.commands:
			if !open {
				return websocket.CloseNormalClosure, ""
			}
			if work.command != nil {
				err = work.command(ctx, raw)
			}
		case <-ping.C:
			err = k.beat(ctx, work)
		case <-end.C:
			return websocket.ClosePolicyViolation, "the credential has expired"
		case <-k.s.stopping:
			return websocket.CloseServiceRestart, "the server restarts; connect again"
		}
		if err != nil {
			return k.broken(err)
		}
	}
}

func (k *socket) beat(ctx context.Context, work socketWork) error {
	if work.beat != nil {
		if err := work.beat(ctx); err != nil {
			return err
		}
	}
	return k.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeTime))
}

// broken ends a socket whose credential has ended, or whose reads from storage
// or writes to the client failed.
func (k *socket) broken(err error) (int, string) {
	f, recognised := translate(err)
	switch {
	case recognised && f.status == fiber.StatusUnauthorized:
		return closeSignedOut, "the session has ended"
	case recognised && f.status == fiber.StatusServiceUnavailable:
		return websocket.CloseTryAgainLater, "storage is not available; connect again"
	}
	k.s.log.Debug("socket ended", "error", err)
	return websocket.CloseInternalServerErr, ""
}

// read hands on what the client sends, at a bounded rate, until it is silent or
// gone. Pongs count as signs of life.
func (k *socket) read() {
	defer close(k.commands)
	k.conn.SetReadLimit(maxFrame)
	alive := func() error { return k.conn.SetReadDeadline(time.Now().Add(k.pace.silence)) }
	k.conn.SetPongHandler(func(string) error { return alive() })
	window, count := k.s.clock.Now(), 0
	for alive() == nil {
		kind, raw, err := k.conn.ReadMessage()
		if err != nil {
			return
		}
		if now := k.s.clock.Now(); now.Sub(window) > time.Second {
			window, count = now, 0
		}
		if count++; count > maxPerSecond || kind != websocket.TextMessage {
			_ = k.conn.WriteControl(websocket.CloseMessage,
				websocket.FormatCloseMessage(websocket.ClosePolicyViolation, "too many messages, or not text"), time.Now().Add(time.Second))
			return
		}
		k.commands <- raw
	}
}

// send writes one frame. A client that does not take it in time is gone.
func (k *socket) send(frame []byte) error {
	if err := k.conn.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return err
	}
	return k.conn.WriteMessage(websocket.TextMessage, frame)
}

func (k *socket) sendJSON(v any) error {
	frame, err := marshal(v)
	if err != nil {
		return err
	}
	return k.send(frame)
}
