package integration

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"clarion/backend/notify"
)

// TokenStore keeps vendors' access tokens, sealed, for all processes.
type TokenStore interface {
	// VendorToken returns notify.ErrNotFound when there is none.
	VendorToken(ctx context.Context, key string) (SealedToken, error)
	// LeaseVendorToken gives one caller the right to fetch the next token: it is
	// false when somebody has it, or when the revision has passed meanwhile.
	LeaseVendorToken(ctx context.Context, l TokenLease) (bool, error)
	// KeepVendorToken stores what the lease's owner fetched and ends the lease.
	KeepVendorToken(ctx context.Context, owner string, t SealedToken, now time.Time) error
	// ReleaseVendorToken ends the lease without a token.
	ReleaseVendorToken(ctx context.Context, owner, key string) error
}

// SealedToken is a token at rest. Revision counts the tokens of its key.
type SealedToken struct {
	Key, Sealed string
	ExpiresAt   time.Time
	Revision    int
}

// TokenLease is the right to fetch the token after Revision, until Until.
type TokenLease struct {
	Key, Owner string
	Revision   int
	Now, Until time.Time
}

const (
	// tokenLease outlives every call to a vendor; it ends by itself only when its
	// owner died.
	tokenLease = 20 * time.Second
	// tokenPatience is how long one round of getting a token may take.
	tokenPatience = 40 * time.Second
	tokenPoll     = 50 * time.Millisecond
)

// Tokens keeps access tokens: in memory for this process, in the store for all.
type Tokens struct {
	Store  TokenStore
	Sealer Sealer
	Clock  notify.Clock
	// Owner is this process.
	Owner string

	mu      sync.Mutex
	known   map[string]notify.AccessToken
	flights map[string]*flight
}

// flight is one way to the next token, shared by all of this process who wait.
type flight struct {
	refused string
	done    chan struct{}
	token   notify.AccessToken
	err     error
}

type tokenFetch func(context.Context) (notify.AccessToken, error)

// Token returns a token for key that is in time and is not the refused one. It
// waits no longer than ctx, while the fetch goes on for the others.
func (t *Tokens) Token(ctx context.Context, key, refused string, fetch func(context.Context) (notify.AccessToken, error)) (string, error) {
	for {
		t.mu.Lock()
		if found := t.known[key]; t.good(found, refused) {
			t.mu.Unlock()
			return found.Value, nil
		}
		f := t.flights[key]
		if f == nil {
			f = &flight{refused: refused, done: make(chan struct{})}
			t.board(key, f)
			go t.fly(context.WithoutCancel(ctx), key, f, fetch)
		}
		t.mu.Unlock()
		select {
		case <-f.done:
		case <-ctx.Done():
			return "", fmt.Errorf("wait for an access token: %w", ctx.Err())
		}
		// A flight that began before the refusal may have brought the refused one.
		if f.err != nil || f.token.Value != refused || f.refused == refused {
			return f.token.Value, f.err
		}
	}
}

func (t *Tokens) board(key string, f *flight) {
	if t.flights == nil {
		t.flights, t.known = map[string]*flight{}, map[string]notify.AccessToken{}
	}
	t.flights[key] = f
}

func (t *Tokens) good(token notify.AccessToken, refused string) bool {
	return token.Value != "" && token.Value != refused && t.Clock.Now().Before(token.ExpiresAt)
}

func (t *Tokens) fly(ctx context.Context, key string, f *flight, fetch tokenFetch) {
	ctx, cancel := context.WithTimeout(ctx, tokenPatience)
	defer cancel()
	f.token, f.err = t.next(ctx, key, f.refused, fetch)
	t.mu.Lock()
	defer t.mu.Unlock()
	if f.err == nil {
		t.known[key] = f.token
	}
	delete(t.flights, key)
	close(f.done)
}

// next takes what another process brought, or becomes the one that fetches.
func (t *Tokens) next(ctx context.Context, key, refused string, fetch tokenFetch) (notify.AccessToken, error) {
	owner := t.Owner + "/" + notify.NewID(notify.WorkerID)
	for {
		row, err := t.Store.VendorToken(ctx, key)
		if err != nil && !errors.Is(err, notify.ErrNotFound) {
			return notify.AccessToken{}, err
		}
		if found := t.open(row); t.good(found, refused) {
			return found, nil
		}
		now := t.Clock.Now()
		ours, err := t.Store.LeaseVendorToken(ctx, TokenLease{Key: key, Owner: owner, Revision: row.Revision, Now: now, Until: now.Add(tokenLease)})
		if err != nil {
			return notify.AccessToken{}, err
		}
		if ours {
			return t.fetch(ctx, key, owner, fetch)
		}
		select {
		case <-time.After(tokenPoll):
		case <-ctx.Done():
			return notify.AccessToken{}, fmt.Errorf("wait for the access token another process fetches: %w", ctx.Err())
		}
	}
}

// open reads a token at rest. One that does not open, because the master key
// changed, is as good as none.
func (t *Tokens) open(row SealedToken) notify.AccessToken {
	if row.Sealed == "" {
		return notify.AccessToken{}
	}
	plain, err := t.Sealer.Open(row.Sealed, row.Key)
	if err != nil {
		return notify.AccessToken{}
	}
	return notify.AccessToken{Value: string(plain), ExpiresAt: row.ExpiresAt}
}

func (t *Tokens) fetch(ctx context.Context, key, owner string, fetch tokenFetch) (notify.AccessToken, error) {
	token, err := fetch(ctx)
	if err != nil {
		return token, errors.Join(err, t.Store.ReleaseVendorToken(ctx, owner, key))
	}
	sealed, err := t.Sealer.Seal([]byte(token.Value), key)
	if err == nil {
		err = t.Store.KeepVendorToken(ctx, owner, SealedToken{Key: key, Sealed: sealed, ExpiresAt: token.ExpiresAt}, t.Clock.Now())
	}
	if err != nil {
		return notify.AccessToken{}, fmt.Errorf("keep the access token %s: %w", key, err)
	}
	return token, nil
}
