package store

import (
	"context"

	"github.com/uptrace/bun"

	"clarion/backend/shop"
)

type shopSwitchRow struct {
	bun.BaseModel `bun:"table:shop_switches,alias:w"`

	Service   string `bun:",pk"`
	Fault     string
	ChangedAt int64
	ChangedBy string
}

func (r shopSwitchRow) word() (shop.Switch, error) {
	return shop.Switch{
		Service: shop.Service(r.Service), Fault: shop.Fault(r.Fault), ChangedAt: fromMicros(r.ChangedAt), ChangedBy: r.ChangedBy,
	}, nil
}

// ShopSwitches returns the switches that were ever changed.
func (db *DB) ShopSwitches(ctx context.Context) ([]shop.Switch, error) {
	var rows []shopSwitchRow
	if err := db.latest().NewSelect().Model(&rows).OrderExpr("w.service").Scan(ctx); err != nil {
		return nil, during(err, "read the switches of the shop")
	}
	return listed(rows, shopSwitchRow.word)
}

// SetShopSwitch sets one.
func (db *DB) SetShopSwitch(ctx context.Context, s shop.Switch) error {
	row := shopSwitchRow{Service: string(s.Service), Fault: string(s.Fault), ChangedAt: micros(s.ChangedAt), ChangedBy: s.ChangedBy}
	_, err := db.w.NewInsert().Model(&row).On("CONFLICT (service) DO UPDATE").
		Set("fault = EXCLUDED.fault, changed_at = EXCLUDED.changed_at, changed_by = EXCLUDED.changed_by").Exec(ctx)
	return during(err, "set the switch of the %s service", s.Service)
}
