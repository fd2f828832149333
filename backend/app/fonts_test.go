package app

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/template"
)

func TestDemoEmailsLoadNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	layout, partials := demoShared(t)
	var flow demoFlow
	require.NoError(t, readDemo("order.shipped", &flow))
	flow.Template.Version.Version = 1
	content, _, err := template.New(template.Config{Clock: notify.SystemClock{}, Timeout: time.Hour}).Render(t.Context(), template.Request{
		Version: flow.Template.Version, Layout: layout, Partials: partials, Channel: notify.Email, Locale: "en",
		Vars: template.Vars{Data: map[string]any{"order_id": "1"}, Recipient: map[string]any{"name": "Ada"}},
	})
	require.NoError(t, err)
	for _, part := range []string{"fonts.googleapis.com", "<link", "@import", "<img"} {
		require.NotContains(t, content.HTML, part)
	}
}
