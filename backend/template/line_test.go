package template_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/template"
)

func TestALineStandsByItself(t *testing.T) {
	t.Parallel()
	engine := template.New(template.Config{Clock: notify.SystemClock{}, Timeout: time.Hour})
	vars := template.Vars{Data: map[string]any{"project": "hub"}, Recipient: map[string]any{"id": "ada"}}
	key, err := engine.Line(t.Context(), "{{ data.project }}-{{ recipient.id }}", vars)
	require.NoError(t, err)
	require.Equal(t, "hub-ada", key)
	_, err = engine.Line(t.Context(), "{{ data.nothing }}", vars)
	require.ErrorIs(t, err, notify.ErrMalformed)
	require.NotContains(t, err.Error(), "channels.", "it is no part of a template")
	require.Contains(t, err.Error(), "undefined variable")
	require.Error(t, template.CheckLine("{{ data.project"))
}
