package preference_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/preference"
)

func TestWhatChangedIsNamedByItsPlace(t *testing.T) {
	t.Parallel()
	off := false
	before := notify.Preferences{
		Channels:   map[notify.Channel]bool{notify.SMS: false},
		Categories: map[string]notify.CategoryPreference{"news": {Channels: map[notify.Channel]bool{notify.Email: true}}},
	}
	after := notify.Preferences{
		Categories: map[string]notify.CategoryPreference{"news": {Enabled: &off, Channels: map[notify.Channel]bool{notify.Email: false}}},
		QuietHours: &notify.QuietWindow{Enabled: true, Start: "22:00", End: "07:00", Days: []string{"mon"}},
	}
	change := func(path, from, to string) notify.ConsentChange {
		return notify.ConsentChange{Path: path, From: json.RawMessage(from), To: json.RawMessage(to)}
	}
	got, err := preference.Differences(before, after)
	require.NoError(t, err)
	require.Equal(t, []notify.ConsentChange{
		change("categories.news.channels.email", "true", "false"),
		change("categories.news.enabled", "null", "false"),
		change("channels.sms", "false", "null"),
		change("quiet_hours.days", "null", `["mon"]`),
		change("quiet_hours.enabled", "null", "true"),
		change("quiet_hours.end", "null", `"07:00"`),
		change("quiet_hours.start", "null", `"22:00"`),
	}, got)
	got, err = preference.Differences(after, after)
	require.NoError(t, err)
	require.Empty(t, got)
}
