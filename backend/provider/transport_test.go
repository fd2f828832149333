package provider_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// fickle answers the first request on each connection and drops the connection
// once it has read the second: the one moment at which net/http may resend.
func fickle(t *testing.T) (url string, requests *atomic.Int64) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	requests = &atomic.Int64{}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				for in, first := bufio.NewReader(conn), true; ; first = false {
					r, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					io.Copy(io.Discard, r.Body)
					requests.Add(1)
					if !first {
						return
					}
					io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
				}
			}()
		}
	}()
	return "http://" + l.Addr().String(), requests
}

func post(t *testing.T, c *http.Client, url string, header http.Header) error {
	// A strings.Reader gives the request a GetBody, with which it could be sent
	// again.
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader("body"))
	require.NoError(t, err)
	require.NotNil(t, r.GetBody)
	for key, values := range header {
		r.Header[key] = values
	}
	resp, err := c.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

func TestNoPOSTIsResentOnAReusedConnection(t *testing.T) {
	t.Parallel()
	headers := map[string]http.Header{
		"a plain POST":                  {},
		"a POST with Idempotency-Key":   {"Idempotency-Key": {"k1"}},
		"a POST with X-Idempotency-Key": {"X-Idempotency-Key": {"k1"}},
	}
	for name, header := range headers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, requests := fickle(t)
			c := provider.NewHTTPClient(provider.ClientOptions{})
			t.Cleanup(c.CloseIdleConnections)
			require.NoError(t, post(t, c, url, header))
			require.Error(t, post(t, c, url, header))
			require.EqualValues(t, 2, requests.Load(), "two calls are two requests")
		})
	}
	t.Run("net/http alone would resend", func(t *testing.T) {
		t.Parallel()
		url, requests := fickle(t)
		c := &http.Client{Transport: &http.Transport{}}
		t.Cleanup(c.CloseIdleConnections)
		require.NoError(t, post(t, c, url, headers["a POST with Idempotency-Key"]))
		require.NoError(t, post(t, c, url, headers["a POST with Idempotency-Key"]))
		require.EqualValues(t, 3, requests.Load(), "this test's server provokes the resend it guards against")
	})
}

func TestTheClientIsBounded(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The server notices that the client has left once the body is read.
		io.Copy(io.Discard, r.Body)
		switch r.URL.Path {
		case "/hang":
			<-r.Context().Done()
		case "/redirect":
			http.Redirect(w, r, "/reached", http.StatusTemporaryRedirect)
		case "/limit":
			w.Write(make([]byte, provider.AnswerLimit))
		case "/beyond":
			w.Write(make([]byte, provider.AnswerLimit+1))
		}
	}))
	t.Cleanup(server.Close)
	c := provider.NewHTTPClient(provider.ClientOptions{Timeout: time.Minute})
	require.NoError(t, post(t, c, server.URL+"/limit", nil))
	require.ErrorContains(t, post(t, c, server.URL+"/beyond", nil), "longer than the limit")
	resp, err := c.Post(server.URL+"/redirect", "", nil)
	require.NoError(t, err)
	resp.Body.Close()
	require.Equal(t, http.StatusTemporaryRedirect, resp.StatusCode)
	hasty := provider.NewHTTPClient(provider.ClientOptions{Timeout: 50 * time.Millisecond})
	require.ErrorIs(t, post(t, hasty, server.URL+"/hang", nil), context.DeadlineExceeded)
	require.Equal(t, provider.DefaultTimeout, provider.NewHTTPClient(provider.ClientOptions{}).Timeout)
}

type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func line(f tripper, secrets ...string) *provider.Line {
	return provider.NewLine(provider.Deps{HTTP: &http.Client{Transport: f}}, secrets...)
}

func yes(provider.Answer) notify.Result { return notify.Result{Outcome: notify.OK} }

func TestALineLetsOneRequestThrough(t *testing.T) {
	t.Parallel()
	var made atomic.Int64
	l := line(func(*http.Request) (*http.Response, error) {
		made.Add(1)
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: http.NoBody}, nil
	})
	call := l.Start(t.Context())
	defer call.End()
	for range 3 {
		r, err := http.NewRequestWithContext(call.Context(), http.MethodPost, "http://vendor.test/", nil)
		require.NoError(t, err)
		if resp, err := l.HTTP().Do(r); err == nil {
			resp.Body.Close()
		}
	}
	require.EqualValues(t, 1, made.Load())
	require.Equal(t, notify.OK, l.Settle(call, nil, yes).Outcome, "the first answer counts")
	_, err := l.HTTP().Get("http://vendor.test/")
	require.ErrorContains(t, err, "outside a call")
	require.EqualValues(t, 1, made.Load())
}

func TestFaultsBeforeAConnectionAreTemporary(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		fault error
		code  string
	}{
		"a name that does not resolve": {&net.DNSError{Err: "no such host", Name: "vendor.test", IsNotFound: true}, provider.CodeDNS},
		"a dial that fails":            {&net.OpError{Op: "dial", Err: errors.New("no route to host")}, provider.CodeConnect},
		"a dial that takes too long":   {&net.OpError{Op: "dial", Err: context.DeadlineExceeded}, provider.CodeTimeout},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := line(func(*http.Request) (*http.Response, error) { return nil, c.fault })
			call := l.Start(t.Context())
			defer call.End()
			r, err := http.NewRequestWithContext(call.Context(), http.MethodPost, "http://vendor.test/secret-path", nil)
			require.NoError(t, err)
			_, err = l.HTTP().Do(r)
			result := l.Settle(call, err, yes)
			require.Equal(t, notify.Temporary, result.Outcome)
			require.Equal(t, c.code, result.Code)
			require.NotContains(t, result.Detail, "secret-path")
		})
	}
}

func TestWhatAVendorSaysIsMadeFitToShow(t *testing.T) {
	t.Parallel()
	l := line(nil, "s3cr3t/+key\n", "abc", "longer-s3cr3t/+key\n")
	cases := map[string]struct{ said, want string }{
		"plain text stays":           {"Bad number.", "Bad number."},
		"a secret goes":              {"key s3cr3t/+key\n is bad", "key [secret] is bad"},
		"escaped for a URL":          {"key=s3cr3t%2F%2Bkey%0A;", "key=[secret];"},
		"escaped for JSON":           {`"s3cr3t/+key\n"`, `"[secret]"`},
		"in base64":                  {"Basic czNjcjN0LytrZXkK!", "Basic [secret]!"},
		"the longer of two":          {"longer-s3cr3t/+key\n", "[secret]"},
		"too short to be told apart": {"abc", "abc"},
		"control characters":         {"a\x00b\r\nc\x1b[31m", "a b  c [31m"},
		"broken UTF-8":               {"caf\xe9", "caf?"},
		"a long text is cut":         {strings.Repeat("ä", 400), strings.Repeat("ä", 300) + "…"},
		"a secret at the cut":        {strings.Repeat("x", 298) + "s3cr3t/+key\n", strings.Repeat("x", 298) + "[s…"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, l.Clean(c.said))
		})
	}
}

// quitter answers each request and closes the connection a moment later, as
// vendors do with connections that have been quiet for long.
func quitter(t *testing.T) (url string, requests, closed *atomic.Int64) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	requests, closed = &atomic.Int64{}, &atomic.Int64{}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				r, err := http.ReadRequest(bufio.NewReader(conn))
				if err == nil {
					io.Copy(io.Discard, r.Body)
					requests.Add(1)
					io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
				}
				conn.Close()
				closed.Add(1)
			}()
		}
	}()
	return "http://" + l.Addr().String(), requests, closed
}

func TestAConnectionThatTheVendorClosedWhileIdleCostsNoDoubt(t *testing.T) {
	t.Parallel()
	url, requests, closed := quitter(t)
	c := provider.NewHTTPClient(provider.ClientOptions{})
	t.Cleanup(c.CloseIdleConnections)
	for n := range int64(5) {
		require.NoError(t, post(t, c, url, nil), "the request goes out on a new connection")
		require.Eventually(t, func() bool { return closed.Load() == n+1 }, time.Minute, time.Millisecond)
	}
	require.EqualValues(t, 5, requests.Load(), "five calls are five requests")
}

func TestTheStandardLibrarysRequestArrivesAsItWasMade(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.URL.String() != "/v1/projects/a%2Fb/messages:send?q=%20x&q=y" || r.Host != "vendor.example" ||
			string(body) != "what it says" || r.Header.Get("Content-Type") != "text/plain" || len(r.Header["X-Two"]) != 2 ||
			r.Header.Get("Accept-Encoding") != "" || r.UserAgent() != "" {
			http.Error(w, r.URL.String(), http.StatusTeapot)
			return
		}
		w.Header()["X-Said"] = []string{"one", "two"}
		w.WriteHeader(http.StatusAccepted)
		io.WriteString(w, "yes")
	}))
	t.Cleanup(server.Close)
	c := provider.NewHTTPClient(provider.ClientOptions{})
	t.Cleanup(c.CloseIdleConnections)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, server.URL+"/v1/projects/a%2Fb/messages:send?q=%20x&q=y", strings.NewReader("what it says"))
	require.NoError(t, err)
	r.Host = "vendor.example"
	r.Header.Set("Content-Type", "text/plain")
	r.Header["X-Two"] = []string{"1", "2"}
	resp, err := c.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusAccepted, resp.StatusCode, string(body))
	require.Equal(t, "yes", string(body))
	require.Equal(t, []string{"one", "two"}, resp.Header["X-Said"])
	require.EqualValues(t, 3, resp.ContentLength)
}

func TestACancellationBesideTheAnswerNeverSaysThatNothingWasSent(t *testing.T) {
	t.Parallel()
	var seen atomic.Int64
	cancels := make(chan context.CancelFunc, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		seen.Add(1)
		go (<-cancels)()
		io.WriteString(w, "yes")
	}))
	t.Cleanup(server.Close)
	c := provider.NewHTTPClient(provider.ClientOptions{})
	t.Cleanup(c.CloseIdleConnections)
	l := provider.NewLine(provider.Deps{HTTP: c})
	for range 300 {
		ctx, cancel := context.WithCancel(t.Context())
		cancels <- cancel
		call := l.Start(ctx)
		r, err := http.NewRequestWithContext(call.Context(), http.MethodPost, server.URL, strings.NewReader("body"))
		require.NoError(t, err)
		resp, err := l.HTTP().Do(r)
		if err == nil {
			resp.Body.Close()
		}
		result := l.Settle(call, err, yes)
		call.End()
		cancel()
		switch result.Outcome {
		case notify.OK:
			continue
		case notify.Ambiguous:
			require.Equal(t, provider.CodeCancelled, result.Code)
		default:
			require.Fail(t, "the vendor has it", "%+v", result)
		}
	}
	require.EqualValues(t, 300, seen.Load(), "each call is one request")
}
