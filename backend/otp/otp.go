// Package otp makes one-time codes, has them sent and checks them. A code lives
// for minutes, may be tried a few times, works once, and is kept nowhere. How
// it travels is the line's business: this package only asks for it.
package otp

import (
	"context"
	"crypto/subtle"
	"fmt"
	"slices"
	"time"

	"clarion/backend/notify"
)

// The limits of a request, and what it means when it names nothing.
const (
	DefaultLength = 6
	MinLength     = 4
	MaxLength     = 10
	DefaultTTL    = 5 * time.Minute
	MinTTL        = 30 * time.Second
	MaxTTL        = time.Hour
	// Tries is how often a code may be tried.
	Tries = 5
	// perPerson codes may be asked for within window: who asks for more is
	// being played with, and each may cost money.
	perPerson = 5
	window    = 10 * time.Minute
)

// Request asks for a code.
type Request struct {
	// To is the id of a recipient, or Inline a recipient.
	To     string
	Inline *notify.Recipient
	// Address, when set, is the one address of To that the code goes to.
	Address string
	// Locale is the language of the letter where no recipient is given inline.
	Locale   string
	Channels []notify.Channel
	Length   int
	TTL      time.Duration
	Template string
	Source   string
	TraceID  string
}

// OTP is a code that was asked for. It does not hold the code.
type OTP struct {
	ID     string
	Source string
	// Person is whom it is for: the same for the same person, whatever else.
	Person    string
	Length    int
	TriesLeft int
	ExpiresAt time.Time
	CreatedAt time.Time
}

// Verdict is the answer to a try.
type Verdict struct {
	Verified     bool `json:"verified"`
	AttemptsLeft int  `json:"attempts_left"`
}

// Store keeps codes that were asked for.
type Store interface {
	// AddOTP keeps one unless the person has as many as limit since; it then
	// returns notify.ErrTooMany.
	AddOTP(ctx context.Context, o OTP, since time.Time, limit int) error
	// TryOTP takes one try off an OTP of the source that is neither used up,
	// used nor expired, and returns it as it then stands. ErrNotFound means that
	// the source has none with this id.
	TryOTP(ctx context.Context, source, id string, now time.Time) (o OTP, open bool, err error)
	// UseOTP marks it used and reports whether it was not before.
	UseOTP(ctx context.Context, id string, now time.Time) (bool, error)
}

// Letter is what is to be sent.
type Letter struct {
	Request
	ExpiresAt time.Time
	// Content is set when no template was named.
	Content *notify.Content
	// Data is for the template: code and minutes.
	Data map[string]any
}

// Line sends letters.
type Line interface {
	// Send accepts a letter: it is durable when Send returns without an error.
	Send(ctx context.Context, l Letter) error
}

// Desk hands out codes and checks them.
type Desk struct {
	Store Store
	Line  Line
	Codes *Codes
	Clock notify.Clock
}

// Issue makes a code and has it sent.
func (d *Desk) Issue(ctx context.Context, r Request) (OTP, error) {
	r = withDefaults(r)
	if err := check(r); err != nil {
		return OTP{}, err
	}
	now := d.Clock.Now()
	o := OTP{
		ID: notify.NewID(notify.OTPID), Source: r.Source, Person: person(r), Length: r.Length, TriesLeft: Tries,
		CreatedAt: now, ExpiresAt: now.Add(r.TTL),
	}
	if err := d.Store.AddOTP(ctx, o, now.Add(-window), perPerson); err != nil {
		return OTP{}, fmt.Errorf("keep a one-time code: %w", err)
	}
	// The code is kept before it is sent: one that cannot be sent hurts nobody,
	// one that arrives and is unknown does.
	if err := d.Line.Send(ctx, letterOf(r, o)); err != nil {
		return OTP{}, fmt.Errorf("send one-time code %s: %w", o.ID, err)
	}
	return o, nil
}

func withDefaults(r Request) Request {
	if len(r.Channels) == 0 {
		r.Channels = []notify.Channel{notify.SMS}
	}
	if r.Length == 0 {
		r.Length = DefaultLength
	}
	if r.TTL == 0 {
		r.TTL = DefaultTTL
	}
	return r
}

func check(r Request) error {
	var faults notify.Invalid
	if r.Length < MinLength || r.Length > MaxLength {
		faults.Add("length", "out_of_range", fmt.Sprintf("must be %d to %d", MinLength, MaxLength))
	}
	if r.TTL < MinTTL || r.TTL > MaxTTL {
		faults.Add("ttl_seconds", "out_of_range", fmt.Sprintf("must be %.0f to %.0f", MinTTL.Seconds(), MaxTTL.Seconds()))
	}
	for i, channel := range r.Channels {
		at := fmt.Sprintf("channels[%d]", i)
		switch {
		case !channel.Known():
			faults.Add(at, "unknown_channel", fmt.Sprintf("no channel %q", channel))
		case channel == notify.InApp:
			faults.Add(at, "not_for_codes", "what the inbox shows is kept, and a code is not")
		case slices.Contains(r.Channels[:i], channel):
			faults.Add(at, "duplicate", "is named before")
		}
	}
	return faults.Err()
}

// person is what the limit goes by: an address where there is one, so that the
// same phone under many ids is still one phone.
func person(r Request) string {
	if r.Address != "" {
		return r.Address
	}
	if r.Inline != nil {
		for _, address := range r.Inline.Addresses {
			if slices.Contains(r.Channels, address.Channel) {
				return address.Address
			}
		}
		return r.Inline.ID
	}
	return r.To
}

// Verify tries a code. Whatever is wrong, the answer looks the same.
func (d *Desk) Verify(ctx context.Context, source, id, code string) (Verdict, error) {
	now := d.Clock.Now()
	o, open, err := d.Store.TryOTP(ctx, source, id, now)
	if err != nil {
		return Verdict{}, fmt.Errorf("try one-time code %s: %w", id, err)
	}
	if !open {
		return Verdict{}, nil
	}
	left := Verdict{AttemptsLeft: o.TriesLeft}
	if subtle.ConstantTimeCompare([]byte(code), []byte(d.Codes.Code(o.ID, o.Length))) != 1 {
		return left, nil
	}
	first, err := d.Store.UseOTP(ctx, o.ID, now)
	if err != nil {
		return Verdict{}, fmt.Errorf("use one-time code %s: %w", id, err)
	}
	if !first {
		return Verdict{}, nil // somebody else was as fast, and faster
	}
	return Verdict{Verified: true}, nil
}
