package shop

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Store keeps the services' tables. Each of its changes is one transaction with
// the letters that tell of it, and is made once, however often it is asked for;
// what was taken back before it came is refused.
type Store interface { //nolint:interfacebloat // one for each service, the letters and the switches
	OrderStore
	StockStore
	MoneyStore
	ShippingStore
	LetterStore
	SwitchStore
}

// OrderStore is the order service's.
type OrderStore interface { //nolint:interfacebloat // one service's table, with both ways of each of its changes
	// AddShopOrder keeps an order that was placed; one that is there stays as it is.
	AddShopOrder(ctx context.Context, o Order) error
	ShopOrder(ctx context.Context, id string) (View, error)
	ShopOrders(ctx context.Context, f struct{}, p notify.Page) ([]Order, string, error)
	// MoveShopOrder moves an order; one that is there already stays. An order in
	// any other state is refused.
	MoveShopOrder(ctx context.Context, m Move) error
	// CommitShopOrder completes a confirmed order, sells what it reserved and sends
	// off its shipment, in one transaction; UncommitShopOrder takes that back, with
	// the letters that were to tell of it.
	CommitShopOrder(ctx context.Context, m Move) error
	UncommitShopOrder(ctx context.Context, m Move) error
	// SpendUndoFault reports whether taking something back fails this time.
	SpendUndoFault(ctx context.Context, id string) (bool, error)
}

// StockStore is the inventory's.
type StockStore interface {
	// AddShopItems puts items on the shelf that are not there yet.
	AddShopItems(ctx context.Context, items []Item) error
	ShopItems(ctx context.Context) ([]Item, error)
	Reserve(ctx context.Context, m Move) error
	Release(ctx context.Context, m Move) error
	// ShopSums is what all books hold, at one moment.
	ShopSums(ctx context.Context) ([]Sum, error)
}

// MoneyStore is the payment service's.
type MoneyStore interface {
	Charge(ctx context.Context, m Move) error
	// DeclinePayment keeps a no and tells the customer.
	DeclinePayment(ctx context.Context, m Move) error
	Refund(ctx context.Context, m Move) error
}

// ShippingStore is the shipping service's.
type ShippingStore interface {
	Schedule(ctx context.Context, m Move) error
	// Track gives a shipment its number; one that has one keeps it.
	Track(ctx context.Context, m Move, number string) (string, error)
	CancelShipment(ctx context.Context, m Move) error
}

// LetterStore is the box of each service.
type LetterStore interface {
	// TakeLetters takes letters that wait, oldest first, until a time. One whose saga
	// has not completed stays in the box.
	TakeLetters(ctx context.Context, now, until time.Time, limit int) ([]Letter, error)
	LetterPosted(ctx context.Context, id, event string, now time.Time) error
	LetterFailed(ctx context.Context, id, why string, again time.Time) error
}

// Move is one change of one service's books.
type Move struct {
	Order   Order
	From    []State
	To      State
	Reason  string
	Letters []Letter
	Now     time.Time
}

// Sum is one line of all the books: how much of an item or how many of a thing is
// in a state, for the orders in a state.
type Sum struct {
	Book  string // stock, order, payment or shipment
	Item  string
	Order State
	State State
	Count int64
	Total int64
}
