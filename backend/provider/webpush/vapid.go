package webpush

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"clarion/backend/provider"
)

// proofLife is how long a call's proof holds; push services allow a day.
const proofLife = 12 * time.Hour

var base64url = base64.RawURLEncoding

func readKey(text string) (*ecdsa.PrivateKey, error) {
	raw, err := base64url.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("read the VAPID key: %w", err)
	}
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
	if err != nil {
		return nil, fmt.Errorf("read the VAPID key: %w", err)
	}
	return key, nil
}

// makeKeys makes a key pair of one's own.
func makeKeys() (provider.Values, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a VAPID key: %w", err)
	}
	raw, err := key.Bytes()
	if err != nil {
		return nil, fmt.Errorf("write the VAPID key: %w", err)
	}
	return provider.Values{"vapid_public_key": publicOf(key), "vapid_private_key": base64url.EncodeToString(raw)}, nil
}

func publicOf(key *ecdsa.PrivateKey) string {
	raw, err := key.PublicKey.Bytes()
	if err != nil {
		return ""
	}
	return base64url.EncodeToString(raw)
}

// proof is the Authorization of a call to one push service (RFC 8292).
func proof(key *ecdsa.PrivateKey, origin, subject string, now time.Time) (string, error) {
	claims, err := json.Marshal(struct {
		Audience string `json:"aud"`
		Expires  int64  `json:"exp"`
		Subject  string `json:"sub"`
	}{origin, now.Add(proofLife).Unix(), subject})
	if err != nil {
		return "", fmt.Errorf("write the claims: %w", err)
	}
	text := base64url.EncodeToString([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + base64url.EncodeToString(claims)
	digest := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	if err != nil {
		return "", fmt.Errorf("sign the claims: %w", err)
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return "vapid t=" + text + "." + base64url.EncodeToString(signature) + ", k=" + publicOf(key), nil
}
