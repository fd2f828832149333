package store

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/delivery"
	"clarion/backend/notify"
)

// keepRefusals keeps what vendors answered about people who want no messages: the
// suppression and the word in the consent log, together, before the attempts end.
// Who was suppressed already has said it already.
func (db *DB) keepRefusals(ctx context.Context, f []delivery.Finish, now time.Time) error {
	refused := func(each delivery.Finish) bool { return each.Suppress == notify.Unsubscribe && each.Address != "" }
	if !slices.ContainsFunc(f, refused) {
		return nil
	}
	return db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var said []notify.Consent
		for _, each := range f {
			if !refused(each) {
				continue
			}
			row := rowOfSuppression(notify.Suppression{
				ID: notify.NewID(notify.SuppressionID), Channel: each.Channel, Address: each.Address, Reason: notify.Unsubscribe,
				Detail: each.Result.Detail, RecipientID: each.RecipientID, MessageID: each.MessageID,
			}, now)
			n, err := touched(tx.NewInsert().Model(&row).On(suppressedOnce).Set(takesOver).Where(mayTakeOver).Exec(ctx))
			if err != nil {
				return err
			}
			if n > 0 {
				said = append(said, notify.Consent{
					Recipient: each.RecipientID, Kind: notify.ConsentStopped, Source: notify.ByVendor, Channel: each.Channel,
					MessageID: each.MessageID, Address: each.Address, Wording: each.Result.Detail,
				})
			}
		}
		return db.say(ctx, tx, said, now)
	})
}

// forgetSaid empties what somebody said, by whatever id: that of those who were
// merged into them is theirs. The last record of each id says so.
func (db *DB) forgetSaid(ctx context.Context, tx bun.Tx, id string, now time.Time) error {
	if _, err := db.holdChain(ctx, tx); err != nil {
		return err
	}
	var ids []string
	err := tx.NewSelect().Table("recipients").Column("id").Where("merged_into = ?", id).
		Where("id IN (SELECT recipient_id FROM consents)").OrderExpr("id").Scan(ctx, &ids)
	if err != nil {
		return err
	}
	var said []notify.Consent
	for _, each := range append([]string{id}, ids...) {
		if _, err := tx.ExecContext(ctx, "UPDATE consents SET content = '' WHERE recipient_id = ? AND content <> ''", each); err != nil {
			return err
		}
		said = append(said, notify.Consent{Recipient: each, Kind: notify.ConsentErased, Source: notify.ByHouse})
	}
	return db.say(ctx, tx, said, now)
}

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
