package e2e_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// shopOrder is an order of the sample shop in all books.
type shopOrder struct {
	ID, Number, State, Reservation, Payment, Shipment, Reason string
	SagaID                                                    string `json:"saga_id"`
	TraceID                                                   string `json:"trace_id"`
	Letters                                                   []struct {
		Type    string
		Source  string
		EventID string `json:"event_id"`
	}
}

// told are the messages that the events of an order led to: type/recipient/channel.
func (o shopOrder) told(c *caller) []string {
	c.Helper()
	types := map[string]string{}
	for _, letter := range o.Letters {
		types[letter.EventID] = letter.Type
	}
	var all []string
	for _, m := range list[message](c, "/v1/messages?trace_id="+o.TraceID) {
		if arrived(m) {
			all = append(all, fmt.Sprintf("%s/%s/%s", types[m.EventID], m.Recipient.ID, m.Channel))
		}
	}
	return all
}

// order places an order and waits until its saga has ended and all is told.
func (c *caller) order(customer string, faults map[string]string, told ...string) shopOrder {
	c.Helper()
	placed := read[shopOrder](c, c.must(http.StatusCreated, ask{method: http.MethodPost, path: "/v1/shop/orders", body: map[string]any{
		"customer": customer, "lines": []map[string]any{{"item": "mug", "quantity": 2}}, "faults": faults,
	}}))
	var o shopOrder
	await(c, time.Minute, "the order to end and people to be told", func() bool {
		o = get[shopOrder](c, "/v1/shop/orders/"+placed.ID)
		seen := map[string]bool{}
		for _, each := range o.told(c) {
			seen[each] = true
		}
		for _, want := range told {
			if !seen[want] {
				return false
			}
		}
		return (o.State == "completed" || o.State == "cancelled") && c.sagaEnded(o.SagaID)
	})
	require.True(c, get[struct{ Books struct{ Balanced bool } }](c, "/v1/shop").Books.Balanced)
	return o
}

func (c *caller) sagaEnded(id string) bool {
	c.Helper()
	state := get[struct{ State string }](c, "/v1/sagas/"+id).State
	return state == "completed" || state == "compensated"
}

func TestAFailedPaymentEndsWithNothingAndEverybodyKnows(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		house.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/recipients/ada/preferences", body: map[string]any{
			"categories": map[string]any{"billing": map[string]any{"channels": map[string]any{"email": false, "push": false, "in_app": false}}},
		}})
		o := house.order("ada", map[string]string{"process_payment": "refuse"},
			"payment.failed/ada/sms", "order.cancelled/ada/email", "order.failed/ops/slack")
		require.Equal(t, []string{"cancelled", "released", "refused", ""}, []string{o.State, o.Reservation, o.Payment, o.Shipment})
		require.Equal(t, "the card was declined", o.Reason)
		for _, each := range o.told(house) {
			require.NotContains(t, []string{"payment.failed/ada/email", "payment.failed/ada/push", "payment.failed/ada/in_app"}, each, "on the preferred channel only")
		}
		sources := map[string]string{}
		for _, letter := range o.Letters {
			sources[letter.Type] = letter.Source
		}
		require.Equal(t, map[string]string{
			"order.created": "shop", "payment.failed": "payments", "order.cancelled": "shop", "order.failed": "shop",
		}, sources)
	})
}

func TestAnOrderThatCrashesOnItsWayIsStillShippedOnce(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		o := house.order("wei", map[string]string{"process_payment": "crash", "schedule_shipment": "crash"}, "order.created/wei/email", "order.shipped/wei/email")
		require.Equal(t, []string{"completed", "sold", "charged", "dispatched"}, []string{o.State, o.Reservation, o.Payment, o.Shipment})
		books := get[struct {
			Books struct {
				Money struct{ Charged, Earned int }
			}
		}](house, "/v1/shop").Books
		require.Equal(t, 3600, books.Money.Charged, "charged once")
		require.Equal(t, 3600, books.Money.Earned)
	})
}
