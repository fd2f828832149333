package webhook

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"

	"clarion/backend/provider"
)

// How keys begin; what follows is base64. A shared key is known to the receiver
// too; of a private one the receiver knows the public half, which proves who sent
// a message and cannot be used to send one.
const (
	sharedMark  = "whsec_"
	privateMark = "whsk_"
	publicMark  = "whpk_"
)

// signingKey is one key that signs: shared or private, never both.
type signingKey struct {
	shared  []byte
	private ed25519.PrivateKey
}

// makeKey makes a shared key.
func makeKey() (provider.Values, error) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // crypto/rand.Read never returns an error
	return provider.Values{"signing_keys": sharedMark + base64.StdEncoding.EncodeToString(raw)}, nil
}

var errNoKey = errors.New("not a signing key")

// aKey says what a key is.
const aKey = "Each key must be whsec_ and 24 to 64 bytes in base64, or whsk_ and an Ed25519 key of 32 or 64 bytes in base64"

// readKey reads one key. A private one is a seed of 32 bytes, or that seed and
// its public key, which must belong to it.
func readKey(text string) (signingKey, error) {
	mark := sharedMark
	if strings.HasPrefix(text, privateMark) {
		mark = privateMark
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, mark))
	switch {
	case err != nil || !strings.HasPrefix(text, mark):
		return signingKey{}, errNoKey
	case mark == sharedMark && len(raw) >= 24 && len(raw) <= 64:
		return signingKey{shared: raw}, nil
	case mark == privateMark && (len(raw) == ed25519.SeedSize || len(raw) == ed25519.PrivateKeySize):
		key := ed25519.NewKeyFromSeed(raw[:ed25519.SeedSize])
		if len(raw) == ed25519.SeedSize || key.Equal(ed25519.PrivateKey(raw)) {
			return signingKey{private: key}, nil
		}
	}
	return signingKey{}, errNoKey
}

// sign is the signature of one message by this key.
func (k signingKey) sign(id, stamp string, body []byte) string {
	signed := append([]byte(id+"."+stamp+"."), body...)
	if k.private != nil {
		return "v1a," + base64.StdEncoding.EncodeToString(ed25519.Sign(k.private, signed))
	}
	mac := hmac.New(sha256.New, k.shared)
	mac.Write(signed)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// sign signs with every active key, the newest first as they were entered.
func sign(keys []signingKey, id, stamp string, body []byte) string {
	signatures := make([]string, len(keys))
	for i, key := range keys {
		signatures[i] = key.sign(id, stamp, body)
	}
	return strings.Join(signatures, " ")
}

// PublicKeys are what receivers verify with, of the keys that have a public half.
func (s *sender) PublicKeys() []string {
	public := []string{}
	for _, key := range s.keys {
		if key.private != nil {
			public = append(public, publicMark+base64.StdEncoding.EncodeToString(key.private[ed25519.SeedSize:]))
		}
	}
	return public
}
