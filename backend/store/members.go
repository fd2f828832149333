package store

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"clarion/backend/access"
	"clarion/backend/notify"
)

type adminRow struct {
	bun.BaseModel `bun:"table:members,alias:m"`

	ID            string `bun:",pk"`
	Email         string
	Name          string
	PasswordHash  string
	Role          string
	RecipientID   string
	Locale        string
	CreatedAt     int64
	LastSeenAt    int64
	DeactivatedAt int64
	TwoFactorAt   int64
}

func adminRowOf(m access.Member) adminRow {
	return adminRow{
		ID: m.ID, Email: m.Email, Name: m.Name, PasswordHash: m.PasswordHash, Role: string(m.Role),
		RecipientID: m.RecipientID, Locale: m.Locale, CreatedAt: micros(m.CreatedAt),
		LastSeenAt: micros(m.LastSeenAt), DeactivatedAt: micros(m.DeactivatedAt),
	}
}

func (r adminRow) word() access.Member {
	return access.Member{
		ID: r.ID, Email: r.Email, Name: r.Name, PasswordHash: r.PasswordHash, Role: access.Role(r.Role),
		RecipientID: r.RecipientID, Locale: r.Locale, CreatedAt: fromMicros(r.CreatedAt),
		LastSeenAt: fromMicros(r.LastSeenAt), DeactivatedAt: fromMicros(r.DeactivatedAt), TwoFactor: r.TwoFactorAt > 0,
	}
}

// MemberByEmail compares the address as stored, which is lower case.
func (db *DB) MemberByEmail(ctx context.Context, email string) (access.Member, error) {
	var row adminRow
	if err := db.latest().NewSelect().Model(&row).Where("m.email = ?", email).Scan(ctx); err != nil {
		return access.Member{}, during(err, "find a member by e-mail")
	}
	return row.word(), nil
}

// AddMember stores a new member.
func (db *DB) AddMember(ctx context.Context, m access.Member) error {
	row := adminRowOf(m)
	_, err := db.w.NewInsert().Model(&row).Exec(ctx)
	return during(err, "add member %s", m.ID)
}

// CountMembers tells whether anybody can sign in.
func (db *DB) CountMembers(ctx context.Context) (int, error) {
	n, err := db.latest().NewSelect().Model((*adminRow)(nil)).Count(ctx)
	return int(n), during(err, "count members")
}

// ListMembers returns a page, in the order in which they joined.
func (db *DB) ListMembers(ctx context.Context, f access.MemberFilter, p notify.Page) ([]access.Member, string, error) {
	var rows []adminRow
	query := db.latest().NewSelect().Model(&rows)
	for _, c := range []condition{
		when(f.Q != "", `lower(m.name || ' ' || m.email) LIKE ? ESCAPE '\'`, "%"+beginning(strings.ToLower(f.Q))),
		when(f.Role != "", "m.role = ?", string(f.Role)),
	} {
		c.on(query)
	}
	if err := paged(query, p, "m.id", "ASC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list members")
	}
	rows, next := cut(rows, p, func(r adminRow) string { return r.ID })
	list, err := listed(rows, func(r adminRow) (access.Member, error) { return r.word(), nil })
	return list, next, err
}

// ChangeMember lets change alter or remove one member. Owners are locked first
// and always in one order, so that two who would take each other's place wait.
func (db *DB) ChangeMember(ctx context.Context, id string, change func(c *access.MemberChange) error) (access.Member, error) {
	var c access.MemberChange
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := db.lockMember(ctx, tx, id, &c); err != nil {
			return err
		}
		if err := change(&c); err != nil {
			return err
		}
		return saveMember(ctx, tx, c)
	})
	return c.Member, during(err, "change member %s", id)
}

func (db *DB) lockMember(ctx context.Context, tx bun.Tx, id string, c *access.MemberChange) error {
	var owners []adminRow
	var row adminRow
	others := tx.NewSelect().Model(&owners).Where("m.role = ? AND m.deactivated_at = 0", string(access.Owner)).OrderExpr("m.id")
	one := tx.NewSelect().Model(&row).Where("m.id = ?", id)
	if db.postgres() {
		others.For("UPDATE")
		one.For("UPDATE")
	}
	if err := others.Scan(ctx); err != nil {
		return err
	}
	if err := one.Scan(ctx); err != nil {
		return err
	}
	c.Member = row.word()
	for _, owner := range owners {
		if owner.ID != id {
			c.OtherOwners++
		}
	}
	return nil
}

func saveMember(ctx context.Context, tx bun.Tx, c access.MemberChange) error {
	row := adminRowOf(c.Member)
	var err error
	if c.Remove || c.ResetSecond {
		if err := dropTwoFactor(ctx, tx, row.ID); err != nil {
			return err
		}
	}
	if c.Remove {
		_, err = tx.NewDelete().Model(&row).WherePK().Exec(ctx)
	} else {
		_, err = tx.NewUpdate().Model(&row).WherePK().ExcludeColumn("last_seen_at", "two_factor_at").Exec(ctx)
	}
	if err == nil && (c.Remove || c.ResetSecond || !c.Member.Active()) {
		_, err = tx.NewDelete().Model((*sessionRow)(nil)).Where("member_id = ?", row.ID).Exec(ctx)
	}
	return err
}
