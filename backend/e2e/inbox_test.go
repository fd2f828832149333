package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fasthttp/websocket"
	"github.com/stretchr/testify/require"
)

// bell is a recipient's live inbox on a real socket.
type bell struct {
	testing.TB
	conn *websocket.Conn
}

type frame struct {
	Type   string
	Kind   string
	Epoch  string
	Offset int64
	Unread int
	Unseen int
	IDs    []string
	As     string
	Item   struct {
		ID        string
		MessageID string `json:"message_id"`
		Title     string
		Offset    int64
	}
}

// token is a recipient's credential for the inbox.
func (c *caller) token(recipient string) string {
	c.Helper()
	r := c.do(ask{method: http.MethodPost, path: "/v1/recipients/" + recipient + "/token", body: map[string]any{"audience": "inbox"}})
	require.Less(c, r.status, 300, string(r.raw))
	return read[struct{ Token string }](c, r).Token
}

// listen opens a recipient's inbox with a token in the subprotocol.
func (c *caller) listen(t *testing.T, token string) *bell {
	t.Helper()
	dialer := websocket.Dialer{HandshakeTimeout: patience, Subprotocols: []string{"clarion.v1", "bearer." + token}}
	conn, response, err := dialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(c.url, "http")+"/v1/inbox/ws", nil)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	t.Cleanup(func() { _ = conn.Close() })
	require.Equal(t, "clarion.v1", conn.Subprotocol(), "the token is not echoed")
	return &bell{t, conn}
}

// next is the next frame.
func (b *bell) next() frame {
	b.Helper()
	require.NoError(b, b.conn.SetReadDeadline(time.Now().Add(patience)))
	_, raw, err := b.conn.ReadMessage()
	require.NoError(b, err)
	var f frame
	require.NoError(b, json.Unmarshal(raw, &f), string(raw))
	return f
}

// nextOf is the next frame that is no mere count.
func (b *bell) nextOf() frame {
	b.Helper()
	for {
		if f := b.next(); f.Type != "counts" {
			return f
		}
	}
}

func (b *bell) say(text string) {
	b.Helper()
	require.NoError(b, b.conn.WriteMessage(websocket.TextMessage, []byte(text)))
}

func welcome(to string) fact { return fact{Type: "account.created", To: []any{to}} }

func TestTheLiveInboxTellsItsOwnerAndNobodyElse(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		token := house.token("ada")
		ada, wei := house.listen(t, token), house.listen(t, house.token("wei"))
		hello := ada.next()
		require.Equal(t, "hello", hello.Type)
		require.Equal(t, "hello", wei.next().Type)

		first := house.report(welcome("ada"))
		item := ada.nextOf()
		require.Equal(t, "item", item.Type)
		require.Equal(t, hello.Offset+1, item.Offset)
		require.NotEmpty(t, item.Item.Title)
		require.Equal(t, first, house.message(item.Item.MessageID).EventID)

		ada.say(fmt.Sprintf(`{"type":"mark","ids":[%q],"as":"read"}`, item.Item.ID))
		changed := ada.nextOf()
		require.Equal(t, "changed", changed.Type)
		require.Equal(t, []string{item.Item.ID}, changed.IDs)
		require.Equal(t, "read", changed.As)
		require.Equal(t, item.Offset+1, changed.Offset)
		counts := ada.next()
		require.Equal(t, "counts", counts.Type)
		require.Zero(t, counts.Unread)

		// What ada missed while away comes back, each offset once and in order.
		require.NoError(t, ada.conn.Close())
		house.settled(house.report(welcome("ada")), 2, time.Minute, arrived)
		house.settled(house.report(welcome("ada")), 2, time.Minute, arrived)
		again := house.listen(t, token)
		require.Equal(t, changed.Offset+2, again.next().Offset)
		again.say(fmt.Sprintf(`{"type":"resume","epoch":%q,"offset":%d}`, hello.Epoch, changed.Offset))
		for want := changed.Offset + 1; want <= changed.Offset+2; want++ {
			missed := again.nextOf()
			require.Equal(t, "item", missed.Type)
			require.Equal(t, want, missed.Offset)
		}

		// The first thing wei hears is her own.
		own := house.report(welcome("wei"))
		heard := wei.nextOf()
		require.Equal(t, "item", heard.Type)
		require.Equal(t, own, house.message(heard.Item.MessageID).EventID)
	})
}

func TestTheInboxSocketRefusesWhoIsNotItsOwner(t *testing.T) {
	t.Parallel()
	house := grounds[0].open(t)
	good := house.token("ada")
	for name, token := range map[string]string{
		"an API key": bootstrap, "a token that was altered": good[:len(good)-6] + "AAAAAA", "nothing": "",
	} {
		t.Run(name, func(t *testing.T) {
			dialer := websocket.Dialer{HandshakeTimeout: patience, Subprotocols: []string{"clarion.v1", "bearer." + token}}
			_, response, err := dialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(house.url, "http")+"/v1/inbox/ws", nil)
			require.Error(t, err)
			require.NotNil(t, response)
			require.NoError(t, response.Body.Close())
			require.Equal(t, http.StatusUnauthorized, response.StatusCode)
		})
	}
}
