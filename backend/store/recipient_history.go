package store

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
)

// happening is what happened to people that no other table tells of.
type happening struct {
	kind string
	// ref is what it leads to, name how that was called then.
	ref, name string
	at        time.Time
}

// noteHistory adds a row to the history of each of some people.
func noteHistory(ctx context.Context, tx bun.Tx, h happening, people []string) error {
	for part := range slices.Chunk(sortedSet(people), upsertAtOnce) {
		rows := make([]historyRow, len(part))
		for i, id := range part {
			rows[i] = historyRow{RecipientID: id, At: micros(h.at), Kind: h.kind, Ref: h.ref, Name: h.name}
		}
		if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

type historyRow struct {
	bun.BaseModel `bun:"table:recipient_history,alias:h"`

	RecipientID string
	At          int64
	Kind        string
	Ref         string
	Name        string
}

// membership is of a group, since or until a time.
type membership struct {
	group string
	at    time.Time
}

// joinGroup makes people members and notes it for those who were none; it returns
// how many those are. A group that was deleted meanwhile gets no members, and who is
// being erased joins none: whoever comes first holds their row.
func joinGroup(ctx context.Context, tx bun.Tx, m membership, people []string) (added int, err error) {
	hold := ""
	if tx.Dialect().Name() == dialect.PG {
		hold = "FOR SHARE OF r"
	}
	for part := range slices.Chunk(sortedSet(people), upsertAtOnce) {
		var joined []string
		err = tx.NewRaw(`INSERT INTO group_members (group_key, recipient_id)
			SELECT g.key, r.id FROM groups AS g, recipients AS r WHERE g.key = ? AND r.erased_at = 0 AND r.id IN (?)
			ORDER BY r.id `+hold+` ON CONFLICT DO NOTHING RETURNING recipient_id`, m.group, bun.List(part)).Scan(ctx, &joined)
		if err == nil {
			added += len(joined)
			err = noteMembers(ctx, tx, m, "joined", joined)
		}
		if err != nil {
			return 0, err
		}
	}
	return added, nil
}

// leaveGroup takes people off a group and notes it for those who were on it.
func leaveGroup(ctx context.Context, tx bun.Tx, m membership, people []string) error {
	for part := range slices.Chunk(sortedSet(people), upsertAtOnce) {
		var left []string
		err := tx.NewRaw("DELETE FROM group_members WHERE group_key = ? AND recipient_id IN (?) RETURNING recipient_id",
			m.group, bun.List(part)).Scan(ctx, &left)
		if err == nil {
			err = noteMembers(ctx, tx, m, "left", left)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// noteMembers notes what became of some people in a group.
func noteMembers(ctx context.Context, tx bun.Tx, m membership, kind string, people []string) error {
	if len(people) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO recipient_history (recipient_id, at, kind, ref, name)
		SELECT r.id, ?, ?, g.key, g.name FROM groups AS g, recipients AS r WHERE g.key = ? AND r.id IN (?) ORDER BY r.id`,
		micros(m.at), kind, m.group, bun.List(people))
	return err
}
