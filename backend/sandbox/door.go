package sandbox

import (
	"crypto/subtle"
	"mime"
	"net/http"
)

// sameSecret compares in constant time; an empty want lets nobody in.
func sameSecret(got, want string) bool {
	return want != "" && subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1
}

func isJSON(r *http.Request) bool { return mediaType(r) == "application/json" }

func mediaType(r *http.Request) string {
	header := r.Header.Get("Content-Type")
	if header == "application/json" || header == "application/x-www-form-urlencoded" {
		return header // the usual ones need no parsing
	}
	kind, _, err := mime.ParseMediaType(header)
	if err != nil {
		return ""
	}
	return kind
}
