package desk_test

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/desk"
	"clarion/backend/notify"
)

// drawer keeps settings; down is the error of a drawer that cannot be opened.
type drawer struct {
	values map[string]string
	down   error
}

func (d *drawer) Settings(_ context.Context, keys []string) (map[string]string, error) {
	found := map[string]string{}
	for _, key := range keys {
		if value, ok := d.values[key]; ok {
			found[key] = value
		}
	}
	return found, d.down
}

func (d *drawer) PutSettings(_ context.Context, values map[string]string) error {
	if d.down == nil {
		maps.Copy(d.values, values)
	}
	return d.down
}

func TestSettingsOfTheHouse(t *testing.T) {
	t.Parallel()
	text := func(s string) *string { return &s }
	number := func(n int) *int { return &n }
	soft := desk.SoftBounces{Count: 3, Span: 168 * time.Hour, Rest: 72 * time.Hour}
	before := desk.Settings{Name: "Juniper", Locale: "en", Timezone: "Europe/London", Soft: soft}
	tests := map[string]struct {
		change desk.Change
		want   desk.Settings
		path   string // of the fault
	}{
		"nothing leaves all as it was": {desk.Change{}, before, ""},
		"a name, trimmed":              {desk.Change{Name: text("  Staging ")}, desk.Settings{Name: "Staging", Locale: "en", Timezone: "Europe/London", Soft: soft}, ""},
		"a locale and a zone":          {desk.Change{Locale: text("zh-CN"), Timezone: text("Asia/Shanghai")}, desk.Settings{Name: "Juniper", Locale: "zh-CN", Timezone: "Asia/Shanghai", Soft: soft}, ""},
		"none of them":                 {desk.Change{Name: text(""), Locale: text(""), Timezone: text(" ")}, desk.Settings{Soft: soft}, ""},
		"after how many soft bounces": {
			desk.Change{SoftBounces: number(5), SoftRest: number(3600)},
			desk.Settings{Name: "Juniper", Locale: "en", Timezone: "Europe/London", Soft: desk.SoftBounces{Count: 5, Span: 168 * time.Hour, Rest: time.Hour}}, ""},
		"too many soft bounces":         {desk.Change{SoftBounces: number(101)}, before, "soft_bounces"},
		"a rest without a length":       {desk.Change{SoftRest: number(0)}, before, "soft_bounce_rest_seconds"},
		"a span beyond reason":          {desk.Change{SoftSpan: number(90*24*3600 + 1)}, before, "soft_bounce_span_seconds"},
		"a name too long":               {desk.Change{Name: text(strings.Repeat("n", 81))}, before, "instance_name"},
		"what is no locale":             {desk.Change{Locale: text("english please")}, before, "default_locale"},
		"what is no zone":               {desk.Change{Timezone: text("Mars/Olympus")}, before, "default_timezone"},
		"the zone of whatever machine":  {desk.Change{Timezone: text("Local")}, before, "default_timezone"},
		"a fault keeps all as it was":   {desk.Change{Name: text("New"), Timezone: text("../etc/passwd")}, before, "default_timezone"},
		"a zone that is only an offset": {desk.Change{Timezone: text("UTC")}, desk.Settings{Name: "Juniper", Locale: "en", Timezone: "UTC", Soft: soft}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := desk.NewHouse(&drawer{values: map[string]string{
				"instance_name": "Juniper", "default_locale": "en", "default_timezone": "Europe/London", "other": "x",
			}}, clock{}, desk.Settings{Soft: soft})
			known, err := h.Recent(t.Context())
			require.NoError(t, err)
			require.Equal(t, before, known)
			saved, err := h.Save(t.Context(), tt.change)
			if tt.path == "" {
				require.NoError(t, err)
				require.Equal(t, tt.want, saved)
			} else {
				var invalid *notify.Invalid
				require.ErrorAs(t, err, &invalid)
				require.Equal(t, tt.path, invalid.Fields[0].Path)
			}
			now, err := h.Settings(t.Context())
			require.NoError(t, err)
			require.Equal(t, tt.want, now)
			recent, err := h.Recent(t.Context())
			require.NoError(t, err)
			require.Equal(t, tt.want, recent, "a change counts at once where it was made")
		})
	}
}

func TestSettingsOutliveADatabaseThatIsAway(t *testing.T) {
	t.Parallel()
	d := &drawer{values: map[string]string{"default_locale": "de"}}
	h := desk.NewHouse(d, clock{}, desk.Settings{})
	_, err := h.Recent(t.Context())
	require.NoError(t, err)
	d.down = errors.New("away")
	recent, err := h.Recent(t.Context())
	require.NoError(t, err)
	require.Equal(t, "de", recent.Locale)
	_, err = h.Settings(t.Context())
	require.ErrorIs(t, err, d.down)
	name := "New"
	_, err = h.Save(t.Context(), desk.Change{Name: &name})
	require.ErrorIs(t, err, d.down)
}
