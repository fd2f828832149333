package template

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestAMessagesLinks(t *testing.T) {
	t.Parallel()
	both := notify.Links{Unsubscribe: "https://hub.test/u/a-b_c", Preferences: "https://hub.test/p/a-b_c"}
	partials := shelved(map[string]string{"foot": `<a href="{{ preferences_url }}">x</a>|||{% if unsubscribe_url %}Stop: {{ unsubscribe_url }}{% endif %}`})
	for name, tt := range map[string]struct {
		source Source
		links  notify.Links
		want   string
	}{
		"in the text":                   {Source{Text: "{{ unsubscribe_url }} {{ preferences_url }}"}, both, "https://hub.test/u/a-b_c https://hub.test/p/a-b_c"},
		"without one it is left out":    {Source{Text: "a{% if unsubscribe_url %} Stop: {{ unsubscribe_url }}{% endif %}"}, notify.Links{}, "a"},
		"without one it says nothing":   {Source{Text: "a{{ unsubscribe_url }}b"}, notify.Links{}, "ab"},
		"with a filter":                 {Source{Text: "{{ unsubscribe_url | upcase }}"}, both, "HTTPS://HUB.TEST/U/A-B_C"},
		"with a filter and without one": {Source{Text: "a{{ unsubscribe_url | upcase }}b"}, notify.Links{}, "ab"},
		"with a value of the author":    {Source{Text: "{{ preferences_url | default: 'none' }}"}, notify.Links{}, "none"},
		"in a partial":                  {Source{Text: "{% render 'foot' %}"}, both, "Stop: https://hub.test/u/a-b_c"},
		"in a partial without one":      {Source{Text: "a{% render 'foot' %}"}, notify.Links{}, "a"},
		"before data of the same name":  {Source{Text: "{{ preferences_url }} {{ data.preferences_url }}"}, both, "https://hub.test/p/a-b_c theirs"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := Version{Key: "t", DefaultLocale: "en", Channels: map[notify.Channel]map[string]Source{notify.SMS: {"en": tt.source}}}
			content, _, err := New(Config{Clock: noon, Timeout: patience}).Render(t.Context(), Request{
				Version: v, Partials: partials, Channel: notify.SMS,
				Vars: Vars{Data: map[string]any{"preferences_url": "theirs"}, Links: func() notify.Links { return tt.links }},
			})
			require.NoError(t, err)
			require.Equal(t, tt.want, content.Text)
		})
	}
}

func TestAnEmailsTextNamesTheLinksOfItsHTML(t *testing.T) {
	t.Parallel()
	source := Source{Subject: "s", HTML: `<p>Hi</p>{% if unsubscribe_url %}<p><a href="{{ unsubscribe_url }}">Unsubscribe</a></p>{% endif %}`}
	v := Version{Key: "t", DefaultLocale: "en", Channels: map[notify.Channel]map[string]Source{notify.Email: {"en": source}}}
	render := func(l notify.Links) notify.Content {
		content, _, err := New(Config{Clock: noon, Timeout: patience}).Render(t.Context(), Request{Version: v, Channel: notify.Email, Vars: Vars{Links: func() notify.Links { return l }}})
		require.NoError(t, err)
		return content
	}
	with := render(notify.Links{Unsubscribe: "https://hub.test/u/abc"})
	require.Contains(t, with.HTML, `href="https://hub.test/u/abc"`)
	require.Contains(t, with.Text, "https://hub.test/u/abc")
	without := render(notify.Links{})
	require.NotContains(t, without.HTML+without.Text, "Unsubscribe")
}

func TestATemplateThatNamesLinksIsCheckedAsSound(t *testing.T) {
	t.Parallel()
	require.Contains(t, reserved, "unsubscribe_url", "a template cannot set it")
	require.Contains(t, globals, "preferences_url", "a partial sees it")
}
