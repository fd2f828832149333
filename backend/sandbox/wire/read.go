package wire

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"mime"
	"net/http"
	"unicode/utf8"
)

// SameSecret compares in constant time; an empty want lets nobody in.
func SameSecret(got, want string) bool {
	return want != "" && subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1
}

// AsForm is the media type of a form.
const AsForm = "application/x-www-form-urlencoded"

// IsJSON reports whether a request says that its body is JSON.
func IsJSON(r *http.Request) bool { return MediaType(r) == "application/json" }

// MediaType is the request's media type, empty when it cannot be read.
func MediaType(r *http.Request) string {
	header := r.Header.Get("Content-Type")
	if header == "application/json" || header == AsForm {
		return header // the usual ones need no parsing
	}
	kind, _, err := mime.ParseMediaType(header)
	if err != nil {
		return ""
	}
	return kind
}

// UTF16Length is the length vendors count texts in.
func UTF16Length(s string) int {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if r > 0xffff {
			n++
		}
	}
	return n
}

// RandomWord is 22 characters that have not been said before.
func RandomWord() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // crypto/rand.Read never returns an error
	return base64.RawURLEncoding.EncodeToString(raw[:])
}
