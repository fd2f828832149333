package webpush

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

const (
	// recordSize is what every push service takes; all is one record.
	recordSize = 4096
	headerSize = 16 + 4 + 1 + 65
	tagSize    = 16
	// maxPlain is what fits beside the header, the tag and the delimiter.
	maxPlain = recordSize - headerSize - tagSize - 1
)

// browser is a subscription's keys: its public key and its shared secret.
type browser struct {
	public *ecdh.PublicKey
	auth   []byte
}

// seal encrypts for one browser with a key and a salt that are used once
// (RFC 8291).
func seal(plain []byte, to browser, own *ecdh.PrivateKey, salt []byte) ([]byte, error) {
	shared, err := own.ECDH(to.public)
	if err != nil {
		return nil, fmt.Errorf("agree on a key with the browser: %w", err)
	}
	info := "WebPush: info\x00" + string(to.public.Bytes()) + string(own.PublicKey().Bytes())
	material, err := hkdf.Key(sha256.New, shared, to.auth, info, 32)
	if err != nil {
		return nil, fmt.Errorf("derive the key material: %w", err)
	}
	return record(plain, material, salt, own.PublicKey().Bytes())
}

// record is one encrypted record with its header (RFC 8188).
func record(plain, material, salt, keyID []byte) ([]byte, error) {
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
	out := make([]byte, 0, headerSize+len(plain)+1+tagSize)
	out = append(out, salt...)
	out = binary.BigEndian.AppendUint32(out, recordSize)
	out = append(append(out, byte(len(keyID))), keyID...)
	last := append(append(make([]byte, 0, len(plain)+1), plain...), 2)
	return gcm.Seal(out, nonce, last, nil), nil
}
