package smtp

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"clarion/backend/sandbox/wire"
)

const (
	// mostBytes is the largest message the server takes.
	mostBytes = 10 << 20
	longLine  = 4 << 10
	// quiet is how long a client may say nothing.
	quiet = 2 * time.Minute
)

// session is one client's conversation.
type session struct {
	office *office
	raw    net.Conn // what a reset closes
	line   net.Conn // raw, or TLS over it
	in     *bufio.Reader
	take   wire.Take
	done   <-chan struct{}

	secure, known bool
	from          string
	to            []string
	mailing       bool
}

func (s *session) run() {
	s.in = bufio.NewReaderSize(s.line, longLine)
	s.say(220, "smtp.sandbox.test ESMTP Clarion sandbox")
	for {
		_ = s.line.SetDeadline(time.Now().Add(quiet))
		text, err := s.in.ReadSlice('\n')
		if err != nil {
			return
		}
		command, ok := bytes.CutSuffix(text, []byte("\r\n"))
		if !ok || bytes.IndexByte(command, '\r') >= 0 {
			s.say(500, "5.5.2 A line must end with CR LF")
			return
		}
		verb, rest, _ := strings.Cut(string(command), " ")
		if !s.obey(strings.ToUpper(verb), rest) {
			return
		}
	}
}

func (s *session) say(code int, text string) {
	_, _ = fmt.Fprintf(s.line, "%d %s\r\n", code, text) // a client that left is no fault of the server
}

// obey does one command and reports whether the conversation goes on.
func (s *session) obey(verb, rest string) bool {
	switch verb {
	case "EHLO", "HELO":
		s.hello(verb)
	case "STARTTLS":
		return s.startTLS()
	case "AUTH":
		s.auth(rest)
	case "MAIL":
		s.mail(rest)
	case "RCPT":
		s.rcpt(rest)
	case "DATA":
		return s.data()
	case "RSET":
		s.forget()
		s.say(250, "2.0.0 Ok")
	case "NOOP":
		s.say(250, "2.0.0 Ok")
	case "QUIT":
		s.say(221, "2.0.0 Bye")
		return false
	default:
		s.say(502, "5.5.2 Command not recognized")
	}
	return true
}

func (s *session) forget() { s.mailing, s.from, s.to = false, "", nil }

func (s *session) hello(verb string) {
	s.forget()
	if verb == "HELO" {
		s.say(250, "smtp.sandbox.test")
		return
	}
	lines := []string{"smtp.sandbox.test", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", fmt.Sprintf("SIZE %d", mostBytes)}
	if s.secure {
		lines = append(lines, "AUTH PLAIN LOGIN")
	} else {
		lines = append(lines, "STARTTLS")
	}
	var b strings.Builder
	for i, line := range lines {
		mark := map[bool]string{true: " ", false: "-"}[i == len(lines)-1]
		b.WriteString("250" + mark + line + "\r\n")
	}
	_, _ = io.WriteString(s.line, b.String()) // as say
}

func (s *session) mail(rest string) {
	from, ok := path(rest, "FROM:")
	switch {
	case s.office.keys != nil && !s.known:
		s.say(530, "5.7.0 Authentication required")
	case s.mailing:
		s.say(503, "5.5.1 Nested MAIL command")
	case !ok:
		s.say(501, "5.1.7 Bad sender address syntax")
	case strings.HasPrefix(from, "unverified@"):
		s.say(550, "5.7.26 The sender's domain does not authenticate this server")
	default:
		s.mailing, s.from = true, from
		s.say(250, "2.1.0 Ok")
	}
}

func (s *session) rcpt(rest string) {
	to, ok := path(rest, "TO:")
	refusal, refused := refusalOf(to)
	switch {
	case !s.mailing:
		s.say(503, "5.5.1 Need MAIL first")
	case !ok || !strings.Contains(to, "@"):
		s.say(501, "5.1.3 Bad recipient address syntax")
	case refused:
		s.say(refusal.Status, string(refusal.Body))
	default:
		s.to = append(s.to, to)
		s.say(250, "2.1.5 Ok")
	}
}

// path reads FROM:<a@b> and leaves parameters out.
func path(rest, mark string) (string, bool) {
	if len(rest) < len(mark) || !strings.EqualFold(rest[:len(mark)], mark) {
		return "", false
	}
	address, _, _ := strings.Cut(strings.TrimSpace(rest[len(mark):]), " ")
	inner, ok := strings.CutPrefix(address, "<")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(inner, ">")
}
