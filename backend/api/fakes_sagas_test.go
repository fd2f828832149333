package api

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"clarion/backend/notify"
	"clarion/backend/saga"
	"clarion/backend/shop"
)

const (
	knownSaga  = "sag_1"
	knownOrder = "ord_1"
)

func init() {
	maps.Copy(bodies, map[string]string{
		"POST /v1/shop/orders":           `{"customer":"ada","lines":[{"item":"mug","quantity":1}],"faults":{"process_payment":"refuse"}}`,
		"PUT /v1/shop/services/:service": `{"fault":"slow"}`,
	})
}

type sagaFake struct{ *fakes }

func (f *sagaFake) one() saga.View {
	s := saga.Saga{
		ID: knownSaga, Name: "order", Ref: knownOrder, Title: "J-1", State: saga.CompensationFailed, Input: json.RawMessage(`{"total":1}`),
		Fault: "no", CreatedAt: f.at, UpdatedAt: f.at,
	}
	return saga.View{
		Saga:        s,
		StepList:    []saga.Step{{Name: "pay", State: saga.UndoFailed, Tries: 3, Input: s.Input, BegunAt: f.at}},
		Transitions: []saga.Transition{{Number: 1, At: f.at, Kind: saga.Started, By: "bo"}},
		SignalList:  []saga.Signal{{Name: "decision", By: "bo", At: f.at, Payload: json.RawMessage(`null`)}},
	}
}

func (f *sagaFake) List(_ context.Context, _ saga.Filter, _ notify.Page) ([]saga.Saga, string, error) {
	return []saga.Saga{f.one().Saga}, "", f.failing()
}

func (f *sagaFake) Get(_ context.Context, id string) (saga.View, error) {
	return f.one(), f.missing(id, knownSaga)
}

func (f *sagaFake) Retry(_ context.Context, id, by string) error {
	f.mu.Lock()
	f.kept = append(f.kept, by)
	f.mu.Unlock()
	return f.missing(id, knownSaga)
}

func (f *sagaFake) Compensate(_ context.Context, id, _ string) error { return f.missing(id, knownSaga) }

type shopFake struct{ *fakes }

func (f *shopFake) order() shop.Order {
	return shop.Order{
		ID: knownOrder, Number: "J-1", Customer: "ada", Lines: []shop.Line{{Item: "mug", Quantity: 1, Price: 1800}}, Total: 1800, State: shop.Placed,
		Faults: map[shop.Step]shop.Fault{shop.ProcessPayment: shop.Refuse}, SagaID: knownSaga, TraceID: "t", CreatedAt: f.at, UpdatedAt: f.at,
	}
}

func (f *shopFake) Books(context.Context) (shop.Books, error) {
	return shop.Books{Stock: []shop.Item{{ID: "mug", Names: map[string]string{"en": "Mug"}, Price: 1800, Stocked: 1, Available: 1}}, Balanced: true, Wrong: []string{}}, f.failing()
}

func (f *shopFake) Place(_ context.Context, b shop.Basket) (shop.Order, error) {
	if b.Customer != "ada" {
		return shop.Order{}, notify.InvalidField("customer", "unknown_recipient", "nobody has this id")
	}
	return f.order(), f.failing()
}

func (f *shopFake) Order(_ context.Context, id string) (shop.View, error) {
	return shop.View{Order: f.order(), Payment: shop.Refused, Letters: []shop.Letter{{ID: "l", Source: shop.Payments, Type: "payment.failed"}}}, f.missing(id, knownOrder)
}

func (f *shopFake) Orders(context.Context, struct{}, notify.Page) ([]shop.Order, string, error) {
	return []shop.Order{f.order()}, "", f.failing()
}

func (f *shopFake) Switches(context.Context) ([]shop.Switch, error) {
	return []shop.Switch{{Service: shop.Payments, Fault: shop.Off}}, f.failing()
}

func (f *shopFake) SetSwitch(_ context.Context, to shop.Switch) (before, after shop.Switch, err error) {
	if !slices.Contains(shop.StandingFaults, to.Fault) {
		return before, after, notify.InvalidField("fault", "not_an_option", "must be off, refuse, timeout or slow")
	}
	before, after = shop.Switch{Service: to.Service, Fault: shop.Off}, to
	after.ChangedAt = f.at
	return before, after, f.missing(string(to.Service), string(shop.Payments))
}
