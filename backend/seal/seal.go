// Package seal encrypts secrets at rest with AES-256-GCM under a master key. It
// stores nothing and never prints what it seals; it imports nothing of ours.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// version marks the scheme, so that a later one can live beside it.
const version = "v1."

// Sealer seals and opens under one master key.
type Sealer struct {
	aead   cipher.AEAD
	master []byte
}

// New makes a Sealer from a master key of at least 16 bytes; the cipher's key
// is derived from it.
func New(master []byte) (*Sealer, error) {
	if len(master) < 16 {
		return nil, errors.New("master key is shorter than 16 bytes")
	}
	s := &Sealer{master: master}
	key, err := s.Derive("seal")
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	s.aead, err = cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("make cipher mode: %w", err)
	}
	return s, nil
}

// Derive returns a 32-byte key for one purpose, independent of every other.
func (s *Sealer) Derive(purpose string) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, s.master, nil, "clarion "+purpose, 32)
	if err != nil {
		return nil, fmt.Errorf("derive key for %s: %w", purpose, err)
	}
	return key, nil
}

// Seal encrypts plain. about names the place it belongs to (for example the
// integration's id): sealed text moved elsewhere does not open.
func (s *Sealer) Seal(plain []byte, about string) (string, error) {
	nonce := make([]byte, s.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", fmt.Errorf("read randomness: %w", err)
	}
	return version + base64.RawStdEncoding.EncodeToString(s.aead.Seal(nonce, nonce, plain, []byte(about))), nil
}

// Open decrypts what Seal made for the same place.
func (s *Sealer) Open(sealed, about string) ([]byte, error) {
	text, ok := strings.CutPrefix(sealed, version)
	if !ok {
		return nil, errors.New("open sealed value: unknown scheme")
	}
	raw, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || len(raw) < s.aead.NonceSize() {
		return nil, errors.New("open sealed value: malformed")
	}
	n := s.aead.NonceSize()
	plain, err := s.aead.Open(nil, raw[:n], raw[n:], []byte(about))
	if err != nil {
		return nil, errors.New("open sealed value: wrong key or place")
	}
	return plain, nil
}
