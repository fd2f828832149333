package template

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// sms is a version whose one field is the given text.
func sms(text string) Version {
	return Version{Key: "t", DefaultLocale: "en", Schema: json.RawMessage(orderSchema),
		Channels: map[notify.Channel]map[string]Source{notify.SMS: {"en": {Text: text}}}}
}

func faultsOf(t *testing.T, err error) []notify.FieldError {
	t.Helper()
	var wrong *notify.Invalid
	require.ErrorAs(t, err, &wrong)
	return wrong.Fields
}

func TestGoodLiquidPassesTheCheck(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"a property of data by its short name":    "{{ order_id }}",
		"a property of data by its whole name":    "{{ data.order_id }}",
		"a nested property":                       "{{ address.city }} {{ data['address']['city'] }}",
		"the loop variable and forloop":           "{% for i in items reversed limit: 3 %}{{ forloop.index }} {{ i.name }}{% else %}none{% endfor %}",
		"an entry by number":                      "{{ items[0].name }} {{ items.first.name }} {{ items.size }}",
		"an assigned variable":                    "{% assign x = order_id | upcase %}{{ x }}",
		"a captured text":                         "{% capture x %}a{{ order_id }}{% endcapture %}{{ x }}",
		"recipient, event and actor":              "{{ recipient.name }} {{ recipient.data.tier }} {{ event.type }} {{ actor.name }}",
		"conditions of every kind":                "{% if note and total > 3 or order_id contains 'A' %}a{% elsif note == nil %}b{% else %}c{% endif %}{% unless note %}d{% endunless %}",
		"a case":                                  "{% case order_id %}{% when 'a', 'b' or 'c' %}x{% else %}y{% endcase %}",
		"cycle, break and continue":               "{% for i in items %}{% cycle 'a', 'b' %}{% if i.qty == 1 %}{% continue %}{% endif %}{% break %}{% endfor %}",
		"comments and raw text may hold anything": "{% comment %}{{ nothing }}{% if %}{% endcomment %}{% raw %}{{ nothing }}{% endraw %}",
		"whitespace marks":                        "{%- if note -%} {{- note -}} {%- endif -%}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, Check(sms(text), Shared{}))
		})
	}
}

func TestTheCheckNamesWhatIsWrongWithTheLiquid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, code, detail string }{
		"an unknown variable":                 {"{{ ordr_id }}", "unknown_variable", "line 1: ordr_id is not in the schema"},
		"an unknown property, on its line":    {"a\nb\n{{ data.address.town }}", "unknown_variable", "line 3: data.address.town is not in the schema"},
		"a property of a loop variable":       {"{% for i in items %}{{ i.nam }}{% endfor %}", "unknown_variable", "i.nam"},
		"a property behind an index":          {"{{ items[0].nam }}", "unknown_variable", "nam"},
		"a property of a text":                {"{{ order_id.x }}", "unknown_variable", "order_id.x"},
		"a loop variable after its loop":      {"{% for i in items %}{% endfor %}{{ i.name }}", "unknown_variable", "i is not"},
		"a variable in a condition":           {"{% if nope %}{% endif %}", "unknown_variable", "nope"},
		"a variable as the value of a filter": {"{{ order_id | append: nope }}", "unknown_variable", "nope"},
		"an unknown part of the recipient":    {"{{ recipient.nam }}", "unknown_variable", "recipient.nam"},
		"an unknown filter":                   {"{{ order_id | shout }}", "unknown_filter", "shout"},
		"a filter of the cage itself":         {"{{ order_id | __need: 'x' }}", "syntax", "reserved"},
		"the filter that stops escaping":      {"{{ order_id | safe }}", "unknown_filter", "safe"},
		"too few values for a filter":         {"{{ order_id | append }}", "syntax", "append takes 1 to 1"},
		"an unknown tag":                      {"{% blink %}", "unknown_tag", "blink"},
		"include":                             {"{% include '/etc/passwd' %}", "not_allowed", "include"},
		"a numeric range":                     {"{% for i in (1..9999999) %}{% endfor %}", "not_allowed", "ranges"},
		"a numeric range in an assign":        {"{% assign x = (1..9) %}", "not_allowed", "ranges"},
		"three nested loops":                  {"{% for a in items %}{% for b in items %}{% for c in items %}{% endfor %}{% endfor %}{% endfor %}", "not_allowed", "more than 2 deep"},
		"a tag that is not closed":            {"a\n{% if note %}", "syntax", "line 2: endif is missing"},
		"a brace that is not closed":          {"a\n{{ order_id", "syntax", "line 2: {{ is not closed"},
		"the wrong end":                       {"{% if note %}{% endfor %}", "syntax", "endfor closes no open for"},
		"an else that belongs nowhere":        {"{% else %}", "syntax", "else must stand in"},
		"a quote that is not closed":          {"{{ 'a }}", "syntax", "quote"},
		"a broken expression":                 {"{{ order_id | }}", "syntax", "filter name"},
		"a reserved name that is set":         {"{% assign data = 1 %}", "not_allowed", `"data"`},
		"break outside a loop":                {"{% break %}", "syntax", "break stands outside"},
		"an object as text":                   {"{{ address }}", "not_text", "address is an object"},
		"a source that is too large":          {strings.Repeat("a", maxSource+1), "too_large", "65537"},
		"an expression that is too deep":      {"{{ " + strings.Repeat("(", 500) + "1" + strings.Repeat(")", 500) + " }}", "syntax", "too deeply"},
		"a comment without an end":            {"{% comment %}", "syntax", "endcomment"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := faultsOf(t, Check(sms(c.text), Shared{}))
			require.Equal(t, "channels.sms.en.text", got[0].Path)
			require.Equal(t, c.code, got[0].Code, got[0].Detail)
			require.Contains(t, got[0].Detail, c.detail)
		})
	}
}

func TestTheCheckNamesWhatIsWrongWithTheVersion(t *testing.T) {
	t.Parallel()
	email := func(s Source) func(*Version, *Part) {
		return func(v *Version, _ *Part) { v.Channels[notify.Email]["en"] = s }
	}
	for name, c := range map[string]struct {
		spoil      func(v *Version, l *Part)
		path, code string
	}{
		"an email without a subject":         {email(Source{Text: "x"}), "channels.email.en.subject", "required"},
		"an email without a body":            {email(Source{Subject: "x"}), "channels.email.en.mjml", "required"},
		"a field the channel does not carry": {email(Source{Subject: "x", Text: "x", Title: "x"}), "channels.email.en.title", "not_used"},
		"MJML that is not closed":            {email(Source{Subject: "x", MJML: "<mj-section>"}), "channels.email.en.mjml", "mjml"},
		"an unknown MJML element":            {email(Source{Subject: "x", MJML: "<mj-sektion></mj-sektion>"}), "channels.email.en.mjml", "mjml"},
		"mj-include":                         {email(Source{Subject: "x", MJML: `<mj-include path="/etc/passwd" />`}), "channels.email.en.mjml", "mjml"},
		"an unknown MJML attribute":          {email(Source{Subject: "x", MJML: `<mj-section colour="x"></mj-section>`}), "channels.email.en.mjml", "mjml"},
		"a variable where MJML drops text":   {email(Source{Subject: "x", MJML: "{{ order_id }}<mj-section></mj-section>"}), "channels.email.en.mjml", "mjml"},
		"an unknown variable in MJML":        {email(Source{Subject: "x", MJML: "<mj-section><mj-column><mj-text>{{ x }}</mj-text></mj-column></mj-section>"}), "channels.email.en.mjml", "unknown_variable"},
		"an attribute without quotes":        {email(Source{Subject: "x", HTML: "<a href={{ tracking_url }}>x</a>"}), "channels.email.en.html", "unquoted_attribute"},
		"WeChat without its template's id": {func(v *Version, _ *Part) {
			v.Channels[notify.WeChat] = map[string]Source{"en": {Data: map[string]string{"thing1": "x"}}}
		}, "channels.wechat.en.data.template_id", "required"},
		"MJML and HTML":                     {email(Source{Subject: "x", HTML: "x", MJML: orderMJML}), "channels.email.en.html", "not_used"},
		"a push without a body":             {func(v *Version, _ *Part) { v.Channels[notify.Push]["en"] = Source{Title: "x"} }, "channels.push.en.body", "required"},
		"a Slack post without its fallback": {func(v *Version, _ *Part) { v.Channels[notify.Slack]["en"] = Source{Blocks: "[]"} }, "channels.slack.en.text", "required"},
		"blocks that are no JSON":           {func(v *Version, _ *Part) { v.Channels[notify.Slack]["en"] = Source{Text: "x", Blocks: "[{]"} }, "channels.slack.en.blocks", "json"},
		"an action without a label": {func(v *Version, _ *Part) {
			v.Channels[notify.InApp]["en"] = Source{Title: "x", Actions: []notify.Action{{ID: "a"}}}
		}, "channels.in_app.en.actions[0]", "required"},
		"an unknown variable in the data": {func(v *Version, _ *Part) {
			v.Channels[notify.Push]["en"] = Source{Title: "x", Body: "x", Data: map[string]string{"a": "{{ nope }}"}}
		}, "channels.push.en.data.a", "unknown_variable"},
		"an unknown channel":            {func(v *Version, _ *Part) { v.Channels["fax"] = map[string]Source{"en": {Text: "x"}} }, "channels.fax", "unknown"},
		"no channel":                    {func(v *Version, _ *Part) { v.Channels = nil }, "channels", "required"},
		"a locale that is none":         {func(v *Version, _ *Part) { v.Channels[notify.SMS]["english!"] = Source{Text: "x"} }, "channels.sms.english!", "locale"},
		"one locale twice":              {func(v *Version, _ *Part) { v.Channels[notify.SMS]["EN"] = Source{Text: "x"} }, "channels.sms.en", "locale"},
		"no source in the default":      {func(v *Version, _ *Part) { v.DefaultLocale = "de" }, "channels.email", "default_locale"},
		"a default locale that is none": {func(v *Version, _ *Part) { v.DefaultLocale = "" }, "default_locale", "locale"},
		"a schema that is no JSON":      {func(v *Version, _ *Part) { v.Schema = json.RawMessage("{") }, "schema", "schema"},
		"a schema that is no schema":    {func(v *Version, _ *Part) { v.Schema = json.RawMessage(`{"type":"thing"}`) }, "schema", "schema"},
		"a schema with remote parts":    {func(v *Version, _ *Part) { v.Schema = json.RawMessage(`{"$ref":"file:///etc/passwd"}`) }, "schema", "schema"},
		"a layout that does not exist":  {func(v *Version, _ *Part) { v.Layout = "nope" }, "layout", "unknown"},
		"a layout without content":      {func(_ *Version, l *Part) { l.MJML = "<mjml><mj-body></mj-body></mjml>" }, "layout.mjml", "content"},
		"a layout with a fault":         {func(_ *Version, l *Part) { l.Text = "{{ content }}{{ nope }}" }, "layout.text", "unknown_variable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, l := orderVersion(), brand
			c.spoil(&v, &l)
			var codes []string
			for _, f := range faultsOf(t, Check(v, Shared{Layout: l})) {
				codes = append(codes, f.Path+" "+f.Code)
			}
			require.Contains(t, codes, c.path+" "+c.code)
		})
	}
}

func TestDataIsCheckedAgainstTheSchema(t *testing.T) {
	t.Parallel()
	const schema = `{"type":"object","required":["order_id"],"additionalProperties":false,"properties":{
		"order_id":{"type":"string","minLength":2},"email":{"type":"string","format":"email"},"items":{"type":"array","items":{"type":"object","required":["name"]}}}}`
	for name, c := range map[string]struct{ data, path, code string }{
		"a missing property":     {`{}`, "data.order_id", "required"},
		"no data":                {``, "data.order_id", "required"},
		"the wrong type":         {`{"order_id":7}`, "data.order_id", "type"},
		"too short a text":       {`{"order_id":"a"}`, "data.order_id", "minLength"},
		"the wrong format":       {`{"order_id":"aa","email":"nobody"}`, "data.email", "format"},
		"a property too many":    {`{"order_id":"aa","more":1}`, "data.more", "unknown"},
		"a fault inside a list":  {`{"order_id":"aa","items":[{"name":"x"},{}]}`, "data.items[1].name", "required"},
		"data that is no object": {`[]`, "data", "type"},
		"data that is no JSON":   {`{`, "data", "malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := faultsOf(t, ValidateData(json.RawMessage(schema), json.RawMessage(c.data)))
			require.Equal(t, c.path, got[0].Path)
			require.Equal(t, c.code, got[0].Code)
		})
	}
	require.NoError(t, ValidateData(json.RawMessage(schema), json.RawMessage(`{"order_id":"A-1"}`)))
	require.NoError(t, ValidateData(nil, json.RawMessage(`{"any":"thing"}`)))
}

func TestTheSchemaCacheIsBounded(t *testing.T) {
	t.Parallel()
	c := newLRU[int, int](8)
	made := 0
	for i := range 100 {
		_, err := c.get(i, func() (int, error) { made++; return i, nil })
		require.NoError(t, err)
	}
	require.Equal(t, 8, c.len())
	v, err := c.get(99, func() (int, error) { made++; return 0, nil })
	require.NoError(t, err)
	require.Equal(t, 99, v)
	require.Equal(t, 100, made)
}
