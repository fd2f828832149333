package template

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// patience is a time that no render ends by: what a test says of its end is true on
// any machine.
const patience = time.Hour

// renderSMS renders one text with some data.
func renderSMS(t *testing.T, text, data string) (string, error) {
	t.Helper()
	return renderWithin(t, patience, text, data)
}

func renderWithin(t *testing.T, timeout time.Duration, text, data string) (string, error) {
	t.Helper()
	v := sms(text)
	v.Version = 0
	vars, err := DataVars(json.RawMessage(data))
	require.NoError(t, err)
	content, _, err := New(Config{Clock: noon, Timeout: timeout}).Render(context.Background(), Request{Version: v, Channel: notify.SMS, Locale: "en",
		Vars: Vars{Data: vars, Recipient: map[string]any{"name": "Ada", "timezone": "Asia/Shanghai"}}})
	return content.Text, err
}

// bigList is a JSON array of n zeros.
func bigList(n int) string { return "[" + strings.Repeat("0,", n-1) + "0]" }

func TestAHostileTemplateEndsSoonSmallAndInAnError(t *testing.T) {
	long := strings.Repeat("x", 60_000)
	doubling := "{% assign a = 'xxxxxxxx' %}" + strings.Repeat("{% assign a = a | append: a %}", 40)
	for name, c := range map[string]struct{ text, data, code string }{
		"a list of a million":                    {"{% for i in l %}{% endfor %}", `{"l":` + bigList(1_000_000) + `}`, "too_large"},
		"loops that write nothing":               {"{% for i in l %}{% for j in l %}{% endfor %}{% endfor %}", `{"l":` + bigList(9_000) + `}`, "too_large"},
		"loops that write":                       {"{% for i in l %}{% for j in l %}{{ j }}{% endfor %}{% endfor %}", `{"l":` + bigList(9_000) + `}`, "too_large"},
		"loops that only compare":                {"{% for i in l %}{% for j in l %}" + strings.Repeat("{% if s contains 'y' %}{% endif %}", 300) + "{% endfor %}{% endfor %}", `{"l":` + bigList(9_000) + `,"s":"` + strings.Repeat("x", 500_000) + `"}`, "too_slow"},
		"a text that doubles":                    {doubling + "{{ a }}", `{}`, "too_large"},
		"a text that doubles by prepend":         {strings.ReplaceAll(doubling, "append", "prepend"), `{}`, "too_large"},
		"a text that doubles by capture":         {"{% assign a = 'xxxxxxxx' %}" + strings.Repeat("{% capture a %}{{ a }}{{ a }}{% endcapture %}", 40), `{}`, "too_large"},
		"a text that grows by replace":           {"{{ s | replace: 'x', s }}", `{"s":"` + long + `"}`, "too_large"},
		"a text that grows by replacing nothing": {"{{ s | replace: '', s }}", `{"s":"` + long + `"}`, "too_large"},
		"a text that grows by join":              {"{{ l | join: s }}", `{"l":` + bigList(9_000) + `,"s":"` + long + `"}`, "too_large"},
		"a list that doubles":                    {"{% assign a = l %}" + strings.Repeat("{% assign a = a | concat: a %}", 40), `{"l":[1,2,3]}`, "too_large"},
		"a list from a long text":                {"{{ s | split: '' | size }}", `{"s":"` + long + `"}`, "too_large"},
		"much text":                              {"{{ s }}{{ s }}", `{"s":"` + long + `"}`, "too_large"},
		"filters without end":                    {"{{ s" + strings.Repeat(" | upcase", 7000) + " }}", `{"s":"` + long + `"}`, "too_large"},
		"a missing variable":                     {"{{ nope }}", `{}`, "missing_variable"},
		"a missing variable with filters":        {"{{ nope | upcase | strip }}", `{}`, "missing_variable"},
		"a missing value of a filter":            {"{{ 'a' | append: nope }}", `{}`, "missing_variable"},
		"a missing nested variable":              {"{{ a.b.c }}", `{"a":{}}`, "missing_variable"},
		"a missing list":                         {"{% for i in nope %}{% endfor %}", `{}`, "missing_variable"},
		"a missing variable assigned":            {"{% assign x = nope %}", `{}`, "missing_variable"},
		"a null":                                 {"{{ a }}", `{"a":null}`, "missing_variable"},
		"an object as text":                      {"{{ a | upcase }}", `{"a":{"b":1}}`, "render"},
		"a list as a number":                     {"{{ a | plus: 1 }}", `{"a":[1]}`, "render"},
		"a division by zero":                     {"{{ 1 | divided_by: 0 }}", `{}`, "render"},
		"a modulo by zero":                       {"{{ 1 | modulo: 0 }}", `{}`, "render"},
		"a text as a date":                       {"{{ 'soon' | date: '%Y' }}", `{}`, "render"},
		"a date format with a width":             {"{{ 'now' | date: '%999999999d' }}", `{}`, "render"},
		"a currency that is none":                {"{{ 1 | money: 'XYZW' }}", `{}`, "render"},
		"a text as a loop limit":                 {"{% for i in l limit: s %}{% endfor %}", `{"l":[1],"s":"many"}`, "render"},
		"a comparison of lists and texts":        {"{% if l < 'a' %}x{% endif %}{{ l.x }}", `{"l":[1]}`, "missing_variable"},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			timeout := patience // so what is too large is ended by what it did, and soon
			if c.code == "too_slow" {
				timeout = 100 * time.Millisecond
			}
			text, err := renderWithin(t, timeout, c.text, c.data)
			runtime.ReadMemStats(&after)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(700<<20))
			require.Empty(t, text)
			got := faultsOf(t, err)
			require.Equal(t, "channels.sms.en.text", got[0].Path)
			require.Equal(t, c.code, got[0].Code, got[0].Detail)
			require.NotContains(t, got[0].Detail, "goroutine")
		})
	}
}

func TestACancelledContextEndsARender(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	data, err := DataVars(json.RawMessage(`{"l":` + bigList(9_000) + `}`))
	require.NoError(t, err)
	_, _, err = New(Config{Timeout: patience}).Render(ctx, Request{Version: sms("{% for i in l %}{% endfor %}"), Channel: notify.SMS, Vars: Vars{Data: data}})
	require.Equal(t, "too_slow", faultsOf(t, err)[0].Code)
}

func TestAPanicInsideTheLibraryIsAnError(t *testing.T) {
	t.Parallel()
	v := sms("{{ a.b }}")
	vars := Vars{Data: map[string]any{"a": exploding{}}}
	_, _, err := New(Config{Timeout: patience}).Render(context.Background(), Request{Version: v, Channel: notify.SMS, Vars: vars})
	require.Contains(t, faultsOf(t, err)[0].Detail, "boom")
}

// exploding is a value the library resolves by calling it.
type exploding struct{}

func (exploding) ToLiquid() any { panic(fmt.Errorf("boom")) }

func TestAnyBytesAsATemplateAreOnlyAnError(t *testing.T) {
	t.Parallel()
	pieces := []string{"{{", "}}", "{%", "%}", "-", "if", "for", "i in", "order_id", "|", ":", "'", `"`, "[", "]", "(", ")", "..", "1", " ", "\n", "endif", "endfor", "else", "append", ".", ",", "raw", "endraw", "comment", "\x00", "\xff", "é"}
	seed := uint32(7)
	for range 20_000 {
		var b strings.Builder
		for range 12 {
			seed = seed*1664525 + 1013904223
			b.WriteString(pieces[int(seed>>16)%len(pieces)])
		}
		for m := plain; m <= slackBlock; m++ {
			p, faults := compile(Partials{}.expand(b.String(), m), m, nil)
			require.True(t, (p == nil) == (len(faults) > 0), b.String())
		}
	}
}
