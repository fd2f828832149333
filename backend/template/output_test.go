package template

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestFiltersAndTagsWriteWhatAuthorsExpect(t *testing.T) {
	t.Parallel()
	const data = `{"s":"hello world","n":7,"f":2.5,"l":[3,1,2,2],"o":{"b":1,"a":2},"at":"2026-11-21T16:30:00Z","day":"2026-11-21","p":[{"k":"x","v":2},{"k":"y","v":1}],"big":12345678901234567}`
	for text, want := range map[string]string{
		"{{ s | capitalize | append: '!' | prepend: '¡' }}":                                                                               "¡Hello world!",
		"{{ s | truncate: 8 }}/{{ s | truncate: 8, '…' }}/{{ s | truncatewords: 1 }}":                                                     "hello.../hello w…/hello...",
		"{{ s | split: ' ' | reverse | join: '-' }}":                                                                                      "world-hello",
		"{{ s | replace: 'l', 'L' }} {{ s | remove_first: 'l' }} {{ s | size }}":                                                          "heLLo worLd helo world 11",
		"{{ s | slice: 0, 4 }} {{ s | slice: -3, 9 }} {{ s | upcase | downcase }}":                                                        "hell rld hello world",
		"{{ l | sort | join }} {{ l | uniq | size }} {{ l | first }} {{ l | last }}":                                                      "1 2 2 3 3 3 2",
		"{{ p | map: 'k' | join: ',' }} {{ p | sort: 'v' | map: 'k' | join: ',' }}":                                                       "x,y y,x",
		"{{ n | plus: 1 }} {{ n | minus: 1.5 }} {{ n | times: 3 }} {{ n | divided_by: 2 }} {{ n | divided_by: 2.0 }} {{ n | modulo: 4 }}": "8 5.5 21 3 3.5 3",
		"{{ f | ceil }} {{ f | floor }} {{ f | round }} {{ -2.345 | round: 2 }} {{ -3 | abs }}":                                           "3 2 3 -2.35 3",
		"{{ n | at_least: 9 }} {{ n | at_most: 3 }} {{ big }}":                                                                            "9 3 12345678901234567",
		"{{ nope | default: 'x' }} {{ nope | upcase | default: 'y' }} {{ '' | default: s }}":                                              "x y hello world",
		"{% for kv in o %}{{ kv[0] }}={{ kv[1] }} {% endfor %}":                                                                           "a=2 b=1 ",
		"{% for i in l limit: n offset: 1 %}{{ i }}{% endfor %} {% for i in l reversed %}{{ i }}{% endfor %}":                             "122 2213",
		"{% for i in l %}{% cycle 'a','b' %}{% if forloop.last %}.{% endif %}{% endfor %}":                                                "abab.",
		"{% for i in l %}{% if i == 1 %}{% continue %}{% endif %}{% if forloop.index == 4 %}{% break %}{% endif %}{{ i }}{% endfor %}":    "32",
		"{% case n %}{% when 1, 7 %}a{% else %}b{% endcase %}{% unless nope %}c{% endunless %}":                                           "ac",
		"{% if nope.x == 'y' %}a{% elsif s contains 'wor' and n >= 7 %}b{% endif %}":                                                      "b",
		"{% assign x = s | upcase %}{% capture y %}<{{ x }}>{% endcapture %}{{ y }}":                                                      "<HELLO WORLD>",
		"{{ at | date: '%Y-%m-%d %H:%M' }} {{ at | date: '%-d %B', 'UTC' }} {{ at | date }}":                                              "2026-11-22 00:30 21 November 22 Nov 2026",
		"{{ day | date: 'long' }} {{ 'now' | date: '%H', 'Asia/Tokyo' }} {{ 0 | date: '%Y', 'Nowhere/Land' }}":                            "Saturday, 21 November 2026 21 1970",
		"{{ 1234.5 | money: 'USD' }} {{ 1234.5 | money: 'JPY', 'ja' }} {{ -0.001 | money: 'EUR', 'en' }}":                                 "$1,234.50 ¥1,234 €0.00",
		"{{ 1234.5 | money: 'EUR', 'de-DE' }} {{ 5 | money: 'SEK', 'en' }}":                                                               "1.234,50\u00a0€ SEK\u00a05.00",
		"{{ 'a b&c' | url_encode }} {{ '%26' | url_decode }} {{ o | json }}":                                                              `a+b%26c & {"a":2,"b":1}`,
		"a {{- s -}} b {%- if n -%} c {%- endif -%}":                                                                                      "ahello worldbc",
		"{% comment %}{{ nope }}{% endcomment %}{% raw %}{{ s }}{% endraw %}":                                                             "{{ s }}",
		"{{ recipient.name }} <b> & \"x\"":                                                                                                "Ada <b> & \"x\"",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got, err := renderSMS(t, text, data)
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

// renderOne renders a source for a channel with hostile data.
func renderOne(t *testing.T, ch notify.Channel, s Source, data string) (notify.Content, error) {
	t.Helper()
	vars, err := DataVars(json.RawMessage(data))
	require.NoError(t, err)
	v := Version{Key: "t", DefaultLocale: "en", Channels: map[notify.Channel]map[string]Source{ch: {"en": s}}}
	content, _, err := New(Config{Clock: noon, Timeout: patience}).Render(context.Background(), Request{Version: v, Channel: ch, Vars: Vars{Data: vars}})
	return content, err
}

func TestDataCannotBecomeMarkup(t *testing.T) {
	t.Parallel()
	const data = `{"x":"</p><script>alert(\"1\")</script>'&","u":" java\tscript:alert(1)","ok":"https://a.example/?a=1&b=2","q":"a\",\"type\":\"evil\n<!channel>"}`
	t.Run("HTML is escaped in HTML and not in text", func(t *testing.T) {
		t.Parallel()
		c, err := renderOne(t, notify.Email, Source{Subject: "{{ x }}", HTML: `<p title="{{ x }}">{{ x }}{% capture y %}{{ x }}{% endcapture %}|{{ y }}|{{ x | escape }}</p>`}, data)
		require.NoError(t, err)
		escaped := "&lt;/p&gt;&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;&#39;&amp;"
		require.Equal(t, `<p title="`+escaped+`">`+escaped+"|"+escaped+"|"+escaped+"</p>", c.HTML)
		require.Equal(t, "</p><script>alert(\"1\")</script>'&", c.Subject)
		require.Contains(t, c.Text, "</p><script>")
	})
	t.Run("line ends from data stay in newline_to_br", func(t *testing.T) {
		t.Parallel()
		c, err := renderOne(t, notify.Email, Source{Subject: "s", HTML: "{{ x | newline_to_br }}"}, `{"x":"<a>\nb"}`)
		require.NoError(t, err)
		require.Equal(t, "&lt;a&gt;<br>\nb", c.HTML)
	})
	t.Run("a script cannot become a link", func(t *testing.T) {
		t.Parallel()
		_, err := renderOne(t, notify.Email, Source{Subject: "s", HTML: `<a href="{{ u }}">x</a>`}, data)
		require.Contains(t, faultsOf(t, err)[0].Detail, "a link must not start a script")
		_, err = renderOne(t, notify.InApp, Source{Title: "s", URL: "{{ u }}"}, data)
		require.Equal(t, "unsafe_url", faultsOf(t, err)[0].Code)
		_, err = renderOne(t, notify.InApp, Source{Title: "s", Actions: []notify.Action{{ID: "a", Label: "b", URL: "{{ u }}"}}}, data)
		require.Equal(t, "channels.in_app.en.actions[0].url", faultsOf(t, err)[0].Path)
		c, err := renderOne(t, notify.Email, Source{Subject: "s", HTML: `<a href="{{ ok }}">x</a>`}, data)
		require.NoError(t, err)
		require.Equal(t, `<a href="https://a.example/?a=1&amp;b=2">x</a>`, c.HTML)
		require.Equal(t, "x (https://a.example/?a=1&b=2)", c.Text)
	})
	t.Run("blocks stay the JSON they were and mention nobody", func(t *testing.T) {
		t.Parallel()
		c, err := renderOne(t, notify.Slack, Source{Text: "{{ q }}", Blocks: `[{"type":"section","text":"{{ q }}","url":"{{ ok }}"}]`}, data)
		require.NoError(t, err)
		var blocks []map[string]string
		require.NoError(t, json.Unmarshal(c.Blocks, &blocks))
		require.Equal(t, []map[string]string{{"type": "section", "text": "a\",\"type\":\"evil\n&lt;!channel&gt;", "url": "https://a.example/?a=1&b=2"}}, blocks)
		require.NotContains(t, c.Text, "<!channel>")
	})
	t.Run("blocks that render to no JSON are refused", func(t *testing.T) {
		t.Parallel()
		_, err := renderOne(t, notify.Slack, Source{Text: "x", Blocks: `[{"type": {{ x }} }]`}, data)
		require.Equal(t, "json", faultsOf(t, err)[0].Code)
	})
	t.Run("Liquid in data is only text", func(t *testing.T) {
		t.Parallel()
		c, err := renderOne(t, notify.SMS, Source{Text: "{{ x }}"}, `{"x":"{{ x }}{% for %}"}`)
		require.NoError(t, err)
		require.Equal(t, "{{ x }}{% for %}", c.Text)
	})
}

func TestSubjectsAndTitlesAreOneHonestLine(t *testing.T) {
	t.Parallel()
	const data = `{"x":"a\r\nBcc: evil@example.com\u2028b\u202Egpj.exe\u0000\u2066c\u0085 你好"}`
	c, err := renderOne(t, notify.Email, Source{Subject: "{{ x }}\n", Text: "{{ x }}"}, data)
	require.NoError(t, err)
	require.Equal(t, "a Bcc: evil@example.com bgpj.exec 你好", c.Subject)
	require.NotContains(t, c.Text, "\r")
	p, err := renderOne(t, notify.Push, Source{Title: "{{ x }}", Body: "b"}, data)
	require.NoError(t, err)
	require.Equal(t, c.Subject, p.Title)
	_, err = renderOne(t, notify.Email, Source{Subject: "{{ x }}", Text: "t"}, `{"x":"  "}`)
	require.Equal(t, "channels.email.en.subject", faultsOf(t, err)[0].Path)
}

func TestAnEmailTheTextOfWhichCannotBeMadeAheadGetsItFromItsHTML(t *testing.T) {
	t.Parallel()
	c, err := renderOne(t, notify.Email, Source{Subject: "s", HTML: `<p>a</p>{% if x %}<div style="display:none">{% if x %}hidden{% endif %}{% else %}</div>{% endif %}<p>b</p>`}, `{"x":true}`)
	require.NoError(t, err)
	require.NotContains(t, c.Text, "hidden")
	require.Contains(t, c.Text, "a")
	require.NotContains(t, c.Text, "{%")
}

func TestALayoutFramesTheTextToo(t *testing.T) {
	t.Parallel()
	v := orderVersion()
	v.Channels[notify.Email]["en"] = Source{Subject: "s", Text: "Order {{ order_id }}"}
	l := Part{Kind: LayoutPart, Key: "brand", Version: 2, Text: "-- Shop --\n{{ content }}\n-- {{ recipient.id }} --"}
	require.NoError(t, Check(v, Shared{Layout: l}))
	c, _, err := New(Config{Timeout: patience}).Render(context.Background(), Request{Version: v, Layout: l, Channel: notify.Email, Vars: orderVars(t)})
	require.NoError(t, err)
	require.Equal(t, "-- Shop --\nOrder A-1001\n-- rcp_1 --", c.Text)
	require.Empty(t, c.HTML)
}

func TestADraftIsNeverCachedAndAVersionIs(t *testing.T) {
	t.Parallel()
	e := New(Config{Timeout: patience})
	for _, version := range []int{0, 1} {
		v := sms("first")
		v.Version = version
		_, _, err := e.Render(context.Background(), Request{Version: v, Channel: notify.SMS})
		require.NoError(t, err)
		v.Channels[notify.SMS]["en"] = Source{Text: "second"}
		c, _, err := e.Render(context.Background(), Request{Version: v, Channel: notify.SMS})
		require.NoError(t, err)
		require.Equal(t, []string{"second", "first"}[version], c.Text)
	}
	require.Equal(t, 1, e.cache.len())
}

func TestManyRenderAtOnceFromSharedVars(t *testing.T) {
	t.Parallel()
	e, v, vars := New(Config{Cache: 2, Timeout: patience}), orderVersion(), orderVars(t)
	before, err := json.Marshal(vars.Data)
	require.NoError(t, err)
	var wg sync.WaitGroup
	texts := make([]string, 20)
	for i := range texts {
		wg.Go(func() {
			for ch := range v.Channels {
				c, _, err := e.Render(context.Background(), Request{Version: v, Layout: brand, Channel: ch, Locale: "en", Vars: vars})
				if err != nil {
					c.Text = err.Error()
				}
				if ch == notify.Email {
					texts[i] = c.Text
				}
			}
		})
	}
	wg.Wait()
	for _, text := range texts {
		require.Equal(t, texts[0], text)
		require.True(t, strings.HasPrefix(text, "Order A-1001"))
	}
	after, err := json.Marshal(vars.Data)
	require.NoError(t, err)
	require.JSONEq(t, string(before), string(after))
}

func TestHTMLBecomesTextToRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ html, want string }{
		"paragraphs":               {"<h1>A</h1><p>b <b>c</b>\n d</p><p>e<br>f</p>", "A\n\nb c d\n\ne\nf"},
		"links":                    {`<p>See <a href="https://a.example">our page</a>.</p>`, "See our page (https://a.example)."},
		"a link that is its text":  {`<a href="https://a.example">https://a.example</a>`, "https://a.example"},
		"a mail link":              {`<a href="mailto:x@a.example">x@a.example</a>`, "x@a.example"},
		"a link within the page":   {`<a href="#top">up</a>`, "up"},
		"a linked image":           {`<a href="https://a.example"><img src="x" alt="Shop"></a>`, "Shop (https://a.example)"},
		"tables as rows":           {"<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>after", "A | B\n1 | 2\n\nafter"},
		"tables that only lay out": {`<table role="presentation"><tr><td>A</td></tr><tr><td>B</td></tr></table>`, "A\n\nB"},
		"lists":                    {"<ul><li>a</li><li>b<ol><li>c</li><li>d</li></ol></li></ul>", "- a\n- b\n  1. c\n  2. d"},
		"what is not seen":         {"<head><title>t</title><style>p{}</style></head><script>x</script><p style='display: none'>h</p><!-- c -->a", "a"},
		"entities":                 {"<p>a &amp; b&nbsp;&lt;c&gt;</p>", "a & b <c>"},
		"nothing":                  {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, plainText(c.html))
		})
	}
}

func TestLiquidAroundWholeSectionsWorksForOutlookAndInText(t *testing.T) {
	t.Parallel()
	const section = "<mj-section><mj-column><mj-text>{{ x }}</mj-text></mj-column></mj-section>"
	for name, source := range map[string]string{
		"first": "{% for x in l %}" + section + "{% endfor %}<mj-section><mj-column><mj-text>end</mj-text></mj-column></mj-section>",
		"later": "<mj-section><mj-column><mj-text>start</mj-text></mj-column></mj-section>{% for x in l %}" + section + "{% endfor %}",
		"alone": "{% for x in l %}" + section + "{% endfor %}",
	} {
		for data, want := range map[string]string{`{"l":[]}`: "", `{"l":["a"]}`: "a", `{"l":["a","b","c"]}`: "a b c"} {
			t.Run(name+" "+data, func(t *testing.T) {
				t.Parallel()
				c, err := renderOne(t, notify.Email, Source{Subject: "s", MJML: source}, data)
				require.NoError(t, err)
				require.Equal(t, strings.Count(c.HTML, "<!--[if"), strings.Count(c.HTML, "<![endif]-->"))
				require.Equal(t, strings.Count(c.HTML, "<table"), strings.Count(c.HTML, "</table>"))
				text := strings.TrimSpace(strings.NewReplacer("start", "", "end", "").Replace(c.Text))
				require.Equal(t, want, strings.Join(strings.Fields(text), " "))
			})
		}
	}
	_, err := renderOne(t, notify.Email, Source{Subject: "s", MJML: "<mj-section>{% if x %}<mj-column><mj-text>a</mj-text></mj-column>{% endif %}<mj-column><mj-text>b</mj-text></mj-column></mj-section>"}, `{}`)
	require.Contains(t, faultsOf(t, err)[0].Detail, "Outlook")
}
