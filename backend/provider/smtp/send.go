package smtp

import (
	"context"
	"errors"
	"io"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// patience bounds one call. Mail servers look through a message before they
// answer, which takes them longer than an HTTP vendor.
const patience = 14 * time.Second

type sender struct {
	line     *provider.Line
	writer   *writer
	envelope string
	pool     *pool
	// bounces makes a way back for each email; nil uses the envelope for all.
	bounces *bouncer
}

// Send hands one email to the server: one call is at most one message handed
// over.
func (s *sender) Send(ctx context.Context, m notify.Outbound) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	if refused, ok := provider.RefuseMail(m); ok {
		return refused
	}
	if loneReturn(m.Content.Text) || loneReturn(m.Content.HTML) {
		return notify.Result{Outcome: notify.ContentRejected, Code: "bare_carriage_return", Detail: "A carriage return without a line feed stands in the text."}
	}
	l, err := s.writer.write(m, s.line.Now())
	if err != nil {
		return notify.Result{Outcome: notify.ContentRejected, Code: provider.CodeRefused, Detail: s.line.Clean(err.Error())}
	}
	l.way = s.envelope
	if s.bounces != nil {
		l.way = s.bounces.way(m.MessageID)
	}
	timed, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r := s.judge(ctx, s.hand(timed, l), l)
	r.Detail = s.line.Clean(r.Detail)
	return r
}

// loneReturn finds a carriage return that no line feed follows: some servers
// take it for a line end, which lets a text end the message.
func loneReturn(s string) bool {
	return strings.Contains(strings.ReplaceAll(s, "\r\n", "\n"), "\r")
}

// Close lets the connections go. It is called when the settings change.
func (s *sender) Close() error {
	s.pool.close()
	return nil
}

// hand takes a connection and the letter over it. A connection that had rested
// and turns out to be gone before the letter is asked for is replaced once.
func (s *sender) hand(ctx context.Context, l letter) error {
	if err := s.pool.enter(ctx); err != nil {
		return err
	}
	defer s.pool.leave()
	c, err := s.pool.take(ctx)
	if err != nil {
		return err
	}
	rested := c.used > 0
	err = s.over(ctx, c, l)
	if err == nil || !rested || !gone(err) || ctx.Err() != nil {
		return err
	}
	if c, err = s.pool.server.connect(ctx); err != nil {
		return err
	}
	return s.over(ctx, c, l)
}

// gone reports whether a server had left a resting connection: it is lost, or
// says goodbye, at the first command.
func gone(err error) bool {
	var at *stopped
	if !errors.As(err, &at) || at.at != mailing {
		return false
	}
	var reply *textproto.Error
	return !errors.As(err, &reply) || reply.Code == 421
}

// over takes the letter over one connection and then keeps or closes it.
func (s *sender) over(ctx context.Context, c *conn, l letter) error {
	release := c.watch(ctx)
	err := c.talk(l)
	release()
	c.used++
	if ctx.Err() != nil {
		c.close()
		if err == nil {
			return nil // The yes was read: that the time is up now changes nothing.
		}
		return errorOf(ctx, err)
	}
	var reply *textproto.Error
	switch {
	case err == nil:
		s.pool.keep(c)
	case errors.As(err, &reply) && reply.Code != 421 && c.reset():
		s.pool.keep(c)
	default:
		c.close()
	}
	return err
}

// resetTime bounds the wait for a server to forget a refused letter.
const resetTime = time.Second

func (c *conn) reset() bool {
	_ = c.raw.SetDeadline(time.Now().Add(resetTime))
	defer func() { _ = c.raw.SetDeadline(time.Time{}) }()
	return c.client.Reset() == nil
}

// watch cuts the connection when the context ends; release stops watching.
func (c *conn) watch(ctx context.Context) (release func()) {
	if deadline, ok := ctx.Deadline(); ok {
		_ = c.raw.SetDeadline(deadline)
	}
	stop := context.AfterFunc(ctx, func() { _ = c.raw.SetDeadline(time.Unix(1, 0)) })
	return func() {
		if stop() {
			_ = c.raw.SetDeadline(time.Time{})
		}
	}
}

var (
	errTooLarge = errors.New("the message is larger than the server takes")
	errNarrow   = errors.New("the server takes no address with letters beyond ASCII")
)

// talk is the conversation about one letter.
func (c *conn) talk(l letter) error {
	if _, limit := c.client.Extension("SIZE"); limit != "" {
		if most, err := strconv.Atoi(limit); err == nil && most > 0 && len(l.text) > most {
			return stop(mailing, errTooLarge)
		}
	}
	offered, _ := c.client.Extension("SMTPUTF8")
	if l.wide && !offered {
		return stop(naming, errNarrow)
	}
	c.client.SkipSMTPUTF8(!l.wide)
	if err := c.client.Mail("<" + l.way + ">"); err != nil {
		return stop(mailing, err)
	}
	if err := c.client.Rcpt("<" + l.to + ">"); err != nil {
		return stop(naming, err)
	}
	content, err := c.client.Data()
	if err != nil {
		return stop(asking, err)
	}
	if _, err := io.Copy(content, strings.NewReader(string(l.text))); err != nil {
		return stop(writing, err)
	}
	// From here on the server may have the letter, whatever we hear.
	return stop(ending, content.Close())
}
