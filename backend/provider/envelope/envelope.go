// Package envelope opens the callbacks of WeChat, WeCom and DingTalk: a SHA-1
// signature over sorted words and AES-256-CBC inside. It tells nobody why an
// envelope did not open, and it knows no vendor and no event.
package envelope

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
)

// errRefused is the answer to every envelope that does not open: which step
// failed would help somebody who guesses.
var errRefused = fmt.Errorf("the proof of the callback is missing or wrong: %w", notify.ErrUnauthenticated)

// Refused is that answer.
func Refused() error { return errRefused }

const (
	keyLength = 43
	// padBlock is what is padded to, twice the cipher's own block.
	padBlock = 32
	// salt is how many random bytes come before the message.
	salt = 16
	// window is how far a timestamp may be from now: the vendors repeat a
	// callback within seconds, and a copy kept for later is of no use.
	window = 10 * time.Minute
)

// Sign is the signature over words, in whatever order they are given.
func Sign(words ...string) string {
	sorted := slices.Sorted(slices.Values(words))
	sum := sha1.Sum([]byte(strings.Join(sorted, "")))
	return hex.EncodeToString(sum[:])
}

// Signed reports in constant time whether signature is that of the words. The
// first word is the token; without one nothing is signed.
func Signed(signature string, words ...string) bool {
	return words[0] != "" && subtle.ConstantTimeCompare([]byte(Sign(words...)), []byte(signature)) == 1
}

// Fresh reports whether a timestamp in seconds is near now.
func Fresh(timestamp string, now time.Time) bool {
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	return err == nil && now.Sub(time.Unix(seconds, 0)).Abs() <= window
}

// Opener opens what is sealed for one receiver.
type Opener struct {
	token, receiver string
	key             []byte
}

// New makes an Opener from the token, the key of 43 letters the vendor shows,
// and who the envelopes are for: the app or company id.
func New(token, key, receiver string) (*Opener, error) {
	raw, err := base64.StdEncoding.DecodeString(key + "=")
	if err != nil || len(key) != keyLength || token == "" || receiver == "" {
		return nil, errors.New("the callback key must be the 43 letters and digits the vendor shows, with its token")
	}
	return &Opener{token: token, receiver: receiver, key: raw}, nil
}

// Proof is what comes with an envelope in the address.
type Proof struct{ Signature, Timestamp, Nonce string }

// Open verifies an envelope and returns the message in it. The signature comes
// first: what is not the vendor's is never decrypted.
func (o *Opener) Open(p Proof, sealed string) ([]byte, error) {
	if !Signed(p.Signature, o.token, p.Timestamp, p.Nonce, sealed) {
		return nil, errRefused
	}
	data, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(data) == 0 || len(data)%aes.BlockSize != 0 {
		return nil, errRefused
	}
	block, err := aes.NewCipher(o.key)
	if err != nil {
		return nil, errRefused
	}
	cipher.NewCBCDecrypter(block, o.key[:aes.BlockSize]).CryptBlocks(data, data)
	return o.unwrap(data)
}

// unwrap takes salt, length, receiver and padding off.
func (o *Opener) unwrap(data []byte) ([]byte, error) {
	pad := int(data[len(data)-1])
	if pad < 1 || pad > padBlock || pad > len(data)-salt-4 {
		return nil, errRefused
	}
	if !bytes.Equal(data[len(data)-pad:], bytes.Repeat([]byte{byte(pad)}, pad)) {
		return nil, errRefused
	}
	data = data[salt : len(data)-pad]
	length := int64(binary.BigEndian.Uint32(data))
	if length > int64(len(data)-4) {
		return nil, errRefused
	}
	message, receiver := data[4:4+length], data[4+length:]
	if subtle.ConstantTimeCompare(receiver, []byte(o.receiver)) != 1 {
		return nil, errRefused
	}
	return message, nil
}
