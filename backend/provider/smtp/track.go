package smtp

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// tracker puts links of our own into emails and reads them when they are
// followed. Every link is signed whole, so it leads only where an email of this
// account pointed.
type tracker struct {
	// keys are what signs; the first signs new links, all are believed.
	keys []string
	base string
}

// leastKey is how long a key must be.
const leastKey = 16

// mark is what a link says: which message, and where it leads; an open leads
// nowhere.
type mark struct{ messageID, to string }

// link is the address that carries a mark.
func (t *tracker) link(m mark) string {
	payload := m.messageID + "\n" + m.to
	token := base64.RawURLEncoding.EncodeToString([]byte(payload)) + "." + base64.RawURLEncoding.EncodeToString(seal(t.keys[0], payload))
	join := "?"
	if strings.Contains(t.base, "?") {
		join = "&"
	}
	return t.base + join + "t=" + token
}

func seal(key, payload string) []byte {
	mac := hmac.New(sha256.New, []byte(key))
	_, _ = mac.Write([]byte(payload)) // a hash never fails
	return mac.Sum(nil)[:16]
}

// read takes a mark from a query and reports whether it is one of ours.
func (t *tracker) read(query string) (mark, bool) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return mark{}, false
	}
	text, proof, _ := strings.Cut(values.Get("t"), ".")
	payload, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return mark{}, false
	}
	given, err := base64.RawURLEncoding.Strict().DecodeString(proof)
	if err != nil {
		return mark{}, false
	}
	for _, key := range t.keys {
		if hmac.Equal(given, seal(key, string(payload))) {
			id, to, _ := strings.Cut(string(payload), "\n")
			return mark{id, to}, true
		}
	}
	return mark{}, false
}

// rewrite leads the links of an email through us and adds a picture that tells
// of an opening. What is no link stays byte for byte.
func (t *tracker) rewrite(text, messageID string) string {
	var out strings.Builder
	out.Grow(2 * len(text))
	picture := `<img src="` + html.EscapeString(t.link(mark{messageID: messageID})) + `" width="1" height="1" alt="" style="display:none">`
	placed := false
	for z := html.NewTokenizer(strings.NewReader(text)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			break // the end: a string cannot fail in any other way
		}
		raw := string(z.Raw())
		switch token := z.Token(); {
		case kind == html.StartTagToken && (token.DataAtom == atom.A || token.DataAtom == atom.Area) && t.lead(&token, messageID):
			out.WriteString(token.String())
		case kind == html.EndTagToken && token.DataAtom == atom.Body && !placed:
			placed = true
			out.WriteString(picture + raw)
		default:
			out.WriteString(raw)
		}
	}
	if !placed {
		out.WriteString(picture)
	}
	return out.String()
}

// lead changes where a link goes and reports whether it did: only the web's own
// addresses can be led through us.
func (t *tracker) lead(token *html.Token, messageID string) bool {
	for i, a := range token.Attr {
		if a.Key != "href" {
			continue
		}
		to := strings.TrimSpace(a.Val)
		u, err := url.Parse(to)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.ContainsAny(to, "\r\n") {
			return false
		}
		token.Attr[i].Val = t.link(mark{messageID, to})
		return true
	}
	return false
}
