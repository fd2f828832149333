package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/audience"
	"clarion/backend/notify"
)

// PutAddresses makes the addresses of one recipient exactly these.
func (db *DB) PutAddresses(ctx context.Context, id string, list []audience.AddressInput, now time.Time) error {
	r := notify.Recipient{ID: id}
	for _, a := range list {
		r.Addresses = append(r.Addresses, notify.Address{Channel: a.Channel, Address: a.Address, Label: a.Label, Preferred: a.Preferred})
	}
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		// The update locks the recipient: two who edit at once do not mix.
		var erased int64
		err := tx.NewRaw("UPDATE recipients SET updated_at = ? WHERE id = ? RETURNING erased_at", micros(now), id).Scan(ctx, &erased)
		if err != nil {
			return err
		}
		if erased != 0 {
			return errors.Join(notify.ErrConflict, errErased)
		}
		if err := putAddresses(ctx, tx, []notify.Recipient{r}, true, now); err != nil {
			return err
		}
		return markGiven(ctx, tx, id, list, now)
	})
	return during(err, "store the addresses of %s", id)
}

// errErased keeps an erased person from being found again by accident.
var errErased = errors.New("the recipient was erased")

// markGiven sets what a person said of each: whether it works, whether it
// was verified, and which one is preferred, which may be none.
func markGiven(ctx context.Context, tx bun.Tx, id string, list []audience.AddressInput, now time.Time) error {
	for _, a := range list {
		set := tx.NewUpdate().Model((*addressRow)(nil)).Set("preferred = ?", a.Preferred && firstPreferred(list, a)).
			Where("recipient_id = ? AND channel = ? AND address = ?", id, string(a.Channel), a.Address)
		if a.Invalid != nil {
			set.Set("invalid = ?", *a.Invalid)
		}
		if a.Verification != nil {
			var row addressRow
			row.found(*a.Verification, notify.ByCaller, now)
			for column, value := range map[bun.Ident]any{"verified_at": row.VerifiedAt, "verified_by": row.VerifiedBy, "verification": row.Verification} {
				set.Set("? = CASE WHEN verification = ? THEN ? ELSE ? END", column, row.Verification, column, value)
			}
		}
		if _, err := set.Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// firstPreferred reports whether an address is the first of its channel that is
// called preferred.
func firstPreferred(list []audience.AddressInput, a audience.AddressInput) bool {
	i := slices.IndexFunc(list, func(b audience.AddressInput) bool { return b.Preferred && b.Channel == a.Channel })
	return i >= 0 && list[i].Address == a.Address
}

// found notes what was found out about whose an address is.
func (a *addressRow) found(v notify.Verification, by string, now time.Time) {
	if v != notify.Verified && v != notify.VerificationFailed {
		a.Verification, a.VerifiedAt, a.VerifiedBy = "", 0, ""
		return
	}
	a.Verification, a.VerifiedAt, a.VerifiedBy = string(v), micros(now), by
}

// BeginCheck notes that a code was sent to an address.
func (db *DB) BeginCheck(ctx context.Context, id string, c audience.Check) error {
	result, err := db.w.ExecContext(ctx, "UPDATE addresses SET check_id = ?, check_until = ? WHERE recipient_id = ? AND channel = ? AND address = ?",
		c.ID, micros(c.Until), id, string(c.Channel), c.Address)
	return during(mustTouch(result, err, "note a code"), "check an address of %s", id)
}

// Check returns the code that was sent to an address last; its id is empty when
// there was none.
func (db *DB) Check(ctx context.Context, id string, channel notify.Channel, address string) (audience.Check, error) {
	c := audience.Check{Channel: channel, Address: address}
	var until int64
	err := db.w.NewSelect().Table("addresses").Column("check_id", "check_until").
		Where("recipient_id = ? AND channel = ? AND address = ?", id, string(channel), address).Scan(ctx, &c.ID, &until)
	c.Until = fromMicros(until)
	return c, during(err, "find an address of %s", id)
}

// EndCheck notes what came of a code.
func (db *DB) EndCheck(ctx context.Context, id string, c audience.Check, v notify.Verification, now time.Time) error {
	_, err := db.w.ExecContext(ctx, `UPDATE addresses SET verification = ?, verified_at = ?, verified_by = ?, check_id = '', check_until = 0
		WHERE recipient_id = ? AND channel = ? AND address = ? AND check_id = ?`,
		string(v), micros(now), notify.ByCode, id, string(c.Channel), c.Address, c.ID)
	return during(err, "end the check of an address of %s", id)
}
