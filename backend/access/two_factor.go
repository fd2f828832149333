package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"clarion/backend/notify"
)

const (
	// codePeriod is how long a code is shown; one on either side is taken too,
	// because phones are late.
	codePeriod    = 30 * time.Second
	secretSize    = 20 // bytes, as RFC 4226 wants for SHA-1
	recoveryCodes = 10
)

// TwoFactor is a member's second proof.
type TwoFactor struct {
	// Sealed is the secret of the codes.
	Sealed string
	// ConfirmedAt is zero until the first right code.
	ConfirmedAt time.Time
	CodesLeft   int
}

// TwoFactorStore keeps second proofs.
type TwoFactorStore interface {
	// TwoFactor returns a member's, or notify.ErrNotFound.
	TwoFactor(ctx context.Context, memberID string) (TwoFactor, error)
	// BeginTwoFactor keeps a sealed secret to be confirmed; one that is confirmed
	// already is notify.ErrConflict.
	BeginTwoFactor(ctx context.Context, memberID, sealed string) error
	// ConfirmTwoFactor turns it on with the step of the first code and the hashes
	// of the recovery codes, once; else notify.ErrConflict.
	ConfirmTwoFactor(ctx context.Context, memberID string, step int64, hashes []string, now time.Time) error
	CodeUser
	// DropTwoFactor forgets everything; harmless when there is nothing.
	DropTwoFactor(ctx context.Context, memberID string) error
}

// CodeUser uses codes up: each is good once.
type CodeUser interface {
	// UseStep reports whether no code of this step or a later one was used before.
	UseStep(ctx context.Context, memberID string, step int64) (bool, error)
	// UseRecoveryCode reports whether there was such a code that was not used.
	UseRecoveryCode(ctx context.Context, memberID, hash string, now time.Time) (bool, error)
}

// Sealer seals the secrets of codes.
type Sealer interface {
	Seal(plain []byte, about string) (string, error)
	Open(sealed, about string) ([]byte, error)
}

// ErrCodeNeeded says that the password was right and a code must follow.
var ErrCodeNeeded = errors.New("a code is needed")

// Enrolment is what a phone needs to make codes.
type Enrolment struct {
	Secret string `json:"secret"`
	// OtpauthURL is for the picture a phone reads.
	OtpauthURL string `json:"otpauth_url"`
}

// SealedFor is the place that a member's sealed secret of codes belongs to.
func SealedFor(memberID string) string { return "two-factor of " + memberID }

// EnrolTwoFactor makes a secret for a member who proves to be one. It counts
// for nothing until a code confirms it.
func (m *Members) EnrolTwoFactor(ctx context.Context, who SignedIn, password, ip string) (Enrolment, error) {
	if err := m.Prove(ctx, who, password, ip); err != nil {
		return Enrolment{}, err
	}
	raw := make([]byte, secretSize)
	if _, err := rand.Read(raw); err != nil {
		return Enrolment{}, fmt.Errorf("make a secret: %w", err)
	}
	secret := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw)
	sealed, err := m.Sealer.Seal([]byte(secret), SealedFor(who.Member.ID))
	if err != nil {
		return Enrolment{}, fmt.Errorf("seal a secret: %w", err)
	}
	if err := m.Second.BeginTwoFactor(ctx, who.Member.ID, sealed); err != nil {
		return Enrolment{}, fmt.Errorf("begin the second step of member %s: %w", who.Member.ID, err)
	}
	label := url.PathEscape("Clarion:" + who.Member.Email)
	return Enrolment{secret, "otpauth://totp/" + label + "?" + url.Values{"secret": {secret}, "issuer": {"Clarion"}}.Encode()}, nil
}

// ConfirmTwoFactor turns the second step on and returns the recovery codes,
// which are kept nowhere.
func (m *Members) ConfirmTwoFactor(ctx context.Context, who SignedIn, code string) ([]string, error) {
	id := who.Member.ID
	doors := codeDoors(id)
	if err := m.try(ctx, doors); err != nil {
		return nil, err
	}
	step, err := m.stepOf(ctx, id, code)
	if err != nil {
		return nil, err
	}
	if step == 0 {
		return nil, notify.InvalidField("code", "wrong_code", "is not the code of this moment")
	}
	codes, hashes := newRecoveryCodes(id)
	if err := m.Second.ConfirmTwoFactor(ctx, id, step, hashes, m.Clock.Now()); err != nil {
		return nil, fmt.Errorf("confirm the second step of member %s: %w", id, err)
	}
	return codes, m.forgive(ctx, doors, doors.names()...)
}

// DropTwoFactor turns the second step off.
func (m *Members) DropTwoFactor(ctx context.Context, who SignedIn, password, ip string) error {
	if err := m.Prove(ctx, who, password, ip); err != nil {
		return err
	}
	if err := m.Second.DropTwoFactor(ctx, who.Member.ID); err != nil {
		return fmt.Errorf("drop the second step of member %s: %w", who.Member.ID, err)
	}
	return nil
}

// TwoFactorOf tells how a member's second step stands.
func (m *Members) TwoFactorOf(ctx context.Context, who SignedIn) (TwoFactor, error) {
	t, err := m.Second.TwoFactor(ctx, who.Member.ID)
	if errors.Is(err, notify.ErrNotFound) {
		return TwoFactor{}, nil
	}
	if err != nil {
		return t, fmt.Errorf("second step of member %s: %w", who.Member.ID, err)
	}
	return t, nil
}

// second asks for the second proof of a member who has one.
func (m *Members) second(ctx context.Context, member Member, code string) error {
	if !member.TwoFactor {
		return nil
	}
	if code == "" {
		return ErrCodeNeeded
	}
	doors := codeDoors(member.ID)
	if err := m.try(ctx, doors); err != nil {
		return err
	}
	right, err := m.useCode(ctx, member.ID, code)
	if err != nil {
		return err
	}
	if !right {
		return fmt.Errorf("sign in: %w", notify.ErrUnauthenticated)
	}
	return m.forgive(ctx, doors, doors.names()...)
}

// useCode takes a code of the phone or a recovery code, each once.
func (m *Members) useCode(ctx context.Context, id, code string) (bool, error) {
	code = strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(code))
	if len(code) != int(otp.DigitsSix) {
		used, err := m.Second.UseRecoveryCode(ctx, id, recoveryHash(id, code), m.Clock.Now())
		if err != nil {
			return false, fmt.Errorf("use a recovery code of member %s: %w", id, err)
		}
		return used, nil
	}
	step, err := m.stepOf(ctx, id, code)
	if err != nil || step == 0 {
		return false, err
	}
	fresh, err := m.Second.UseStep(ctx, id, step)
	if err != nil {
		return false, fmt.Errorf("use a code of member %s: %w", id, err)
	}
	return fresh, nil
}

// stepOf is the step of RFC 6238 that a code belongs to, near now; zero if none.
func (m *Members) stepOf(ctx context.Context, id, code string) (int64, error) {
	t, err := m.Second.TwoFactor(ctx, id)
	if errors.Is(err, notify.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("second step of member %s: %w", id, err)
	}
	secret, err := m.Sealer.Open(t.Sealed, SealedFor(id))
	if err != nil {
		return 0, fmt.Errorf("second step of member %s: %w", id, err)
	}
	return matchingStep(string(secret), strings.TrimSpace(code), m.Clock.Now())
}

func matchingStep(secret, code string, now time.Time) (int64, error) {
	found := int64(0)
	for _, at := range []time.Time{now.Add(-codePeriod), now, now.Add(codePeriod)} {
		want, err := totp.GenerateCodeCustom(secret, at, totp.ValidateOpts{
			Period: uint(codePeriod.Seconds()), Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1,
		})
		if err != nil {
			// The library's error may quote the secret.
			return 0, errors.New("make a code: the secret is malformed")
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found = at.Unix() / int64(codePeriod.Seconds())
		}
	}
	return found, nil
}

// newRecoveryCodes makes codes of fifty bits and their hashes.
func newRecoveryCodes(memberID string) (codes, hashes []string) {
	for range recoveryCodes {
		text := strings.ToLower(rand.Text()[:10])
		codes = append(codes, text[:5]+"-"+text[5:])
		hashes = append(hashes, recoveryHash(memberID, text))
	}
	return codes, hashes
}

func recoveryHash(memberID, code string) string { return digestOf(memberID + " " + code).text() }
