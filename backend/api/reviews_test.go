package api

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/approval"
)

func TestWhoSavesADraftAndWhoPublishes(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	body := map[string]string{
		"/v1/templates/order":         `{"channels":{"sms":{"en":{"text":"Hi"}}},"default_locale":"en"}`,
		"/v1/workflows/order.shipped": `{"name":"n","category":"orders","steps":[{"key":"a","kind":"channel","channel":"email","template":"order"}]}`,
	}
	session := h.login()
	for name, test := range map[string]struct {
		ask  ask
		live bool
		code int
	}{
		"a member saves a draft":                 {ask{session: session}, false, 200},
		"a key saves a draft":                    {ask{bearer: h.key(access.ContentWrite)}, false, 200},
		"a key that may publish, publishes":      {ask{bearer: h.key(access.ContentWrite, access.ContentPublish)}, true, 200},
		"a key that may everything, publishes":   {ask{bearer: h.key(access.Admin)}, true, 200},
		"a key that may only approve, may not":   {ask{bearer: h.key(access.ContentApprove)}, false, 403},
		"a key that may only publish, saves not": {ask{bearer: h.key(access.ContentPublish)}, false, 403},
	} {
		for _, path := range []string{"/v1/templates/order", "/v1/workflows/order.shipped"} {
			h.fakes.kept, h.fakes.pushed = nil, nil
			a := test.ask
			a.method, a.path, a.body = "PUT", path, body[path]
			require.Equal(t, test.code, h.do(a).status, name)
			require.Equal(t, test.code == 200 && test.live, len(h.fakes.pushed) == 1, "%s at %s", name, path)
			require.Equal(t, test.code == 200 && !test.live, len(h.fakes.kept) == 1, "%s at %s", name, path)
		}
	}
	faulty := ask{method: "PUT", path: "/v1/templates/order", body: `{"channels":{}}`}
	faulty.session = session
	require.Equal(t, 200, h.do(faulty).status, "people go on writing")
	faulty.session, faulty.bearer = nil, h.key(access.ContentWrite)
	require.Equal(t, 422, h.do(faulty).status, "machines do not")
}

func TestApprovingSomethingElseShowsIt(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for _, path := range []string{"/v1/approvals/apr_1/approve", "/v1/templates/order/approve"} {
		got := h.do(ask{method: "POST", path: path, body: `{"hash":"old"}`, session: h.login()})
		require.Equal(t, 409, got.status)
		require.Equal(t, []string{"conflict", "hash", "changed"}, []string{got.kind(), got.body.Error.Fields[0].Path, got.body.Error.Fields[0].Code})
		var view approval.View
		require.NoError(t, json.Unmarshal(got.body.Data, &view))
		require.Equal(t, "h", view.Present)
		require.Equal(t, 422, h.do(ask{method: "POST", path: path, body: `{"hash":""}`, session: h.login()}).status)
	}
	require.Equal(t, 404, h.do(ask{method: "POST", path: "/v1/workflows/none/approve", body: `{"hash":"h"}`, session: h.login()}).status, "there is none")
}

func TestAListOfWorkflowsHasThoseThatWereNeverLive(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	got := h.do(ask{method: "GET", path: "/v1/workflows", session: h.login()})
	var list []workflowView
	require.NoError(t, json.Unmarshal(got.body.Data, &list))
	require.Equal(t, []string{"order.late", "order.shipped"}, []string{list[0].Key, list[1].Key})
	require.NotNil(t, list[0].Draft)
}
