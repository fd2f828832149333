package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"clarion/backend/notify"
)

const (
	// KeyMark starts every secret we make, so that scanners and people know it.
	KeyMark = "ck_"
	// shownPrefix is how much of a secret is kept readable.
	shownPrefix = 10
	// keyAge is how long a revocation in another process may go unnoticed.
	keyAge = time.Second
	// touchAge is how exact last_used_at is.
	touchAge = time.Minute
	// rateMost is the highest rate a key may be given.
	rateMost = 1_000_000
)

// Keys makes, checks and revokes API keys.
type Keys struct {
	store   KeyStore
	sources SourceStore
	clock   notify.Clock

	mu    sync.Mutex
	known map[digest]*knownKey
}

type knownKey struct {
	key     Key
	loaded  time.Time
	touched time.Time
}

// NewKeys makes Keys.
func NewKeys(store KeyStore, sources SourceStore, clock notify.Clock) *Keys {
	return &Keys{store: store, sources: sources, clock: clock, known: map[digest]*knownKey{}}
}

// NewKey asks for an API key.
type NewKey struct {
	Name      string       `json:"name"`
	Source    string       `json:"source"`
	Scopes    []Permission `json:"scopes"`
	RateLimit int          `json:"rate_limit"`
	ExpiresAt time.Time    `json:"expires_at"`
	// RequireSignature lets in only requests that are signed with the secret.
	RequireSignature bool `json:"require_signature"`
}

// Create makes a key and returns it with its secret, which is kept nowhere.
func (k *Keys) Create(ctx context.Context, n NewKey) (Key, string, error) {
	if err := k.check(ctx, n); err != nil {
		return Key{}, "", err
	}
	secret := KeyMark + randomText()
	key, err := k.add(ctx, n, secret)
	return key, secret, err
}

func (k *Keys) made(n NewKey, secret string) Key {
	return Key{
		ID: notify.NewID(notify.KeyID), Source: n.Source, Name: n.Name,
		Prefix: secret[:min(shownPrefix, len(secret)/2)], Hash: digestOf(secret).text(), Scopes: n.Scopes,
		RateLimit: n.RateLimit, RequireSignature: n.RequireSignature, ExpiresAt: n.ExpiresAt, CreatedAt: k.clock.Now(),
	}
}

func (k *Keys) add(ctx context.Context, n NewKey, secret string) (Key, error) {
	key := k.made(n, secret)
	if err := k.store.AddKey(ctx, key); err != nil {
		return Key{}, fmt.Errorf("add API key %s: %w", key.ID, err)
	}
	return key, nil
}

func (k *Keys) check(ctx context.Context, n NewKey) error {
	var faults notify.Invalid
	k.checkEditable(&faults, n)
	if len(n.Scopes) == 0 {
		faults.Add("scopes", "required", "must name at least one scope")
	}
	for i, scope := range n.Scopes {
		if !slices.Contains(Permissions, scope) {
			faults.Add(fmt.Sprintf("scopes[%d]", i), "not_an_option", fmt.Sprintf("no scope %q", scope))
		}
	}
	sources, err := k.sources.Sources(ctx)
	if err != nil {
		return fmt.Errorf("load sources: %w", err)
	}
	if !slices.ContainsFunc(sources, func(s Source) bool { return s.Key == n.Source }) {
		faults.Add("source", "unknown_source", fmt.Sprintf("no source %q", n.Source))
	}
	return faults.Err()
}

// checkEditable checks what may change in a key's life.
func (k *Keys) checkEditable(faults *notify.Invalid, n NewKey) {
	if n.Name == "" || len(n.Name) > 255 {
		faults.Add("name", "required", "must be 1 to 255 bytes")
	}
	if n.RateLimit < 0 || n.RateLimit > rateMost {
		faults.Add("rate_limit", "out_of_range", fmt.Sprintf("must be 0 to %d", rateMost))
	}
	if !n.ExpiresAt.IsZero() && !n.ExpiresAt.After(k.clock.Now()) {
		faults.Add("expires_at", "in_the_past", "must lie ahead")
	}
}

// Ensure stores a key whose secret was chosen outside, unless it is there. It
// is for the demo and for operators; Create is for everybody else.
func (k *Keys) Ensure(ctx context.Context, n NewKey, secret string) (Key, error) {
	if secret == "" {
		return Key{}, notify.InvalidField("secret", "required", "an API key cannot be empty")
	}
	sum := digestOf(secret).text()
	stored, err := k.store.KeyByHash(ctx, sum)
	if err == nil {
		return stored, nil
	}
	if !errors.Is(err, notify.ErrNotFound) {
		return Key{}, fmt.Errorf("look up API key: %w", err)
	}
	key, err := k.add(ctx, n, secret)
	if errors.Is(err, notify.ErrConflict) {
		return k.store.KeyByHash(ctx, sum)
	}
	return key, err
}

// Authenticate returns the key behind a secret. Unknown, revoked and expired
// keys get the same error.
func (k *Keys) Authenticate(ctx context.Context, secret string) (Key, error) {
	now := k.clock.Now()
	key, err := k.load(ctx, digestOf(secret), now)
	if errors.Is(err, notify.ErrNotFound) {
		return Key{}, fmt.Errorf("API key: %w", notify.ErrUnauthenticated)
	}
	if err != nil {
		return Key{}, fmt.Errorf("look up API key: %w", err)
	}
	if !key.RevokedAt.IsZero() || (!key.ExpiresAt.IsZero() && !now.Before(key.ExpiresAt)) {
		return Key{}, fmt.Errorf("API key: %w", notify.ErrUnauthenticated)
	}
	return key, nil
}

// load answers from memory while what is there is fresh. One caller refreshes
// it; the others go on with what they have meanwhile. Unknown hashes are not
// remembered, so guesses cannot fill the memory.
func (k *Keys) load(ctx context.Context, sum digest, now time.Time) (Key, error) {
	k.mu.Lock()
	entry := k.known[sum]
	if entry != nil && now.Sub(entry.loaded) < keyAge {
		key := entry.key
		k.mu.Unlock()
		return key, nil
	}
	touch := entry == nil || now.Sub(entry.touched) >= touchAge
	if entry != nil {
		entry.loaded = now
	}
	k.mu.Unlock()

	key, err := k.store.KeyByHash(ctx, sum.text())
	if err != nil {
		k.forget(sum)
		return Key{}, err
	}
	touched := now
	if touch {
		// The mark is a convenience for people: a call is not refused for it.
		_ = k.store.TouchKeys(ctx, map[string]time.Time{key.ID: now})
	} else {
		touched = entry.touched
	}
	k.mu.Lock()
	k.known[sum] = &knownKey{key, now, touched}
	k.mu.Unlock()
	return key, nil
}

func (k *Keys) forget(sum digest) {
	k.mu.Lock()
	delete(k.known, sum)
	k.mu.Unlock()
}

// List returns a page of keys, newest first.
func (k *Keys) List(ctx context.Context, f KeyFilter, p notify.Page) ([]Key, string, error) {
	f.Now = k.clock.Now()
	return k.store.Keys(ctx, f, p)
}

// Revoke ends a key at once in this process, within a second in the others.
func (k *Keys) Revoke(ctx context.Context, id string) error {
	if err := k.store.RevokeKey(ctx, id, k.clock.Now()); err != nil {
		return fmt.Errorf("revoke API key %s: %w", id, err)
	}
	k.forgetID(id)
	return nil
}

func (k *Keys) forgetID(id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for sum, entry := range k.known {
		if entry.key.ID == id {
			delete(k.known, sum)
		}
	}
}

// digest is SHA-256: what it covers is 256 bits of randomness, which no
// stretching could make harder to guess.
type digest [sha256.Size]byte

func digestOf(secret string) digest { return sha256.Sum256([]byte(secret)) }

// text is how the store knows it.
func (d digest) text() string { return hex.EncodeToString(d[:]) }

// randomText is 256 random bits in 43 URL-safe characters.
func randomText() string {
	var b [32]byte
	// crypto/rand never fails: it stops the program instead.
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}
