package app

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/template"
)

// demoShared are the layout and the partials of the sample shop as if they were
// live.
func demoShared(t *testing.T) (template.Part, template.Partials) {
	t.Helper()
	parts, err := demoParts()
	require.NoError(t, err)
	partials := template.Partials{}
	for i := range parts {
		parts[i].Version = 1
		if parts[i].Kind == template.PartialPart {
			partials[parts[i].Key] = parts[i]
			require.NoError(t, template.CheckPart(parts[i], partials), parts[i].Key)
		}
	}
	return parts[len(parts)-1], partials
}

func TestEveryDemoTemplateSaysSomethingInBothLanguagesWithTheLeastData(t *testing.T) {
	t.Parallel()
	layout, partials := demoShared(t)
	engine := template.New(template.Config{Clock: notify.SystemClock{}, Timeout: time.Hour})
	for _, name := range demoEvents {
		var flow demoFlow
		require.NoError(t, readDemo(name, &flow))
		version := flow.Template.Version
		version.Schema, version.Version = flow.Workflow.EventSchema, 1
		frame := layout
		if version.Layout == "" {
			frame = template.Part{}
		}
		require.NoError(t, template.Check(version, template.Shared{Layout: frame, Partials: partials}), name)
		for _, channel := range channelsOf(flow) {
			for _, locale := range []string{"en", "zh-CN"} {
				t.Run(name+"/"+string(channel)+"/"+locale, func(t *testing.T) {
					content, used, err := engine.Render(t.Context(), template.Request{
						Version: version, Layout: frame, Partials: partials, Channel: channel, Locale: locale,
						Vars: template.Vars{
							Data:      leastData(name),
							Digest:    map[string]any{"total": 2, "items": []any{map[string]any{"data": leastData(name)}}, "first_at": "", "last_at": ""},
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

// channelsOf are those of a flow's steps, spelled out or not.
func channelsOf(flow demoFlow) []notify.Channel {
	list := flow.Workflow.Channels
	for _, step := range flow.Workflow.Steps {
		if step.Kind == notify.StepChannel {
			list = append(list, step.Channel)
		}
	}
	return list
}

// leastData is no more than an event must say.
func leastData(name string) map[string]any {
	if name == "comment.posted" {
		return map[string]any{"document": "Catalogue", "author": "Sam", "comment": "Page 4"}
	}
	return map[string]any{"order_id": "1001"}
}

func TestTheDemoHasAWorkflowThatGathersAndEscalates(t *testing.T) {
	t.Parallel()
	var flow demoFlow
	require.NoError(t, readDemo("comment.posted", &flow))
	var kinds []notify.StepKind
	for _, step := range flow.Workflow.Steps {
		kinds = append(kinds, step.Kind)
	}
	require.Equal(t, []notify.StepKind{
		notify.StepDigest, notify.StepChannel, notify.StepWait, notify.StepChannel, notify.StepWait, notify.StepChannel,
	}, kinds)
	require.Equal(t, []notify.Channel{notify.InApp, notify.Push, notify.SMS}, channelsOf(flow))
}
