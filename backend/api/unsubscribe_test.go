package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/centre"
	"clarion/backend/notify"
)

// usesFake counts what was used until a while has passed, then anew.
type usesFake struct {
	clock *hands
	mu    sync.Mutex
	used  map[string]int
	since map[string]time.Time
}

func (f *usesFake) Use(_ context.Context, name string, most int, every time.Duration) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := f.clock.Now(); now.Sub(f.since[name]) >= every {
		f.since[name], f.used[name] = now, 0
	}
	if f.used[name] >= most {
		return every
	}
	f.used[name]++
	return 0
}

// centreFake knows one link, and one of a message that cannot be refused.
type centreFake struct {
	*fakes
	refused bool
	answers []centre.Answer
}

func (f *centreFake) Genuine(token string) bool {
	return token == "known" || token == "legal" || token == "old"
}

func (f *centreFake) Visit(_ context.Context, token string) (centre.Visit, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	v := centre.Visit{
		Recipient: "ada", Locale: "en", Address: "a••••@example.com", Channel: notify.Email, MessageID: knownMessage, Open: token != "old",
		Category:  notify.Category{Key: "news", Name: "News & more", Names: map[string]string{"zh-CN": "新闻"}},
		Refusable: token != "legal", Refused: f.refused,
	}
	switch {
	case f.fail != nil:
		return v, f.fail
	case token == "known" || token == "legal" || token == "old":
		return v, nil
	}
	return centre.Visit{}, notify.ErrNotFound
}

func (f *centreFake) Unsubscribe(ctx context.Context, token string, a centre.Answer) (centre.Visit, error) {
	v, err := f.Visit(ctx, token)
	if err != nil {
		return v, err
	}
	if !v.Refusable {
		return v, centre.ErrRequired
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refused, f.answers = !a.Stay, append(f.answers, a)
	v.Refused = f.refused
	return v, nil
}

func (f *centreFake) Link(_ context.Context, recipient string) (string, error) {
	return "http://hub.test/p/" + recipient, f.failing()
}

func (f *centreFake) Revoke(_ context.Context, recipient string) error {
	return f.missing(recipient, "ada")
}

func (h *house) centre() *centreFake { return h.server.Centre.(*centreFake) }

func TestALinkIsOnlyLookedAtByGet(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		path    string
		refused bool
		status  int
		says    []string
	}{
		"a message that can be refused": {"/u/known", false, 200, []string{"<title>Unsubscribe?</title>", "“News &amp; more” messages by email", "a••••@example.com", ">Unsubscribe</button>", `href="/p/known?lang=en"`}},
		"one that was refused":          {"/u/known", true, 200, []string{"You are unsubscribed", "Get them again"}},
		"one that must be":              {"/u/legal", false, 200, []string{"cannot be switched off"}},
		"in Chinese":                    {"/u/known?lang=zh-CN", false, 200, []string{`lang="zh-CN"`, "“新闻”消息", "退订</button>", `href="?lang=en"`}},
		"a link that is none":           {"/u/forged", false, 404, []string{"does not work"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openHouse(t)
			h.centre().refused = tt.refused
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				got := h.do(ask{method: method, path: tt.path})
				require.Equal(t, tt.status, got.status)
				require.Equal(t, "no-referrer", got.header.Get("Referrer-Policy"))
				require.Equal(t, "no-store", got.header.Get("Cache-Control"))
				require.Empty(t, got.header.Get("Set-Cookie"))
				policy := got.header.Get("Content-Security-Policy")
				require.Contains(t, policy, "default-src 'none'")
				require.NotContains(t, policy, "unsafe")
				if method == http.MethodGet {
					for _, words := range tt.says {
						require.Contains(t, string(got.raw), words)
					}
				}
			}
			require.Empty(t, h.centre().answers, "nothing was changed")
		})
	}
}

func TestAPageWithoutAnOpenLinkLeadsNowhere(t *testing.T) {
	t.Parallel()
	got := openHouse(t).do(ask{method: "GET", path: "/u/old"})
	require.Equal(t, 200, got.status)
	require.NotContains(t, string(got.raw), "/p/")
	require.Contains(t, string(got.raw), "<button", "unsubscribing has no end")
}

func TestOneClickNeedsNothingButTheLink(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		path, body string
		status     int
		want       []centre.Answer
	}{
		"as RFC 8058 has it":     {"/u/known", "List-Unsubscribe=One-Click", 200, []centre.Answer{{Source: notify.ByOneClick}}},
		"a bare POST":            {"/u/known", "", 200, []centre.Answer{{Source: notify.ByOneClick}}},
		"at the page":            {"/u/known", "action=unsubscribe&lang=en", 200, []centre.Answer{{Source: notify.ByLink, Locale: "en", Wording: "Unsubscribe? You will get no more “News & more” messages by email. [Unsubscribe]"}}},
		"at the Chinese page":    {"/u/known", "action=unsubscribe&lang=zh-CN", 200, []centre.Answer{{Source: notify.ByLink, Locale: "zh-CN", Wording: "确定退订吗？ 您将不再通过邮件收到“新闻”消息。 [退订]"}}},
		"taken back":             {"/u/known", "action=stay&lang=en", 200, []centre.Answer{{Stay: true, Source: notify.ByLink, Locale: "en", Wording: "You are unsubscribed You get no “News & more” messages by email. [Get them again]"}}},
		"what cannot be refused": {"/u/legal", "List-Unsubscribe=One-Click", 409, nil},
		"a forged link":          {"/u/forged", "List-Unsubscribe=One-Click", 404, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openHouse(t)
			got := h.do(ask{method: "POST", path: tt.path, body: tt.body, header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}})
			require.Equal(t, tt.status, got.status, string(got.raw))
			require.Equal(t, tt.want, h.centre().answers)
		})
	}
}

func TestAHouseThatIsDownSaysSo(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.fakes.breakWith(errors.Join(notify.ErrUnavailable))
	for _, method := range []string{"GET", "POST"} {
		require.Equal(t, 503, h.do(ask{method: method, path: "/u/known"}).status, "a mailbox that gets this tries again")
	}
}

func TestALinkCannotBeUsedWithoutEnd(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for range visitBurst {
		require.Equal(t, 200, h.do(ask{method: "GET", path: "/u/known"}).status)
	}
	got := h.do(ask{method: "POST", path: "/u/known"})
	require.Equal(t, 429, got.status)
	require.NotEmpty(t, got.header.Get("Retry-After"))
	require.Equal(t, 200, h.do(ask{method: "GET", path: "/u/legal"}).status, "others are not in its way")
	for range visitBurst + 1 {
		require.Equal(t, 404, h.do(ask{method: "GET", path: "/u/" + strings.Repeat("x", 60)}).status, "what is no link is not counted")
	}
	h.clock.move(visitEvery)
	require.Equal(t, 200, h.do(ask{method: "GET", path: "/u/known"}).status)
}
