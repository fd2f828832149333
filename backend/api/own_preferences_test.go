package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/centre"
	"clarion/backend/consent"
	"clarion/backend/notify"
)

// ownFake has one category and remembers what was said.
type ownFake struct{ *fakes }

func (f *ownFake) State(_ context.Context, recipient string) (centre.State, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return centre.State{
		Recipient: centre.Self{ID: recipient, Locale: "en", Timezone: "Europe/London"}, Channels: []notify.Channel{notify.Email},
		Categories: []centre.CategoryState{{Key: "news", Name: "News", Cadence: notify.Instant, Channels: []centre.ChannelState{{Channel: notify.Email, Value: notify.On}}}},
		Cadences:   []notify.Cadence{notify.Instant}, AsksErasure: len(f.said) > 0 && f.said[len(f.said)-1].Kind == notify.ConsentAsksErasure,
	}, f.fail
}

func (f *ownFake) Choose(_ context.Context, said notify.Consent, _ notify.Preferences) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.said = append(f.said, said)
	return f.fail
}

func (f *ownFake) Say(ctx context.Context, said notify.Consent) error {
	return f.Choose(ctx, said, notify.Preferences{})
}

func (f *ownFake) Messages(_ context.Context, recipient string, _ notify.Page) ([]centre.Sent, string, error) {
	return []centre.Sent{{ID: knownMessage, At: f.at.Format("2006-01-02T15:04:05Z07:00"), Channel: notify.Email, Address: "a••••@example.com",
		Workflow: "Order shipped", Source: "Shop", Category: recipient, Status: notify.Sent}}, "", f.failing()
}

func (f *ownFake) List(_ context.Context, filter consent.Filter, _ notify.Page) ([]consent.Record, string, error) {
	return []consent.Record{{Place: 7, ID: "con_1", At: f.at, Recipient: filter.Recipient, Kind: notify.ConsentChose, Source: notify.ByMember, Actor: "mem_1", ActorName: "Grace",
		Content: consent.Content{Changes: []notify.ConsentChange{{Path: "channels.sms", From: json.RawMessage("null"), To: json.RawMessage("false")}}}}}, "", f.failing()
}

type chainFake struct{ *fakes }

func (f *chainFake) State(context.Context) (consent.State, error) {
	return consent.State{Head: consent.Head{Place: 7, Seal: "s"}}, f.failing()
}

func (f *chainFake) Prove(context.Context) (consent.State, error) {
	head := consent.Head{Place: 7, Seal: "s"}
	return consent.State{Head: head, Proven: &consent.Proven{At: f.at, Verdict: consent.Verdict{Checked: 7, Intact: true, Head: head}}}, f.failing()
}

func (f *chainFake) At(context.Context, int64) (consent.Entry, error) {
	return consent.Entry{Record: consent.Record{Place: 7, ID: "con_1", At: f.at, Kind: notify.ConsentChose, Source: notify.ByMember}, Hash: "h", Seal: "s"}, f.failing()
}

func TestPeopleSeeAndChangeOnlyTheirOwn(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	token := h.token("ada", access.ForPreferences)
	for _, path := range []string{"/v1/preferences", "/v1/preferences/messages", "/v1/preferences/history", "/v1/preferences/export"} {
		got := h.do(ask{method: "GET", path: path, bearer: token})
		require.Equal(t, 200, got.status, string(got.raw))
		require.Contains(t, string(got.raw), `"ada"`, path)
		require.NotContains(t, string(got.raw), "mem_1", "who spoke for a person is not theirs to know")
		require.NotContains(t, string(got.raw), "Grace")
		require.Equal(t, 403, h.do(ask{method: "GET", path: path, bearer: h.token("ada", access.ForInbox)}).status, path)
		require.Equal(t, 401, h.do(ask{method: "GET", path: path}).status, path)
	}
	require.Contains(t, string(h.do(ask{method: "GET", path: "/v1/consents?recipient=ada", bearer: h.key(access.Read)}).raw), "mem_1")
	require.Equal(t, 422, h.do(ask{method: "GET", path: "/v1/consents?kind=danced", bearer: h.key(access.Read)}).status)
}

func TestAChoiceKeepsHowItWasMade(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		visit string
		want  notify.Consent
	}{
		"by the link of a message": {knownMessage, notify.Consent{Source: notify.ByLink, MessageID: knownMessage}},
		"by a link made by hand":   {"", notify.Consent{Source: notify.ByLink}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openHouse(t)
			token, _, err := h.tokens.MintVisit("ada", tt.visit)
			require.NoError(t, err)
			got := h.do(ask{method: "PUT", path: "/v1/preferences", bearer: token, body: `{"preferences":{},"wording":"Email: off","locale":"en"}`})
			require.Equal(t, 200, got.status, string(got.raw))
			tt.want.Recipient, tt.want.Wording, tt.want.Locale = "ada", "Email: off", "en"
			require.Equal(t, []notify.Consent{tt.want}, h.fakes.said)
		})
	}
	h := openHouse(t)
	long := strings.Repeat("x", wordingMost+1)
	got := h.do(ask{method: "PUT", path: "/v1/preferences", bearer: h.token("ada", access.ForPreferences), body: `{"preferences":{},"wording":"` + long + `","locale":"nope!"}`})
	require.Equal(t, 422, got.status)
	require.Len(t, got.body.Error.Fields, 2)
	require.Empty(t, h.fakes.said)
}

func TestEachDownloadIsOnRecordBeforeTheFileIsHandedOut(t *testing.T) {
	t.Parallel()
	const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
	for name, tt := range map[string]struct {
		token func(h *house) string
		want  notify.Consent
	}{
		"by the link of a message": {func(h *house) string {
			token, _, err := h.tokens.MintVisit("ada", knownMessage)
			require.NoError(t, err)
			return token
		}, notify.Consent{Source: notify.ByLink, MessageID: knownMessage}},
		"in a product": {func(h *house) string { return h.token("ada", access.ForPreferences) }, notify.Consent{Source: notify.ByComponent}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openHouse(t)
			pages := h.fakes.feed.subscribe(PagesTopic)
			defer pages.Close()
			download := ask{method: "GET", path: "/v1/preferences/export", bearer: tt.token(h), header: map[string]string{"User-Agent": firefox}}
			require.Equal(t, 200, h.do(download).status)
			require.Equal(t, 200, h.do(download).status)
			tt.want.Recipient, tt.want.Kind, tt.want.Device = "ada", notify.ConsentDownloaded, "Firefox, Linux"
			require.Equal(t, []notify.Consent{tt.want, tt.want}, h.fakes.said)
			require.JSONEq(t, `{"type":"changed","kind":"recipient","ids":["ada"]}`, string(<-pages.Frames), "the open page of the person shows it")
		})
	}
	h := openHouse(t, func(_ *Config, d *Deps) { d.Consents = unwritable{d.Consents} })
	got := h.do(ask{method: "GET", path: "/v1/preferences/export", bearer: h.token("ada", access.ForPreferences)})
	require.Equal(t, 500, got.status, "what cannot be kept on record is not handed out")
	require.Empty(t, got.header.Get("Content-Disposition"))
}

func TestDownloadsDoNotFillTheLog(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	download := func(who string) int {
		return h.do(ask{method: "GET", path: "/v1/preferences/export", bearer: h.token(who, access.ForPreferences)}).status
	}
	for range downloadBurst {
		require.Equal(t, 200, download("ada"))
	}
	require.Equal(t, 429, download("ada"))
	require.Len(t, h.fakes.said, downloadBurst)
	require.Equal(t, 200, download("wei"))
}

// unwritable is a log that nothing can be added to.
type unwritable struct{ Consents }

func (unwritable) Say(context.Context, notify.Consent) error { return errors.New("the disk is full") }

func TestErasureIsAskedForOnce(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for range 2 {
		got := h.do(ask{method: "POST", path: "/v1/preferences/erasure", bearer: h.token("ada", access.ForPreferences), body: `{"wording":"Sure?","locale":"en"}`})
		require.Equal(t, 200, got.status, string(got.raw))
	}
	require.Len(t, h.fakes.said, 1)
	require.Equal(t, notify.ConsentAsksErasure, h.fakes.said[0].Kind)
}

func TestALinkIsExchangedForAToken(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	got := h.do(ask{method: "POST", path: "/p/known/session"})
	require.Equal(t, 201, got.status, string(got.raw))
	var visit visitView
	require.NoError(t, json.Unmarshal(got.body.Data, &visit))
	require.Equal(t, "a••••@example.com", visit.Address)
	bearer, err := h.tokens.Verify(visit.Token, access.ForPreferences)
	require.NoError(t, err)
	require.Equal(t, []string{"ada", knownMessage}, []string{bearer.Recipient, bearer.Visit})
	for _, link := range []string{"forged", "old"} {
		require.Equal(t, 404, h.do(ask{method: "POST", path: "/p/" + link + "/session"}).status, link)
	}
}

func TestThePageOfALinkLoadsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	got := openHouse(t).do(ask{method: "GET", path: "/p/anything"})
	require.Equal(t, 200, got.status)
	require.Contains(t, string(got.raw), "centre")
	policy := got.header.Get("Content-Security-Policy")
	require.Contains(t, policy, "default-src 'none'")
	require.NotContains(t, policy, "unsafe")
	require.NotContains(t, policy, "http")
	require.Equal(t, "no-referrer", got.header.Get("Referrer-Policy"))
	require.Equal(t, "no-store", got.header.Get("Cache-Control"))
}

func TestOnlyAllowedOriginsSpeakForTheirRecipients(t *testing.T) {
	t.Parallel()
	h := openHouse(t, func(c *Config, _ *Deps) { c.Origins = []string{"https://app.example.com"} })
	for _, tt := range []struct {
		method, path, origin string
		status               int
		allowed              string
	}{
		{http.MethodOptions, "/v1/preferences", "https://app.example.com", 204, "https://app.example.com"},
		{http.MethodOptions, "/v1/preferences/history", "https://app.example.com", 204, "https://app.example.com"},
		{http.MethodOptions, "/v1/preferences", "https://evil.example.com", 405, ""},
		{http.MethodOptions, "/v1/messages", "https://app.example.com", 405, ""},
		{http.MethodGet, "/v1/preferences", "https://app.example.com", 200, "https://app.example.com"},
		{http.MethodGet, "/v1/preferences", "https://evil.example.com", 200, ""},
		{http.MethodGet, "/assets/app-1a2b.js", "https://evil.example.com", 200, "*"},
	} {
		got := h.do(ask{method: tt.method, path: tt.path, bearer: h.token("ada", access.ForPreferences), header: map[string]string{"Origin": tt.origin}})
		require.Equal(t, tt.status, got.status, "%+v", tt)
		require.Equal(t, tt.allowed, got.header.Get("Access-Control-Allow-Origin"), "%+v", tt)
		require.Empty(t, got.header.Get("Access-Control-Allow-Credentials"))
	}
}
