package shop

import (
	"context"
	"fmt"
)

// Books is what the shop has, owes and has sent, and whether it adds up.
type Books struct {
	Stock     []Item    `json:"stock"`
	Money     Money     `json:"money"`
	Shipments Shipments `json:"shipments"`
	Orders    Counts    `json:"orders"`
	Balanced  bool      `json:"balanced"`
	// Wrong says what does not add up.
	Wrong []string `json:"wrong"`
}

// Money is all payments: charged is refunded and kept, kept is earned by orders
// that were completed and held for those under way.
type Money struct {
	Charged  int64 `json:"charged"`
	Refunded int64 `json:"refunded"`
	Earned   int64 `json:"earned"`
	Held     int64 `json:"held"`
}

// Shipments counts them by where they are.
type Shipments struct {
	Scheduled  int64 `json:"scheduled"`
	Dispatched int64 `json:"dispatched"`
	Cancelled  int64 `json:"cancelled"`
}

// Counts are the orders by how they stand.
type Counts struct {
	Open      int64 `json:"open"`
	Completed int64 `json:"completed"`
	Cancelled int64 `json:"cancelled"`
	Refused   int64 `json:"refused"`
}

// Books adds up all books as they are at one moment.
func (s *Shop) Books(ctx context.Context) (Books, error) {
	sums, err := s.Store.ShopSums(ctx)
	if err != nil {
		return Books{}, fmt.Errorf("add up the books: %w", err)
	}
	items, err := s.Store.ShopItems(ctx)
	if err != nil {
		return Books{}, fmt.Errorf("read the stock: %w", err)
	}
	r := reckoning{sold: map[string]int64{}, reserved: map[string]int64{}, shelf: map[string]Item{}}
	for _, sum := range sums {
		r.add(sum)
	}
	r.judge()
	for i, item := range items {
		kept := r.shelf[item.ID]
		items[i].Stocked, items[i].Available, items[i].Reserved, items[i].Sold = kept.Stocked, kept.Available, kept.Reserved, kept.Sold
	}
	r.books.Stock, r.books.Balanced = items, len(r.books.Wrong) == 0
	if r.books.Wrong == nil {
		r.books.Wrong = []string{}
	}
	return r.books, nil
}

// reckoning adds up what should be equal, from different books.
type reckoning struct {
	books          Books
	shelf          map[string]Item
	reserved, sold map[string]int64 // what the reservations say
	due            int64            // what the completed orders cost
	stray          int64            // payments and shipments of orders that are over
}

func (r *reckoning) add(s Sum) {
	switch s.Book {
	case "item":
		item := r.shelf[s.Item]
		switch s.State {
		case "stocked":
			item.Stocked = s.Count
		case "available":
			item.Available = s.Count
		case Reserved:
			item.Reserved = s.Count
		case Sold:
			item.Sold = s.Count
		}
		r.shelf[s.Item] = item
	case "stock":
		r.addStock(s)
	case "order":
		r.addOrders(s)
	case "payment":
		r.addMoney(s)
	case "shipment":
		r.addShipments(s)
	}
}

func (r *reckoning) addStock(s Sum) {
	switch {
	case s.State == Sold && s.Order == Completed:
		r.sold[s.Item] += s.Count
	case s.State == Reserved && s.Order.open():
		r.reserved[s.Item] += s.Count
	case s.State == Sold || s.State == Reserved:
		r.stray += s.Count
	}
}

func (r *reckoning) addOrders(s Sum) {
	switch {
	case s.Order.open():
		r.books.Orders.Open += s.Count
	case s.Order == Completed:
		r.books.Orders.Completed, r.due = s.Count, s.Total
	case s.Order == Cancelled:
		r.books.Orders.Cancelled = s.Count
	case s.Order == Refused:
		r.books.Orders.Refused = s.Count
	}
}

func (r *reckoning) addMoney(s Sum) {
	m := &r.books.Money
	switch s.State {
	case Charged:
		m.Charged += s.Total
		switch {
		case s.Order == Completed:
			m.Earned += s.Total
		case s.Order.open():
			m.Held += s.Total
		default:
			r.stray += s.Count
		}
	case Refunded:
		m.Charged += s.Total
		m.Refunded += s.Total
	}
}

func (r *reckoning) addShipments(s Sum) {
	h := &r.books.Shipments
	switch s.State {
	case Scheduled:
		h.Scheduled += s.Count
	case Dispatched:
		h.Dispatched += s.Count
	case Cancelled:
		h.Cancelled += s.Count
	}
	if s.State == Scheduled && !s.Order.open() || s.State == Dispatched && s.Order != Completed {
		r.stray += s.Count
	}
}

// judge says what does not add up.
func (r *reckoning) judge() {
	b := &r.books
	wrong := func(bad bool, format string, args ...any) {
		if bad {
			b.Wrong = append(b.Wrong, fmt.Sprintf(format, args...))
		}
	}
	for id, item := range r.shelf {
		wrong(item.Stocked != item.Available+item.Reserved+item.Sold, "of %s, %d were stocked and %d are accounted for",
			id, item.Stocked, item.Available+item.Reserved+item.Sold)
		wrong(item.Reserved != r.reserved[id], "of %s, %d are reserved and %d are in reservations", id, item.Reserved, r.reserved[id])
		wrong(item.Sold != r.sold[id], "of %s, %d are sold and %d are in completed orders", id, item.Sold, r.sold[id])
	}
	wrong(b.Money.Charged != b.Money.Refunded+b.Money.Earned+b.Money.Held, "charged %d is not refunded, earned and held", b.Money.Charged)
	wrong(b.Money.Earned != r.due, "completed orders cost %d and earned %d", r.due, b.Money.Earned)
	wrong(b.Shipments.Dispatched != b.Orders.Completed, "%d orders are completed and %d shipments sent off", b.Orders.Completed, b.Shipments.Dispatched)
	wrong(r.stray != 0, "%d entries belong to orders that are over", r.stray)
}
