package webpush

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"clarion/backend/sandbox/wire"
)

// The keys of the browser in the box: RFC 8291's example.
const (
	browserPrivate = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
	browserPublic  = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
	browserAuth    = "BTBZMqHH6r4Tts7J_aSIgg"
)

var base64url = base64.RawURLEncoding

var errShort = errors.New("the message is shorter than its header")

// unseal decrypts one record that was meant for the box's browser.
func unseal(body []byte) ([]byte, error) {
	const head = 16 + 4 + 1 + 65
	if len(body) < head+1+16 || body[20] != 65 {
		return nil, errShort
	}
	auth, private, err := browserKeys()
	if err != nil {
		return nil, err
	}
	sender, err := ecdh.P256().NewPublicKey(body[21:head])
	if err != nil {
		return nil, fmt.Errorf("read the sender's key: %w", err)
	}
	shared, err := private.ECDH(sender)
	if err != nil {
		return nil, fmt.Errorf("agree on a key: %w", err)
	}
	info := "WebPush: info\x00" + string(private.PublicKey().Bytes()) + string(body[21:head])
	material, err := hkdf.Key(sha256.New, shared, auth, info, 32)
	if err != nil {
		return nil, fmt.Errorf("derive the key material: %w", err)
	}
	return decrypt(body[head:], material, body[:16])
}

func browserKeys() (auth []byte, private *ecdh.PrivateKey, err error) {
	raw, err := base64url.DecodeString(browserPrivate)
	if err != nil {
		return nil, nil, fmt.Errorf("read the browser's key: %w", err)
	}
	if private, err = ecdh.P256().NewPrivateKey(raw); err != nil {
		return nil, nil, fmt.Errorf("read the browser's key: %w", err)
	}
	auth, err = base64url.DecodeString(browserAuth)
	return auth, private, err
}

func decrypt(sealed, material, salt []byte) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, material, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, fmt.Errorf("derive the content key: %w", err)
	}
	nonce, err := hkdf.Key(sha256.New, material, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, fmt.Errorf("derive the nonce: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("prepare the cipher: %w", err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("prepare the cipher: %w", err)
	}
	padded, err := gcm.Open(nil, nonce, sealed, nil)
	if err != nil {
		return nil, fmt.Errorf("decrypt: %w", err)
	}
	// The delimiter of the last record is 2; zeros may follow it.
	end := strings.LastIndexByte(string(padded), 2)
	if end < 0 || strings.Trim(string(padded[end+1:]), "\x00") != "" {
		return nil, errors.New("the padding is wrong")
	}
	return padded[:end], nil
}

// proven checks a VAPID proof for one origin.
func (v desk) proven(header, origin string) bool {
	token, key, ok := strings.Cut(strings.TrimPrefix(header, "vapid t="), ", k=")
	if !ok || !strings.HasPrefix(header, "vapid ") || !wire.SameSecret(key, v.box.Credentials["vapid_public_key"]) {
		return false
	}
	raw, err := base64url.DecodeString(key)
	if err != nil {
		return false
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw)
	parts := strings.Split(token, ".")
	if err != nil || len(parts) != 3 {
		return false
	}
	signature, err := base64url.DecodeString(parts[2])
	if err != nil || len(signature) != 64 {
		return false
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(public, digest[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return false
	}
	return v.current(parts[1], origin)
}

// current reports whether claims are for this origin and still hold.
func (v desk) current(part, origin string) bool {
	raw, err := base64url.DecodeString(part)
	if err != nil {
		return false
	}
	var claims struct {
		Audience string `json:"aud"`
		Expires  int64  `json:"exp"`
		Subject  string `json:"sub"`
	}
	if json.Unmarshal(raw, &claims) != nil {
		return false
	}
	left := time.Unix(claims.Expires, 0).Sub(v.box.Clock())
	return claims.Audience == origin && claims.Subject != "" && left > 0 && left <= 24*time.Hour
}
