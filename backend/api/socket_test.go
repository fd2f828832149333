package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasthttp/websocket"
	"github.com/stretchr/testify/require"

	"clarion/backend/access"
)

// client is one real socket to the house.
type client struct {
	t    *testing.T
	conn *websocket.Conn
}

type frame struct {
	Type   string          `json:"type"`
	Epoch  string          `json:"epoch"`
	Offset int64           `json:"offset"`
	Kind   string          `json:"kind"`
	Unread int             `json:"unread"`
	IDs    []string        `json:"ids"`
	Error  json.RawMessage `json:"error"`
}

// dial opens a socket; the status is that of a refused handshake.
func (h *house) dial(path string, header http.Header, protocols ...string) (*client, int) {
	h.t.Helper()
	d := websocket.Dialer{HandshakeTimeout: time.Minute, Subprotocols: protocols}
	conn, response, err := d.DialContext(h.t.Context(), "ws"+strings.TrimPrefix(h.url, "http")+path, header)
	if err != nil {
		require.NotNil(h.t, response, "%v", err)
		return nil, response.StatusCode
	}
	h.t.Cleanup(func() { _ = conn.Close() })
	return &client{h.t, conn}, response.StatusCode
}

func (h *house) inbox() *client {
	h.t.Helper()
	c, status := h.dial("/v1/inbox/ws", nil, subprotocol, "bearer."+h.token("ada", access.ForInbox))
	require.Equal(h.t, 101, status)
	require.Equal(h.t, subprotocol, c.conn.Subprotocol(), "the token is not echoed")
	return c
}

func (c *client) next() frame {
	c.t.Helper()
	require.NoError(c.t, c.conn.SetReadDeadline(time.Now().Add(time.Minute)))
	_, raw, err := c.conn.ReadMessage()
	require.NoError(c.t, err)
	var f frame
	require.NoError(c.t, json.Unmarshal(raw, &f), string(raw))
	return f
}

func (c *client) send(text string) {
	c.t.Helper()
	require.NoError(c.t, c.conn.WriteMessage(websocket.TextMessage, []byte(text)))
}

// closed reads until the server closes, and returns the code.
func (c *client) closed() int {
	c.t.Helper()
	require.NoError(c.t, c.conn.SetReadDeadline(time.Now().Add(time.Minute)))
	for {
		_, _, err := c.conn.ReadMessage()
		if err == nil {
			continue
		}
		var ended *websocket.CloseError
		require.ErrorAs(c.t, err, &ended)
		return ended.Code
	}
}

func TestTheInboxSpeaksTheContract(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.fakes.feed.add(false)
	c := h.inbox()
	hello := c.next()
	require.Equal(t, frame{Type: "hello", Epoch: "e1", Offset: 1, Unread: 1}, hello)

	h.fakes.feed.add(true)
	item := c.next()
	require.Equal(t, "item", item.Type)
	require.EqualValues(t, 2, item.Offset)
	bell := c.next()
	require.Equal(t, "counts", bell.Type, "behind an item goes the count it makes")
	require.Equal(t, 2, bell.Unread)

	h.fakes.feed.push(InboxTopic("ada"), `{"type":"item","offset":2,"item":{}}`)
	h.fakes.feed.push(InboxTopic("ada"), `{"type":"counts","unread":7,"unseen":0}`)
	counts := c.next()
	require.Equal(t, "counts", counts.Type, "an offset that was sent is not sent again")
	require.Equal(t, 7, counts.Unread)

	c.send(`{"type":"mark","ids":["inb_1"],"as":"read"}`)
	c.send(`{"type":"mark","ids":["inb_1"],"as":"burnt"}`)
	require.Equal(t, "error", c.next().Type)
	h.fakes.feed.mu.Lock()
	require.Equal(t, "ada", h.fakes.feed.marks[0].Recipient)
	h.fakes.feed.mu.Unlock()
	c.send(`{"type":"resume","epoch":"e1","offset":2,"offset":3}`)
	require.Equal(t, "error", c.next().Type, "a message that is no good is named, and the socket stays")
}

func TestFramesThatWereLostOrOvertakenAreReadFromTheLog(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	c := h.inbox()
	require.Equal(t, "hello", c.next().Type)
	h.fakes.feed.add(false) // 1: published, but lost on the way
	h.fakes.feed.add(false) // 2: likewise
	h.fakes.feed.add(true)  // 3
	for want := range int64(3) {
		require.Equal(t, want+1, c.next().Offset, "each once and in order")
	}
	require.Equal(t, "counts", c.next().Type)
	h.fakes.feed.add(false)
	h.fakes.feed.tellGap()
	require.EqualValues(t, 4, c.next().Offset)
	require.Equal(t, "counts", c.next().Type)
}

func TestResuming(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		logged int
		lost   int64
		send   string
		want   []string
	}{
		"a client that missed some gets them":     {5, 0, `{"type":"resume","epoch":"e1","offset":3}`, []string{"item 4", "item 5"}},
		"a client that missed none gets none":     {5, 0, `{"type":"resume","epoch":"e1","offset":5}`, nil},
		"a client of another time refetches":      {5, 0, `{"type":"resume","epoch":"e0","offset":3}`, []string{"gap 0"}},
		"a client from the future refetches":      {5, 0, `{"type":"resume","epoch":"e1","offset":9}`, []string{"gap 0"}},
		"a client that missed too much refetches": {maxResume + 5, 0, `{"type":"resume","epoch":"e1","offset":1}`, []string{"gap 0"}},
		"a client older than the log refetches":   {5, 4, `{"type":"resume","epoch":"e1","offset":3}`, []string{"gap 0"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openHouse(t)
			for range tt.logged {
				h.fakes.feed.add(false)
			}
			h.fakes.feed.lost = tt.lost
			c := h.inbox()
			require.Equal(t, "hello", c.next().Type)
			c.send(tt.send)
			c.send(`{"type":"end"}`) // its answer marks the end of what resume sent
			var got []string
			for f := c.next(); f.Type != "error"; f = c.next() {
				got = append(got, fmt.Sprintf("%s %d", f.Type, f.Offset))
			}
			require.Equal(t, tt.want, got)
		})
	}
}

func TestASocketOpensOnlyWithACredentialAndFromOurPages(t *testing.T) {
	t.Parallel()
	h := openHouse(t, func(c *Config, _ *Deps) { c.Origins = []string{"https://app.example.com"} })
	good := "bearer." + h.token("ada", access.ForInbox)
	origin := func(o string) http.Header { return http.Header{"Origin": {o}} }
	tests := map[string]struct {
		path      string
		header    http.Header
		protocols []string
		want      int
	}{
		"a token":                      {"/v1/inbox/ws", nil, []string{subprotocol, good}, 101},
		"our own host":                 {"/v1/inbox/ws", origin(h.url), []string{subprotocol, good}, 101},
		"an allowed origin":            {"/v1/inbox/ws", origin("https://app.example.com"), []string{subprotocol, good}, 101},
		"another origin":               {"/v1/inbox/ws", origin("https://evil.example"), []string{subprotocol, good}, 403},
		"an origin that begins alike":  {"/v1/inbox/ws", origin("https://app.example.com.evil.example"), []string{subprotocol, good}, 403},
		"nothing":                      {"/v1/inbox/ws", nil, []string{subprotocol}, 401},
		"a token in the address":       {"/v1/inbox/ws?token=" + strings.TrimPrefix(good, "bearer."), nil, []string{subprotocol}, 401},
		"a token for preferences":      {"/v1/inbox/ws", nil, []string{subprotocol, "bearer." + h.token("ada", access.ForPreferences)}, 401},
		"the admin's without a cookie": {"/v1/live/ws", nil, []string{subprotocol}, 401},
	}
	for name, tt := range tests {
		_, status := h.dial(tt.path, tt.header, tt.protocols...)
		require.Equal(t, tt.want, status, name)
	}
}

func TestATicketOpensOneSocket(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	s := h.login()
	for name, a := range map[string]ask{
		"a recipient": {bearer: h.token("ada", access.ForInbox)}, "a member": {session: s},
	} {
		a.method, a.path = "POST", "/v1/inbox/ticket"
		got := h.do(a)
		require.Equal(t, 201, got.status, name)
		var ticket tokenView
		require.NoError(t, json.Unmarshal(got.body.Data, &ticket))
		c, status := h.dial("/v1/inbox/ws?token="+ticket.Ticket, nil)
		require.Equal(t, 101, status, name)
		require.Equal(t, "hello", c.next().Type)
		_, status = h.dial("/v1/inbox/ws?token="+ticket.Ticket, nil)
		require.Equal(t, 401, status, "%s: the second use", name)
		require.Eventually(t, func() bool { return h.fakes.feed.readers(InboxTopic("ada")) >= 1 }, time.Minute, 5*time.Millisecond, "the member's inbox is that of their recipient")
	}
}

func TestHowSocketsEnd(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		end  func(t *testing.T, h *house, c *client)
		want int
	}{
		"a slow reader is told to come again": {func(_ *testing.T, h *house, _ *client) { h.fakes.feed.cut(InboxTopic("ada")) }, websocket.CloseTryAgainLater},
		"a restart is told":                   {func(_ *testing.T, h *house, _ *client) { h.server.stopOnce.Do(h.server.stop) }, websocket.CloseServiceRestart},
		"a message too long":                  {func(_ *testing.T, _ *house, c *client) { c.send(strings.Repeat("x", maxFrame+1)) }, websocket.CloseMessageTooBig},
		"bytes that are no text": {func(t *testing.T, _ *house, c *client) {
			require.NoError(t, c.conn.WriteMessage(websocket.BinaryMessage, []byte{1}))
		}, websocket.ClosePolicyViolation},
		"too many messages": {func(_ *testing.T, _ *house, c *client) {
			for range maxPerSecond + 1 {
				if c.conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"resume","epoch":"e1","offset":0}`)) != nil {
					return
				}
			}
		}, websocket.ClosePolicyViolation},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openHouse(t)
			c := h.inbox()
			require.Equal(t, "hello", c.next().Type)
			tt.end(t, h, c)
			require.Equal(t, tt.want, c.closed())
			require.Eventually(t, func() bool { return h.fakes.feed.readers(InboxTopic("ada")) == 0 }, time.Minute, 5*time.Millisecond, "nothing is left behind")
		})
	}
}

func TestASocketEndsWithItsCredential(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	raw, _, err := h.tokens.Mint("ada", access.ForInbox, time.Second)
	require.NoError(t, err)
	c, status := h.dial("/v1/inbox/ws", nil, subprotocol, "bearer."+raw)
	require.Equal(t, 101, status)
	require.Equal(t, websocket.ClosePolicyViolation, c.closed())
}

func TestSilenceIsNoticedAndPongsAreLife(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.server.pace = socketPace{ping: 10 * time.Millisecond, silence: time.Hour}
	lively := h.inbox() // reads, and so answers pings
	require.Equal(t, "hello", lively.next().Type)
	before := h.patience.until()
	go func() { _, _, _ = lively.conn.ReadMessage() }()
	require.Eventually(t, func() bool { return h.patience.until().After(before) }, time.Minute, 5*time.Millisecond, "a pong is a sign of life")

	h.server.pace = socketPace{ping: time.Hour, silence: 50 * time.Millisecond}
	h.inbox() // says nothing
	require.Eventually(t, func() bool { return h.fakes.feed.readers(InboxTopic("ada")) == 1 }, time.Minute, 5*time.Millisecond, "the silent one is dropped, and the lively one stays")
}

func TestMembersHearWhatChanges(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	s := h.login()
	header := http.Header{"Cookie": {sessionCookie + "=" + s.cookie}, "Origin": {h.url}}
	c, status := h.dial("/v1/live/ws", header)
	require.Equal(t, 101, status)
	require.Equal(t, "hello", c.next().Type)
	h.fakes.feed.push(PagesTopic, `{"type":"messages","ids":["msg_1","msg_2"]}`)
	require.Equal(t, []string{"msg_1", "msg_2"}, c.next().IDs)

	header.Set("Origin", "https://evil.example")
	_, status = h.dial("/v1/live/ws", header)
	require.Equal(t, 403, status, "another site's page has the cookie, and gets nothing")
}

func TestManySocketsComeAndGo(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			for range 3 {
				c := h.inbox()
				if c.next().Type != "hello" {
					t.Error("no hello")
				}
				_ = c.conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""))
				_ = c.conn.Close()
			}
		})
	}
	all.Wait()
	require.Eventually(t, func() bool { return h.fakes.feed.readers(InboxTopic("ada")) == 0 }, time.Minute, 5*time.Millisecond)
}
