package access

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// KeyStore is what API keys need of the database.
type KeyStore interface {
	KeyReader
	KeyWriter
}

// KeyReader finds API keys.
type KeyReader interface {
	// KeyByHash returns the key whatever its state; notify.ErrNotFound if none.
	KeyByHash(ctx context.Context, hash string) (Key, error)
	Key(ctx context.Context, id string) (Key, error)
	// Keys returns a page, newest first.
	Keys(ctx context.Context, f KeyFilter, p notify.Page) ([]Key, string, error)
}

// KeyWriter makes, changes and ends them.
type KeyWriter interface {
	// AddKey stores a new key. A hash or id that is taken is notify.ErrConflict.
	AddKey(ctx context.Context, k Key) error
	// RevokeKey sets revoked_at unless it is set already; notify.ErrNotFound if
	// there is no such key.
	RevokeKey(ctx context.Context, id string, now time.Time) error
	// ChangeKey stores name, rate limit, end and demand for signatures of a key
	// that is not revoked; notify.ErrConflict if it is.
	ChangeKey(ctx context.Context, k Key) error
	// ReplaceKey stores next and lets the old key end at the given time. Of
	// twenty who replace a key one wins; the others get notify.ErrConflict, as
	// for a key that has ended.
	ReplaceKey(ctx context.Context, r Replacement) error
	// TouchKeys sets last_used_at by key id, never backwards.
	TouchKeys(ctx context.Context, used map[string]time.Time) error
}

// KeyFilter picks keys; empty fields do not filter.
type KeyFilter struct {
	Source string
	State  KeyState
	// Now is what expired is reckoned from.
	Now time.Time
}

// KeyState is whether a key still opens the door.
type KeyState string

// The states of a key.
const (
	KeyLive    KeyState = "live"
	KeyExpired KeyState = "expired"
	KeyRevoked KeyState = "revoked"
)

// KeyStates is the closed list.
var KeyStates = []KeyState{KeyLive, KeyExpired, KeyRevoked}

// Replacement is a key and the one that takes its place.
type Replacement struct {
	Old    string
	Next   Key
	OldEnd time.Time
	Now    time.Time
}

// NonceStore remembers the nonces of signed requests.
type NonceStore interface {
	// UseNonce is notify.ErrConflict when the key used the nonce before: of
	// twenty who use it one wins.
	UseNonce(ctx context.Context, key, nonce string, now time.Time) error
	// PruneNonces removes those seen before the time, and returns how many.
	PruneNonces(ctx context.Context, before time.Time) (int, error)
}

// Key is an API key. The secret itself is not part of it: only its SHA-256.
type Key struct {
	ID     string `json:"id"`
	Source string `json:"source"`
	Name   string `json:"name"`
	// Prefix is the beginning of the secret, for people to recognise it.
	Prefix string       `json:"prefix"`
	Hash   string       `json:"-"`
	Scopes []Permission `json:"scopes"`
	// RateLimit is units per second; zero means the default.
	RateLimit int `json:"rate_limit"`
	// RequireSignature lets in only requests that are signed with the secret.
	RequireSignature bool `json:"require_signature"`
	// ReplacedBy is the key that took this one's place.
	ReplacedBy string    `json:"replaced_by,omitempty"`
	ExpiresAt  time.Time `json:"expires_at,omitzero"`
	RevokedAt  time.Time `json:"revoked_at,omitzero"`
	LastUsedAt time.Time `json:"last_used_at,omitzero"`
	CreatedAt  time.Time `json:"created_at"`
}

// SourceStore keeps the business systems that own keys.
type SourceStore interface {
	// Sources returns all, ordered by key.
	Sources(ctx context.Context) ([]Source, error)
	// PutSource adds or renames one; created_at stays.
	PutSource(ctx context.Context, s Source, now time.Time) error
	// DeleteSource removes one that has no key which is not revoked and sent no
	// event since the time; otherwise it is notify.ErrConflict with the reasons,
	// and notify.ErrNotFound if there is none.
	DeleteSource(ctx context.Context, key string, quietSince time.Time) error
}

// ActivityStore knows which sources are at work.
type ActivityStore interface {
	// TouchSource sets last_event_at, never backwards.
	TouchSource(ctx context.Context, key string, at time.Time) error
	// EventsBySource counts the newest events since the time, at most so many of
	// all sources together; capped says that there were more.
	EventsBySource(ctx context.Context, since time.Time, most int) (counts map[string]int, capped bool, err error)
}

// Source is a calling business system, the "module" of the reports.
type Source struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	// LiveKeys is how many of its keys are not revoked.
	LiveKeys int `json:"live_keys"`
	// LastEventAt is exact to a minute; zero when there was none.
	LastEventAt time.Time `json:"last_event_at,omitzero"`
	CreatedAt   time.Time `json:"created_at"`
}

// SourceView is a source with what it did in the last day.
type SourceView struct {
	Source
	EventsLastDay int `json:"events_last_day"`
	// AtLeast says that there may have been more.
	AtLeast bool `json:"events_last_day_at_least"`
}

// MemberStore is what signing in needs of the database.
type MemberStore interface {
	// MemberByEmail compares the address as stored, which is lower case.
	MemberByEmail(ctx context.Context, email string) (Member, error)
	// AddMember stores a new member; an e-mail that is taken is
	// notify.ErrConflict.
	AddMember(ctx context.Context, m Member) error
	CountMembers(ctx context.Context) (int, error)
	// ListMembers returns a page, in the order in which they joined.
	ListMembers(ctx context.Context, f MemberFilter, p notify.Page) ([]Member, string, error)
	// ChangeMember lets change alter or remove one member while nobody else can
	// change an owner. When change fails nothing is changed. A member who is
	// removed or cannot sign in has no session afterwards.
	ChangeMember(ctx context.Context, id string, change func(c *MemberChange) error) (Member, error)
}

// MemberFilter picks members. Empty fields do not filter.
type MemberFilter struct {
	// Q is part of a name or an address.
	Q    string
	Role Role
}

// MemberChange is one member under change.
type MemberChange struct {
	Member Member
	// OtherOwners is how many other owners can sign in.
	OtherOwners int
	// Remove deletes the member.
	Remove bool
	// ResetSecond forgets the second step and ends every session.
	ResetSecond bool
}

// Member is a person who signs in to the admin.
type Member struct {
	ID           string `json:"id"`
	Email        string `json:"email"`
	Name         string `json:"name"`
	PasswordHash string `json:"-"`
	Role         Role   `json:"role"`
	// RecipientID is the member as a recipient: whose inbox the bell shows.
	RecipientID string    `json:"recipient_id"`
	Locale      string    `json:"locale"`
	CreatedAt   time.Time `json:"created_at"`
	LastSeenAt  time.Time `json:"last_seen_at,omitzero"`
	// DeactivatedAt is set while the member may not sign in.
	DeactivatedAt time.Time `json:"deactivated_at,omitzero"`
	// TwoFactor says that a code must follow the password.
	TwoFactor bool `json:"two_factor"`
}

// Active reports whether the member may sign in.
func (m Member) Active() bool { return m.DeactivatedAt.IsZero() }

// SessionStore keeps who is signed in.
type SessionStore interface {
	SessionReader
	AddSession(ctx context.Context, s Session) error
	TouchSession(ctx context.Context, hash string, seenAt time.Time) error
	SessionEnder
}

// SessionReader finds sessions.
type SessionReader interface {
	// Session returns the session and its member, or notify.ErrNotFound.
	Session(ctx context.Context, hash string) (Session, Member, error)
	// Sessions returns a member's sessions, the one last seen first.
	Sessions(ctx context.Context, memberID string) ([]Session, error)
}

// SessionEnder ends them.
type SessionEnder interface {
	// EndSessions ends sessions of a member and returns how many.
	EndSessions(ctx context.Context, memberID string, which Ending) (int, error)
	// DeleteSession is harmless when there is none.
	DeleteSession(ctx context.Context, hash string) error
	// PruneSessions removes those that expired, or were not seen, before the
	// given times, and returns how many.
	PruneSessions(ctx context.Context, expiredBefore, seenBefore time.Time) (int, error)
}

// Ending says which sessions end: the one with the id Only, or all but the one
// with the hash Except.
type Ending struct {
	Only   string
	Except string
}

// Session is one signed-in browser. Hash is the SHA-256 of the cookie.
type Session struct {
	Hash       string
	MemberID   string
	CSRF       string
	IP         string
	UserAgent  string
	CreatedAt  time.Time
	LastSeenAt time.Time
	// ExpiresAt is the absolute end, however busy the session is.
	ExpiresAt time.Time
}

// SettingStore keeps small values of the house, such as signing secrets.
type SettingStore interface {
	// Setting returns the value, or notify.ErrNotFound.
	Setting(ctx context.Context, key string) (string, error)
	// KeepSetting stores the value unless the key has one, and returns the
	// value that is stored afterwards: of twenty writers one wins.
	KeepSetting(ctx context.Context, key, value string) (string, error)
}

// AnswerStore remembers the answers of unsafe requests, so that a repeated one
// is answered without being done again.
type AnswerStore interface {
	// BeginAnswer claims (Scope, Key) in one statement. Won is true for the one
	// caller that may do the work: nobody was there before, or whoever was has
	// not finished (Status zero) since before StaleBefore. Otherwise the stored
	// answer is returned; its Status is zero while the first is in flight.
	BeginAnswer(ctx context.Context, b Begin) (stored Answer, won bool, err error)
	// FinishAnswer stores status and body of a claim that was won.
	FinishAnswer(ctx context.Context, scope, key string, status int, body []byte) error
	// DropAnswer forgets an unfinished claim, so that the caller can repeat it.
	DropAnswer(ctx context.Context, scope, key string) error
	// PruneAnswers removes those created before the time, and returns how many.
	PruneAnswers(ctx context.Context, before time.Time) (int, error)
}

// Begin is a claim on an idempotency key.
type Begin struct {
	// Scope is the caller and the route: two callers never share a key.
	Scope       string
	Key         string
	Fingerprint string
	Now         time.Time
	StaleBefore time.Time
}

// Answer is what the first request with a key was told.
type Answer struct {
	Fingerprint string
	Status      int
	Body        []byte
	CreatedAt   time.Time
}
