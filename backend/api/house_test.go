package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/audit"
	"clarion/backend/notify"
)

// house is a running door with pretended features behind it.
type house struct {
	t      *testing.T
	url    string
	server *Server
	memory *memory
	audit  *auditMemory
	fakes  *fakes
	clock  *hands
	// patience is how long the server waits for its connections.
	patience listenerPatience
	log      *journal
	tokens   *access.Tokens
	keys     *access.Keys
}

type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

type hands struct {
	mu  sync.Mutex
	now time.Time
}

func (h *hands) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hands) move(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

const (
	adminEmail    = "ada@example.com"
	adminPassword = "correct horse battery"
)

var builtPages = fstest.MapFS{
	"index.html":         {Data: []byte(`<!doctype html><script>boot()</script><script type="module" src="/assets/app-1a2b.js"></script>`)},
	"assets/app-1a2b.js": {Data: []byte("go()")},
	"favicon.svg":        {Data: []byte("<svg/>")},
	"centre.html":        {Data: []byte(`<!doctype html><title>centre</title>`)},
}

// open starts a house; change may alter it before it starts.
func openHouse(t *testing.T, change ...func(*Config, *Deps)) *house {
	t.Helper()
	h := &house{
		t: t, memory: newMemory(), audit: &auditMemory{}, fakes: newFakes(), log: &journal{},
		clock: &hands{now: time.Now().UTC().Truncate(time.Second)},
	}
	require.NoError(t, h.memory.PutSource(t.Context(), access.Source{Key: "shop", Name: "Shop"}, h.clock.Now()))
	h.keys = access.NewKeys(h.memory, h.memory, h.clock)
	members, err := access.NewMembers(access.MemberDeps{Store: h.memory, Sessions: h.memory, Doors: h.memory, Clock: h.clock})
	require.NoError(t, err)
	h.tokens, err = access.NewTokens([]byte(strings.Repeat("s", 32)), h.memory, h.clock)
	require.NoError(t, err)
	_, _, err = members.AddFirst(t.Context(), access.FirstMember{Email: adminEmail, Password: adminPassword, RecipientID: "ada"})
	require.NoError(t, err)
	c := Config{Version: "test", Commit: "abc", Pages: builtPages, PublicURL: "https://clarion.example.com"}
	d := h.fakes.deps()
	d.Clock, d.Log = h.clock, slog.New(slog.NewTextHandler(h.log, nil))
	d.Uses = &usesFake{clock: h.clock, used: map[string]int{}, since: map[string]time.Time{}}
	d.Keys, d.Members, d.Tokens = h.keys, members, h.tokens
	d.Sources = &access.Sources{Store: h.memory, Activity: h.memory, Clock: h.clock}
	d.Signatures = &access.Signatures{Store: h.memory, Clock: h.clock}
	d.Answers = &access.Answers{Store: h.memory, Clock: h.clock}
	d.Audit = &audit.Log{Store: h.audit, Announced: h.audit, Clock: h.clock}
	for _, f := range change {
		f(&c, &d)
	}
	h.server, err = New(c, d)
	require.NoError(t, err)
	h.serve()
	return h
}

func (h *house) serve() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(h.t, err)
	h.url = "http://" + l.Addr().String()
	h.patience.Listener = l
	done := make(chan error, 1)
	go func() { done <- h.server.Serve(&h.patience) }()
	h.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		require.NoError(h.t, h.server.Shutdown(ctx))
		require.NoError(h.t, <-done)
	})
}

// key makes an API key of the source shop.
func (h *house) key(scopes ...access.Permission) string {
	h.t.Helper()
	_, secret, err := h.keys.Create(h.t.Context(), access.NewKey{Name: "test", Source: "shop", Scopes: scopes})
	require.NoError(h.t, err)
	return secret
}

func (h *house) token(recipient string, audience access.Audience) string {
	h.t.Helper()
	raw, _, err := h.tokens.Mint(recipient, audience, time.Hour)
	require.NoError(h.t, err)
	return raw
}

// ask is one request; the zero value of a field leaves it out.
type ask struct {
	method, path, body string
	bearer             string
	session            *session
	header             map[string]string
}

// reply is an answer, read as far as it could be.
type answer struct {
	status int
	header http.Header
	raw    []byte
	body   struct {
		Code    int             `json:"code"`
		Message string          `json:"message"`
		Data    json.RawMessage `json:"data"`
		Page    *listPage       `json:"page"`
		TraceID string          `json:"trace_id"`
		Error   *struct {
			Type   string              `json:"type"`
			Fields []notify.FieldError `json:"fields"`
		} `json:"error"`
	}
}

func (a answer) kind() string {
	if a.body.Error == nil {
		return ""
	}
	return a.body.Error.Type
}

type session struct{ cookie, csrf string }

func (h *house) request(a ask) *http.Request {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), a.method, h.url+a.path, strings.NewReader(a.body))
	require.NoError(h.t, err)
	if a.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if a.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+a.bearer)
	}
	if a.session != nil {
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: a.session.cookie})
		r.Header.Set("X-CSRF-Token", a.session.csrf)
	}
	for name, value := range a.header {
		r.Header.Set(name, value)
	}
	return r
}

// do asks, and holds every JSON answer to the document.
func (h *house) do(a ask) answer {
	h.t.Helper()
	r := h.request(a)
	client := &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	require.NoError(h.t, err)
	defer response.Body.Close()
	got := answer{status: response.StatusCode, header: response.Header}
	got.raw, err = io.ReadAll(response.Body)
	require.NoError(h.t, err)
	require.NotEmpty(h.t, response.Header.Get("X-Trace-Id"), "%s %s", a.method, a.path)
	require.Equal(h.t, "nosniff", response.Header.Get("X-Content-Type-Options"), "%s %s", a.method, a.path)
	if strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") && a.path != "/openapi.json" {
		require.NoError(h.t, json.Unmarshal(got.raw, &got.body), "%s %s: %s", a.method, a.path, got.raw)
		require.Equal(h.t, got.status, got.body.Code, "code equals the status")
		require.NotEmpty(h.t, got.body.TraceID)
		checkAnswer(h.t, a, got)
	}
	return got
}

func (h *house) login() *session {
	h.t.Helper()
	got := h.do(ask{method: "POST", path: "/v1/auth/login", body: `{"email":"` + adminEmail + `","password":"` + adminPassword + `"}`})
	require.Equal(h.t, 200, got.status, string(got.raw))
	var me meView
	require.NoError(h.t, json.Unmarshal(got.body.Data, &me))
	cookie, _, _ := strings.Cut(strings.TrimPrefix(got.header.Get("Set-Cookie"), sessionCookie+"="), ";")
	return &session{cookie, me.CSRF}
}
