package smtp_test

import (
	"bufio"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/providertest"
	"clarion/backend/provider/smtp"
)

const messageID = "msg_0198c0ffee0000000000000000000007"

// act is what the server does when its moment has come; the conversation ends
// when it returns false.
type act func(s *server, c net.Conn) bool

func says(text string) act {
	return func(_ *server, c net.Conn) bool {
		_, err := io.WriteString(c, text+"\r\n")
		return err == nil
	}
}

func drops(*server, net.Conn) bool { return false }

func resets(_ *server, c net.Conn) bool {
	if over, ok := c.(*tls.Conn); ok {
		c = over.NetConn()
	}
	c.(*net.TCPConn).SetLinger(0)
	return false
}

// begins tells that the server has begun to hang or to drip.
func (s *server) begins() {
	s.mu.Lock()
	tell := s.fault
	s.mu.Unlock()
	tell()
}

func hangs(s *server, _ net.Conn) bool {
	s.begins()
	<-s.gone
	return false
}

// babbles never ends its line.
func babbles(_ *server, c net.Conn) bool {
	for {
		if _, err := c.Write(make([]byte, 64<<10)); err != nil {
			return false
		}
	}
}

// drips says nothing useful, slowly, for ever.
func drips(s *server, c net.Conn) bool {
	s.begins()
	for tick := time.NewTicker(10 * time.Millisecond); ; {
		select {
		case <-s.gone:
			tick.Stop()
			return false
		case <-tick.C:
			if _, err := io.WriteString(c, "250-x\r\n"); err != nil {
				tick.Stop()
				return false
			}
		}
	}
}

// server is a scripted mail server: what it does at a moment (greeting, EHLO,
// STARTTLS, AUTH, MAIL, RCPT, DATA, end) can be anything.
type server struct {
	listener net.Listener
	identity *httptest.Server
	offers   []string
	implicit bool
	at       map[string]act
	gone     chan struct{}

	mu sync.Mutex
	// fault says that the server has begun to hang or to drip.
	fault    func()
	commands []string
	inClear  []string
	messages []string
	// ways are the envelope's senders.
	ways  []string
	conns int
	open  int
}

func newServer(t testing.TB, at map[string]act) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &server{listener: l, identity: httptest.NewTLSServer(nil), offers: []string{"STARTTLS", "AUTH PLAIN LOGIN", "SIZE 100000000"}, at: at, gone: make(chan struct{}), fault: func() {}}
	go s.serve()
	t.Cleanup(func() {
		close(s.gone)
		l.Close()
		s.identity.Close()
	})
	return s
}

// set changes how the server behaves from now on.
func (s *server) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

func (s *server) acts(moment string) act {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at[moment]
}

func (s *server) offered() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.offers
}

func (s *server) port() string { return strconv.Itoa(s.listener.Addr().(*net.TCPAddr).Port) }

func (s *server) authority() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.identity.Certificate().Raw}))
}

func (s *server) serve() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		_ = c.(*net.TCPConn).SetReadBuffer(4 << 10) // what is not read is soon not taken
		s.mu.Lock()
		s.conns++
		s.open++
		s.mu.Unlock()
		go func() {
			s.talk(c)
			c.Close()
			s.mu.Lock()
			s.open--
			s.mu.Unlock()
		}()
	}
}

func (s *server) does(moment string, c net.Conn, usual string) bool {
	if a := s.acts(moment); a != nil {
		return a(s, c)
	}
	return says(usual)(s, c)
}

func (s *server) talk(c net.Conn) {
	secure := false
	encrypt := func() bool {
		over := tls.Server(c, &tls.Config{Certificates: s.identity.TLS.Certificates})
		if over.Handshake() != nil {
			return false
		}
		c, secure = over, true
		return true
	}
	s.mu.Lock()
	implicit := s.implicit
	s.mu.Unlock()
	if implicit && !encrypt() || !s.does("greeting", c, "220 mail.example.test ready") {
		return
	}
	for in := bufio.NewReader(c); ; {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		s.mu.Lock()
		s.commands = append(s.commands, verb)
		if verb == "MAIL" {
			way, _, _ := strings.Cut(strings.TrimPrefix(line, "MAIL FROM:<"), ">")
			s.ways = append(s.ways, way)
		}
		if !secure {
			s.inClear = append(s.inClear, line)
		}
		s.mu.Unlock()
		var goOn bool
		switch verb {
		case "EHLO":
			goOn = s.does("EHLO", c, "250-mail.example.test\r\n250-"+strings.Join(s.offered(), "\r\n250-")+"\r\n250 ENHANCEDSTATUSCODES")
		case "STARTTLS":
			if goOn = s.does("STARTTLS", c, "220 go"); goOn {
				goOn = encrypt()
				in = bufio.NewReader(c)
			}
		case "AUTH":
			goOn = s.does("AUTH", c, "235 2.7.0 ok")
		case "DATA":
			if goOn = s.does("DATA", c, "354 go"); goOn && s.acts("DATA") == nil {
				goOn = s.content(c, in)
			}
		case "QUIT":
			says("221 bye")(s, c)
			return
		default:
			goOn = s.does(verb, c, "250 2.1.0 ok")
		}
		if !goOn {
			return
		}
	}
}

func (s *server) content(c net.Conn, in *bufio.Reader) bool {
	if a := s.acts("content"); a != nil {
		return a(s, c)
	}
	var b strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			break
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
	s.mu.Lock()
	s.messages = append(s.messages, b.String())
	s.mu.Unlock()
	return s.does("end", c, "250 2.0.0 queued")
}

func (s *server) seen() (commands, messages []string, conns int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.commands...), append([]string{}, s.messages...), s.conns
}

func (s *server) settings(changes provider.Values) provider.Values {
	v := provider.Values{
		"host": "127.0.0.1", "port": s.port(), "username": "clarion", "password": "pass+word/of=SMTP-0123",
		"from": "hello@example.com", "from_name": "Clarion", "ca_pem": s.authority(),
	}
	maps.Copy(v, changes)
	return v
}

func (s *server) sender(t testing.TB, changes provider.Values) notify.Sender {
	t.Helper()
	m := smtp.Manifest()
	made, err := m.New(s.settings(changes), provider.Deps{HTTP: provider.NewHTTPClient(provider.ClientOptions{}), Now: func() time.Time { return providertest.Now }})
	require.NoError(t, err)
	t.Cleanup(func() { made.(io.Closer).Close() })
	return made
}

func message() notify.Outbound {
	return notify.Outbound{
		MessageID: messageID, Channel: notify.Email, To: "ada@example.org", RecipientName: "Ada Lovelace",
		Content: notify.Content{Subject: "Shipped <now>", Text: "Hello Ada", HTML: "<p>Hello Ada & you</p>"},
	}
}

// clean proves what holds for every result: no secret, and a reason.
func clean(t *testing.T, r notify.Result) {
	t.Helper()
	shown := fmt.Sprintf("%+v", r)
	require.NotContains(t, shown, "pass+word")
	require.NotContains(t, shown, "AGNsYXJpb24AcGFzcyt3b3JkL29mPVNNVFAtMDEyMw==", "the sign-in in base64")
	if r.Outcome != notify.OK {
		require.NotEmpty(t, r.Code)
		require.NotEmpty(t, r.Detail)
		require.Empty(t, r.ProviderMessageID)
	}
}
