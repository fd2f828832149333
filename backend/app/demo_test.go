package app

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/template"
)

func TestEveryDemoTemplateSaysSomethingInBothLanguagesWithTheLeastData(t *testing.T) {
	t.Parallel()
	var layout template.Layout
	require.NoError(t, readDemo("layout", &layout))
	layout.Version = 1
	engine := template.New(template.Config{Clock: notify.SystemClock{}})
	for _, name := range demoEvents {
		var flow demoFlow
		require.NoError(t, readDemo(name, &flow))
		version := flow.Template.Version
		version.Schema, version.Version = flow.Workflow.EventSchema, 1
		frame := layout
		if version.Layout == "" {
			frame = template.Layout{}
		}
		require.NoError(t, template.Check(version, frame), name)
		for _, channel := range flow.Workflow.Channels {
			for _, locale := range []string{"en", "zh-CN"} {
				t.Run(name+"/"+string(channel)+"/"+locale, func(t *testing.T) {
					content, used, err := engine.Render(t.Context(), template.Request{
						Version: version, Layout: frame, Channel: channel, Locale: locale,
						Vars: template.Vars{
							Data:      map[string]any{"order_id": "1001"},
							Recipient: map[string]any{"id": "ada", "name": "Ada", "locale": locale, "timezone": "UTC", "data": map[string]any{}},
							Actor:     map[string]any{"id": ""}, Event: map[string]any{"id": "evt_1"},
						},
					})
					require.NoError(t, err)
					require.Equal(t, locale, used)
					require.Positive(t, content.Size())
				})
			}
		}
	}
}
