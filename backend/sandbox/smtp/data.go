package smtp

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"time"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

var (
	errBare  = errors.New("a line does not end with CR LF")
	errLarge = errors.New("too large")
)

// data takes one message and answers as the books say.
func (s *session) data() bool {
	if len(s.to) == 0 {
		s.say(554, "5.5.1 No valid recipients")
		return true
	}
	s.say(354, "End data with <CR><LF>.<CR><LF>")
	_ = s.line.SetDeadline(time.Now().Add(quiet))
	text, err := content(s.in)
	c := wire.Call{Path: "/smtp/"}
	switch {
	case errors.Is(err, errBare):
		c = c.Refused(reply(554, "5.6.0 A line must end with CR LF"))
	case errors.Is(err, errLarge):
		c = c.Refused(reply(552, "5.3.4 Message size exceeds fixed limit"))
	case err != nil:
		return false
	default:
		c = s.read(c, text)
	}
	s.forget()
	return s.answer(s.take(&c))
}

// answer says what the books decided and reports whether the talk goes on.
func (s *session) answer(r wire.Reply) bool {
	switch r.Fault {
	case wire.Hang, wire.TimeoutAfterAccept:
		s.wait()
		return false
	case wire.Reset:
		if tcp, ok := s.raw.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // without it the client still sees a dropped talk
		}
		return false
	case wire.HangMidBody, wire.ResetMidBody, wire.SlowBody, wire.HugeBody:
		return s.half(r)
	case wire.BadJSON:
		_, _ = s.line.Write(append(r.Answer.Body, '\r', '\n')) // no reply code at all
		return true
	}
	s.say(r.Answer.Status, string(r.Answer.Body))
	return r.Answer.Status != 421
}

// wait says nothing until the client leaves or the box closes.
func (s *session) wait() {
	_ = s.line.SetDeadline(time.Time{})
	gone := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, s.in)
		close(gone)
	}()
	select {
	case <-gone:
	case <-s.done:
		s.raw.Close()
		<-gone
	}
}

// content reads up to the lone dot. A line that ends in any other way than CR LF
// spoils the message: that is how one is smuggled in another.
func content(in *bufio.Reader) ([]byte, error) {
	var b bytes.Buffer
	var spoiled error
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return nil, err
		}
		if bytes.Equal(line, []byte(".\r\n")) {
			return b.Bytes(), spoiled
		}
		if text, ok := bytes.CutSuffix(line, []byte("\r\n")); !ok || bytes.IndexByte(text, '\r') >= 0 {
			spoiled = errBare
		}
		b.Write(bytes.TrimPrefix(line, []byte(".")))
		if b.Len() > mostBytes {
			spoiled = errLarge
			b.Reset()
		}
	}
}

// read understands a message as a mail program does.
func (s *session) read(c wire.Call, text []byte) wire.Call {
	m, err := mail.ReadMessage(bytes.NewReader(text))
	if err != nil || m.Header.Get("From") == "" {
		return c.Refused(reply(554, "5.6.0 The message has no readable headers"))
	}
	for line := range bytes.Lines(text) {
		if len(line) > 1000 {
			return c.Refused(reply(554, "5.6.0 A line is longer than 998 octets"))
		}
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(m.Header.Get("Message-Id")), "<"), "@")
	c.MessageID = id
	out := wire.Message{Provider: Name, Channel: notify.Email, MessageID: id, Subject: word(m.Header.Get("Subject")), Headers: map[string]string{}}
	for name, values := range m.Header {
		switch name {
		case "Subject", "Content-Type", "Content-Transfer-Encoding", "Mime-Version", "Date":
		default:
			out.Headers[name] = word(strings.Join(values, ", "))
		}
	}
	out.Headers["Return-Path"] = "<" + s.from + ">"
	if err := parts(&out, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body); err != nil {
		return c.Refused(reply(554, "5.6.0 The message cannot be read: "+strings.Map(oneLine, err.Error())))
	}
	for _, to := range s.to {
		each := out
		each.To = to
		c.Parcels = append(c.Parcels, wire.Parcel{Message: each})
	}
	c.Accepted = reply(250, fmt.Sprintf("2.0.0 Ok: queued as %s", wire.RandomWord()))
	return c
}

func oneLine(r rune) rune {
	if r < ' ' {
		return ' '
	}
	return r
}

func word(header string) string {
	text, err := new(mime.WordDecoder).DecodeHeader(header)
	if err != nil {
		return header
	}
	return text
}

// parts reads the body, or each part of it. Line ends become those of the
// machine, as they do in a mail program.
func parts(out *wire.Message, kind, encoding string, body io.Reader) error {
	media, params, err := mime.ParseMediaType(kind)
	if err != nil {
		return fmt.Errorf("content type: %w", err)
	}
	if strings.HasPrefix(media, "multipart/") {
		for all := multipart.NewReader(body, params["boundary"]); ; {
			part, err := all.NextRawPart()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("part: %w", err)
			}
			if err := parts(out, part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part); err != nil {
				return err
			}
		}
	}
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		return fmt.Errorf("body: %w", err)
	}
	text := strings.ReplaceAll(string(raw), "\r\n", "\n")
	switch media {
	case "text/plain":
		out.Text = text
	case "text/html":
		out.HTML = text
	}
	return nil
}
