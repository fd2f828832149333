package template

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func gatheredVars(n, total int) Vars {
	items := make([]any, n)
	for i := range items {
		items[i] = map[string]any{"title": fmt.Sprintf("Parcel %d", i), "text": "On its way", "url": ""}
	}
	return Vars{
		Data: map[string]any{"category": "Orders"}, Recipient: map[string]any{"id": "ada"}, Digest: map[string]any{"items": items, "total": total},
		Links: func() notify.Links {
			return notify.Links{Unsubscribe: "https://clarion.test/u", Preferences: "https://clarion.test/p"}
		},
	}
}

func TestWhatIsGatheredIsListedOnEveryChannelInBothLanguages(t *testing.T) {
	t.Parallel()
	engine := New(Config{Timeout: patience})
	for _, info := range notify.Channels {
		if !info.Channel.Worded() {
			continue
		}
		for locale, heading := range map[string]string{"en": "Orders: 5 messages", "zh-CN": "Orders：5 条消息", "fr": "Orders: 5 messages"} {
			t.Run(string(info.Channel)+" "+locale, func(t *testing.T) {
				t.Parallel()
				content, _, err := engine.Render(t.Context(), Request{Version: gatheredList(), Channel: info.Channel, Locale: locale, Vars: gatheredVars(5, 5)})
				require.NoError(t, err)
				all := content.Subject + "\n" + content.Title + "\n" + content.Body + "\n" + content.Text
				require.Contains(t, all, heading)
				require.Contains(t, all, "Parcel 0")
				short := info.Channel == notify.SMS || info.Channel == notify.Push
				require.Equal(t, !short, strings.Contains(all, "Parcel 4"), "a short message names the first ones")
				if short {
					require.Contains(t, all, map[bool]string{true: "另有 2 条", false: "and 2 more"}[locale == "zh-CN"])
				}
			})
		}
	}
}

func TestTheListInAnEmailIsSafeAndLeadsOut(t *testing.T) {
	t.Parallel()
	vars := gatheredVars(2, 12)
	vars.Digest["items"].([]any)[0].(map[string]any)["title"] = "<b>Parcel"
	vars.Digest["items"].([]any)[1].(map[string]any)["url"] = "https://shop.test/1"
	content, _, err := New(Config{Timeout: patience}).Render(t.Context(), Request{Version: gatheredList(), Channel: notify.Email, Vars: vars})
	require.NoError(t, err)
	require.Equal(t, "Orders: 12 messages", content.Subject)
	require.Contains(t, content.HTML, "&lt;b&gt;Parcel")
	require.Contains(t, content.HTML, `href="https://shop.test/1"`)
	require.Contains(t, content.HTML, "https://clarion.test/u")
	require.Contains(t, content.Text, "and 10 more")
}
