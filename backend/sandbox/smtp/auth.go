package smtp

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"strings"

	"clarion/backend/sandbox/wire"
)

func (s *session) startTLS() bool {
	if s.secure {
		s.say(503, "5.5.1 TLS is active already")
		return true
	}
	s.say(220, "2.0.0 Ready to start TLS")
	over := tls.Server(s.raw, s.office.tls)
	ctx, cancel := context.WithTimeout(context.Background(), quiet) // the box closes the connection when it ends
	defer cancel()
	if over.HandshakeContext(ctx) != nil {
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
