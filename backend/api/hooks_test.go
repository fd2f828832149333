package api

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/hook"
	"clarion/backend/notify"
)

// hooks knows one source, whose webhooks are proven by a header.
type hooks struct{}

func (*hooks) Get(_ context.Context, source string) (hook.View, error) {
	if source == "ghost" {
		return hook.View{}, notify.ErrNotFound
	}
	return hook.View{Source: source, Scheme: hook.GitHub, Secrets: 1, Mapping: hook.Mapping{Type: "type", To: []hook.Person{{ID: "id"}}}}, nil
}

func (h *hooks) Put(ctx context.Context, source string, in hook.Input) (hook.View, error) {
	if err := in.Mapping.Check("mapping."); err != nil {
		return hook.View{}, err
	}
	return h.Get(ctx, source)
}

func (*hooks) Delete(context.Context, string) error { return nil }

func (*hooks) Try(m hook.Mapping, payload []byte) (hook.Made, error) { return m.Apply(payload) }

func (*hooks) Receive(_ context.Context, _ string, in hook.Incoming) (hook.Taken, error) {
	switch in.Header.Get("X-Proof") {
	case "good":
		return hook.Taken{Made: hook.Made{Event: json.RawMessage(in.Body), Key: "k1"}}, nil
	case "ignored":
		return hook.Taken{Made: hook.Made{Ignored: "nobody asked for it"}}, nil
	case "challenge":
		return hook.Taken{Challenge: "<b>echo</b>"}, nil
	}
	return hook.Taken{}, notify.ErrUnauthenticated
}

func TestWebhooksOfThirdPartiesAtTheDoor(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for name, c := range map[string]struct {
		proof, body string
		status      int
		says        string
	}{
		"one that is proven":          {"good", `{"type":"order.shipped","to":["ada"]}`, 202, `"status":"accepted"`},
		"one that is not":             {"", `{"type":"order.shipped","to":["ada"]}`, 401, `"unauthenticated"`},
		"one that nobody asked for":   {"ignored", `{}`, 200, `"ignored":"nobody asked for it"`},
		"one whose event is no event": {"good", `{"type":"order.shipped"}`, 422, `"path":"to"`},
	} {
		t.Run(name, func(t *testing.T) {
			got := h.do(ask{method: "POST", path: "/v1/sources/shop/webhook", body: c.body, header: map[string]string{"X-Proof": c.proof}})
			require.Equal(t, c.status, got.status, string(got.raw))
			require.Contains(t, string(got.raw), c.says)
		})
	}
	got := h.do(ask{method: "POST", path: "/v1/sources/shop/webhook", body: `{}`, header: map[string]string{"X-Proof": "challenge"}})
	require.Equal(t, "<b>echo</b>", string(got.raw))
	require.Contains(t, got.header.Get("Content-Type"), "text/plain", "what a stranger chose is never a page")
}

func TestAMappingIsTriedWithoutKeepingAnything(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	try := func(payload string) answer {
		return h.do(ask{method: "POST", path: "/v1/sources/shop/hook/try", bearer: h.key(access.Admin), body: `{"mapping":{"type":"type","to":[{"id":"user.id","email":"user.mail"}]},"payload":` + payload + `}`})
	}
	got := try(`{"type":"order.shipped","user":{"id":7,"mail":"ada@example.com"}}`)
	require.Equal(t, 200, got.status, string(got.raw))
	require.Contains(t, string(got.raw), `"to":[{"email":"ada@example.com","id":"7"}]`)
	require.Contains(t, string(try(`{"type":"order.shipped","user":{}}`).raw), `"path":"mapping.to[0].id"`)
	require.Contains(t, string(try(`{"type":"order.shipped","user":{"id":"a","mail":"no"}}`).raw), `"to[0].email"`, "what the door would say of the event")
}
