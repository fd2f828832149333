package shop

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"clarion/backend/notify"
)

const (
	mostLines    = 10
	mostOfOne    = 20
	nameOfOthers = "en"
)

// Sagas takes an order through its steps.
type Sagas interface {
	StartOrder(ctx context.Context, o Order, by string) (saga string, err error)
}

// People knows who can order.
type People interface {
	Recipient(ctx context.Context, id string) (notify.Recipient, error)
}

// Shop is the four services. It is safe for concurrent use.
type Shop struct {
	Store  Store
	Sagas  Sagas
	People People
	Clock  notify.Clock
	// Changed is told the id of every order that changed.
	Changed func(order string)
	// Patience is how long a service that never answers is waited for.
	Patience time.Duration
}

func (s *Shop) changed(id string) {
	if s.Changed != nil {
		s.Changed(id)
	}
}

// Basket is what a person wants to order, and where it is to fail.
type Basket struct {
	Customer string
	Lines    []Line
	Faults   map[Step]Fault
	By       string
}

// Place takes an order and starts its way through the services.
func (s *Shop) Place(ctx context.Context, b Basket) (Order, error) {
	items, err := s.Store.ShopItems(ctx)
	if err != nil {
		return Order{}, err
	}
	lines, err := s.check(ctx, b, items)
	if err != nil {
		return Order{}, err
	}
	trace := make([]byte, 16)
	if _, err := rand.Read(trace); err != nil {
		return Order{}, fmt.Errorf("make a trace: %w", err)
	}
	now := s.Clock.Now()
	o := Order{
		ID: notify.NewID(notify.OrderID), Customer: b.Customer, Lines: lines, State: Placed, Faults: b.Faults,
		TraceID: hex.EncodeToString(trace), CreatedAt: now, UpdatedAt: now,
	}
	o.Number = numberOf(o.ID)
	for _, line := range lines {
		o.Total += line.Price * int64(line.Quantity)
	}
	for _, fault := range b.Faults {
		if fault == NoUndo {
			o.UndoFaults += undoFaults
		}
	}
	if o.SagaID, err = s.Sagas.StartOrder(ctx, o, b.By); err != nil {
		return Order{}, fmt.Errorf("start order %s: %w", o.Number, err)
	}
	// The first step keeps it as well: whoever looks now is to see it at once.
	if err := s.Store.AddShopOrder(ctx, o); err != nil {
		return Order{}, fmt.Errorf("keep order %s: %w", o.Number, err)
	}
	s.changed(o.ID)
	return o, nil
}

// check finds what is wrong with a basket and prices its lines.
func (s *Shop) check(ctx context.Context, b Basket, items []Item) ([]Line, error) {
	var bad notify.Invalid
	if _, err := s.People.Recipient(ctx, b.Customer); errors.Is(err, notify.ErrNotFound) {
		bad.Add("customer", "unknown_recipient", "nobody has this id")
	} else if err != nil {
		return nil, err
	}
	if len(b.Lines) == 0 || len(b.Lines) > mostLines {
		bad.Add("lines", "out_of_range", fmt.Sprintf("order 1 to %d items", mostLines))
	}
	lines, seen := slices.Clone(b.Lines), map[string]bool{}
	for i := range lines {
		path := fmt.Sprintf("lines[%d].", i)
		place := slices.IndexFunc(items, func(item Item) bool { return item.ID == lines[i].Item })
		if place < 0 || seen[lines[i].Item] {
			bad.Add(path+"item", "not_an_option", "must be an item of the shop, each once")
			continue
		}
		if seen[lines[i].Item] = true; lines[i].Quantity < 1 || lines[i].Quantity > mostOfOne {
			bad.Add(path+"quantity", "out_of_range", fmt.Sprintf("must be 1 to %d", mostOfOne))
		}
		lines[i].Price = items[place].Price
	}
	for step, fault := range b.Faults {
		known := slices.ContainsFunc(Stages, func(stage Stage) bool { return stage.Step == step && (stage.Undoes || fault != NoUndo) })
		if !known || !slices.Contains(Faults, fault) {
			bad.Add("faults."+string(step), "not_an_option", "must be a step and a way in which it can fail")
		}
	}
	return lines, bad.Err()
}

// Order returns an order with its entries in all books.
func (s *Shop) Order(ctx context.Context, id string) (View, error) { return s.Store.ShopOrder(ctx, id) }

// Orders returns a page of orders, newest first.
func (s *Shop) Orders(ctx context.Context, f struct{}, p notify.Page) ([]Order, string, error) {
	return s.Store.ShopOrders(ctx, f, p)
}

// Open stocks the shelves of a new shop.
func (s *Shop) Open(ctx context.Context) error {
	const many = 1000
	item := func(id string, price int64, name, chinese string) Item {
		return Item{ID: id, Names: map[string]string{nameOfOthers: name, "zh-CN": chinese}, Price: price, Stocked: many, Available: many}
	}
	return s.Store.AddShopItems(ctx, []Item{
		item("mug", 1800, "Stoneware mug", "陶瓷马克杯"), item("kettle", 6900, "Pour-over kettle", "手冲壶"),
		item("beans", 1450, "Coffee beans, 1 kg", "咖啡豆 1 公斤"), item("apron", 3900, "Linen apron", "亚麻围裙"),
	})
}
