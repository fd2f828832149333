package api

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
)

// pages opens the live socket of a session, after its hello.
func (h *house) pages(s *session) *client {
	h.t.Helper()
	c, status := h.dial("/v1/live/ws", http.Header{"Cookie": {sessionCookie + "=" + s.cookie}, "Origin": {h.url}})
	require.Equal(h.t, 101, status)
	require.Equal(h.t, "hello", c.next().Type)
	return c
}

func TestEveryChangeIsToldToThosePagesWhoseMemberMayReadIt(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	s := h.login()
	mine := h.memory.members[adminEmail].ID
	put := func(path, body string) func() {
		return func() {
			got := h.do(ask{method: "PUT", path: path, bearer: h.key(access.Admin), body: body})
			require.Less(t, got.status, 300, string(got.raw))
		}
	}
	tests := map[string]struct {
		role   access.Role
		change func()
		want   []frame // what comes before the mark
	}{
		"a viewer hears of a source": {access.Viewer, put("/v1/sources/shop", `{"name":"New"}`), []frame{{Type: "changed", Kind: "source", IDs: []string{"shop"}}}},
		"a viewer hears of a template": {
			access.Viewer, put("/v1/templates/order", bodies["PUT /v1/templates/:key"]), []frame{{Type: "changed", Kind: "template", IDs: []string{"order"}}},
		},
		"a viewer hears of the settings":       {access.Viewer, put("/v1/settings", bodies["PUT /v1/settings"]), []frame{{Type: "changed", Kind: "settings", IDs: []string{"house"}}}},
		"a viewer hears nothing of members":    {access.Viewer, put("/v1/members/mem_1/role", bodies["PUT /v1/members/:id/role"]), nil},
		"an editor neither":                    {access.Editor, put("/v1/members/mem_1/role", bodies["PUT /v1/members/:id/role"]), nil},
		"an owner does":                        {access.Owner, put("/v1/members/mem_1/role", bodies["PUT /v1/members/:id/role"]), []frame{{Type: "changed", Kind: "member", IDs: []string{"mem_1"}}}},
		"a viewer hears nothing of keys":       {access.Viewer, func() { h.fakes.feed.tell("api_key", "key_1") }, nil},
		"everybody hears of themselves":        {access.Viewer, func() { h.fakes.feed.tell("member", mine) }, []frame{{Type: "changed", Kind: "member", IDs: []string{mine}}}},
		"and of nobody else in the same frame": {access.Viewer, func() { h.fakes.feed.push(PagesTopic, `{"type":"changed","kind":"member","ids":["mem_1","`+mine+`"]}`) }, []frame{{Type: "changed", Kind: "member", IDs: []string{mine}}}},
		"nobody hears of an unknown kind":      {access.Owner, func() { h.fakes.feed.tell("secret", "x") }, nil},
		"nor of what only its owner can read":  {access.Owner, func() { h.fakes.feed.tell("session", "ses_1") }, nil},
		"what changed nothing is not told": {access.Owner, func() {
			h.do(ask{method: "PUT", path: "/v1/sources/shop", bearer: h.key(access.Admin), body: `{"x":1}`})
		}, nil},
		"what systems write all day is not told":   {access.Owner, put("/v1/recipients/ada", `{"name":"Ada"}`), nil},
		"messages are told to whoever may be here": {access.Viewer, func() { h.fakes.feed.push(PagesTopic, `{"type":"messages","ids":["msg_1"]}`) }, []frame{{Type: "messages", IDs: []string{"msg_1"}}}},
	}
	for name, tt := range tests {
		h.setRole(tt.role)
		c := h.pages(s)
		tt.change()
		h.fakes.feed.push(PagesTopic, `{"type":"mark"}`)
		var got []frame
		for f := c.next(); f.Type != "mark"; f = c.next() {
			got = append(got, f)
		}
		require.Equal(t, tt.want, got, name)
		require.NoError(t, c.conn.Close())
	}
}

func TestTwentyOpenPagesHearAChangeOnce(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	s := h.login()
	var all []*client
	for range 20 {
		all = append(all, h.pages(s))
	}
	h.do(ask{method: "DELETE", path: "/v1/workflows/order.shipped", bearer: h.key(access.Admin)})
	h.fakes.feed.push(PagesTopic, `{"type":"mark"}`)
	for _, c := range all {
		require.Equal(t, frame{Type: "changed", Kind: "workflow", IDs: []string{"order.shipped"}}, c.next())
		require.Equal(t, "mark", c.next().Type)
	}
}

func TestARoleThatIsTakenAwayCountsForASocketThatIsOpen(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	s := h.login()
	c := h.pages(s)
	h.fakes.feed.tell("api_key", "key_1")
	require.Equal(t, "api_key", c.next().Kind)
	h.setRole(access.Viewer)
	h.clock.move(peekAge)
	h.fakes.feed.tell("api_key", "key_2")
	h.fakes.feed.tell("source", "shop")
	require.Equal(t, "source", c.next().Kind)
}

func TestASessionThatEndsEndsItsSocketForGood(t *testing.T) {
	t.Parallel()
	tests := map[string]func(h *house, s *session){
		"with the next change": func(h *house, _ *session) {
			h.clock.move(peekAge)
			h.fakes.feed.tell("source", "shop")
		},
		"or with the next ping": func(*house, *session) {},
	}
	for name, then := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openHouse(t)
			h.server.pace = socketPace{ping: 50 * time.Millisecond, silence: time.Minute}
			s := h.login()
			c := h.pages(s)
			h.do(ask{method: "POST", path: "/v1/auth/logout", session: s})
			then(h, s)
			require.Equal(t, closeSignedOut, c.closed())
		})
	}
}

func TestWhoMayReadAKindIsSaidByTheTableOfRoutes(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	table := h.server.routes()
	got := readableKinds(table)
	for _, kind := range []string{
		"template", "workflow", "layout", "approval", "category", "integration", "source", "group", "recipient",
		"suppression", "settings", "message", "event",
	} {
		require.Equal(t, access.Read, got[kind], kind)
	}
	for _, kind := range []string{"member", "invitation", "api_key"} {
		require.Equal(t, access.Admin, got[kind], kind)
	}
	for _, kind := range []string{"session", "two_factor"} {
		require.NotContains(t, got, kind)
	}
	reading := slices.DeleteFunc(slices.Clone(table), func(r route) bool { return !r.reads() })
	for _, r := range table {
		for kind, needs := range readableKinds(append(slices.Clip(reading), r)) {
			require.Equal(t, got[kind], needs, "%s %s: two routes say differently who reads a %s", r.method, r.path, kind)
		}
	}
}
