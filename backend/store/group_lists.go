package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/roster"
)

var _ roster.People = (*DB)(nil)

// KnownAs returns whom ids lead to: one that was merged leads to the other. Who is
// not known, or was erased, is not in it.
func (db *DB) KnownAs(ctx context.Context, ids []string) (map[string]string, error) {
	out := make(map[string]string, len(ids))
	for part := range slices.Chunk(sortedSet(ids), askedAtOnce) {
		var rows []struct{ Said, ID string }
		err := db.latest().NewRaw(`SELECT r.id AS said, t.id AS id FROM recipients AS r
			JOIN recipients AS t ON t.id = CASE WHEN r.merged_into = '' THEN r.id ELSE r.merged_into END
			WHERE r.id IN (?) AND t.erased_at = 0`, bun.List(part)).Scan(ctx, &rows)
		if err != nil {
			return nil, during(err, "look for recipients")
		}
		for _, row := range rows {
			out[row.Said] = row.ID
		}
	}
	return out, nil
}

// ReadersAt returns who has an email address, by the address in small letters.
func (db *DB) ReadersAt(ctx context.Context, emails []string) (map[string][]string, error) {
	out := make(map[string][]string, len(emails))
	asked := slices.Clone(emails)
	for _, email := range emails {
		asked = append(asked, strings.ToLower(email)) // SQLite's small letters are those of ASCII
	}
	for part := range slices.Chunk(sortedSet(asked), askedAtOnce) {
		var rows []struct{ Address, ID string }
		err := db.latest().NewRaw(`SELECT a.address AS address, r.id AS id FROM addresses AS a JOIN recipients AS r ON r.id = a.recipient_id
			WHERE lower(a.address) IN (?) AND a.channel = ? AND r.erased_at = 0`, bun.List(part), string(notify.Email)).Scan(ctx, &rows)
		if err != nil {
			return nil, during(err, "look for recipients by address")
		}
		for _, row := range rows {
			at := strings.ToLower(row.Address)
			if !slices.Contains(out[at], row.ID) {
				out[at] = append(out[at], row.ID)
			}
		}
	}
	return out, nil
}

// MembersAmong counts who is in a group already.
func (db *DB) MembersAmong(ctx context.Context, group string, ids []string) (int, error) {
	total := 0
	for part := range slices.Chunk(sortedSet(ids), askedAtOnce) {
		n, err := db.latest().NewSelect().Model((*memberRow)(nil)).Where("gm.group_key = ? AND gm.recipient_id IN (?)", group, bun.List(part)).Count(ctx)
		if err != nil {
			return 0, during(err, "count members of %s", group)
		}
		total += int(n)
	}
	return total, nil
}

// JoinMembers adds people to a group, all of them or, when it fails, nobody. Who
// was erased meanwhile is left out. It returns how many were not there yet.
func (db *DB) JoinMembers(ctx context.Context, group string, ids []string, now time.Time) (added int, err error) {
	err = db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := db.lockGroup(ctx, tx, group); err != nil {
			return err
		}
		added, err = joinGroup(ctx, tx, membership{group, now}, ids)
		return err
	})
	return added, during(err, "add members to group %s", group)
}
