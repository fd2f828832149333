package shop

import (
	"encoding/json"
	"strings"
)

// fact is an event as a service reports it.
type fact struct {
	source Service
	Type   string         `json:"type"`
	To     []any          `json:"to"`
	Data   map[string]any `json:"data"`
	Cancel string         `json:"cancel_key,omitempty"`
}

// carrier brings everything the shop sends.
const carrier = "Swift Post"

func toCustomer(o Order, source Service, kind string, more map[string]any) fact {
	data := map[string]any{"order_id": o.Number}
	for name, value := range more {
		data[name] = value
	}
	return fact{source: source, Type: kind, To: []any{o.Customer}, Data: data}
}

func orderCreated(o Order) fact {
	return toCustomer(o, Orders, "order.created", map[string]any{"amount": money(o.Total), "currency": Currency, "items": o.count()})
}

func paymentFailed(o Order, why string) fact {
	return toCustomer(o, Payments, "payment.failed", map[string]any{"amount": money(o.Total), "currency": Currency, "reason": why})
}

func paymentRefunded(o Order) fact {
	return toCustomer(o, Payments, "payment.refunded", map[string]any{"amount": money(o.Total), "currency": Currency})
}

func orderCancelled(o Order, why string) fact {
	return toCustomer(o, Orders, "order.cancelled", map[string]any{"reason": why})
}

func orderShipped(o Order) fact {
	return toCustomer(o, Shipping, "order.shipped", map[string]any{"carrier": carrier, "tracking_url": "https://track.example.com/" + trackingOf(o)})
}

// orderFailed is for those who run the shop.
func orderFailed(o Order, why string) fact {
	return fact{source: Orders, Type: "order.failed", To: []any{map[string]any{"group": "ops"}}, Data: map[string]any{
		"order_id": o.Number, "customer": o.Customer, "amount": money(o.Total), "currency": Currency, "reason": why,
	}}
}

// count is how many pieces an order is.
func (o Order) count() int {
	n := 0
	for _, line := range o.Lines {
		n += line.Quantity
	}
	return n
}

// trackingOf is the carrier's number: the same for the same order, so that asking
// twice is asking once.
func trackingOf(o Order) string {
	return "SP" + strings.ToUpper(strings.TrimPrefix(o.ID, "ord_"))[:12]
}

// letters puts facts into envelopes. There is one of a type for an order, which is
// its idempotency key.
func (s *Shop) letters(o Order, facts ...fact) []Letter {
	list := make([]Letter, len(facts))
	for i, f := range facts {
		body, err := json.Marshal(f)
		if err != nil {
			panic("texts and numbers always have a JSON form: " + err.Error())
		}
		list[i] = Letter{
			ID: o.ID + "/" + f.Type, OrderID: o.ID, Source: f.source, Type: f.Type, Body: body, TraceID: o.TraceID,
			Place: s.Clock.Now().UnixMicro() + int64(i),
		}
	}
	return list
}
