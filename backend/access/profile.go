package access

import (
	"context"
	"fmt"
	"strings"
	"time"

	"clarion/backend/notify"
)

const (
	// MinPassword is the shortest password a person may choose, in characters.
	MinPassword = 12
	// MaxPassword bounds what is hashed, in bytes.
	MaxPassword = 1024
	// minVariety is how many different characters a password has at least.
	minVariety  = 5
	maxNameSize = 255
)

// checkPassword refuses passwords that are too easy. Length is what counts; the
// rest is what people try first.
func checkPassword(faults *notify.Invalid, field, password, email string) {
	different := map[rune]bool{}
	for _, r := range password {
		different[r] = true
	}
	lower := strings.ToLower(password)
	name, _, _ := strings.Cut(email, "@")
	switch {
	case len([]rune(password)) < MinPassword:
		faults.Add(field, "too_short", fmt.Sprintf("must have at least %d characters", MinPassword))
	case len(password) > MaxPassword:
		faults.Add(field, "too_long", fmt.Sprintf("must have at most %d bytes", MaxPassword))
	case lower == email || strings.ReplaceAll(lower, name, "") == "":
		faults.Add(field, "is_the_email", "must not be the email address")
	case len(different) < minVariety:
		faults.Add(field, "too_simple", fmt.Sprintf("must have at least %d different characters", minVariety))
	}
}

func checkName(faults *notify.Invalid, name string) {
	if strings.TrimSpace(name) == "" || len(name) > maxNameSize || strings.ContainsAny(name, "\r\n\x00") {
		faults.Add("name", "required", "must be 1 to 255 bytes on one line")
	}
}

// Locales are the languages the pages speak; empty lets the browser decide.
var Locales = []string{"", "en", "zh-CN"}

func checkLocale(faults *notify.Invalid, locale string) {
	for _, known := range Locales {
		if locale == known {
			return
		}
	}
	faults.Add("locale", "not_an_option", "must be en or zh-CN, or empty")
}

// Profile is what members say about themselves.
type Profile struct {
	Name   string
	Locale string
}

// SaveProfile changes a member's own name and language.
func (m *Members) SaveProfile(ctx context.Context, id string, p Profile) (Member, error) {
	var faults notify.Invalid
	checkName(&faults, p.Name)
	checkLocale(&faults, p.Locale)
	if err := faults.Err(); err != nil {
		return Member{}, err
	}
	saved, err := m.Store.ChangeMember(ctx, id, func(c *MemberChange) error {
		c.Member.Name, c.Member.Locale = strings.TrimSpace(p.Name), p.Locale
		return nil
	})
	if err != nil {
		return Member{}, fmt.Errorf("save the profile of member %s: %w", id, err)
	}
	return saved, nil
}

// NewPassword asks for another password of one's own.
type NewPassword struct {
	Current string
	New     string
	IP      string
}

// ChangePassword replaces a member's own password and ends all their other
// sessions. A wrong current password counts as a failed sign-in.
func (m *Members) ChangePassword(ctx context.Context, who SignedIn, p NewPassword) error {
	var faults notify.Invalid
	checkPassword(&faults, "new", p.New, who.Member.Email)
	if err := faults.Err(); err != nil {
		return err
	}
	if err := m.Prove(ctx, who, p.Current, p.IP); err != nil {
		return err
	}
	hashed, err := m.passwords.hash(ctx, p.New)
	if err != nil {
		return err
	}
	_, err = m.Store.ChangeMember(ctx, who.Member.ID, func(c *MemberChange) error {
		c.Member.PasswordHash = hashed
		return nil
	})
	if err != nil {
		return fmt.Errorf("change the password of member %s: %w", who.Member.ID, err)
	}
	_, err = m.EndOthers(ctx, who)
	return err
}

// Prove asks members for their password again before something that must not
// be done by whoever finds a browser open.
func (m *Members) Prove(ctx context.Context, who SignedIn, password, ip string) error {
	doors := signInDoors(who.Member.Email, ip)
	if err := m.try(ctx, doors); err != nil {
		return err
	}
	same, err := m.passwords.match(ctx, password, who.Member.PasswordHash)
	if err != nil {
		return err
	}
	if !same {
		return notify.InvalidField("current", "wrong_password", "is not your password")
	}
	return m.forgive(ctx, doors, pairDoor(who.Member.Email, ip))
}

// SessionView is a session as its owner sees it.
type SessionView struct {
	ID         string    `json:"id"`
	IP         string    `json:"ip"`
	UserAgent  string    `json:"user_agent"`
	CreatedAt  time.Time `json:"created_at"`
	LastSeenAt time.Time `json:"last_seen_at"`
	ExpiresAt  time.Time `json:"expires_at"`
	// Current is the session that asks.
	Current bool `json:"current"`
}

// sessionIDSize is how much of the hash names a session: enough to be one of a
// kind, too little to tell the hash.
const sessionIDSize = 24

// ID names the session to people.
func (s Session) ID() string { return "ses_" + s.Hash[:min(sessionIDSize, len(s.Hash))] }

// OwnSessions lists where a member is signed in.
func (m *Members) OwnSessions(ctx context.Context, who SignedIn) ([]SessionView, error) {
	list, err := m.Sessions.Sessions(ctx, who.Member.ID)
	if err != nil {
		return nil, fmt.Errorf("list the sessions of member %s: %w", who.Member.ID, err)
	}
	now, views := m.Clock.Now(), []SessionView{}
	for _, s := range list {
		if !now.Before(s.ExpiresAt) || now.Sub(s.LastSeenAt) >= sessionIdle {
			continue
		}
		views = append(views, SessionView{
			ID: s.ID(), IP: s.IP, UserAgent: s.UserAgent, CreatedAt: s.CreatedAt, LastSeenAt: s.LastSeenAt, ExpiresAt: s.ExpiresAt,
			Current: s.Hash == who.Session.Hash,
		})
	}
	return views, nil
}

// EndOwn ends one session of one's own.
func (m *Members) EndOwn(ctx context.Context, who SignedIn, id string) error {
	n, err := m.Sessions.EndSessions(ctx, who.Member.ID, Ending{Only: id})
	if err == nil && n == 0 {
		err = notify.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("end session %s: %w", id, err)
	}
	return nil
}

// EndOthers ends every session but the one that asks.
func (m *Members) EndOthers(ctx context.Context, who SignedIn) (int, error) {
	n, err := m.Sessions.EndSessions(ctx, who.Member.ID, Ending{Except: who.Session.Hash})
	if err != nil {
		return 0, fmt.Errorf("end the other sessions of member %s: %w", who.Member.ID, err)
	}
	return n, nil
}
