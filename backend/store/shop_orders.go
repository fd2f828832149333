package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/shop"
)

var _ shop.Store = (*DB)(nil)

type shopOrderRow struct {
	bun.BaseModel `bun:"table:shop_orders,alias:o"`

	ID         string `bun:",pk"`
	Number     string
	Customer   string
	Lines      string
	Total      int64
	State      string
	Reason     string
	Faults     string
	UndoFaults int
	SagaID     string
	TraceID    string
	CreatedAt  int64
	UpdatedAt  int64
}

func (r shopOrderRow) word() (shop.Order, error) {
	o := shop.Order{
		ID: r.ID, Number: r.Number, Customer: r.Customer, Total: r.Total, State: shop.State(r.State), Reason: r.Reason,
		UndoFaults: r.UndoFaults, SagaID: r.SagaID, TraceID: r.TraceID, CreatedAt: fromMicros(r.CreatedAt), UpdatedAt: fromMicros(r.UpdatedAt),
		Faults: map[shop.Step]shop.Fault{},
	}
	err := errors.Join(readDocument(r.Lines, &o.Lines), readDocument(r.Faults, &o.Faults))
	return o, during(err, "read order %s", r.ID)
}

// AddShopOrder keeps an order that was placed.
func (db *DB) AddShopOrder(ctx context.Context, o shop.Order) error {
	lines, err := document(o.Lines)
	if err != nil {
		return err
	}
	faults, err := document(o.Faults)
	if err != nil {
		return err
	}
	row := shopOrderRow{
		ID: o.ID, Number: o.Number, Customer: o.Customer, Lines: lines, Total: o.Total, State: string(shop.Placed), Faults: faults,
		UndoFaults: o.UndoFaults, SagaID: o.SagaID, TraceID: o.TraceID, CreatedAt: micros(o.CreatedAt), UpdatedAt: micros(o.CreatedAt),
	}
	_, err = db.w.NewInsert().Model(&row).On("CONFLICT (id) DO NOTHING").Exec(ctx)
	return during(err, "keep order %s", o.ID)
}

// ShopOrders returns a page of orders, newest first.
func (db *DB) ShopOrders(ctx context.Context, _ struct{}, p notify.Page) ([]shop.Order, string, error) {
	var rows []shopOrderRow
	query := db.latest().NewSelect().Model(&rows)
	if err := paged(query, p, "o.id", "DESC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list orders")
	}
	rows, next := cut(rows, p, func(r shopOrderRow) string { return r.ID })
	list, err := listed(rows, shopOrderRow.word)
	return list, next, err
}

// ShopOrder returns an order with its entries in all books.
func (db *DB) ShopOrder(ctx context.Context, id string) (shop.View, error) {
	var row shopOrderRow
	if err := db.latest().NewSelect().Model(&row).Where("o.id = ?", id).Scan(ctx); err != nil {
		return shop.View{}, during(err, "find order %s", id)
	}
	order, err := row.word()
	if err != nil {
		return shop.View{}, err
	}
	v := shop.View{Order: order, Letters: []shop.Letter{}}
	err = db.latest().NewRaw(`SELECT COALESCE((SELECT state FROM shop_reservations WHERE order_id = ?0), ''), COALESCE((SELECT state FROM shop_payments
		WHERE order_id = ?0), ''), COALESCE((SELECT state FROM shop_shipments WHERE order_id = ?0), ''), COALESCE((SELECT tracking
		FROM shop_shipments WHERE order_id = ?0), '')`, id).Scan(ctx, &v.Reservation, &v.Payment, &v.Shipment, &v.Tracking)
	if err != nil {
		return v, during(err, "read the books of order %s", id)
	}
	var letters []shopLetterRow
	if err := db.latest().NewSelect().Model(&letters).Where("l.order_id = ?", id).OrderExpr("l.place").Scan(ctx); err != nil {
		return v, during(err, "read the letters of order %s", id)
	}
	v.Letters, err = listed(letters, shopLetterRow.word)
	return v, err
}

// MoveShopOrder moves an order.
func (db *DB) MoveShopOrder(ctx context.Context, m shop.Move) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		moved, err := db.moveShopOrder(ctx, tx, m)
		if err != nil || !moved {
			return err
		}
		return writeLetters(ctx, tx, m.Letters, m.Now)
	})
	return shopFault(err, "move order", m)
}

// moveShopOrder reports whether the order was moved now.
func (db *DB) moveShopOrder(ctx context.Context, tx bun.Tx, m shop.Move) (bool, error) {
	var state string
	read := tx.NewSelect().Table("shop_orders").Column("state").Where("id = ?", m.Order.ID)
	if err := db.lock(read, "UPDATE").Scan(ctx, &state); err != nil {
		return false, err
	}
	if shop.State(state) == m.To {
		return false, nil
	}
	if !slices.Contains(m.From, shop.State(state)) {
		return false, shop.Refusal{Reason: "the order is " + state}
	}
	_, err := tx.NewRaw("UPDATE shop_orders SET state = ?, reason = ?, updated_at = ? WHERE id = ?", string(m.To), m.Reason, micros(m.Now), m.Order.ID).Exec(ctx)
	return true, err
}

// shopFault keeps a refusal as it is: it is an answer, not a fault.
func shopFault(err error, what string, m shop.Move) error {
	var no shop.Refusal
	if errors.As(err, &no) {
		return no
	}
	return during(err, "%s %s", what, m.Order.ID)
}

// CommitShopOrder closes all books of an order together.
func (db *DB) CommitShopOrder(ctx context.Context, m shop.Move) error {
	m.From, m.To = []shop.State{shop.Confirmed}, shop.Completed
	return db.closeShopOrder(ctx, m, closing{
		stock: [2]shop.State{shop.Reserved, shop.Sold}, shipment: [2]shop.State{shop.Scheduled, shop.Dispatched},
		shelf: "UPDATE shop_items SET reserved = reserved - ?, sold = sold + ? WHERE id = ?",
	})
}

// UncommitShopOrder opens them again. One that was not completed stays.
func (db *DB) UncommitShopOrder(ctx context.Context, m shop.Move) error {
	m.From, m.To = []shop.State{shop.Completed}, shop.Confirmed
	return db.closeShopOrder(ctx, m, closing{
		recalls: true,
		stock:   [2]shop.State{shop.Sold, shop.Reserved}, shipment: [2]shop.State{shop.Dispatched, shop.Scheduled},
		shelf: "UPDATE shop_items SET reserved = reserved + ?, sold = sold - ? WHERE id = ?",
	})
}

// closing moves the books of an order from one state to another.
type closing struct {
	stock, shipment [2]shop.State
	shelf           string
	// recalls takes the letters out of the box that waited for the saga's end.
	recalls bool
}

func (db *DB) closeShopOrder(ctx context.Context, m shop.Move, c closing) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		moved, err := db.moveShopOrder(ctx, tx, m)
		if err != nil || !moved {
			return err
		}
		n, err := touched(tx.NewRaw("UPDATE shop_reservations SET state = ? WHERE order_id = ? AND state = ?", string(c.stock[1]), m.Order.ID, string(c.stock[0])).Exec(ctx))
		if err != nil {
			return err
		}
		if n != 1 {
			return shop.Refusal{Reason: "nothing is reserved for the order"}
		}
		for _, line := range inShelfOrder(m.Order.Lines) {
			if _, err := tx.NewRaw(c.shelf, line.Quantity, line.Quantity, line.Item).Exec(ctx); err != nil {
				return err
			}
		}
		n, err = touched(tx.NewRaw("UPDATE shop_shipments SET state = ? WHERE order_id = ? AND state = ?", string(c.shipment[1]), m.Order.ID, string(c.shipment[0])).Exec(ctx))
		if err != nil {
			return err
		}
		if n != 1 {
			return shop.Refusal{Reason: "no shipment is on its way"}
		}
		if c.recalls {
			_, err := tx.NewRaw("DELETE FROM shop_letters WHERE order_id = ? AND after_saga <> '' AND posted_at = 0", m.Order.ID).Exec(ctx)
			return err
		}
		return writeLetters(ctx, tx, m.Letters, m.Now)
	})
	return shopFault(err, "close the books of order", m)
}

// SpendUndoFault counts down the failures that are left.
func (db *DB) SpendUndoFault(ctx context.Context, id string) (bool, error) {
	n, err := touched(db.w.ExecContext(ctx, "UPDATE shop_orders SET undo_faults = undo_faults - 1 WHERE id = ? AND undo_faults > 0", id))
	return n == 1, during(err, "fail for order %s", id)
}

// entry reads the state of a service's entry for an order and holds it, "" when
// there is none.
func (db *DB) entry(ctx context.Context, tx bun.Tx, table, order string) (shop.State, error) {
	var state shop.State
	err := db.lock(tx.NewSelect().Table(table).Column("state").Where("order_id = ?", order), "UPDATE").Scan(ctx, &state)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return state, err
}

type shopLetterRow struct {
	bun.BaseModel `bun:"table:shop_letters,alias:l"`

	ID       string `bun:",pk"`
	OrderID  string
	Source   string
	Type     string
	Body     string
	TraceID  string
	Place    int64
	Tries    int
	NextAt   int64
	PostedAt int64
	EventID  string
	Error    string

	AfterSaga string
}

func (r shopLetterRow) word() (shop.Letter, error) {
	return shop.Letter{
		ID: r.ID, OrderID: r.OrderID, Source: shop.Service(r.Source), Type: r.Type, Body: []byte(r.Body), TraceID: r.TraceID,
		Place: r.Place, Tries: r.Tries, PostedAt: fromMicros(r.PostedAt), EventID: r.EventID, Error: r.Error, AfterSaga: r.AfterSaga,
	}, nil
}

// writeLetters puts letters into the box, in the transaction that they tell of.
func writeLetters(ctx context.Context, tx bun.Tx, letters []shop.Letter, now time.Time) error {
	if len(letters) == 0 {
		return nil
	}
	rows := make([]shopLetterRow, len(letters))
	for i, l := range letters {
		rows[i] = shopLetterRow{
			ID: l.ID, OrderID: l.OrderID, Source: string(l.Source), Type: l.Type, Body: string(l.Body), TraceID: l.TraceID,
			Place: l.Place, NextAt: micros(now), AfterSaga: l.AfterSaga,
		}
	}
	_, err := tx.NewInsert().Model(&rows).On("CONFLICT (id) DO NOTHING").Exec(ctx)
	return err
}
