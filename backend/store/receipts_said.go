package store

import (
	"context"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
)

// ofAddress is a word that came from an address.
func ofAddress(r notify.Receipt, kind notify.ConsentKind) notify.Consent {
	return notify.Consent{Kind: kind, Source: notify.ByVendor, Channel: r.Channel, Address: r.Address, Wording: r.Words}
}

// speakers puts to each word that came from an address whose address it is. One
// that belongs to several people is the word of each, one that belongs to nobody
// is kept for the address alone.
func speakers(ctx context.Context, tx bun.Tx, said []notify.Consent) ([]notify.Consent, error) {
	var list []notify.Consent
	for _, c := range said {
		if c.Recipient != "" {
			list = append(list, c)
			continue
		}
		var owners []string
		err := tx.NewSelect().Table("addresses").Column("recipient_id").Where("channel = ? AND address = ?", c.Channel, c.Address).
			OrderExpr("recipient_id").Scan(ctx, &owners)
		if err != nil {
			return nil, err
		}
		if len(owners) == 0 {
			owners = []string{""}
		}
		for _, owner := range owners {
			c.Recipient = owner
			list = append(list, c)
		}
	}
	return list, nil
}
