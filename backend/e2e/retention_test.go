package e2e_test

import (
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestOldMessagesGoAndTheFiguresStay lives through four months: messages are
// removed, and reports answer as before.
func TestOldMessagesGoAndTheFiguresStay(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		clock := clockAt(time.Now().UTC().Format(time.RFC3339))
		data := settings{"CLARION_DATA_DIR": t.TempDir(), "CLARION_KEEP_MESSAGES": "30", "CLARION_KEEP_EVENTS": "30"}
		for name, value := range g.lay(t) {
			data[name] = value
		}
		day := time.Now().UTC().Truncate(24 * time.Hour)
		times := "?from=" + day.Add(-24*time.Hour).Format(time.RFC3339) + "&to=" + day.Add(48*time.Hour).Format(time.RFC3339)
		type answer struct {
			Rows  [][]any `json:"rows"`
			Lacks []struct {
				Code string `json:"code"`
			} `json:"lacks"`
		}
		var before, books answer
		var counted float64
		t.Run("at first", func(t *testing.T) {
			house := g.start(t, data, clock)
			house.settled(house.report(fact{Type: "order.shipped", To: []any{"ada"}, Data: map[string]any{"order_id": "1001"}}), 5, 60*time.Second, arrived)
			// A receipt that came after the four months would be young.
			last := map[string]string{"email": "delivered", "sms": "delivered", "in_app": "delivered", "push": "sent", "slack": "sent"}
			await(t, 60*time.Second, "all receipts", func() bool {
				ended := map[string]string{}
				for _, m := range list[message](house, "/v1/messages?limit=50") {
					ended[m.Channel] = m.Status
				}
				return maps.Equal(last, ended)
			})
			before = get[answer](house, "/v1/reports/usage"+times)
			books = get[answer](house, "/v1/reports/ledger"+times)
			counted = books.Rows[0][1].(float64)
			require.InDelta(t, 5, counted, 0)
		})
		clock.set(time.Now().UTC().AddDate(0, 4, 0).Format(time.RFC3339))
		house := g.start(t, data, clock)
		type kept struct {
			Removed int `json:"removed"`
		}
		await(t, 3*time.Minute, "a look for what is old, once reports have counted it", func() bool { return get[kept](house, "/v1/retention").Removed == 5 })
		require.Empty(t, list[message](house, "/v1/messages?limit=50"))
		after := get[answer](house, "/v1/reports/usage"+times)
		require.Equal(t, before.Rows, after.Rows, "counts stay")
		now := get[answer](house, "/v1/reports/ledger"+times)
		require.Equal(t, books.Rows[0], now.Rows[0], "the books know what was made")
		require.InDelta(t, 0, now.Rows[len(now.Rows)-1][1], 0, "and miss nothing")
	})
}
