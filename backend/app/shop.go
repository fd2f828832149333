package app

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"clarion/backend/access"
	"clarion/backend/api"
	"clarion/backend/saga"
	"clarion/backend/shop"
)

// orderSaga is the name of the saga of an order.
const orderSaga = "order"

const (
	// stepTimeout is much longer than a service that does not answer takes to say
	// so: it is for what hangs for real.
	stepTimeout = 15 * time.Second
	// shopPatience is how long the shop waits for a service that does not answer.
	shopPatience = 1500 * time.Millisecond
	postTimeout  = 10 * time.Second
)

// plugSagas plugs the sagas of all features into one engine, and the sample shop.
func (h *house) plugSagas(context.Context) error {
	h.shop = &shop.Shop{
		Store: h.db, Sagas: orders{h}, People: h.db, Clock: h.clock, Patience: shopPatience,
		Changed: func(id string) { h.changes.Tell("order", id); h.postman.Call() },
	}
	h.postman = &shop.Postman{
		Store: h.db, Keys: map[shop.Service]string{}, Client: &http.Client{Timeout: postTimeout}, Clock: h.clock, Log: h.log,
		URL: "http://" + loopback(h.config.Listen), Changed: func(id string) { h.changes.Tell("order", id) }, Called: make(chan struct{}, 1),
	}
	var err error
	h.sagas, err = saga.NewEngine(saga.Deps{
		Store: h.db, Queue: h.queue, Changed: func(id string) { h.changes.Tell("saga", id) }, Clock: h.clock, Worker: h.worker, Log: h.log,
	}, append(broadcastDefinitions(h.lifecycle()), orderDefinition(h.shop))...)
	return err
}

// orders starts the saga of an order.
type orders struct{ *house }

// StartOrder starts it once.
func (o orders) StartOrder(ctx context.Context, order shop.Order, by string) (string, error) {
	s, err := o.sagas.Start(ctx, saga.New{
		Name: orderSaga, Ref: order.ID, Title: order.Number, Input: orderInput{order, order.UndoFaults}, TraceID: order.TraceID, By: by,
	})
	return s.ID, err
}

// orderInput is an order on its way to the services.
type orderInput struct {
	shop.Order
	UndoFaults int `json:"undo_faults"`
}

// orderDefinition is the saga of the shop: its stages in their order, each with
// what takes it back.
func orderDefinition(s *shop.Shop) saga.Definition {
	retry := saga.Retry{Tries: 3, First: 500 * time.Millisecond, Most: 2 * time.Second}
	definition := saga.Definition{Name: orderSaga}
	for _, stage := range shop.Stages {
		step := saga.StepDefinition{Name: string(stage.Step), Timeout: stepTimeout, Retry: retry, UndoRetry: retry, Do: doStage(s, stage.Step)}
		if stage.Undoes {
			step.Undo = undoStage(s, stage.Step)
		}
		definition.Steps = append(definition.Steps, step)
	}
	return definition
}

func askOf(c saga.Call, step shop.Step) (shop.Ask, error) {
	var in orderInput
	if err := json.Unmarshal(c.Input, &in); err != nil {
		return shop.Ask{}, fmt.Errorf("read the order: %w", err)
	}
	in.Order.UndoFaults, in.Order.SagaID = in.UndoFaults, c.SagaID
	return shop.Ask{Order: in.Order, Step: step, Try: c.Try}, nil
}

func doStage(s *shop.Shop, step shop.Step) saga.Action {
	return func(ctx context.Context, c saga.Call) (saga.Answer, error) {
		ask, err := askOf(c, step)
		if err != nil {
			return saga.Answer{}, err
		}
		answer, err := s.Do(ctx, ask)
		return saga.Finish(answer), refusal(err)
	}
}

func undoStage(s *shop.Shop, step shop.Step) saga.Action {
	return func(ctx context.Context, c saga.Call) (saga.Answer, error) {
		ask, err := askOf(c, step)
		if err != nil {
			return saga.Answer{}, err
		}
		return saga.Finish(nil), refusal(s.Undo(ctx, ask, reasonOf(c.Why)))
	}
}

// reasonOf is why a saga turned back, without the name of the step: customers read
// it.
func reasonOf(why string) string {
	if _, reason, named := strings.Cut(why, ": "); named {
		return reason
	}
	return why
}

// refusal says a service's no in the words of the engine.
func refusal(err error) error {
	var no shop.Refusal
	if errors.As(err, &no) {
		return saga.Refusal{Reason: no.Reason}
	}
	return err
}

// openShop stocks the sample shop and gives its services their keys.
func (h *house) openShop(ctx context.Context) error {
	if err := h.shop.Open(ctx); err != nil {
		return fmt.Errorf("open the sample shop: %w", err)
	}
	for _, service := range shop.Services {
		key, err := h.keptKey(ctx, "shop_key_"+string(service))
		if err != nil {
			return err
		}
		h.postman.Keys[service] = key
		_, err = h.keys.Ensure(ctx, access.NewKey{
			Name: "sample " + string(service) + " service", Source: string(service), Scopes: []access.Permission{access.EventsWrite},
		}, key)
		if err != nil {
			return fmt.Errorf("store the key of the %s service: %w", service, err)
		}
	}
	return nil
}

// keptKey is an API key that stays the same from start to start: kept sealed in a
// setting, made by whoever comes first.
func (h *house) keptKey(ctx context.Context, setting string) (string, error) {
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("make the key %s: %w", setting, err)
	}
	sealed, err := h.sealer.Seal([]byte(access.KeyMark+base64.RawURLEncoding.EncodeToString(raw)), setting)
	if err != nil {
		return "", err
	}
	if sealed, err = h.db.KeepSetting(ctx, setting, sealed); err != nil {
		return "", fmt.Errorf("keep the key %s: %w", setting, err)
	}
	key, err := h.sealer.Open(sealed, setting)
	if err != nil {
		return "", fmt.Errorf("open the key %s: %w", setting, err)
	}
	return string(key), nil
}

// counter is the sample shop's, nil where there is none.
func (h *house) counter() api.Shop {
	if !h.config.Demo {
		return nil
	}
	return h.shop
}
