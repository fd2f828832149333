package access

import (
	"context"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// graceMost is the longest time in which a replaced key may still be used.
const graceMost = 30 * 24 * time.Hour

// KeyChange is what may change in a key's life. Source and scopes may not: what
// needs others is another key.
type KeyChange struct {
	Name             string
	RateLimit        int
	ExpiresAt        time.Time
	RequireSignature bool
}

// Get returns one key, whatever its state.
func (k *Keys) Get(ctx context.Context, id string) (Key, error) {
	return k.store.Key(ctx, id)
}

// Change checks and stores what may change.
func (k *Keys) Change(ctx context.Context, id string, c KeyChange) (Key, error) {
	var faults notify.Invalid
	k.checkEditable(&faults, NewKey{Name: c.Name, RateLimit: c.RateLimit, ExpiresAt: c.ExpiresAt})
	if err := faults.Err(); err != nil {
		return Key{}, err
	}
	key, err := k.store.Key(ctx, id)
	if err != nil {
		return Key{}, err
	}
	key.Name, key.RateLimit, key.ExpiresAt, key.RequireSignature = c.Name, c.RateLimit, c.ExpiresAt, c.RequireSignature
	if err := k.store.ChangeKey(ctx, key); err != nil {
		return Key{}, fmt.Errorf("change API key %s: %w", id, err)
	}
	k.forgetID(id)
	return key, nil
}

// Rotate makes a key like the old one, which ends after the grace: at once when
// that is zero. An end that the old key had already is not put off.
func (k *Keys) Rotate(ctx context.Context, id string, grace time.Duration) (Key, string, error) {
	if grace < 0 || grace > graceMost {
		return Key{}, "", notify.InvalidField("expires_in_hours", "out_of_range", fmt.Sprintf("must be 0 to %.0f", graceMost.Hours()))
	}
	old, err := k.store.Key(ctx, id)
	if err != nil {
		return Key{}, "", err
	}
	now := k.clock.Now()
	end := now.Add(grace)
	if !old.ExpiresAt.IsZero() && old.ExpiresAt.Before(end) {
		end = old.ExpiresAt
	}
	secret := KeyMark + randomText()
	next := k.made(NewKey{
		Name: old.Name, Source: old.Source, Scopes: old.Scopes, RateLimit: old.RateLimit, RequireSignature: old.RequireSignature,
	}, secret)
	if err := k.store.ReplaceKey(ctx, Replacement{Old: id, Next: next, OldEnd: end, Now: now}); err != nil {
		return Key{}, "", fmt.Errorf("replace API key %s: %w", id, err)
	}
	k.forgetID(id)
	return next, secret, nil
}
