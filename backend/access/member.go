package access

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"clarion/backend/notify"
)

const (
	sessionIdle     = 24 * time.Hour
	sessionAbsolute = 7 * 24 * time.Hour
	// seenAge is how exact last_seen_at is.
	seenAge = time.Minute
)

// MemberDeps is what Members works with.
type MemberDeps struct {
	Store       MemberStore
	Sessions    SessionStore
	Invitations InvitationStore
	// Courier carries invitations; nil when nobody can.
	Courier Courier
	// Doors counts attempts, Second keeps second proofs under the Sealer.
	Doors  DoorStore
	Second TwoFactorStore
	Sealer Sealer
	Clock  notify.Clock
}

// Members signs people in and out and keeps who they are.
type Members struct {
	MemberDeps
	passwords *passwords
}

// NewMembers makes Members.
func NewMembers(d MemberDeps) (*Members, error) {
	p, err := newPasswords()
	if err != nil {
		return nil, err
	}
	return &Members{MemberDeps: d, passwords: p}, nil
}

// Credentials are what a person signs in with, and from where.
type Credentials struct {
	Email    string
	Password string
	// Code is the second proof of members who have one.
	Code      string
	IP        string
	UserAgent string
}

// SignedIn is a session with its member. Cookie is set only by SignIn: it is
// kept nowhere else.
type SignedIn struct {
	Member  Member
	Session Session
	Cookie  string
}

// SignIn opens a new session. A wrong password, an unknown address and a member
// who may not sign in get the same error after the same work; too many failures
// a *LimitedError.
func (m *Members) SignIn(ctx context.Context, c Credentials) (SignedIn, error) {
	email := normalEmail(c.Email)
	doors := signInDoors(email, c.IP)
	if err := m.try(ctx, doors); err != nil {
		return SignedIn{}, err
	}
	member, err := m.Store.MemberByEmail(ctx, email)
	if err != nil && !errors.Is(err, notify.ErrNotFound) {
		return SignedIn{}, fmt.Errorf("look up member: %w", err)
	}
	if !member.Active() {
		member.PasswordHash = ""
	}
	same, err := m.passwords.match(ctx, c.Password, member.PasswordHash)
	if err != nil {
		return SignedIn{}, err
	}
	if !same {
		return SignedIn{}, fmt.Errorf("sign in: %w", notify.ErrUnauthenticated)
	}
	if err := m.second(ctx, member, c.Code); err != nil && !errors.Is(err, ErrCodeNeeded) {
		return SignedIn{}, err
	} else if err != nil {
		return SignedIn{}, errors.Join(err, m.forgive(ctx, doors))
	}
	if err := m.forgive(ctx, doors, pairDoor(email, c.IP)); err != nil {
		return SignedIn{}, err
	}
	return m.open(ctx, member, c)
}

// open makes a session of a member who has proved who they are.
func (m *Members) open(ctx context.Context, member Member, c Credentials) (SignedIn, error) {
	cookie, now := randomText(), m.Clock.Now()
	session := Session{
		Hash: digestOf(cookie).text(), MemberID: member.ID, CSRF: randomText(), IP: c.IP, UserAgent: cut(c.UserAgent, 255),
		CreatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(sessionAbsolute),
	}
	if err := m.Sessions.AddSession(ctx, session); err != nil {
		return SignedIn{}, fmt.Errorf("open session: %w", err)
	}
	return SignedIn{member, session, cookie}, nil
}

// Who returns the session behind a cookie, unless it has ended.
func (m *Members) Who(ctx context.Context, cookie string) (SignedIn, error) {
	in, err := m.Peek(ctx, cookie)
	if err != nil {
		return SignedIn{}, err
	}
	now := m.Clock.Now()
	if now.Sub(in.Session.LastSeenAt) >= seenAge {
		if err := m.Sessions.TouchSession(ctx, in.Session.Hash, now); err != nil {
			return SignedIn{}, fmt.Errorf("touch session: %w", err)
		}
		in.Session.LastSeenAt = now
	}
	return in, nil
}

// Peek is Who without a trace: an open socket asks again and again whether the
// session still holds, and must not be what keeps it.
func (m *Members) Peek(ctx context.Context, cookie string) (SignedIn, error) {
	session, member, err := m.Sessions.Session(ctx, digestOf(cookie).text())
	if errors.Is(err, notify.ErrNotFound) {
		return SignedIn{}, fmt.Errorf("session: %w", notify.ErrUnauthenticated)
	}
	if err != nil {
		return SignedIn{}, fmt.Errorf("look up session: %w", err)
	}
	now := m.Clock.Now()
	if !member.Active() || !now.Before(session.ExpiresAt) || now.Sub(session.LastSeenAt) >= sessionIdle {
		return SignedIn{}, fmt.Errorf("session: %w", notify.ErrUnauthenticated)
	}
	return SignedIn{Member: member, Session: session}, nil
}

// SignOut ends the session behind a cookie.
func (m *Members) SignOut(ctx context.Context, cookie string) error {
	if err := m.Sessions.DeleteSession(ctx, digestOf(cookie).text()); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// Prune removes sessions that have ended, and attempts that no longer count; it
// returns how many sessions.
func (m *Members) Prune(ctx context.Context) (int, error) {
	now := m.Clock.Now()
	n, err := m.Sessions.PruneSessions(ctx, now, now.Add(-sessionIdle))
	if err != nil {
		return n, err
	}
	_, err = m.Doors.PruneDoors(ctx, now.Add(-loginWindow))
	return n, err
}

// FirstMember is the person an empty database begins with.
type FirstMember struct {
	Email string
	Name  string
	// Password is generated when it is empty.
	Password    string
	RecipientID string
	Locale      string
}

// AddFirst adds the owner when there is no member yet. It returns the member
// and the password to tell them, both empty when there was one already.
func (m *Members) AddFirst(ctx context.Context, f FirstMember) (Member, string, error) {
	n, err := m.Store.CountMembers(ctx)
	if err != nil {
		return Member{}, "", fmt.Errorf("count members: %w", err)
	}
	if n > 0 {
		return Member{}, "", nil
	}
	password := f.Password
	if password == "" {
		password = randomText()[:20]
	}
	member, err := m.add(ctx, f, Owner, password)
	if errors.Is(err, notify.ErrConflict) {
		return Member{}, "", nil
	}
	if err != nil {
		return Member{}, "", err
	}
	return member, password, nil
}

func (m *Members) add(ctx context.Context, f FirstMember, role Role, password string) (Member, error) {
	hashed, err := m.passwords.hash(ctx, password)
	if err != nil {
		return Member{}, err
	}
	member := Member{
		ID: notify.NewID(notify.MemberID), Email: normalEmail(f.Email), Name: f.Name, PasswordHash: hashed, Role: role,
		RecipientID: f.RecipientID, Locale: f.Locale, CreatedAt: m.Clock.Now(),
	}
	if member.RecipientID == "" {
		member.RecipientID = member.ID
	}
	if err := m.Store.AddMember(ctx, member); err != nil {
		return Member{}, fmt.Errorf("add member %s: %w", member.ID, err)
	}
	return member, nil
}

// SameToken compares secrets without telling by its time how much was right.
func SameToken(got, want string) bool {
	return want != "" && subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1
}

func normalEmail(email string) string { return strings.ToLower(strings.TrimSpace(cut(email, 254))) }

// cut shortens s to n bytes at most, at a whole character, without the zero
// bytes and broken text that databases refuse.
func cut(s string, n int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
