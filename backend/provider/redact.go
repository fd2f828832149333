package provider

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

const (
	hidden      = "[secret]"
	minSecret   = 4
	maxSentence = 300
	maxWord     = 200
	ellipsis    = "…"
)

// SecretsOf lists the values of v that the manifest calls secret.
func (m Manifest) SecretsOf(v Values) []string {
	var out []string
	for _, s := range m.Settings {
		if s.Secret && v[s.Key] != "" {
			out = append(out, v[s.Key])
		}
	}
	return out
}

// redactor takes secrets out of what a vendor said. Vendors echo requests in
// their errors, so a secret may come back as sent, escaped or in base64.
type redactor struct{ replace *strings.Replacer }

func newRedactor(secrets []string) redactor {
	forms := map[string]bool{}
	for _, s := range secrets {
		if len(s) < minSecret {
			continue
		}
		quoted, _ := json.Marshal(s) // a string always marshals
		for _, form := range []string{
			s, url.QueryEscape(s), url.PathEscape(s), string(quoted[1 : len(quoted)-1]),
			base64.StdEncoding.EncodeToString([]byte(s)), base64.URLEncoding.EncodeToString([]byte(s)),
			base64.RawStdEncoding.EncodeToString([]byte(s)), base64.RawURLEncoding.EncodeToString([]byte(s)),
		} {
			forms[form] = true
		}
	}
	list := make([]string, 0, len(forms))
	for form := range forms {
		list = append(list, form)
	}
	// The longest first, so that no tail of a longer form is left standing.
	slices.SortFunc(list, func(a, b string) int { return len(b) - len(a) })
	pairs := make([]string, 0, 2*len(list))
	for _, form := range list {
		pairs = append(pairs, form, hidden)
	}
	return redactor{strings.NewReplacer(pairs...)}
}

// word cleans an id or a code.
func (r redactor) word(s string) string {
	if s == "" {
		return s
	}
	return tidy(r.replace.Replace(s), maxWord)
}

// sentence cleans a text for people.
func (r redactor) sentence(s string) string {
	if s == "" {
		return s
	}
	return tidy(r.replace.Replace(s), maxSentence)
}

// tidy makes s valid UTF-8 on one line of at most limit characters. It comes
// after redaction: cutting first could leave part of a secret.
func tidy(s string, limit int) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = s[i] >= ' ' && s[i] < 0x7f
	}
	if !plain {
		s = strings.Map(func(r rune) rune {
			if unicode.IsControl(r) {
				return ' '
			}
			return r
		}, strings.ToValidUTF8(s, "?"))
	}
	if len(s) <= limit {
		return strings.TrimSpace(s)
	}
	if runes := []rune(s); len(runes) > limit {
		s = string(runes[:limit]) + ellipsis
	}
	return strings.TrimSpace(s)
}
