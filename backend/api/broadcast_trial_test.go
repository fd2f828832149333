package api

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/ingest"
)

func TestATestOfABroadcastGoesToWhoIsNamedAndToNobodyElse(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		body string
		want []string
		data string
	}{
		"to who asks":                       {``, []string{"ada"}, `{"a":1,"b":2}`},
		"to a recipient with their own row": {`{"to":["ada"]}`, []string{"ada"}, `{"a":1,"b":2}`},
		"to one who has no row":             {`{"to":["bo"]}`, []string{"bo"}, `{"a":1,"b":1}`},
		"as one of the audience":            {`{"to":["bo"],"as":"ada"}`, []string{"bo"}, `{"a":1,"b":2}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openHouse(t)
			got := h.do(ask{method: "POST", path: "/v1/broadcasts/bct_1/test", body: tt.body, session: h.login()})
			require.Equal(t, 202, got.status, string(got.raw))
			require.Len(t, h.fakes.accepted, len(tt.want))
			for i, sent := range h.fakes.accepted {
				require.Equal(t, []ingest.To{{ID: tt.want[i]}}, sent.To)
				require.True(t, sent.Direct.Test)
				require.JSONEq(t, tt.data, string(sent.Data))
				require.JSONEq(t, `{"broadcast":"bct_1","test":"true"}`, string(sent.Metadata))
			}
		})
	}
}

func TestATestOfABroadcastGoesToAnAddress(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	got := h.do(ask{method: "POST", path: "/v1/broadcasts/bct_1/test", body: `{"to":[{"email":"look@example.com"},"bo"],"as":"ada"}`, session: h.login()})
	require.Equal(t, 202, got.status, string(got.raw))
	require.Len(t, h.fakes.accepted, 2)
	require.Equal(t, "test-look@example.com", h.fakes.accepted[0].To[0].Inline.ID, "an address is one recipient, however often it is tried")
	require.Equal(t, "look@example.com", h.fakes.accepted[0].To[0].Inline.Addresses[0].Address)
}

func TestATestOfABroadcastIsRefusedWhereItGoesToTooManyOrAsAStranger(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ body, path string }{
		"nobody":                  {`{"to":[]}`, `"to"`},
		"eleven":                  {`{"to":["a","b","c","d","e","f","g","h","i","j","k"]}`, `"to"`},
		"a group":                 {`{"to":["ada",{"group":"ops"}]}`, `"to[1]"`},
		"as one not in it":        {`{"to":["ada"],"as":"bo"}`, `"as"`},
		"what is no recipient id": {`{"to":["a b"]}`, `"to[0]"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openHouse(t)
			got := h.do(ask{method: "POST", path: "/v1/broadcasts/bct_1/test", body: tt.body, session: h.login()})
			require.Equal(t, 422, got.status, string(got.raw))
			require.Contains(t, string(got.raw), `"path":`+tt.path)
			require.Empty(t, h.fakes.accepted)
		})
	}
}

func TestAPreviewSaysWhetherSomebodyIsInTheAudience(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for _, tt := range []struct{ body, want string }{{`{"recipient":"ada"}`, `"in_audience":true`}, {`{"recipient":"bo"}`, `"in_audience":false`}} {
		got := h.do(ask{method: "POST", path: "/v1/broadcasts/bct_1/preview", body: tt.body, session: h.login()})
		require.Equal(t, 200, got.status, string(got.raw))
		require.Contains(t, string(got.raw), tt.want)
	}
}
