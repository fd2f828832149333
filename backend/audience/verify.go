package audience

import (
	"context"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// Check is a code that was sent to an address.
type Check struct {
	// ID is the one-time code's; empty when none was sent.
	ID      string
	Channel notify.Channel
	Address string
	Until   time.Time
}

// Codes sends one-time codes and tries them.
type Codes interface {
	// SendCode sends one to this address of a recipient and to no other.
	SendCode(ctx context.Context, recipient string, channel notify.Channel, address string) (id string, until time.Time, err error)
	// TryCode reports whether a code is right and how many tries are left.
	TryCode(ctx context.Context, id, code string) (right bool, left int, err error)
}

// Verifier finds out whether an address is its recipient's: by a code that only
// who reads there can tell.
type Verifier struct {
	Store AddressStore
	Codes Codes
	Clock notify.Clock
}

// Tried is the answer to a code.
type Tried struct {
	Verified     bool `json:"verified"`
	AttemptsLeft int  `json:"attempts_left"`
}

// Begin sends a code to an address. It says until when the code is good.
func (v *Verifier) Begin(ctx context.Context, recipient string, channel notify.Channel, address string) (time.Time, error) {
	if channel != notify.Email && channel != notify.SMS {
		return time.Time{}, notify.InvalidField("channel", "not_for_codes", "only email and sms addresses are verified by a code")
	}
	if _, err := v.Store.Check(ctx, recipient, channel, address); err != nil {
		return time.Time{}, err
	}
	id, until, err := v.Codes.SendCode(ctx, recipient, channel, address)
	if err != nil {
		return time.Time{}, err
	}
	return until, v.Store.BeginCheck(ctx, recipient, Check{ID: id, Channel: channel, Address: address, Until: until})
}

// Confirm tries a code. The address is verified when it is right, and failed
// when all tries are used up in time; a code that came too late proves nothing.
func (v *Verifier) Confirm(ctx context.Context, recipient string, place Check, code string) (Tried, error) {
	check, err := v.Store.Check(ctx, recipient, place.Channel, place.Address)
	if err != nil {
		return Tried{}, err
	}
	now := v.Clock.Now()
	if check.ID == "" || !now.Before(check.Until) {
		return Tried{}, fmt.Errorf("no code waits for this address: %w", notify.ErrConflict)
	}
	right, left, err := v.Codes.TryCode(ctx, check.ID, code)
	switch {
	case err != nil:
		return Tried{}, err
	case right:
		return Tried{Verified: true}, v.Store.EndCheck(ctx, recipient, check, notify.Verified, now)
	case left == 0:
		return Tried{}, v.Store.EndCheck(ctx, recipient, check, notify.VerificationFailed, now)
	default:
		return Tried{AttemptsLeft: left}, nil
	}
}
