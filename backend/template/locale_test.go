package template

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestTheNearestLocaleIsUsed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		have         []string
		want, chosen string
	}{
		"the same":                                  {[]string{"en", "zh-CN"}, "zh-CN", "zh-CN"},
		"zh-CN falls to zh":                         {[]string{"en", "zh"}, "zh-CN", "zh"},
		"zh-CN falls to its script":                 {[]string{"en", "zh-Hans", "zh"}, "zh-CN", "zh-Hans"},
		"zh-TW reads traditional before simplified": {[]string{"en", "zh-Hant", "zh"}, "zh-TW", "zh-Hant"},
		"zh-Hant-HK falls to zh-Hant":               {[]string{"en", "zh-Hant", "zh"}, "zh-Hant-HK", "zh-Hant"},
		"zh-Hant-HK falls to zh at last":            {[]string{"en", "zh"}, "zh-Hant-HK", "zh"},
		"zh-Hant-HK prefers its region":             {[]string{"en", "zh-HK", "zh-Hant"}, "zh-Hant-HK", "zh-HK"},
		"en-GB falls to en":                         {[]string{"de", "en"}, "en-GB", "en"},
		"fr falls to the default":                   {[]string{"en", "zh"}, "fr", "en"},
		"none falls to the default":                 {[]string{"en", "zh"}, "", "en"},
		"nonsense falls to the default":             {[]string{"en", "zh"}, "!!", "en"},
		"an underscore and small letters are fine":  {[]string{"en", "zh-CN"}, "zh_cn", "zh-CN"},
		"a language does not borrow a region's":     {[]string{"en", "pt-BR"}, "pt", "en"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := Version{Key: "t", DefaultLocale: "en", Channels: map[notify.Channel]map[string]Source{notify.SMS: {}}}
			for _, locale := range c.have {
				v.Channels[notify.SMS][locale] = Source{Text: locale}
			}
			content, used, err := New(Config{Timeout: patience}).Render(context.Background(), Request{Version: v, Channel: notify.SMS, Locale: c.want})
			require.NoError(t, err)
			require.Equal(t, c.chosen, used)
			require.Equal(t, c.chosen, content.Text)
		})
	}
}

func TestAChannelWithoutContentIsNotFound(t *testing.T) {
	t.Parallel()
	_, _, err := New(Config{Timeout: patience}).Render(context.Background(), Request{Version: orderVersion(), Channel: notify.WeCom, Locale: "en"})
	require.ErrorIs(t, err, notify.ErrNotFound)
}

func TestWhoAppendsToAChainDoesNotChangeItForOthers(t *testing.T) {
	t.Parallel()
	for _, locale := range []string{"de-AT", "zh-CN", "zh-Hant-TW", "en", "pt-BR", "fr-FR", "sr-Latn"} {
		first := append(localeChain(locale), "en-first")
		second := append(localeChain(locale), "en-second")
		require.Equal(t, "en-first", first[len(first)-1], locale)
		require.Equal(t, "en-second", second[len(second)-1], locale)
	}
}
