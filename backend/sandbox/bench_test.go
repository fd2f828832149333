package sandbox_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/sandbox"
)

// blank is a ResponseWriter that costs nothing.
type blank struct{ header http.Header }

func (b *blank) Header() http.Header         { return b.header }
func (b *blank) Write(p []byte) (int, error) { return len(p), nil }
func (b *blank) WriteHeader(int)             {}

// BenchmarkHandler is the sandbox's own part of a call, without net/http.
func BenchmarkHandler(b *testing.B) {
	for mode, c := range map[string]sandbox.Config{"kept": {Dir: b.TempDir()}, "discard": {Discard: true}} {
		c.Credentials = credentials
		s, err := sandbox.Open(c)
		require.NoError(b, err)
		for provider, send := range sends {
			a := send("msg_0190a5a5a5a57000a5a5a5a5a5a5a5a5")
			if provider == "twilio" {
				a = textTo("+447700900123", "msg_1", "") // without callbacks
			}
			b.Run(mode+"/"+provider, func(b *testing.B) {
				r := httptest.NewRequest(http.MethodPost, a.path, nil)
				r.Header.Set("Content-Type", a.kind)
				r.Header.Set("Authorization", "Bearer "+a.auth)
				if provider == "twilio" {
					r.SetBasicAuth("AC1", "token")
				}
				w := &blank{http.Header{}}
				b.ReportAllocs()
				for b.Loop() {
					r.Body = io.NopCloser(bytes.NewReader([]byte(a.body)))
					s.ServeHTTP(w, r)
				}
			})
		}
		require.NoError(b, s.Close())
	}
}
