package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/access"
)

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
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE members SET last_seen_at = ? WHERE id = ?", row.LastSeenAt, s.MemberID)
		return err
	})
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
	session, err := s.word()
	return session, m.word(), err
}

func (r sessionRow) word() (access.Session, error) {
	return access.Session{
		Hash: r.Hash, MemberID: r.MemberID, CSRF: r.CSRF, IP: r.IP, UserAgent: r.UserAgent,
		CreatedAt: fromMicros(r.CreatedAt), LastSeenAt: fromMicros(r.LastSeenAt), ExpiresAt: fromMicros(r.ExpiresAt),
	}, nil
}

// Sessions returns a member's sessions, the one last seen first.
func (db *DB) Sessions(ctx context.Context, memberID string) ([]access.Session, error) {
	var rows []sessionRow
	err := db.latest().NewSelect().Model(&rows).Where("s.member_id = ?", memberID).OrderExpr("s.last_seen_at DESC, s.hash").Scan(ctx)
	if err != nil {
		return nil, during(err, "list the sessions of member %s", memberID)
	}
	return listed(rows, sessionRow.word)
}

// EndSessions ends sessions of a member.
func (db *DB) EndSessions(ctx context.Context, memberID string, which access.Ending) (int, error) {
	query := db.w.NewDelete().Model((*sessionRow)(nil)).Where("member_id = ?", memberID)
	if which.Only != "" {
		query.Where(`'ses_' || substr(hash, 1, 24) = ?`, which.Only)
	}
	if which.Except != "" {
		query.Where("hash <> ?", which.Except)
	}
	n, err := touched(query.Exec(ctx))
	return n, during(err, "end sessions of member %s", memberID)
}

// TouchSession notes that the session is in use, never backwards.
func (db *DB) TouchSession(ctx context.Context, hash string, seenAt time.Time) error {
	at := micros(seenAt)
	_, err := db.w.ExecContext(ctx, "UPDATE sessions SET last_seen_at = ? WHERE hash = ? AND last_seen_at < ?", at, hash, at)
	if err == nil {
		_, err = db.w.ExecContext(ctx, `UPDATE members SET last_seen_at = ? WHERE last_seen_at < ?
			AND id = (SELECT member_id FROM sessions WHERE hash = ?)`, at, at, hash)
	}
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
