package store

import (
	"context"

	"github.com/uptrace/bun"

	"clarion/backend/shop"
)

type shopItemRow struct {
	bun.BaseModel `bun:"table:shop_items,alias:i"`

	ID        string `bun:",pk"`
	Place     int
	Names     string
	Price     int64
	Stocked   int64
	Available int64
	Reserved  int64
	Sold      int64
}

func (r shopItemRow) word() (shop.Item, error) {
	item := shop.Item{ID: r.ID, Price: r.Price, Stocked: r.Stocked, Available: r.Available, Reserved: r.Reserved, Sold: r.Sold}
	return item, during(readDocument(r.Names, &item.Names), "read item %s", r.ID)
}

// AddShopItems puts items on the shelf that are not there yet.
func (db *DB) AddShopItems(ctx context.Context, items []shop.Item) error {
	for place, item := range items {
		names, err := document(item.Names)
		if err != nil {
			return err
		}
		row := shopItemRow{ID: item.ID, Place: place, Names: names, Price: item.Price, Stocked: item.Stocked, Available: item.Available}
		if _, err := db.w.NewInsert().Model(&row).On("CONFLICT (id) DO NOTHING").Exec(ctx); err != nil {
			return during(err, "stock %s", item.ID)
		}
	}
	return nil
}

// ShopItems returns what is on the shelf.
func (db *DB) ShopItems(ctx context.Context) ([]shop.Item, error) {
	var rows []shopItemRow
	if err := db.latest().NewSelect().Model(&rows).OrderExpr("i.place, i.id").Scan(ctx); err != nil {
		return nil, during(err, "read the shelf")
	}
	return listed(rows, shopItemRow.word)
}

// shopSums is one statement, so that all books are read at one moment.
const shopSums = `
	SELECT 'item' AS book, id AS item, '' AS "order", 'stocked' AS state, stocked AS count, 0 AS total FROM shop_items
	UNION ALL SELECT 'item', id, '', 'available', available, 0 FROM shop_items
	UNION ALL SELECT 'item', id, '', 'reserved', reserved, 0 FROM shop_items
	UNION ALL SELECT 'item', id, '', 'sold', sold, 0 FROM shop_items
	UNION ALL SELECT 'stock', l.item, o.state, r.state, sum(l.quantity), 0 FROM shop_reservations r JOIN shop_reserved l ON l.order_id = r.order_id
		JOIN shop_orders o ON o.id = r.order_id GROUP BY l.item, o.state, r.state
	UNION ALL SELECT 'order', '', state, '', count(*), sum(total) FROM shop_orders GROUP BY state
	UNION ALL SELECT 'payment', '', o.state, p.state, count(*), sum(p.amount) FROM shop_payments p JOIN shop_orders o ON o.id = p.order_id GROUP BY o.state, p.state
	UNION ALL SELECT 'shipment', '', o.state, s.state, count(*), 0 FROM shop_shipments s JOIN shop_orders o ON o.id = s.order_id GROUP BY o.state, s.state`

// ShopSums is what all books hold.
func (db *DB) ShopSums(ctx context.Context) ([]shop.Sum, error) {
	var sums []shop.Sum
	return sums, during(db.latest().NewRaw(shopSums).Scan(ctx, &sums), "add up the books of the shop")
}
