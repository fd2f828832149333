package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/access"
	"clarion/backend/notify"
)

var _ access.InvitationStore = (*DB)(nil)

type invitationRow struct {
	bun.BaseModel `bun:"table:invitations,alias:i"`

	ID          string `bun:",pk"`
	Email       string
	Role        string
	MemberID    string
	InvitedBy   string
	InviterName string
	TokenHash   string
	CreatedAt   int64
	ExpiresAt   int64
	ClosedAt    int64
}

func (r invitationRow) word() (access.Invitation, error) {
	return access.Invitation{
		ID: r.ID, Email: r.Email, Role: access.Role(r.Role), MemberID: r.MemberID, InvitedBy: r.InvitedBy,
		InviterName: r.InviterName, TokenHash: r.TokenHash, CreatedAt: fromMicros(r.CreatedAt), ExpiresAt: fromMicros(r.ExpiresAt),
	}, nil
}

// AddInvitation keeps a new one; one of the same address that has expired gives
// way.
func (db *DB) AddInvitation(ctx context.Context, i access.Invitation) error {
	row := invitationRow{
		ID: i.ID, Email: i.Email, Role: string(i.Role), MemberID: i.MemberID, InvitedBy: i.InvitedBy, InviterName: i.InviterName,
		TokenHash: i.TokenHash, CreatedAt: micros(i.CreatedAt), ExpiresAt: micros(i.ExpiresAt),
	}
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE invitations SET closed_at = ? WHERE email = ? AND closed_at = 0 AND expires_at <= ?",
			row.CreatedAt, row.Email, row.CreatedAt)
		if err == nil {
			_, err = tx.NewInsert().Model(&row).Exec(ctx)
		}
		return err
	})
	return during(err, "add invitation %s", i.ID)
}

// Invitations returns a page of the open ones, newest first.
func (db *DB) Invitations(ctx context.Context, p notify.Page) ([]access.Invitation, string, error) {
	var rows []invitationRow
	query := db.latest().NewSelect().Model(&rows).Where("i.closed_at = 0")
	if err := paged(query, p, "i.id", "DESC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list invitations")
	}
	rows, next := cut(rows, p, func(r invitationRow) string { return r.ID })
	list, err := listed(rows, invitationRow.word)
	return list, next, err
}

// OpenInvitation finds an open one by its id or the hash of its token.
func (db *DB) OpenInvitation(ctx context.Context, idOrHash string) (access.Invitation, error) {
	var row invitationRow
	err := db.latest().NewSelect().Model(&row).Where("i.id = ? OR i.token_hash = ? OR i.email = ?", idOrHash, idOrHash, idOrHash).Where("i.closed_at = 0").Scan(ctx)
	if err != nil {
		return access.Invitation{}, during(err, "find an invitation")
	}
	return row.word()
}

// RenewInvitation gives an open one another token and another end.
func (db *DB) RenewInvitation(ctx context.Context, id, tokenHash string, expires time.Time) error {
	result, err := db.w.ExecContext(ctx, "UPDATE invitations SET token_hash = ?, expires_at = ? WHERE id = ? AND closed_at = 0",
		tokenHash, micros(expires), id)
	return mustTouch(result, err, "renew invitation %s", id)
}

// RevokeInvitation closes an open one.
func (db *DB) RevokeInvitation(ctx context.Context, id string, now time.Time) error {
	result, err := db.w.ExecContext(ctx, "UPDATE invitations SET closed_at = ? WHERE id = ? AND closed_at = 0", micros(now), id)
	return mustTouch(result, err, "revoke invitation %s", id)
}

// AcceptInvitation closes the invitation and adds the member. The row that is
// closed is locked, so whoever comes second finds it closed.
func (db *DB) AcceptInvitation(ctx context.Context, tokenHash string, m access.Member) error {
	row := adminRowOf(m)
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		n, err := touched(tx.ExecContext(ctx,
			"UPDATE invitations SET closed_at = ? WHERE token_hash = ? AND closed_at = 0 AND expires_at > ?",
			row.CreatedAt, tokenHash, row.CreatedAt))
		if err != nil {
			return err
		}
		if n == 0 {
			return notify.ErrNotFound
		}
		_, err = tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
	return during(err, "accept an invitation as member %s", m.ID)
}
