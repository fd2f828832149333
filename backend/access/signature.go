package access

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
)

const (
	// signatureSlack is how far the clocks of a caller and of ours may differ.
	signatureSlack = 300 * time.Second
	// nonceAge is how long a nonce is kept: a timestamp may lie ahead by the
	// slack and is then believed for twice as long.
	nonceAge = 2*signatureSlack + time.Minute
	// nonceMost is the longest nonce, in bytes; nonceLeast the shortest.
	nonceLeast, nonceMost = 8, 128
	signatureMark         = "v1="
)

// Signed is a request with its proof.
type Signed struct {
	// Key is the id of the API key and Secret what the caller sent as it.
	Key    string
	Secret string
	// Timestamp, Nonce and Signature are the three headers.
	Timestamp string
	Nonce     string
	Signature string
	Method    string
	// Target is path and query as they came.
	Target string
	Body   []byte
}

// Sign is the signature of a request: the caller's half.
func (s Signed) Sign() string {
	body := sha256.Sum256(s.Body)
	mac := hmac.New(sha256.New, []byte(s.Secret))
	mac.Write([]byte(strings.Join([]string{s.Timestamp, s.Nonce, s.Method, s.Target, hex.EncodeToString(body[:])}, ".")))
	return signatureMark + hex.EncodeToString(mac.Sum(nil))
}

// Signatures checks signed requests.
type Signatures struct {
	Store NonceStore
	Clock notify.Clock
}

// Verify accepts a request once. Everything else is notify.ErrUnauthenticated
// with the header at fault: the caller has proved to hold the secret, so there
// is nothing to hide.
func (v *Signatures) Verify(ctx context.Context, s Signed) error {
	now := v.Clock.Now()
	if s.Timestamp == "" || s.Nonce == "" || s.Signature == "" {
		return unsigned("X-Clarion-Signature", "signature_required", "this key takes only signed requests: X-Clarion-Timestamp, X-Clarion-Nonce and X-Clarion-Signature")
	}
	at, err := strconv.ParseInt(s.Timestamp, 10, 64)
	if err != nil || now.Sub(time.Unix(at, 0)).Abs() > signatureSlack {
		return unsigned("X-Clarion-Timestamp", "timestamp_out_of_range", "must be the present in seconds since 1970, give or take 300")
	}
	if len(s.Nonce) < nonceLeast || len(s.Nonce) > nonceMost || !notify.ValidKey(s.Nonce) {
		return unsigned("X-Clarion-Nonce", "invalid_nonce", fmt.Sprintf("must be %d to %d characters without spaces", nonceLeast, nonceMost))
	}
	if !hmac.Equal([]byte(s.Sign()), []byte(s.Signature)) {
		return unsigned("X-Clarion-Signature", "signature_mismatch", "is not the signature of this request")
	}
	// Only what is signed uses a nonce up: a stranger cannot burn somebody's.
	err = v.Store.UseNonce(ctx, s.Key, s.Nonce, now)
	if errors.Is(err, notify.ErrConflict) {
		return unsigned("X-Clarion-Nonce", "nonce_reused", "was used before; each request needs its own")
	}
	if err != nil {
		return fmt.Errorf("remember a nonce: %w", err)
	}
	return nil
}

// Prune forgets nonces whose requests nobody would believe any more.
func (v *Signatures) Prune(ctx context.Context) (int, error) {
	return v.Store.PruneNonces(ctx, v.Clock.Now().Add(-nonceAge))
}

func unsigned(header, code, detail string) error {
	return errors.Join(notify.ErrUnauthenticated, notify.InvalidField(header, code, detail))
}
