package access

import (
	"context"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"clarion/backend/notify"
)

// Audience is what a recipient's token is good for.
type Audience string

// The audiences. ticketAudience is ours alone: a ticket is no token.
const (
	ForInbox       Audience = "inbox"
	ForPreferences Audience = "preferences"
	ticketAudience Audience = "clarion:inbox-ticket"
)

const (
	defaultTokenLife = time.Hour
	maxTokenLife     = 24 * time.Hour
	ticketLife       = 60 * time.Second
	visitLife        = 15 * time.Minute
	// minSecret is RFC 7518's floor for HS256.
	minSecret = 32
)

// Tokens mints and verifies recipients' JWTs. The algorithm is HS256 and no
// other; the company's backend may mint them too, with the same secret.
type Tokens struct {
	secret  []byte
	answers AnswerStore
	clock   notify.Clock
}

// NewTokens makes Tokens. answers remembers which tickets were used.
func NewTokens(secret []byte, answers AnswerStore, clock notify.Clock) (*Tokens, error) {
	if len(secret) < minSecret {
		return nil, fmt.Errorf("the token signing secret must have at least %d bytes", minSecret)
	}
	return &Tokens{secret: secret, answers: answers, clock: clock}, nil
}

// Bearer is what a verified token says.
type Bearer struct {
	Recipient string
	ExpiresAt time.Time
	// Visit is set when the bearer came by a link: the message it was in, or
	// OwnLink.
	Visit string
}

// OwnLink is the Visit by a link that was made by hand.
const OwnLink = "link"

type ticketClaims struct {
	jwt.RegisteredClaims
	// Until is when the connection that the ticket opens must end.
	Until *jwt.NumericDate `json:"until,omitempty"`
	Visit string           `json:"visit,omitempty"`
}

// Mint signs a token. A life of zero is the default.
func (t *Tokens) Mint(recipient string, audience Audience, life time.Duration) (string, time.Time, error) {
	var faults notify.Invalid
	if audience != ForInbox && audience != ForPreferences {
		faults.Add("audience", "not_an_option", "must be inbox or preferences")
	}
	if life < 0 || life > maxTokenLife {
		faults.Add("ttl_seconds", "out_of_range", "must be 1 to 86400")
	}
	if err := faults.Err(); err != nil {
		return "", time.Time{}, err
	}
	if life == 0 {
		life = defaultTokenLife
	}
	now := t.clock.Now()
	expires := now.Add(life).Truncate(time.Second)
	signed, err := t.sign(jwt.RegisteredClaims{
		Subject: recipient, Audience: jwt.ClaimStrings{string(audience)},
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expires),
	})
	return signed, expires, err
}

// MintVisit signs a token for who came by the link of a message, or by a link
// that was made by hand. It is short: the link is there to get another.
func (t *Tokens) MintVisit(recipient, message string) (string, time.Time, error) {
	if message == "" {
		message = OwnLink
	}
	now := t.clock.Now()
	expires := now.Add(visitLife).Truncate(time.Second)
	signed, err := t.sign(ticketClaims{Visit: message, RegisteredClaims: jwt.RegisteredClaims{
		Subject: recipient, Audience: jwt.ClaimStrings{string(ForPreferences)},
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expires),
	}})
	return signed, expires, err
}

func (t *Tokens) sign(claims jwt.Claims) (string, error) {
	signed, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(t.secret)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return signed, nil
}

// Verify reads a token for one audience; everything wrong with it is the same
// notify.ErrUnauthenticated.
func (t *Tokens) Verify(raw string, audience Audience) (Bearer, error) {
	var claims ticketClaims
	if err := t.parse(raw, audience, &claims); err != nil {
		return Bearer{}, err
	}
	return Bearer{Recipient: claims.Subject, ExpiresAt: claims.ExpiresAt.Time, Visit: claims.Visit}, nil
}

func (t *Tokens) parse(raw string, audience Audience, claims *ticketClaims) error {
	_, err := jwt.ParseWithClaims(raw, claims, func(*jwt.Token) (any, error) { return t.secret, nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithAudience(string(audience)),
		jwt.WithExpirationRequired(), jwt.WithTimeFunc(t.clock.Now))
	// The library's error may quote the token; only its kind goes on.
	if err != nil || !notify.ValidKey(claims.Subject) {
		return fmt.Errorf("token: %w", notify.ErrUnauthenticated)
	}
	return nil
}

// IssueTicket makes a ticket for one connection in the name of the bearer.
func (t *Tokens) IssueTicket(b Bearer) (string, time.Time, error) {
	now := t.clock.Now()
	expires := now.Add(ticketLife)
	signed, err := t.sign(ticketClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			ID: randomText(), Subject: b.Recipient, Audience: jwt.ClaimStrings{string(ticketAudience)},
			ExpiresAt: jwt.NewNumericDate(expires),
		},
		Until: jwt.NewNumericDate(b.ExpiresAt),
	})
	return signed, expires, err
}

// UseTicket accepts a ticket once, in whichever process it is shown.
func (t *Tokens) UseTicket(ctx context.Context, raw string) (Bearer, error) {
	var claims ticketClaims
	if err := t.parse(raw, ticketAudience, &claims); err != nil {
		return Bearer{}, err
	}
	if claims.Until == nil || claims.ID == "" {
		return Bearer{}, fmt.Errorf("ticket: %w", notify.ErrUnauthenticated)
	}
	_, won, err := t.answers.BeginAnswer(ctx, Begin{Scope: "ticket", Key: claims.ID, Now: t.clock.Now()})
	if err != nil {
		return Bearer{}, fmt.Errorf("use ticket: %w", err)
	}
	if !won {
		return Bearer{}, fmt.Errorf("ticket was used: %w", notify.ErrUnauthenticated)
	}
	return Bearer{Recipient: claims.Subject, ExpiresAt: claims.Until.Time}, nil
}
