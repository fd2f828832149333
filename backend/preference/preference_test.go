package preference_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/preference"
)

type clock struct{ at time.Time }

func (c *clock) Now() time.Time { return c.at }

type memory map[string]notify.Preferences

func (m memory) Preferences(_ context.Context, recipient string) (notify.Preferences, error) {
	return m[recipient], nil
}

func (m memory) PutPreferences(_ context.Context, recipient string, p notify.Preferences, _ time.Time) error {
	m[recipient] = p
	return nil
}

func TestChoicesAreChecked(t *testing.T) {
	t.Parallel()
	on, off := true, false
	category := func(key string, c notify.CategoryPreference) notify.Preferences {
		return notify.Preferences{Categories: map[string]notify.CategoryPreference{key: c}}
	}
	for name, test := range map[string]struct {
		choices notify.Preferences
		want    []string
	}{
		"no choice at all":                            {notify.Preferences{}, nil},
		"a channel that is switched off":              {notify.Preferences{Channels: map[notify.Channel]bool{notify.SMS: false}}, nil},
		"an unknown channel":                          {notify.Preferences{Channels: map[notify.Channel]bool{"fax": false}}, []string{"channels.fax unknown_channel"}},
		"a category that is switched off":             {category("news", notify.CategoryPreference{Enabled: &off}), nil},
		"an unknown category":                         {category("ghosts", notify.CategoryPreference{Enabled: &off}), []string{"categories.ghosts unknown_category"}},
		"a mandatory category cannot be switched off": {category("legal", notify.CategoryPreference{Enabled: &off}), []string{"categories.legal.enabled mandatory"}},
		"a mandatory category may be left on":         {category("legal", notify.CategoryPreference{Enabled: &on}), nil},
		"a mandatory category without a choice":       {category("legal", notify.CategoryPreference{}), nil},
		"an unknown channel of a category": {
			category("news", notify.CategoryPreference{Channels: map[notify.Channel]bool{"fax": true}}), []string{"categories.news.channels.fax unknown_channel"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := memory{}
			p := &preference.Preferences{Store: m, Clock: &clock{}, Categories: func(context.Context) (map[string]notify.Category, error) {
				return map[string]notify.Category{"news": {Name: "News"}, "legal": {Name: "Legal", Mandatory: true}}, nil
			}}
			err := p.Put(t.Context(), "ada", test.choices)
			got, getErr := p.Get(t.Context(), "ada")
			require.NoError(t, getErr)
			if test.want == nil {
				require.NoError(t, err)
				require.Equal(t, test.choices, got)
				return
			}
			var invalid *notify.Invalid
			require.ErrorAs(t, err, &invalid)
			var list []string
			for _, f := range invalid.Fields {
				list = append(list, f.Path+" "+f.Code)
			}
			require.Equal(t, test.want, list)
			require.Empty(t, m, "what is wrong is not stored")
		})
	}
}

func TestUnknownCategoriesCannotBeTold(t *testing.T) {
	t.Parallel()
	away := errors.New("away")
	p := &preference.Preferences{Store: memory{}, Categories: func(context.Context) (map[string]notify.Category, error) { return nil, away }}
	require.ErrorIs(t, p.Put(t.Context(), "ada", notify.Preferences{}), away)
}
