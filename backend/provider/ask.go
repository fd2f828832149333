package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"clarion/backend/notify"
)

// MessageHeader names our id to vendors whose requests have no field for it.
const MessageHeader = "X-Clarion-Message-Id"

// Request is one request of a vendor that is spoken to without a library.
type Request struct {
	Method, URL string
	Header      http.Header
	Body        []byte
	// Hide are secrets of this request alone, such as an access token.
	Hide []string
}

// Ask makes one request and lets judge read its answer.
func (l *Line) Ask(ctx context.Context, r Request, judge func(Answer) notify.Result) notify.Result {
	if ctx.Err() != nil {
		return Cancelled()
	}
	call := l.Start(ctx)
	defer call.End()
	call.hide = r.Hide
	return l.Settle(call, l.do(call, r), judge)
}

func (l *Line) do(call *Call, r Request) error {
	req, err := http.NewRequestWithContext(call.Context(), r.Method, r.URL, bytes.NewReader(r.Body))
	if err != nil {
		return fmt.Errorf("the address of the vendor is not a URL") //nolint:err113,perfsprint // the cause holds the URL, which may be a secret
	}
	for key, values := range r.Header {
		req.Header[key] = values
	}
	if len(r.Body) > 0 {
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	answer, err := l.HTTP().Do(req)
	if err != nil {
		return err //nolint:wrapcheck // the line keeps the fault; this text is not used
	}
	return answer.Body.Close()
}

// RawJSON writes v with every character as it is: some vendors refuse the
// escapes that encoding/json makes of HTML's characters and of U+2028.
func RawJSON(v any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic("provider: a request that cannot be JSON: " + err.Error())
	}
	text := bytes.TrimSuffix(out.Bytes(), []byte("\n"))
	if !bytes.Contains(text, []byte(`\u202`)) {
		return text
	}
	return unescape(text)
}

// unescape writes the line separators raw, which JSON allows. A backslash always
// has its letter with it, so an escaped backslash is stepped over whole.
func unescape(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] != '\\':
			out = append(out, text[i])
		case bytes.HasPrefix(text[i:], []byte(`\u2028`)):
			out, i = append(out, "\u2028"...), i+5
		case bytes.HasPrefix(text[i:], []byte(`\u2029`)):
			out, i = append(out, "\u2029"...), i+5
		default:
			out, i = append(out, text[i], text[i+1]), i+1
		}
	}
	return out
}
