package centre

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"clarion/backend/notify"
)

// The two kinds of links: in a message, and made for a person by hand.
const (
	ofMessage byte = 1 + iota
	ofPerson
)

// uuidSize is what an id is besides its prefix.
const uuidSize = 16

// strict refuses the spare bits of a last character: one link, one spelling.
var strict = base64.RawURLEncoding.Strict()

// Links makes and opens links. A link says nothing to who reads it, and changed
// in any bit it is none.
type Links struct {
	// PublicURL is how browsers reach Clarion.
	PublicURL string

	aead  cipher.AEAD
	nonce []byte
}

// NewLinks makes Links from a secret that only they use.
func NewLinks(secret []byte, publicURL string) (*Links, error) {
	l := &Links{PublicURL: publicURL}
	key, err := hkdf.Key(sha256.New, secret, nil, "clarion link cipher", 32)
	if err != nil {
		return nil, fmt.Errorf("derive the key of links: %w", err)
	}
	if l.nonce, err = hkdf.Key(sha256.New, secret, nil, "clarion link nonce", 32); err != nil {
		return nil, fmt.Errorf("derive the key of links: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make the cipher of links: %w", err)
	}
	if l.aead, err = cipher.NewGCM(block); err != nil {
		return nil, fmt.Errorf("make the cipher of links: %w", err)
	}
	return l, nil
}

// Of returns the links of a message: the same however often it is asked, so
// that header and text agree. What a person may not refuse has no link to
// refuse it with, and what is confidential has no link at all.
func (l *Links) Of(m notify.Message, c notify.Category) notify.Links {
	id, err := hex.DecodeString(strings.TrimPrefix(m.ID, notify.MessageID))
	if err != nil || len(id) != uuidSize || m.Workflow == notify.OTPType || m.Source == notify.ConfidentialSource {
		return notify.Links{}
	}
	token := l.seal(append([]byte{ofMessage}, id...))
	links := notify.Links{Preferences: l.PublicURL + "/p/" + token}
	if !required(c, m.Channel) && !m.Critical {
		links.Unsubscribe = l.PublicURL + "/u/" + token
	}
	return links
}

// required reports whether a category must come by a channel, whatever its
// people choose.
func required(c notify.Category, channel notify.Channel) bool {
	if s := c.Defaults.Channels[channel]; s != "" {
		return s == notify.Required
	}
	return c.Mandatory || c.Defaults.Enabled == notify.Required
}

// For returns a link to the page of a person, made at a time.
func (l *Links) For(recipient string, at time.Time) string {
	plain := binary.BigEndian.AppendUint64([]byte{ofPerson}, uint64(at.UnixMilli()))
	return l.PublicURL + "/p/" + l.seal(append(plain, recipient...))
}

// seal encrypts under a nonce that is made of the text itself, so that a text
// has one token; two texts do not meet in one nonce.
func (l *Links) seal(plain []byte) string {
	mac := hmac.New(sha256.New, l.nonce)
	mac.Write(plain)
	nonce := mac.Sum(nil)[:l.aead.NonceSize()]
	return strict.EncodeToString(l.aead.Seal(nonce, nonce, plain, nil))
}

// Ref is what a link says: a message, or a person.
type Ref struct {
	Message   string
	Recipient string
	// At is when the link was made.
	At time.Time
}

// Open reads a token. One that is not ours is notify.ErrNotFound.
func (l *Links) Open(token string) (Ref, error) {
	bad := fmt.Errorf("open a link: %w", notify.ErrNotFound)
	raw, err := strict.DecodeString(token)
	n := l.aead.NonceSize()
	if err != nil || len(raw) < n || strict.EncodeToString(raw) != token { // the decoder passes over line breaks
		return Ref{}, bad
	}
	plain, err := l.aead.Open(nil, raw[:n], raw[n:], nil)
	if err != nil || len(plain) == 0 {
		return Ref{}, bad
	}
	kind, plain := plain[0], plain[1:]
	switch {
	case kind == ofMessage && len(plain) == uuidSize:
		return Ref{Message: notify.MessageID + hex.EncodeToString(plain), At: timeOf(plain)}, nil
	case kind == ofPerson && len(plain) > 8:
		return Ref{Recipient: string(plain[8:]), At: time.UnixMilli(int64(binary.BigEndian.Uint64(plain))).UTC()}, nil
	}
	return Ref{}, bad
}

// timeOf is when an id was made: its first 48 bits are milliseconds.
func timeOf(id []byte) time.Time {
	return time.UnixMilli(int64(binary.BigEndian.Uint64(id) >> 16)).UTC()
}
