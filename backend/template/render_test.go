package template

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

var update = flag.Bool("update", false, "write the golden files")

// fixedClock stands still.
type fixedClock time.Time

func (c fixedClock) Now() time.Time { return time.Time(c) }

var noon = fixedClock(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))

const orderSchema = `{
 "type":"object","required":["order_id","items","total","tracking_url"],
 "properties":{
  "order_id":{"type":"string"},
  "total":{"type":"number"},
  "shipped_at":{"type":"string","format":"date-time"},
  "tracking_url":{"type":"string","format":"uri"},
  "note":{"type":"string"},
  "items":{"type":"array","items":{"$ref":"#/$defs/item"}},
  "address":{"type":"object","properties":{"city":{"type":"string"}}}},
 "$defs":{"item":{"type":"object","properties":{"name":{"type":"string"},"qty":{"type":"integer"}}}}}`

const orderData = `{"order_id":"A-1001","total":1284.5,"shipped_at":"2026-11-21T16:30:00Z",
 "tracking_url":"https://ship.example/t?id=1&n=2","items":[{"name":"Lamp <S> & \"Co\"","qty":1},{"name":"Desk","qty":2}],"address":{"city":"Hangzhou"}}`

var brand = Part{Kind: LayoutPart, Key: "brand", Version: 1, MJML: `<mjml>
  <mj-head>
    <mj-title>Example Shop</mj-title>
    <mj-attributes><mj-all font-family="Helvetica, Arial, sans-serif" /></mj-attributes>
  </mj-head>
  <mj-body>
    {{ content }}
    <mj-section><mj-column><mj-text font-size="11px">Example Shop for {{ recipient.name }}, <a href="https://shop.example/help">Help</a></mj-text></mj-column></mj-section>
  </mj-body>
</mjml>`}

const orderMJML = `<mj-section><mj-column>
  <mj-text><h1>Order {{ order_id }}</h1><p>Hello {{ recipient.name }}, your order to {{ data.address.city | default: "you" }} left {{ shipped_at | date: "datetime" }}.</p></mj-text>
  {% if note %}<mj-text>Note: {{ note }}</mj-text>{% endif %}
  <mj-table><tr><th>Item</th><th>Qty</th></tr>{% for item in items %}<tr><td>{{ item.name }}</td><td>{{ item.qty }}</td></tr>{% endfor %}</mj-table>
  <mj-text>Total {{ total | money: "USD" }}</mj-text>
  <mj-button href="{{ tracking_url }}">Track it</mj-button>
</mj-column></mj-section>`

const orderChinese = `<mj-section><mj-column>
  <mj-text><h1>订单 {{ order_id }}</h1><p>{{ recipient.name }},您好!您的订单已于 {{ shipped_at | date: "datetime" }} 发出。</p></mj-text>
  <mj-table>{% for item in items %}<tr><td>{{ item.name }}</td><td>{{ item.qty }} 件</td></tr>{% endfor %}</mj-table>
  <mj-text>合计 {{ total | money: "CNY" }}</mj-text>
  <mj-button href="{{ tracking_url }}">查看物流</mj-button>
</mj-column></mj-section>`

func orderVersion() Version {
	return Version{
		Key: "order_shipped", Version: 3, Schema: json.RawMessage(orderSchema), Layout: "brand", DefaultLocale: "en",
		Channels: map[notify.Channel]map[string]Source{
			notify.Email: {
				"en": {Subject: "Order {{ order_id }} is on its way", MJML: orderMJML},
				"zh": {Subject: "订单 {{ order_id }} 已发货", MJML: orderChinese},
			},
			notify.SMS:  {"en": {Text: "Order {{ order_id }} shipped: {{ tracking_url }}"}, "zh": {Text: "订单{{ order_id }}已发货:{{ tracking_url }}"}},
			notify.Push: {"en": {Title: "Order {{ order_id }}", Body: "{{ items.size }} items are on their way", URL: "shop://orders/{{ order_id }}", Data: map[string]string{"order_id": "{{ order_id }}"}}},
			notify.Slack: {"en": {Text: "Order {{ order_id }} for {{ recipient.name }}", Blocks: `[
  {"type":"section","text":{"type":"mrkdwn","text":"*Order {{ order_id }}*{% for item in items %}\n• {{ item.name }} × {{ item.qty }}{% endfor %}"}},
  {"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Track"},"url":"{{ tracking_url }}"}]}
]`}},
			notify.InApp: {"en": {Title: "Order {{ order_id }} shipped", Body: "{{ items | map: 'name' | join: ', ' }}", URL: "/orders/{{ order_id }}",
				Actions: []notify.Action{{ID: "track", Label: "Track", URL: "{{ tracking_url }}"}}, Data: map[string]string{"order_id": "{{ order_id }}"}}},
		},
	}
}

func orderVars(tb testing.TB) Vars {
	data, err := DataVars(json.RawMessage(orderData))
	require.NoError(tb, err)
	recipient, err := RecipientVars(notify.Recipient{ID: "rcp_1", Name: "Ada <b>", Locale: "en-GB", Timezone: "Asia/Shanghai"})
	require.NoError(tb, err)
	event, err := EventVars(notify.Event{ID: "evt_1", Type: "order.shipped", Source: "shop", CreatedAt: noon.Now()})
	require.NoError(tb, err)
	return Vars{Data: data, Recipient: recipient, Event: event}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestRenderedContentLooksLikeTheGoldenFiles(t *testing.T) {
	t.Parallel()
	v := orderVersion()
	require.NoError(t, Check(v, Shared{Layout: brand}))
	e := New(Config{Clock: noon, Timeout: patience})
	for name, c := range map[string]struct {
		channel notify.Channel
		locale  string
	}{
		"email_en": {notify.Email, "en"}, "email_zh": {notify.Email, "zh-CN"}, "sms_en": {notify.SMS, "en"}, "sms_zh": {notify.SMS, "zh"},
		"push_en": {notify.Push, "en"}, "slack_en": {notify.Slack, "en"}, "in_app_en": {notify.InApp, "en"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			content, _, err := e.Render(context.Background(), Request{Version: v, Layout: brand, Channel: c.channel, Locale: c.locale, Vars: orderVars(t)})
			require.NoError(t, err)
			if c.channel == notify.Email {
				golden(t, name+".html", content.HTML)
				golden(t, name+".txt", content.Text+"\n")
				content.HTML, content.Text = "", ""
			}
			out, err := json.MarshalIndent(content, "", "  ")
			require.NoError(t, err)
			golden(t, name+".json", string(out)+"\n")
		})
	}
}

func BenchmarkRender(b *testing.B) {
	v, vars, e := orderVersion(), orderVars(b), New(Config{Timeout: patience})
	for _, ch := range []notify.Channel{notify.SMS, notify.Push, notify.Slack, notify.InApp, notify.Email} {
		b.Run(string(ch), func(b *testing.B) {
			r := Request{Version: v, Layout: brand, Channel: ch, Locale: "en-GB", Vars: vars}
			ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
			defer cancel()
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := e.Render(ctx, r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
