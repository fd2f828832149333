package ses

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"clarion/backend/notify"
)

// envelope is what SNS posts. The fields that a notification lacks stay nil.
type envelope struct {
	Type             string
	MessageID        string `json:"MessageId"`
	TopicArn         string
	Subject          *string
	Message          string
	Timestamp        string
	SignatureVersion string
	Signature        string
	SigningCertURL   string
	SubscribeURL     string
	Token            string
}

// The kinds of letters SNS sends.
const (
	notification = "Notification"
	subscribe    = "SubscriptionConfirmation"
	unsubscribed = "UnsubscribeConfirmation"
)

// SNS tries for an hour with one timestamp; a clock may be wrong by minutes.
const (
	oldest = 2 * time.Hour
	ahead  = 10 * time.Minute
)

// signed is the text that SNS signs.
func (e *envelope) signed() string {
	var b strings.Builder
	add := func(key, value string) { b.WriteString(key + "\n" + value + "\n") }
	add("Message", e.Message)
	add("MessageId", e.MessageID)
	if e.Type == notification {
		if e.Subject != nil {
			add("Subject", *e.Subject)
		}
	} else {
		add("SubscribeURL", e.SubscribeURL)
	}
	add("Timestamp", e.Timestamp)
	if e.Type != notification {
		add("Token", e.Token)
	}
	add("TopicArn", e.TopicArn)
	add("Type", e.Type)
	return b.String()
}

// verify proves that the letter is SNS's, about the expected topic, and recent.
// What costs nothing comes first: a stranger must not make us fetch anything.
func (s *sender) verify(ctx context.Context, r notify.CallbackRequest) (*envelope, error) {
	refuse := func(why string) (*envelope, error) {
		return nil, fmt.Errorf("ses callback: %s: %w", why, notify.ErrUnauthenticated)
	}
	if s.topic == "" {
		return refuse("no topic is set")
	}
	var e envelope
	if json.Unmarshal(r.Body, &e) != nil {
		return refuse("the body is no letter of SNS")
	}
	if e.Type != notification && e.Type != subscribe && e.Type != unsubscribed {
		return refuse("the type is unknown")
	}
	if e.TopicArn != s.topic {
		return refuse("the topic is another one")
	}
	at, err := time.Parse(time.RFC3339, e.Timestamp)
	if err != nil || r.Now.Sub(at) > oldest || at.Sub(r.Now) > ahead {
		return refuse("the timestamp is too far from now")
	}
	signature, err := base64.StdEncoding.DecodeString(e.Signature)
	if err != nil || len(signature) == 0 {
		return refuse("the signature is missing or no base64")
	}
	hash, sum, ok := e.digest()
	if !ok {
		return refuse("the signature version is unknown")
	}
	key, err := s.certificates.key(ctx, e.SigningCertURL, r.Now)
	if err != nil {
		return nil, err
	}
	if rsa.VerifyPKCS1v15(key, hash, sum, signature) != nil {
		return refuse("the signature is wrong")
	}
	return &e, nil
}

// digest is by the version the letter names: 1 is SHA-1, which SNS still signs
// with unless the topic is told otherwise.
func (e *envelope) digest() (crypto.Hash, []byte, bool) {
	switch e.SignatureVersion {
	case "1":
		sum := sha1.Sum([]byte(e.signed()))
		return crypto.SHA1, sum[:], true
	case "2":
		sum := sha256.Sum256([]byte(e.signed()))
		return crypto.SHA256, sum[:], true
	}
	return 0, nil, false
}
