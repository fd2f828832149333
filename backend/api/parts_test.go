package api

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPartialsAreShownWithWhatTheyCanBeGiven(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	s := h.login()
	list := string(h.do(ask{path: "/v1/partials", session: s}).body.Data)
	require.Contains(t, list, `"used_by":["order"]`)
	require.Contains(t, list, `"used_in":[{"kind":"layout","key":"house"}],"parameters":[]`)
	preview := func(body string) answer {
		return h.do(ask{method: "POST", path: "/v1/partials/plain/preview", session: s, body: body})
	}
	shown := preview(`{"text":"{{ name }}{% if title %}{{ title }}{% endif %}"}`)
	require.Equal(t, http.StatusOK, shown.status)
	require.Contains(t, string(shown.body.Data), `"parameters":[{"name":"name","required":true},{"name":"title","required":false}]`)
	for name, c := range map[string]struct{ body, path, code string }{
		"itself":            {`{"text":"{% render 'plain' %}"}`, "partial.text", "recursive_partial"},
		"one that is not":   {`{"mjml":"{% render 'ghost' %}"}`, "partial.mjml", "unknown_partial"},
		"nothing to render": {`{}`, "partial.mjml", "required"},
	} {
		refused := preview(c.body)
		require.Equal(t, http.StatusUnprocessableEntity, refused.status, name)
		require.Equal(t, []string{c.path, c.code}, []string{refused.body.Error.Fields[0].Path, refused.body.Error.Fields[0].Code}, name)
	}
}

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

func TestEventsAreFoundByTheTemplateTheyLeadTo(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	s := h.login()
	for name, want := range map[string]string{"order": `"id":"` + knownEvent, "ghost": `[]`} {
		got := h.do(ask{path: "/v1/events?template=" + name, session: s})
		require.Equal(t, http.StatusOK, got.status)
		require.Contains(t, string(got.body.Data), want, name)
	}
	require.Equal(t, http.StatusUnprocessableEntity, h.do(ask{path: "/v1/templates?channel=fax", session: s}).status)
}
