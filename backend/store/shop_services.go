package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/shop"
)

// takenBack is the answer to what comes after it was taken back.
var takenBack = shop.Refusal{Reason: "it was taken back already"}

// inShelfOrder are lines in the order in which everybody locks the items.
func inShelfOrder(lines []shop.Line) []shop.Line {
	lines = slices.Clone(lines)
	slices.SortFunc(lines, func(a, b shop.Line) int { return strings.Compare(a.Item, b.Item) })
	return lines
}

// Reserve takes what an order needs off the shelf, all or nothing.
func (db *DB) Reserve(ctx context.Context, m shop.Move) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		state, err := db.entry(ctx, tx, "shop_reservations", m.Order.ID)
		switch {
		case err != nil || state == shop.Reserved || state == shop.Sold:
			return err
		case state != "":
			return takenBack
		}
		for _, line := range inShelfOrder(m.Order.Lines) {
			n, err := touched(tx.NewRaw("UPDATE shop_items SET available = available - ?0, reserved = reserved + ?0 WHERE id = ?1 AND available >= ?0",
				line.Quantity, line.Item).Exec(ctx))
			if err != nil {
				return err
			}
			if n == 0 {
				return shop.Refusal{Reason: "out of stock: " + line.Item}
			}
			if _, err := tx.NewRaw("INSERT INTO shop_reserved (order_id, item, quantity) VALUES (?, ?, ?)", m.Order.ID, line.Item, line.Quantity).Exec(ctx); err != nil {
				return err
			}
		}
		_, err = tx.NewRaw("INSERT INTO shop_reservations (order_id, state) VALUES (?, ?)", m.Order.ID, string(shop.Reserved)).Exec(ctx)
		return err
	})
	return shopFault(err, "reserve for order", m)
}

// Release puts it back.
func (db *DB) Release(ctx context.Context, m shop.Move) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		state, err := db.entry(ctx, tx, "shop_reservations", m.Order.ID)
		switch {
		case err != nil || state == shop.Released || state == shop.Void:
			return err
		case state == "":
			_, err := tx.NewRaw("INSERT INTO shop_reservations (order_id, state) VALUES (?, ?)", m.Order.ID, string(shop.Void)).Exec(ctx)
			return err
		case state == shop.Sold:
			return shop.Refusal{Reason: "it is sold"}
		}
		for _, line := range inShelfOrder(m.Order.Lines) {
			if _, err := tx.NewRaw("UPDATE shop_items SET available = available + ?0, reserved = reserved - ?0 WHERE id = ?1", line.Quantity, line.Item).Exec(ctx); err != nil {
				return err
			}
		}
		_, err = tx.NewRaw("UPDATE shop_reservations SET state = ? WHERE order_id = ?", string(shop.Released), m.Order.ID).Exec(ctx)
		return err
	})
	return shopFault(err, "release what is reserved for order", m)
}

// Charge takes the money.
func (db *DB) Charge(ctx context.Context, m shop.Move) error {
	return db.enter(ctx, m, entering{
		table: "shop_payments", to: shop.Charged, again: []shop.State{shop.Charged},
		insert: "INSERT INTO shop_payments (order_id, amount, state) VALUES (?0, ?2, ?1)",
	})
}

// DeclinePayment keeps a no.
func (db *DB) DeclinePayment(ctx context.Context, m shop.Move) error {
	return db.enter(ctx, m, entering{
		table: "shop_payments", to: shop.Refused, again: []shop.State{shop.Refused},
		insert: "INSERT INTO shop_payments (order_id, amount, state) VALUES (?0, ?2, ?1)",
	})
}

// Refund gives it back.
func (db *DB) Refund(ctx context.Context, m shop.Move) error {
	return db.leave(ctx, m, leaving{
		table: "shop_payments", from: shop.Charged, to: shop.Refunded,
		void: "INSERT INTO shop_payments (order_id, amount, state) VALUES (?0, 0, ?1)",
	})
}

// Schedule orders a carrier.
func (db *DB) Schedule(ctx context.Context, m shop.Move) error {
	return db.enter(ctx, m, entering{
		table: "shop_shipments", to: shop.Scheduled, again: []shop.State{shop.Scheduled, shop.Dispatched},
		insert: "INSERT INTO shop_shipments (order_id, state) VALUES (?0, ?1)",
	})
}

// Track gives a shipment its number.
func (db *DB) Track(ctx context.Context, m shop.Move, number string) (string, error) {
	n, err := touched(db.w.ExecContext(ctx, "UPDATE shop_shipments SET tracking = ? WHERE order_id = ? AND state IN ('scheduled', 'dispatched')", number, m.Order.ID))
	if err == nil && n == 0 {
		return "", shop.Refusal{Reason: "there is no shipment"}
	}
	return number, during(err, "track order %s", m.Order.ID)
}

// CancelShipment sends the carrier away.
func (db *DB) CancelShipment(ctx context.Context, m shop.Move) error {
	return db.leave(ctx, m, leaving{
		table: "shop_shipments", from: shop.Scheduled, to: shop.Cancelled,
		void: "INSERT INTO shop_shipments (order_id, state) VALUES (?0, ?1)",
	})
}

// entering makes an entry in a service's book: ?0 is the order, ?1 the state, ?2
// the order's total.
type entering struct {
	table  string
	to     shop.State
	again  []shop.State
	insert string
}

func (db *DB) enter(ctx context.Context, m shop.Move, e entering) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		state, err := db.entry(ctx, tx, e.table, m.Order.ID)
		switch {
		case err != nil || slices.Contains(e.again, state):
			return err
		case state != "":
			return takenBack
		}
		if _, err := tx.NewRaw(e.insert, m.Order.ID, string(e.to), m.Order.Total).Exec(ctx); err != nil {
			return err
		}
		return writeLetters(ctx, tx, m.Letters, m.Now)
	})
	return shopFault(err, "write to "+e.table+" for order", m)
}

// leaving takes an entry back, or marks what may still come as void.
type leaving struct {
	table    string
	from, to shop.State
	void     string
}

func (db *DB) leave(ctx context.Context, m shop.Move, l leaving) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		state, err := db.entry(ctx, tx, l.table, m.Order.ID)
		if err != nil {
			return err
		}
		switch state {
		case "":
			_, err := tx.NewRaw(l.void, m.Order.ID, string(shop.Void)).Exec(ctx)
			return err
		case l.from:
			if _, err := tx.NewRaw(fmt.Sprintf("UPDATE %s SET state = ? WHERE order_id = ?", l.table), string(l.to), m.Order.ID).Exec(ctx); err != nil {
				return err
			}
			return writeLetters(ctx, tx, m.Letters, m.Now)
		case l.to, shop.Void, shop.Refused:
			return nil
		}
		return shop.Refusal{Reason: "it is " + string(state)}
	})
	return shopFault(err, "take back from "+l.table+" for order", m)
}

// TakeLetters takes letters that wait, oldest first.
func (db *DB) TakeLetters(ctx context.Context, now, until time.Time, limit int) ([]shop.Letter, error) {
	wait, err := db.some(ctx, "shop_letters WHERE posted_at = 0 AND next_at <= ?", micros(now))
	if err != nil || !wait {
		return nil, during(err, "look for letters of the shop")
	}
	var rows []shopLetterRow
	err = db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		read := tx.NewSelect().Model(&rows).Where("l.posted_at = 0 AND l.next_at <= ?", micros(now)).
			Where("NOT EXISTS (SELECT 1 FROM sagas AS s WHERE s.id = l.after_saga AND s.state <> 'completed')").OrderExpr("l.place").Limit(int64(limit))
		if err := db.lock(read, "UPDATE SKIP LOCKED").Scan(ctx); err != nil {
			return err
		}
		for i := range rows {
			rows[i].Tries++
			if _, err := tx.NewRaw("UPDATE shop_letters SET next_at = ?, tries = tries + 1 WHERE id = ?", micros(until), rows[i].ID).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, during(err, "take letters")
	}
	return listed(rows, shopLetterRow.word)
}

// LetterPosted takes a letter out of the box.
func (db *DB) LetterPosted(ctx context.Context, id, event string, now time.Time) error {
	_, err := db.w.ExecContext(ctx, "UPDATE shop_letters SET posted_at = ?, event_id = ?, error = '' WHERE id = ?", micros(now), event, id)
	return during(err, "take letter %s out of the box", id)
}

// LetterFailed puts it back, for later.
func (db *DB) LetterFailed(ctx context.Context, id, why string, again time.Time) error {
	_, err := db.w.ExecContext(ctx, "UPDATE shop_letters SET next_at = ?, error = ? WHERE id = ?", micros(again), why, id)
	return during(err, "put letter %s back", id)
}
