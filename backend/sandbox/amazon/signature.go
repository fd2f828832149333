// Package amazon is what Amazon's vendors in the box share: the check of signed
// requests and the certificate that signs the letters of SNS. It knows no
// service and no provider of ours.
package amazon

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"clarion/backend/sandbox/wire"
)

// Keys are what the box accepts unless told otherwise. They open nothing else.
var Keys = map[string]string{"access_key_id": "AKIASANDBOX", "secret_access_key": "sandbox-secret-access-key"}

// Region is the one the box's own account names; the box takes any.
const Region = "eu-west-1"

// Account are the settings every integration with the box has.
func Account(keys map[string]string) map[string]string {
	return map[string]string{
		"region": Region, "access_key_id": keys["access_key_id"], "secret_access_key": keys["secret_access_key"],
	}
}

// Refusal is why a request is not let in; empty lets it in.
type Refusal string

// The refusals of a signature.
const (
	Unsigned   Refusal = "unsigned"
	Stranger   Refusal = "stranger"
	Mismatched Refusal = "mismatched"
)

const algorithm = "AWS4-HMAC-SHA256"

// Check holds a request's signature (version 4) against the keys; nil keys let
// everybody in.
func Check(r *http.Request, body []byte, keys map[string]string) Refusal {
	if keys == nil {
		return ""
	}
	fields, ok := strings.CutPrefix(r.Header.Get("Authorization"), algorithm+" ")
	if !ok {
		return Unsigned
	}
	given := map[string]string{}
	for field := range strings.SplitSeq(fields, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		given[key] = value
	}
	scope := strings.Split(given["Credential"], "/")
	switch {
	case len(scope) != 5:
		return Unsigned
	case !wire.SameSecret(scope[0], keys["access_key_id"]):
		return Stranger
	}
	names := strings.Split(given["SignedHeaders"], ";")
	if !slices.Contains(names, "host") || !slices.Contains(names, "x-amz-date") {
		return Mismatched // what proves nothing about where and when
	}
	key := []byte("AWS4" + keys["secret_access_key"])
	for _, part := range scope[1:] {
		key = mac(key, part)
	}
	sum := sha256.Sum256([]byte(canonical(r, body, names)))
	text := strings.Join([]string{algorithm, r.Header.Get("X-Amz-Date"), strings.Join(scope[1:], "/"), hex.EncodeToString(sum[:])}, "\n")
	if !wire.SameSecret(given["Signature"], hex.EncodeToString(mac(key, text))) {
		return Mismatched
	}
	return ""
}

// canonical is the form of a request that is signed.
func canonical(r *http.Request, body []byte, names []string) string {
	var b strings.Builder
	b.WriteString(r.Method + "\n" + strings.ReplaceAll(r.URL.EscapedPath(), "%", "%25") + "\n" + r.URL.Query().Encode() + "\n")
	for _, name := range names {
		value := strings.Join(r.Header.Values(name), ",")
		switch name {
		case "host":
			value = r.Host
		case "content-length":
			value = strconv.FormatInt(r.ContentLength, 10) // net/http takes it out of the headers
		}
		b.WriteString(name + ":" + strings.Join(strings.Fields(value), " ") + "\n")
	}
	sum := sha256.Sum256(body)
	b.WriteString("\n" + strings.Join(names, ";") + "\n" + hex.EncodeToString(sum[:]))
	return b.String()
}

func mac(key []byte, text string) []byte {
	m := hmac.New(sha256.New, key)
	_, _ = m.Write([]byte(text)) // a hash never fails
	return m.Sum(nil)
}
