package hook

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
)

// Scheme is how a third party proves that a webhook is its own.
type Scheme string

// The schemes. Standard is Standard Webhooks 1.0; GitHub is X-Hub-Signature-256;
// Stripe is t=,v1=; Slack is v0= with its timestamp; Token is a secret in a
// header, for those who sign nothing.
const (
	Standard Scheme = "standard"
	GitHub   Scheme = "github"
	Stripe   Scheme = "stripe"
	Slack    Scheme = "slack"
	Token    Scheme = "token"
)

// Schemes is the closed list.
var Schemes = []Scheme{Standard, GitHub, Stripe, Slack, Token}

// slack is how far a signed time may be from ours, either way.
const slack = 5 * time.Minute

// Incoming is a webhook as it came.
type Incoming struct {
	Header http.Header
	Body   []byte
	Now    time.Time
}

// proven is what a signed webhook says of itself: an id that is the same however
// often it is sent, empty where the scheme has none.
type proven struct{ id string }

// prove checks a webhook against each of the secrets: while one is replaced two
// are good. Whatever is wrong is notify.ErrUnauthenticated.
func prove(scheme Scheme, header string, secrets []string, in Incoming) (proven, error) {
	for _, secret := range secrets {
		if secret == "" {
			continue
		}
		if checks[scheme](secret, header, in) {
			return proven{ids[scheme](in)}, nil
		}
	}
	return proven{}, notify.ErrUnauthenticated
}

var checks = map[Scheme]func(secret, header string, in Incoming) bool{
	Standard: standard, GitHub: github, Stripe: stripe, Slack: slackSigned, Token: token,
}

var ids = map[Scheme]func(Incoming) string{
	Standard: func(in Incoming) string { return in.Header.Get("Webhook-Id") },
	GitHub:   func(in Incoming) string { return in.Header.Get("X-Github-Delivery") },
	Stripe:   func(in Incoming) string { return field(in.Body, "id") },
	Slack:    func(in Incoming) string { return field(in.Body, "event_id") },
	Token:    func(in Incoming) string { return in.Header.Get("Idempotency-Key") },
}

// field is a text at the top of a JSON body, empty when there is none.
func field(body []byte, name string) string {
	var document map[string]any
	if json.Unmarshal(body, &document) != nil {
		return ""
	}
	text, _ := document[name].(string)
	return text
}

func sum(secret []byte, parts ...string) []byte {
	mac := hmac.New(sha256.New, secret)
	for _, part := range parts {
		mac.Write([]byte(part))
	}
	return mac.Sum(nil)
}

// recent reports whether a Unix time in seconds is about now.
func recent(seconds string, now time.Time) bool {
	at, err := strconv.ParseInt(seconds, 10, 64)
	return err == nil && now.Sub(time.Unix(at, 0)).Abs() <= slack
}

func standard(secret, _ string, in Incoming) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	id, at := in.Header.Get("Webhook-Id"), in.Header.Get("Webhook-Timestamp")
	if err != nil || id == "" || !recent(at, in.Now) {
		return false
	}
	want := "v1," + base64.StdEncoding.EncodeToString(sum(key, id, ".", at, ".", string(in.Body)))
	good := false
	for given := range strings.FieldsSeq(in.Header.Get("Webhook-Signature")) {
		good = subtle.ConstantTimeCompare([]byte(given), []byte(want)) == 1 || good
	}
	return good
}

func github(secret, _ string, in Incoming) bool {
	want := "sha256=" + hex.EncodeToString(sum([]byte(secret), string(in.Body)))
	return subtle.ConstantTimeCompare([]byte(in.Header.Get("X-Hub-Signature-256")), []byte(want)) == 1
}

func stripe(secret, _ string, in Incoming) bool {
	at, given := "", []string{}
	for part := range strings.SplitSeq(in.Header.Get("Stripe-Signature"), ",") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(part), "="); name {
		case "t":
			at = value
		case "v1":
			given = append(given, value)
		}
	}
	if !recent(at, in.Now) {
		return false
	}
	want := hex.EncodeToString(sum([]byte(secret), at, ".", string(in.Body)))
	good := false
	for _, one := range given {
		good = subtle.ConstantTimeCompare([]byte(one), []byte(want)) == 1 || good
	}
	return good
}

func slackSigned(secret, _ string, in Incoming) bool {
	at := in.Header.Get("X-Slack-Request-Timestamp")
	if !recent(at, in.Now) {
		return false
	}
	want := "v0=" + hex.EncodeToString(sum([]byte(secret), "v0:", at, ":", string(in.Body)))
	return subtle.ConstantTimeCompare([]byte(in.Header.Get("X-Slack-Signature")), []byte(want)) == 1
}

// token compares hashes, so that not even the length shows.
func token(secret, header string, in Incoming) bool {
	given := in.Header.Get(header)
	if strings.EqualFold(header, "Authorization") {
		given = strings.TrimPrefix(given, "Bearer ")
	}
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}
