package api

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/template"
)

func TestATemplateFileIsReadInBothForms(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		file string
		want map[notify.Channel]map[string]template.Source
	}{
		"a subject and a plain body": {"template: order_confirmation\nsubject: Order {{ id }}\nbody: Thank you\n",
			map[notify.Channel]map[string]template.Source{notify.Email: {"en": {Subject: "Order {{ id }}", Text: "Thank you"}}}},
		"a body of HTML": {"template: o\nsubject: S\nbody: <p>Hi</p>\n",
			map[notify.Channel]map[string]template.Source{notify.Email: {"en": {Subject: "S", HTML: "<p>Hi</p>"}}}},
		"a body of MJML in another language": {"template: o\ndefault_locale: zh-CN\nsubject: S\nbody: <mj-section></mj-section>\n",
			map[notify.Channel]map[string]template.Source{notify.Email: {"zh-CN": {Subject: "S", MJML: "<mj-section></mj-section>"}}}},
		"the full form": {"template: o\nchannels:\n  sms:\n    en: {text: Hi}\n",
			map[notify.Channel]map[string]template.Source{notify.SMS: {"en": {Text: "Hi"}}}},
	} {
		file, err := readTemplateFile([]byte(test.file))
		require.NoError(t, err, name)
		require.Equal(t, test.want, file.Channels, name)
	}
	for name, file := range map[string]string{
		"nothing": "", "no YAML": "\t: [", "an alias": "a: &x [1]\nb: *x\n", "no template": "subject: S\n",
		"both forms": "template: o\nsubject: S\nchannels: {sms: {en: {text: Hi}}}\n", "an unknown name": "template: o\nsubjekt: S\n",
	} {
		_, err := readTemplateFile([]byte(file))
		var invalid *notify.Invalid
		require.ErrorAs(t, err, &invalid, name)
	}
}

func TestWhatIsExportedCanBeImported(t *testing.T) {
	t.Parallel()
	v := template.Version{Key: "order", Layout: "plain", DefaultLocale: "zh-CN", Schema: []byte(`{"properties":{"id":{"type":"string"}},"type":"object"}`),
		Channels: map[notify.Channel]map[string]template.Source{
			notify.Email: {"zh-CN": {Subject: "订单: {{ id }}", MJML: "<mj-section>\n  # no comment\n</mj-section>\n", Text: "  led by space"}},
			notify.InApp: {"en": {Title: "yes", Actions: []notify.Action{{ID: "a", Label: "No", URL: "https://x"}}, Data: map[string]string{"k": "1.0"}}},
		}}
	text, err := yamlOf(template.Template{Key: "order", Name: "Order", Folder: "shop/orders"}, v)
	require.NoError(t, err)
	file, err := readTemplateFile(text)
	require.NoError(t, err)
	require.Equal(t, []string{"order", "Order", "shop/orders"}, []string{file.Template, file.Name, *file.Folder})
	back := file.version("order")
	require.JSONEq(t, string(v.Schema), string(back.Schema))
	back.Schema = v.Schema
	require.Equal(t, v, back)
}

func TestATestIsMarkedAndGoesToWhoSendsIt(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	got := h.do(ask{method: "POST", path: "/v1/templates/order/test", body: `{"data":{"name":"Ada"}}`, session: h.login()})
	require.Equal(t, 200, got.status, string(got.raw))
	sent := h.fakes.accepted[0]
	require.Equal(t, "ada", sent.To[0].ID)
	require.Equal(t, "[Test] Hi Ada", sent.Direct.Content.Text)
	require.Equal(t, []notify.Channel{notify.SMS}, sent.Direct.Channels)
}

func TestFaultsAreToldWhileWriting(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	got := h.do(ask{method: "POST", path: "/v1/templates/order/check", body: `{"draft":{"channels":{}}}`, session: h.login()})
	require.Equal(t, 200, got.status)
	require.Contains(t, string(got.body.Data), `"code":"required"`)
}
