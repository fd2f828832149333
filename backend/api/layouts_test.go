package api

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLayoutsAreShownAsTheyStand(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	s := h.login()
	list := h.do(ask{path: "/v1/layouts", session: s})
	require.Equal(t, http.StatusOK, list.status)
	require.Contains(t, string(list.body.Data), `"used_by":["order"]`)
	preview := func(body string) answer {
		return h.do(ask{method: "POST", path: "/v1/layouts/plain/preview", session: s, body: body})
	}
	shown := preview(`{"mjml":"<mjml><mj-body>{{ content }}</mj-body></mjml>","body":"<mj-section></mj-section>"}`)
	require.Equal(t, http.StatusOK, shown.status)
	require.Contains(t, string(shown.body.Data), "mj-section", "the email stands in the layout that was given")
	for name, body := range map[string]string{
		"no place for the email": `{"mjml":"<mjml><mj-body></mj-body></mjml>","body":"x"}`,
		"two places":             `{"mjml":"<mjml><mj-body>{{ content }}{{ content }}</mj-body></mjml>","body":"x"}`,
	} {
		refused := preview(body)
		require.Equal(t, http.StatusUnprocessableEntity, refused.status, name)
		require.Equal(t, "layout.mjml", refused.body.Error.Fields[0].Path, name)
	}
}
