package sandbox_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/sandbox"
)

func TestJSONKeysAreTheContracts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		value any
		want  []string
	}{
		{"a message with all fields", sandbox.Message{
			Subject: "s", Headers: map[string]string{"a": "b"}, Title: "t", Text: "x", HTML: "h", Blocks: json.RawMessage("[]"),
			Image: "i", URL: "u", Data: map[string]string{"a": "b"},
		}, []string{
			"id", "provider", "channel", "to", "subject", "headers", "title", "text", "html", "blocks",
			"image", "url", "data", "received_at", "message_id",
		}},
		{"an empty message", sandbox.Message{}, []string{"id", "provider", "channel", "to", "received_at", "message_id"}},
		{"a request", sandbox.Request{}, []string{
			"id", "provider", "method", "path", "message_id", "received_at", "answered_status", "fault",
		}},
		{"a fault", sandbox.Fault{}, []string{"provider", "fault", "status", "rate", "retry_after_seconds", "callback"}},
		{"its callback", sandbox.Callback{}, []string{"delay_ms", "duplicates", "shuffle", "drop"}},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			text, err := json.Marshal(c.value)
			require.NoError(t, err)
			var keys map[string]any
			require.NoError(t, json.Unmarshal(text, &keys))
			var got []string
			for key := range keys {
				got = append(got, key)
			}
			slices.Sort(got)
			slices.Sort(c.want)
			require.Equal(t, c.want, got)
		})
	}
}

func TestTheContractsExampleOfAFaultIsTaken(t *testing.T) {
	t.Parallel()
	example := `{"provider": "twilio", "fault": "status", "status": 503, "rate": 0.3, "retry_after_seconds": 1,
		"callback": {"delay_ms": 200, "duplicates": 0, "shuffle": false, "drop": false}}`
	var f sandbox.Fault
	require.NoError(t, json.Unmarshal([]byte(example), &f))
	b := open(t, sandbox.Config{})
	require.NoError(t, b.SetFault(f))
	require.Len(t, b.Faults(), len(sandbox.Providers()))
	set := b.Faults()[slices.Index(sandbox.Providers(), "twilio")]
	require.Equal(t, b.Supports("twilio"), set.Supported)
	set.Supported = nil
	back, err := json.Marshal(set)
	require.NoError(t, err)
	require.JSONEq(t, example, string(back))
}
