package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
)

// upsertAtOnce bounds the length of one statement.
const upsertAtOnce = 200

// UpsertRecipients stores recipients whole when replace is true, else merges
// them into what is there. One that was erased comes back: the caller knows
// the person again.
func (db *DB) UpsertRecipients(ctx context.Context, list []notify.Recipient, replace bool, now time.Time) error {
	err := db.txWithPeople(ctx, list, now, func(ctx context.Context, tx bun.Tx) error {
		return putRecipients(ctx, tx, list, replace, now)
	})
	return during(err, "store %d recipients", len(list))
}

// putRecipients writes in waves in which no recipient comes twice, each in the
// order of the ids, so that two writers never wait for one another in a ring.
func putRecipients(ctx context.Context, tx bun.Tx, list []notify.Recipient, replace bool, now time.Time) error {
	for part := range slices.Chunk(list, upsertAtOnce*5) {
		if err := putWaves(ctx, tx, part, replace, now); err != nil {
			return err
		}
	}
	return nil
}

func putWaves(ctx context.Context, tx bun.Tx, list []notify.Recipient, replace bool, now time.Time) error {
	list, err := led(ctx, tx, list)
	if err != nil {
		return err
	}
	for _, wave := range waves(list) {
		slices.SortFunc(wave, func(a, b notify.Recipient) int { return cmp.Compare(a.ID, b.ID) })
		for part := range slices.Chunk(wave, upsertAtOnce) {
			if err := putProfiles(ctx, tx, part, replace, now); err != nil {
				return err
			}
			if err := putAddresses(ctx, tx, part, replace, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// waves splits a list so that the second mention of a recipient is written
// after the first.
func waves(list []notify.Recipient) [][]notify.Recipient {
	var out [][]notify.Recipient
	mentions := map[string]int{}
	for _, r := range list {
		n := mentions[r.ID]
		mentions[r.ID]++
		if n == len(out) {
			out = append(out, nil)
		}
		out[n] = append(out[n], r)
	}
	return out
}

func putProfiles(ctx context.Context, tx bun.Tx, list []notify.Recipient, replace bool, now time.Time) error {
	rows := make([]recipientRow, len(list))
	for i, r := range list {
		data := string(r.Data)
		if data == "null" {
			data = ""
		}
		rows[i] = recipientRow{
			ID: r.ID, Name: r.Name, Locale: r.Locale, Timezone: r.Timezone, Data: data,
			CreatedAt: micros(now), UpdatedAt: micros(now),
		}
	}
	insert := tx.NewInsert().Model(&rows).On("CONFLICT (id) DO UPDATE").
		Set("updated_at = EXCLUDED.updated_at").Set("erased_at = 0")
	for _, column := range []bun.Ident{"name", "locale", "timezone", "data"} {
		if replace {
			insert.Set("? = EXCLUDED.?", column, column)
			continue
		}
		insert.Set("? = CASE WHEN EXCLUDED.? <> '' THEN EXCLUDED.? ELSE r.? END", column, column, column, column)
	}
	_, err := insert.Exec(ctx)
	return err
}

// putAddresses makes the given channels hold exactly the given addresses; with
// replace, all channels. An address that is given again keeps its age and what
// a vendor said about it.
func putAddresses(ctx context.Context, tx bun.Tx, list []notify.Recipient, replace bool, now time.Time) error {
	var rows []addressRow
	var channels, kept [][]any
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.ID
		for j, a := range r.Addresses {
			channels = append(channels, []any{r.ID, string(a.Channel)})
			kept = append(kept, []any{r.ID, string(a.Channel), a.Address})
			row := addressRow{
				RecipientID: r.ID, Channel: string(a.Channel), Address: a.Address, Label: a.Label, Invalid: a.Invalid,
				// The order in which addresses are given is the order of their age.
				CreatedAt: micros(now) + int64(j), Preferred: a.Preferred,
			}
			row.found(a.Verification, notify.ByCaller, now)
			rows = append(rows, row)
		}
	}
	remove := tx.NewDelete().Model((*addressRow)(nil))
	switch {
	case replace:
		remove.Where("recipient_id IN (?)", bun.List(ids))
	case len(rows) == 0:
		return nil
	default:
		places, args := tuples(channels)
		remove.Where("(recipient_id, channel) IN (VALUES "+places+")", args...)
	}
	if len(rows) > 0 {
		places, args := tuples(kept)
		remove.Where("(recipient_id, channel, address) NOT IN (VALUES "+places+")", args...)
	}
	var former []formerRow
	if _, err := remove.Returning("address, recipient_id").Exec(ctx, &former); err != nil {
		return err
	}
	if err := keepFormer(ctx, tx, former); err != nil || len(rows) == 0 {
		return err
	}
	insert := tx.NewInsert().Model(ptr(distinct(rows))).On("CONFLICT (recipient_id, channel, address) DO UPDATE").
		Set("label = EXCLUDED.label").Set("invalid = a.invalid OR EXCLUDED.invalid")
	for _, column := range []bun.Ident{"verified_at", "verified_by", "verification"} {
		// What is said again was found out then, not now.
		insert.Set("? = CASE WHEN EXCLUDED.verification IN ('', a.verification) THEN a.? ELSE EXCLUDED.? END", column, column, column)
	}
	if _, err := insert.Exec(ctx); err != nil {
		return err
	}
	return prefer(ctx, tx, rows)
}

// prefer makes the preferred address the only one of its channel. Where none is
// called so, a choice that was made before stands.
func prefer(ctx context.Context, tx bun.Tx, rows []addressRow) error {
	var channels, chosen [][]any
	done := map[[2]string]bool{}
	for _, a := range rows {
		if key := [2]string{a.RecipientID, a.Channel}; a.Preferred && !done[key] {
			done[key] = true
			channels = append(channels, []any{a.RecipientID, a.Channel})
			chosen = append(chosen, []any{a.RecipientID, a.Channel, a.Address})
		}
	}
	if len(channels) == 0 {
		return nil
	}
	one, args := tuples(chosen)
	all, more := tuples(channels)
	_, err := tx.ExecContext(ctx, "UPDATE addresses SET preferred = (recipient_id, channel, address) IN (VALUES "+one+
		") WHERE (recipient_id, channel) IN (VALUES "+all+")", append(args, more...)...)
	return err
}

type formerRow struct {
	bun.BaseModel `bun:"table:former_addresses,alias:f"`

	Address     string `bun:",pk"`
	RecipientID string `bun:",pk"`
}

// keepFormer remembers who had the addresses that were just replaced.
func keepFormer(ctx context.Context, tx bun.Tx, rows []formerRow) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&rows).On("CONFLICT DO NOTHING").Exec(ctx)
	return err
}

// distinct keeps the first of equal addresses.
func distinct(rows []addressRow) []addressRow {
	seen := map[[3]string]bool{}
	return slices.DeleteFunc(rows, func(a addressRow) bool {
		key := [3]string{a.RecipientID, a.Channel, a.Address}
		double := seen[key]
		seen[key] = true
		return double
	})
}

func ptr[T any](v T) *T { return &v }
