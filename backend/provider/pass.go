package provider

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"clarion/backend/notify"
)

// Tokens keeps the access tokens of vendors for all workers of all processes.
type Tokens interface {
	// Token returns what is kept under key. When nothing is, when its time is up
	// or when it is refused, the one the vendor no longer takes, fetch is called:
	// once for everybody who asks meanwhile, wherever they are.
	Token(ctx context.Context, key, refused string, fetch func(context.Context) (notify.AccessToken, error)) (string, error)
}

// Pass is the access token of one account at a vendor that gives one for the
// account's secret.
type Pass struct {
	Line   *Line
	Tokens Tokens
	// Account is what the token belongs to: vendor, address, id and secret. Two
	// integrations of the same account share one; only a digest leaves.
	Account []string
	// Ask is the request for a token, and Read finds the token and its seconds of
	// life in the answer, or the class of the refusal.
	Ask  Request
	Read func(Answer) (Grant, notify.Result)
	// Refused reports whether a result says that the token was not taken. Then
	// nothing was sent.
	Refused func(notify.Result) bool
}

// Grant is a token as the vendor gave it.
type Grant struct {
	Token   string
	Seconds int
}

// Use calls send with a token. When the vendor refuses the token, send is called
// once more with another one, if there is another.
func (p *Pass) Use(ctx context.Context, send func(token string) notify.Result) notify.Result {
	if ctx.Err() != nil {
		return Cancelled()
	}
	token, fault := p.get(ctx, "")
	if fault != nil {
		return *fault
	}
	first := send(token)
	if !p.Refused(first) {
		return first
	}
	next, fault := p.get(ctx, token)
	if fault != nil {
		return *fault
	}
	if next == token {
		return first
	}
	return send(next)
}

func (p *Pass) get(ctx context.Context, refused string) (string, *notify.Result) {
	token, err := p.Tokens.Token(ctx, p.key(), refused, p.fetch)
	if err == nil {
		return token, nil
	}
	if said, ok := errors.AsType[*tokenFault](err); ok {
		r := said.Result
		return "", &r
	}
	code := "token_unavailable"
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		code = CodeCancelled
	case ctx.Err() != nil:
		code = CodeTimeout
	}
	return "", &notify.Result{Outcome: notify.Temporary, Code: code, Detail: "Nothing was sent to the vendor: there was no access token."}
}

func (p *Pass) key() string {
	sum := sha256.Sum256([]byte(strings.Join(p.Account, "\x00")))
	return p.Account[0] + ":" + hex.EncodeToString(sum[:16])
}

// tokenFault carries the vendor's refusal of a token through whoever keeps them.
type tokenFault struct{ notify.Result }

func (f *tokenFault) Error() string { return "no access token: " + f.Code + ": " + f.Detail }

func (p *Pass) fetch(ctx context.Context) (notify.AccessToken, error) {
	var grant Grant
	r := p.Line.Ask(ctx, p.Ask, func(a Answer) (r notify.Result) {
		grant, r = p.Read(a)
		return r
	})
	if r.Outcome != notify.OK {
		return notify.AccessToken{}, &tokenFault{unsent(r)}
	}
	return notify.AccessToken{Value: grant.Token, ExpiresAt: p.Line.now().Add(usable(grant.Seconds))}, nil
}

// unsent is what the refusal of a token means for a message: whatever happened,
// the message was not sent, and no fault is the message's own.
func unsent(r notify.Result) notify.Result {
	switch r.Outcome {
	case notify.Ambiguous:
		r.Outcome = notify.Temporary
	case notify.ContentRejected, notify.InvalidRecipient, notify.RecipientBlocked:
		r.Outcome = notify.AuthConfig
	}
	r.Detail = "No access token: " + r.Detail
	return r
}

// renewBefore is how long before its end a token is given up: vendors that keep
// one token for all give the next one from then on.
const renewBefore = 5 * time.Minute

// usable is how long a token is used. Of a short rest only half is: else the
// vendor, asked again, would give the same one for every message.
func usable(seconds int) time.Duration {
	life := time.Duration(seconds) * time.Second
	return life - min(renewBefore, life/2)
}
