package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhoHasSaidNoLanguageIsWrittenToInThatOfTheHouse(t *testing.T) {
	t.Parallel()
	house := grounds[0].open(t)
	subject := func(to map[string]any) string {
		id := house.report(fact{Type: "order.shipped", To: []any{to}, Data: map[string]any{"order_id": "1001"}})
		var found []message
		await(t, time.Minute, "the email of "+id, func() bool {
			found = list[message](house, "/v1/messages?channel=email&status=sent,delivered&event="+id)
			return len(found) == 1
		})
		return get[struct{ Content struct{ Subject string } }](house, "/v1/messages/"+found[0].ID).Content.Subject
	}
	nina := map[string]any{"id": "nina", "email": "nina@example.com"}
	require.Equal(t, "Order 1001 is on its way", subject(nina), "the template's own language")
	house.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/settings", body: map[string]any{"default_locale": "zh-CN"}})
	require.Equal(t, "订单 1001 已发货", subject(nina))
	require.Equal(t, "Order 1001 is on its way", subject(map[string]any{"id": "olaf", "email": "olaf@example.com", "locale": "en"}), "who has said one is asked first")
	refused := house.do(ask{method: http.MethodPut, path: "/v1/settings", body: map[string]any{"default_timezone": "Mars/Olympus"}})
	require.Equal(t, http.StatusUnprocessableEntity, refused.status)
	require.Equal(t, "default_timezone", refused.Error.Fields[0].Path)
}
