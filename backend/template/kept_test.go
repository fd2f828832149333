package template

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestWhatSaysTheSameToEverybodyIsRenderedOnce(t *testing.T) {
	t.Parallel()
	partials := shelved(map[string]string{"foot": "<b>x</b>|||for {{ recipient.name }}"})
	cases := map[string]struct {
		source Source
		first  string
		// second is what the next recipient is told, third the one after, who has
		// the data of a row of their own.
		second, third string
		kept          int
	}{
		"a text without variables":      {Source{Text: "News"}, "News", "News", "News", 1},
		"a text of the data":            {Source{Text: "Hall {{ hall }}"}, "Hall 1", "Hall 1", "Hall 2", 1},
		"a text with the person's name": {Source{Text: "{{ recipient.name }}: {{ hall }}"}, "Ada: 1", "Ben: 1", "Cy: 2", 0},
		"a text with the person's link": {Source{Text: "{{ unsubscribe_url }}"}, "u/Ada", "u/Ben", "u/Cy", 0},
		"a text whose partial does":     {Source{Text: "{% render 'foot' %}"}, "for Ada", "for Ben", "for Cy", 0},
	}
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engine := New(Config{Clock: noon, Timeout: patience})
			v := Version{Key: "news", Version: 1, DefaultLocale: "en", Channels: map[notify.Channel]map[string]Source{notify.SMS: {"en": tt.source}}}
			common, row := new(Kept), new(Kept)
			say := func(kept *Kept, who, hall string) string {
				content, _, err := engine.Render(t.Context(), Request{Version: v, Partials: partials, Channel: notify.SMS, Vars: Vars{
					Data: map[string]any{"hall": hall}, Recipient: map[string]any{"name": who}, Kept: kept,
					Links: func() notify.Links { return notify.Links{Unsubscribe: "u/" + who} },
				}})
				require.NoError(t, err)
				return content.Text
			}
			require.Equal(t, tt.first, say(common, "Ada", "1"))
			require.Equal(t, tt.second, say(common, "Ben", "1"))
			require.Equal(t, tt.third, say(row, "Cy", "2"))
			require.Len(t, common.said, tt.kept)
		})
	}
}

func TestWhatIsKeptDependsOnTheTimeZoneAndCannotBeChanged(t *testing.T) {
	t.Parallel()
	engine := New(Config{Clock: noon, Timeout: patience})
	source := Source{Title: "{{ at | date: '%H:%M' }}", Body: "b", Actions: []notify.Action{{ID: "go", Label: "Go"}}, Data: map[string]string{"k": "v"}}
	v := Version{Key: "news", Version: 1, DefaultLocale: "en", Channels: map[notify.Channel]map[string]Source{notify.Push: {"en": source}}}
	kept := new(Kept)
	say := func(zone string) notify.Content {
		content, _, err := engine.Render(t.Context(), Request{Version: v, Channel: notify.Push, Vars: Vars{
			Data: map[string]any{"at": "2026-01-05T12:00:00Z"}, Recipient: map[string]any{"timezone": zone}, Kept: kept,
		}})
		require.NoError(t, err)
		return content
	}
	require.Equal(t, "12:00", say("UTC").Title)
	tokyo := say("Asia/Tokyo")
	require.Equal(t, "21:00", tokyo.Title)
	tokyo.Actions[0].Label, tokyo.Data["k"] = "spoilt", "spoilt"
	again := say("Asia/Tokyo")
	require.Equal(t, "Go", again.Actions[0].Label)
	require.Equal(t, "v", again.Data["k"])
}
