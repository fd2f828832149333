package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/access"
)

type adminRow struct {
	bun.BaseModel `bun:"table:members,alias:m"`

	ID           string `bun:",pk"`
	Email        string
	Name         string
	PasswordHash string
	Role         string
	RecipientID  string
	Locale       string
	CreatedAt    int64
}

func (r adminRow) word() access.Member {
	return access.Member{
		ID: r.ID, Email: r.Email, Name: r.Name, PasswordHash: r.PasswordHash, Role: access.Role(r.Role),
		RecipientID: r.RecipientID, Locale: r.Locale, CreatedAt: fromMicros(r.CreatedAt),
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
	row := adminRow{
		ID: m.ID, Email: m.Email, Name: m.Name, PasswordHash: m.PasswordHash, Role: string(m.Role),
		RecipientID: m.RecipientID, Locale: m.Locale, CreatedAt: micros(m.CreatedAt),
	}
	_, err := db.w.NewInsert().Model(&row).Exec(ctx)
	return during(err, "add member %s", m.ID)
}

// CountMembers tells whether anybody can sign in.
func (db *DB) CountMembers(ctx context.Context) (int, error) {
	n, err := db.latest().NewSelect().Model((*adminRow)(nil)).Count(ctx)
	return int(n), during(err, "count members")
}

type sessionRow struct {
	bun.BaseModel `bun:"table:sessions,alias:s"`

	Hash       string `bun:",pk"`
	MemberID   string
	CSRF       string `bun:"csrf"`
	IP         string `bun:"ip"`
	UserAgent  string
	CreatedAt  int64
	LastSeenAt int64
	ExpiresAt  int64
}

// AddSession remembers that a member signed in.
func (db *DB) AddSession(ctx context.Context, s access.Session) error {
	row := sessionRow{
		Hash: s.Hash, MemberID: s.MemberID, CSRF: s.CSRF, IP: s.IP, UserAgent: s.UserAgent,
		CreatedAt: micros(s.CreatedAt), LastSeenAt: micros(s.LastSeenAt), ExpiresAt: micros(s.ExpiresAt),
	}
	_, err := db.w.NewInsert().Model(&row).Exec(ctx)
	return during(err, "add a session of member %s", s.MemberID)
}

// Session returns the session and its member.
func (db *DB) Session(ctx context.Context, hash string) (access.Session, access.Member, error) {
	var s sessionRow
	var m adminRow
	err := db.latest().NewSelect().Model(&s).Where("s.hash = ?", hash).Scan(ctx)
	if err == nil {
		err = db.latest().NewSelect().Model(&m).Where("m.id = ?", s.MemberID).Scan(ctx)
	}
	if err != nil {
		return access.Session{}, access.Member{}, during(err, "find a session")
	}
	return access.Session{
		Hash: s.Hash, MemberID: s.MemberID, CSRF: s.CSRF, IP: s.IP, UserAgent: s.UserAgent,
		CreatedAt: fromMicros(s.CreatedAt), LastSeenAt: fromMicros(s.LastSeenAt), ExpiresAt: fromMicros(s.ExpiresAt),
	}, m.word(), nil
}

// TouchSession notes that the session is in use, never backwards.
func (db *DB) TouchSession(ctx context.Context, hash string, seenAt time.Time) error {
	_, err := db.w.ExecContext(ctx, "UPDATE sessions SET last_seen_at = ? WHERE hash = ? AND last_seen_at < ?",
		micros(seenAt), hash, micros(seenAt))
	return during(err, "touch a session")
}

// DeleteSession is harmless when there is none.
func (db *DB) DeleteSession(ctx context.Context, hash string) error {
	_, err := db.w.NewDelete().Model((*sessionRow)(nil)).Where("hash = ?", hash).Exec(ctx)
	return during(err, "delete a session")
}

// PruneSessions removes those that expired, or were not seen, before the times.
func (db *DB) PruneSessions(ctx context.Context, expiredBefore, seenBefore time.Time) (int, error) {
	result, err := db.w.ExecContext(ctx, "DELETE FROM sessions WHERE expires_at < ? OR last_seen_at < ?",
		micros(expiredBefore), micros(seenBefore))
	n, err := touched(result, err)
	return n, during(err, "prune sessions")
}
