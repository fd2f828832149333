package template

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// shelved makes partials of markup, or of text after a bar.
func shelved(sources map[string]string) Partials {
	all := Partials{}
	for key, source := range sources {
		mjml, text, _ := strings.Cut(source, "|||")
		all[key] = Part{Kind: PartialPart, Key: key, MJML: mjml, Text: text, Version: 1}
	}
	return all
}

func renderWith(t *testing.T, all Partials, ch notify.Channel, s Source, data string) (notify.Content, error) {
	t.Helper()
	vars, err := DataVars([]byte(data))
	require.NoError(t, err)
	v := Version{Key: "t", DefaultLocale: "en", Channels: map[notify.Channel]map[string]Source{ch: {"en": s}}}
	content, _, err := New(Config{Clock: noon, Timeout: patience}).Render(context.Background(), Request{
		Version: v, Partials: all, Channel: ch, Vars: Vars{Data: vars, Recipient: map[string]any{"name": "Ada"}},
	})
	return content, err
}

func TestAPartialStandsWhereItIsRendered(t *testing.T) {
	t.Parallel()
	all := shelved(map[string]string{
		"sign":    `<b>{{ name }}</b>{% if title %}, {{ title }}{% endif %}|||-- {{ name }}{% if title %}, {{ title }}{% endif %}` + "\n",
		"hello":   "|||Hello {{ recipient.name }}",
		"both":    `{% render "sign", name: who, title: "Captain" %}|||{% render 'hello' %}: {% render 'sign', name: who %}`,
		"section": `<mj-section><mj-column><mj-text>From {{ place }}</mj-text></mj-column></mj-section>`,
		"list":    `|||{% for item in items %}{{ item.name }};{% endfor %}`,
		"sets":    `|||{% assign x = "inner" %}{{ x }}`,
		"quote":   "|||say {{ word }}\nnow",
		"link":    `{{ url }}`,
	})
	for name, c := range map[string]struct {
		channel      notify.Channel
		source       Source
		text, markup string
	}{
		"with a value":             {notify.SMS, Source{Text: `A {% render 'sign', name: "Bo" %}.`}, "A -- Bo.", ""},
		"with a variable":          {notify.SMS, Source{Text: `{% render 'sign', name: who, title: rank %}`}, "-- Eve, Dr", ""},
		"with a filter":            {notify.SMS, Source{Text: `{% render 'sign', name: who | upcase %}`}, "-- EVE", ""},
		"with what is not there":   {notify.SMS, Source{Text: `{% render 'sign', name: who, title: nothing %}`}, "-- Eve", ""},
		"inside another":           {notify.SMS, Source{Text: `{% render 'both', who: who %}`}, "Hello Ada: -- Eve", ""},
		"inside a loop":            {notify.SMS, Source{Text: `{% for i in items %}{% render 'sign', name: i.name %} {% endfor %}`}, "-- a -- b ", ""},
		"with a list":              {notify.SMS, Source{Text: `{% render 'list', items: items %}`}, "a;b;", ""},
		"leaving nothing behind":   {notify.SMS, Source{Text: `{% assign x = "outer" %}{% render 'sets' %} {{ x }}`}, "inner outer", ""},
		"trimmed by its tag":       {notify.SMS, Source{Text: "a  \n{%- render 'hello' -%}\n  b"}, "aHello Adab", ""},
		"in the markup of a mail":  {notify.Email, Source{Subject: "s", HTML: `<p>{% render 'sign', name: who %}</p>`}, "Eve", `<p><b>Eve</b></p>`},
		"as an address in a link":  {notify.Email, Source{Subject: "s", HTML: `<a href="{% render 'link', url: page %}">x</a>`}, "", `href="https://a.example/?a=1&amp;b=2"`},
		"as a section of MJML":     {notify.Email, Source{Subject: "s", MJML: `{% render 'section', place: who %}<mj-section><mj-column><mj-text>z</mj-text></mj-column></mj-section>`}, "From Eve", "From Eve"},
		"as words in MJML":         {notify.Email, Source{Subject: "s", MJML: `<mj-section><mj-column><mj-text>{% render 'both', who: who %}</mj-text></mj-column></mj-section>`}, "Eve, Captain", "<b>Eve</b>, Captain"},
		"in a subject":             {notify.Email, Source{Subject: "{% render 'hello' %}!", Text: "t"}, "t", ""},
		"in a comment it does not": {notify.SMS, Source{Text: `a{% comment %}{% render 'ghost' %}{% endcomment %}`}, "a", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := renderWith(t, all, c.channel, c.source, `{"who":"Eve","rank":"Dr","items":[{"name":"a"},{"name":"b"}],"page":"https://a.example/?a=1&b=2"}`)
			require.NoError(t, err)
			require.Contains(t, got.Text, c.text)
			require.Contains(t, got.HTML, c.markup)
			if c.channel == notify.SMS {
				require.Equal(t, strings.TrimRight(c.text, " "), strings.TrimRight(got.Text, " "))
			}
		})
	}
	t.Run("in a string of Slack's blocks", func(t *testing.T) {
		t.Parallel()
		got, err := renderWith(t, all, notify.Slack, Source{Text: "x", Blocks: `[{"text":"{% render 'quote', word: w %}"}]`}, `{"w":"\"<!here>\""}`)
		require.NoError(t, err)
		require.JSONEq(t, `[{"text":"say \"&lt;!here&gt;\"\nnow"}]`, string(got.Blocks))
	})
}

func TestWhatIsWrongWithAPartialIsSaidAtItsPlace(t *testing.T) {
	t.Parallel()
	all := shelved(map[string]string{
		"sign":  "|||Line one\nfrom {{ name }}{% if title %}{{ title }}{% endif %}\nlast",
		"mail":  "<b>x</b>",
		"a":     "|||{% render 'b' %}",
		"b":     "|||{% render 'a' %}",
		"deep1": "|||{% render 'deep2' %}", "deep2": "|||{% render 'deep3' %}", "deep3": "|||{% render 'deep4' %}",
		"deep4": "|||{% render 'deep5' %}", "deep5": "|||x",
		"wide1": "|||" + strings.Repeat("{% render 'wide2' %}", 1000), "wide2": "|||" + strings.Repeat("{% render 'wide3' %}", 1000), "wide3": "|||xxxxxxxx",
		"pass":  "|||{% render 'sign', name: who, title: note %}",
		"loops": "|||{% for x in list %}{% for y in x.list %}{{ y }}{% endfor %}{% endfor %}",
	})
	schema := `{"type":"object","properties":{"who":{"type":"string"},"item":{"type":"object","properties":{"n":{"type":"string"}}}}}`
	for name, c := range map[string]struct {
		text, code, detail string
		line, column       int
	}{
		"one there is none of":         {"a\nb {% render 'ghost' %}", "unknown_partial", `there is no partial "ghost" that is live`, 2, 3},
		"one that says nothing here":   {"{% render 'mail' %}", "no_content", `partial "mail" has no text, which this place needs`, 1, 1},
		"no key":                       {"{% render ghost %}", "syntax", "render needs the key of a partial in quotes", 1, 1},
		"no value":                     {"{% render 'sign', name %}", "syntax", "render takes name: value", 1, 1},
		"a parameter that is missing":  {"x\ny\n {% render 'sign' %}", "missing_parameter", `partial "sign" needs name`, 3, 2},
		"one that is missing inside":   {"{% render 'pass', note: \"x\" %}", "missing_parameter", `partial "pass" needs who`, 1, 1},
		"a parameter there is none of": {"{% render 'sign', name: who, colour: who %}", "unknown_parameter", `partial "sign" has no parameter colour`, 1, 1},
		"a variable of no schema":      {"{% render 'sign', name: whom %}", "unknown_variable", "whom is not in the schema", 1, 25},
		"a variable after it":          {"{% render 'sign', name: who %} {{ whom }}", "unknown_variable", "whom is not in the schema", 1, 35},
		"a fixed name":                 {"{% render 'sign', name: who, recipient: who %}", "syntax", `"recipient" is a fixed name and cannot be passed`, 1, 30},
		"itself":                       {"{% render 'a' %}", "recursive_partial", `partial "a" renders itself`, 1, 1},
		"too deep":                     {"{% render 'deep1' %}", "not_allowed", "nested more than 4 deep", 1, 1},
		"too much":                     {"{% render 'wide1' %}", "too_large", "more than 262144 bytes", 1, 1},
		"a loop too deep":              {"{% for x in item %}{% render 'loops', list: x %}{% endfor %}", "not_allowed", "loops are nested more than 2 deep", 1, 20},
		"a tag of the house":           {`{% __with "sign" name: who %}`, "unknown_tag", `there is no tag "__with"`, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := sms(c.text)
			v.Schema = []byte(schema)
			got := faultsOf(t, Check(v, Shared{Partials: all}))[0]
			require.Equal(t, "channels.sms.en.text", got.Path)
			require.Equal(t, c.code, got.Code, got.Detail)
			require.Contains(t, got.Detail, c.detail)
			require.Equal(t, []int{c.line, c.column}, []int{got.Line, got.Column})
		})
	}
	t.Run("while rendering", func(t *testing.T) {
		t.Parallel()
		_, err := renderWith(t, all, notify.SMS, Source{Text: "one\n{% render 'sign', name: who %}\n{{ who }}"}, `{}`)
		got := faultsOf(t, err)[0]
		require.Equal(t, "missing_variable", got.Code)
		require.Contains(t, got.Detail, "line 2")
	})
}

func TestAPartialCannotBreakOutOfTheBounds(t *testing.T) {
	t.Parallel()
	all := shelved(map[string]string{
		"much": "|||" + strings.Repeat("{{ x }}", 100),
		"work": "|||{% for i in l %}{{ i }}{% endfor %}",
	})
	list := `[` + strings.Repeat("1,", 9_999) + `1]`
	for name, c := range map[string]struct{ source, data string }{
		"much text": {strings.Repeat("{% render 'much', x: x %}", 20), `{"x":"` + strings.Repeat("y", 100) + `"}`},
		"much work": {`{% for i in l %}{% render 'work', l: l %}{% endfor %}`, `{"l":` + list + `}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := renderWith(t, all, notify.SMS, Source{Text: c.source}, c.data)
			require.Equal(t, "too_large", faultsOf(t, err)[0].Code)
		})
	}
}

func TestAPartialIsCheckedByItself(t *testing.T) {
	t.Parallel()
	all := shelved(map[string]string{"sign": "<i>{{ name }}</i>|||{{ name }}", "loop": "|||{% render 'me' %}"})
	for name, c := range map[string]struct {
		mjml, text string
		path, code string
		line       int
	}{
		"nothing":           {"", " ", "partial.mjml", "required", 0},
		"a broken tag":      {"<b>\n{% if x %}</b>", "", "partial.mjml", "syntax", 2},
		"unknown MJML":      {"<mj-text>a</mj-text>\n<mj-box></mj-box>", "", "partial.mjml", "mjml", 2},
		"a missing partial": {"", "a\n\n{% render 'ghost' %}", "partial.text", "unknown_partial", 3},
		"itself":            {"", "{% render 'me' %}", "partial.text", "recursive_partial", 1},
		"itself by another": {"", "{% render 'loop' %}", "partial.text", "recursive_partial", 1},
		"too large":         {"", strings.Repeat("x", maxSource+1), "partial.text", "too_large", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := faultsOf(t, CheckPart(Part{Kind: PartialPart, Key: "me", MJML: c.mjml, Text: c.text}, all))[0]
			require.Equal(t, []any{c.path, c.code, c.line}, []any{got.Path, got.Code, got.Line}, got.Detail)
		})
	}
	good := Part{Kind: PartialPart, Key: "me", Text: "{{ b | default: \"-\" }}{% if c %}{{ c.d }}{% endif %}{% for x in a %}{{ x }}{{ recipient.name }}{% endfor %}{% render 'sign', name: z %}"}
	require.NoError(t, CheckPart(good, all))
	require.Equal(t, []Parameter{{"a", true}, {"z", true}, {"b", false}, {"c", false}}, good.Parameters(all))
}

func TestCatalogPartials(t *testing.T) {
	t.Parallel()
	c, s := newShelf()
	put := func(text string) error {
		_, err := c.PutPart(t.Context(), Part{Kind: PartialPart, Key: "foot", MJML: "<i>" + text + "</i>", Text: text}, "mem_1")
		return err
	}
	require.NoError(t, put("1 Dock Road"))
	s.layouts["house"] = framed("{% render 'foot' %}")
	s.live["letter"] = letter()
	v := welcome("Hello {{ who }}, {% render 'foot' %}")
	s.live["welcome"] = v
	said := func() string {
		content, _, err := c.RenderLive(t.Context(), "welcome", Request{Channel: notify.SMS, Vars: Vars{Data: map[string]any{"who": "Ada"}}})
		require.NoError(t, err)
		return content.Text
	}
	require.Equal(t, "Hello Ada, 1 Dock Road", said())
	require.NoError(t, put("2 Dock Road"))
	require.Equal(t, "Hello Ada, 2 Dock Road", said(), "a partial that goes live changes what renders it at once")

	err := put("{{ street }}")
	broken := map[string]string{}
	for _, f := range faultsOf(t, err) {
		broken[f.Path] = f.Detail
	}
	require.Equal(t, map[string]string{
		"used_by.letter":  `channels.email.en.mjml: layout "house": partial "foot" needs street`,
		"used_by.welcome": `channels.sms.en.text: partial "foot" needs street`,
	}, broken, "one that would break a live template does not go live")
	require.Equal(t, "Hello Ada, 2 Dock Road", said())

	uses, err := c.PartUses(t.Context(), PartialPart)
	require.NoError(t, err)
	require.Equal(t, map[string]Use{"foot": {Templates: []string{"letter", "welcome"}, Parts: []PartRef{{Kind: LayoutPart, Key: "house"}}}}, uses)
	whole, err := c.WholePart(t.Context(), PartRef{Kind: PartialPart, Key: "foot"})
	require.NoError(t, err)
	require.Equal(t, []string{"letter", "welcome"}, whole.Reach)

	shown, err := c.ShowPartial(t.Context(), Part{Key: "new", Kind: PartialPart, MJML: "<b>{{ a }}{{ b }}</b>", Text: "{{ a }}{% render 'foot' %}"},
		Request{Locale: "en", Vars: Vars{Data: map[string]any{"a": "given"}}})
	require.NoError(t, err)
	require.Equal(t, "<b>givenb</b>", shown.Channels[notify.Email].HTML, "what is not given stands by its name")
	require.Equal(t, "given2 Dock Road", shown.Channels[notify.SMS].Text)
}
