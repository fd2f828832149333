package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
)

type groupRow struct {
	bun.BaseModel `bun:"table:groups,alias:g"`

	Key       string `bun:",pk"`
	Name      string
	Members   int `bun:",scanonly"`
	CreatedAt int64
}

func (g groupRow) word() (notify.Group, error) {
	return notify.Group{Key: g.Key, Name: g.Name, Members: g.Members, CreatedAt: fromMicros(g.CreatedAt)}, nil
}

type memberRow struct {
	bun.BaseModel `bun:"table:group_members,alias:gm"`

	GroupKey    string `bun:",pk"`
	RecipientID string `bun:",pk"`
}

func (db *DB) selectGroups(into any) *bun.SelectQuery {
	return db.latest().NewSelect().Model(into).Column("key", "name", "created_at").
		ColumnExpr("(SELECT count(*) FROM group_members WHERE group_key = g.key) AS members")
}

// Groups returns a page ordered by key; q is the beginning of a key or a name.
func (db *DB) Groups(ctx context.Context, q string, p notify.Page) ([]notify.Group, string, error) {
	var rows []groupRow
	query := db.selectGroups(&rows)
	if q != "" {
		if !plainText(q) {
			return nil, "", notify.InvalidField("q", "malformed", "must be text")
		}
		db.begins("lower(g.key)", q).or(db.begins("lower(g.name)", q)).on(query)
	}
	if err := paged(query, p, "g.key", "ASC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list groups")
	}
	rows, next := cut(rows, p, func(g groupRow) string { return g.Key })
	list, err := listed(rows, groupRow.word)
	return list, next, err
}

// Group returns one group with its size.
func (db *DB) Group(ctx context.Context, key string) (notify.Group, error) {
	var row groupRow
	if err := db.selectGroups(&row).Where("g.key = ?", key).Scan(ctx); err != nil {
		return notify.Group{}, during(err, "find group %s", key)
	}
	return row.word()
}

// GroupsOf returns all groups of one recipient.
func (db *DB) GroupsOf(ctx context.Context, recipient string) ([]notify.Group, error) {
	var rows []groupRow
	err := db.selectGroups(&rows).Where("g.key IN (SELECT group_key FROM group_members WHERE recipient_id = ?)", recipient).
		Order("g.key").Scan(ctx)
	if err != nil {
		return nil, during(err, "list the groups of %s", recipient)
	}
	return listed(rows, groupRow.word)
}

// PutGroup adds or renames a group; its members and age stay.
func (db *DB) PutGroup(ctx context.Context, g notify.Group, now time.Time) error {
	row := groupRow{Key: g.Key, Name: g.Name, CreatedAt: micros(now)}
	_, err := db.w.NewInsert().Model(&row).On("CONFLICT (key) DO UPDATE").Set("name = EXCLUDED.name").Exec(ctx)
	return during(err, "store group %s", g.Key)
}

// DeleteGroup removes the list, not the people on it.
func (db *DB) DeleteGroup(ctx context.Context, key string, now time.Time) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO recipient_history (recipient_id, at, kind, ref, name)
			SELECT gm.recipient_id, ?, 'left', g.key, g.name FROM group_members AS gm JOIN groups AS g ON g.key = gm.group_key
			WHERE g.key = ?`, micros(now), key); err != nil {
			return err
		}
		result, err := tx.NewDelete().Model((*groupRow)(nil)).Where("key = ?", key).Exec(ctx)
		if err := mustTouch(result, err, "remove the group"); err != nil {
			return err
		}
		_, err = tx.NewDelete().Model((*memberRow)(nil)).Where("group_key = ?", key).Exec(ctx)
		return err
	})
	return during(err, "delete group %s", key)
}

// Members returns a page of a group's recipients ordered by id.
func (db *DB) Members(ctx context.Context, group string, p notify.Page) ([]notify.RecipientRef, string, error) {
	if _, err := db.Group(ctx, group); err != nil {
		return nil, "", err
	}
	rows := []notify.RecipientRef{}
	query := db.latest().NewSelect().TableExpr("group_members AS gm").
		Join("LEFT JOIN recipients AS r ON r.id = gm.recipient_id").
		ColumnExpr("gm.recipient_id AS id, coalesce(r.name, '') AS name").Where("gm.group_key = ?", group)
	if err := paged(query, p, "gm.recipient_id", "ASC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx, &rows); err != nil {
		return nil, "", during(err, "list members of %s", group)
	}
	rows, next := cut(rows, p, func(r notify.RecipientRef) string { return r.ID })
	return rows, next, nil
}

// AddMembers adds recipients to a group; who is in it already stays. Nobody is
// added when one of them is not known.
func (db *DB) AddMembers(ctx context.Context, group string, recipients []string, now time.Time) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := db.lockGroup(ctx, tx, group); err != nil {
			return err
		}
		var faults notify.Invalid
		for start := 0; start < len(recipients); start += upsertAtOnce {
			part := recipients[start:min(start+upsertAtOnce, len(recipients))]
			if err := addMembers(ctx, tx, memberPart{membership{group, now}, part, start}, &faults); err != nil {
				return err
			}
		}
		return faults.Err()
	})
	return during(err, "add members to group %s", group)
}

// lockGroup keeps the group from being deleted while members are added.
func (db *DB) lockGroup(ctx context.Context, tx bun.Tx, key string) error {
	query := tx.NewSelect().Model((*groupRow)(nil)).Column("key").Where("g.key = ?", key)
	if db.postgres() {
		query.For("SHARE")
	}
	var found string
	return query.Scan(ctx, &found)
}

// memberPart is one part of a list that begins at place start.
type memberPart struct {
	membership

	ids   []string
	start int
}

// addMembers adds those who are known and notes the others: the caller sees
// every fault of the list at once, and nothing of it is kept.
func addMembers(ctx context.Context, tx bun.Tx, part memberPart, faults *notify.Invalid) error {
	var known []string
	err := tx.NewSelect().Model((*recipientRow)(nil)).Column("id").
		Where("r.id IN (?)", bun.List(part.ids)).Where("r.erased_at = 0").Scan(ctx, &known)
	if err != nil {
		return err
	}
	exists := make(map[string]bool, len(known))
	for _, id := range known {
		exists[id] = true
	}
	for i, id := range part.ids {
		if !exists[id] {
			faults.Add(fmt.Sprintf("recipients[%d]", part.start+i), "unknown_recipient", fmt.Sprintf("no recipient %q", id))
		}
	}
	_, err = joinGroup(ctx, tx, part.membership, known)
	return err
}

// RemoveMembers takes recipients off a group; who is not in it does not matter.
func (db *DB) RemoveMembers(ctx context.Context, group string, recipients []string, now time.Time) error {
	if _, err := db.Group(ctx, group); err != nil {
		return err
	}
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return leaveGroup(ctx, tx, membership{group, now}, recipients)
	})
	return during(err, "remove members from group %s", group)
}
