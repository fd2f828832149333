package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestATestRunWalksTheRealLineIntoTheBox runs a draft that nobody published.
func TestATestRunWalksTheRealLineIntoTheBox(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		before := get[map[string]any](house, "/v1/workflows/order.shipped")
		draft := map[string]any{
			"event_type": "order.shipped", "name": "Draft", "category": "orders", "enabled": false,
			"event_schema": map[string]any{"type": "object", "required": []string{"order_id"}},
			"steps": []map[string]any{
				{"key": "mail", "kind": "channel", "channel": "email", "template": "order.shipped"},
				{"key": "text", "kind": "channel", "channel": "sms", "template": "order.shipped", "if": []map[string]any{
					{"any": []map[string]any{{"field": "data.urgent", "op": "eq", "value": true}, {"field": "recipient.locale", "op": "starts_with", "value": "zh"}}},
				}},
				{"key": "bell", "kind": "channel", "channel": "in_app", "template": "order.shipped"},
			},
		}
		run := func(status int, body map[string]any) reply {
			return house.must(status, ask{method: http.MethodPost, path: "/v1/workflows/order.shipped/test", body: body})
		}
		r := run(http.StatusUnprocessableEntity, map[string]any{"recipient": "ada", "draft": draft})
		require.Equal(t, "data.order_id", r.Error.Fields[0].Path, "the data is checked against the draft's schema")
		r = run(http.StatusUnprocessableEntity, map[string]any{"recipient": "nobody", "draft": draft, "data": map[string]any{"order_id": "7"}})
		require.Equal(t, "recipient", r.Error.Fields[0].Path)

		id := read[struct {
			EventID string `json:"event_id"`
		}](t, run(http.StatusAccepted, map[string]any{"recipient": "wei", "draft": draft, "data": map[string]any{"order_id": "7"}})).EventID
		final := house.settled(id, 3, time.Minute, func(m message) bool { return arrived(m) || m.Status == "skipped" })
		status := map[string]string{}
		for _, m := range final {
			status[m.Channel] = m.Status
			view := get[struct {
				Test   bool
				Source string
			}](house, "/v1/messages/"+m.ID)
			require.True(t, view.Test)
			require.Equal(t, "workflow-test", view.Source)
		}
		require.Equal(t, "skipped", status["in_app"], "a key has no inbox, and wei's is not the caller's to fill")
		require.NotEqual(t, "skipped", status["email"])
		require.NotEqual(t, "skipped", status["sms"], "any of the two conditions is enough")
		require.True(t, get[struct{ Test bool }](house, "/v1/events/"+id).Test)
		require.Equal(t, before, get[map[string]any](house, "/v1/workflows/order.shipped"), "what is live did not change")
		house.must(http.StatusUnprocessableEntity, ask{method: http.MethodPut, path: "/v1/sources/workflow-test", body: map[string]any{"name": "Me"}})
	})
}

// TestATestRunIsRefusedWhereThereIsNoSandbox takes every box away.
func TestATestRunIsRefusedWhereThereIsNoSandbox(t *testing.T) {
	t.Parallel()
	house := grounds[0].open(t)
	for _, i := range get[[]map[string]any](house, "/v1/integrations") {
		house.must(http.StatusOK, ask{method: http.MethodDelete, path: "/v1/integrations/" + i["id"].(string)})
	}
	r := house.must(http.StatusUnprocessableEntity, ask{
		method: http.MethodPost, path: "/v1/workflows/order.shipped/test", body: map[string]any{"recipient": "ada", "data": map[string]any{"order_id": "7"}},
	})
	require.Len(t, r.Error.Fields, 5)
	require.Equal(t, "no_sandbox", r.Error.Fields[0].Code)
	require.Empty(t, list[message](house, "/v1/messages"))
}
