package smtp

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/base64"
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

func (s *session) startTLS() bool {
	if s.secure {
		s.say(503, "5.5.1 TLS is active already")
		return true
	}
	s.say(220, "2.0.0 Ready to start TLS")
	over := tls.Server(s.raw, s.office.tls)
	if over.Handshake() != nil {
		return false
	}
	s.line, s.secure, s.known = over, true, false
	s.in = bufio.NewReaderSize(over, longLine) // what came before TLS is forgotten
	s.forget()
	return true
}

func (s *session) auth(rest string) {
	way, first, _ := strings.Cut(rest, " ")
	if !s.secure {
		s.say(538, "5.7.11 Encryption required for requested authentication mechanism")
		return
	}
	var user, password string
	switch strings.ToUpper(way) {
	case "PLAIN":
		if first == "" {
			first = s.prompt("")
		}
		parts := strings.Split(decode(first), "\x00")
		if len(parts) == 3 {
			user, password = parts[1], parts[2]
		}
	case "LOGIN":
		if first == "" {
			first = s.prompt("Username:")
		}
		user, password = decode(first), decode(s.prompt("Password:"))
	default:
		s.say(504, "5.5.4 Unrecognized authentication type")
		return
	}
	keys := s.office.keys
	if keys != nil && (!wire.SameSecret(user, keys["username"]) || !wire.SameSecret(password, keys["password"])) {
		s.say(535, "5.7.8 Authentication credentials invalid")
		return
	}
	s.known = true
	s.say(235, "2.7.0 Authentication successful")
}

func decode(text string) string {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return ""
	}
	return string(raw)
}

// prompt asks for one line of a sign-in.
func (s *session) prompt(question string) string {
	s.say(334, base64.StdEncoding.EncodeToString([]byte(question)))
	text, err := s.in.ReadSlice('\n')
	if err != nil {
		return ""
	}
	return strings.TrimRight(string(text), "\r\n")
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
