package template

import (
	"errors"
	"strings"
	"unicode"

	"github.com/osteele/liquid/values"
)

// cleanLine makes a text fit for a subject or a title: one line, nothing that
// cannot be seen, and no mark that turns the reading order of what follows.
func cleanLine(s string) string {
	if plainASCII(s) {
		return strings.Trim(s, " ")
	}
	var b strings.Builder
	space := false
	for _, r := range s {
		switch {
		case r == '\u2028' || r == '\u2029' || r == '\n' || r == '\r' || r == '\t' || r == '\v' || r == '\f':
			space = true
			continue
		case unicode.IsControl(r) || turnsDirection(r) || r == '\ufeff' || r == unicode.ReplacementChar:
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}

// cleanText takes the control characters out of a text of several lines.
func cleanText(s string) string {
	if plainASCII(s) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r != '\n' && r != '\t' && unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// turnsDirection reports the bidirectional embeddings, overrides and isolates,
// with which a title could show another text than it holds.
func turnsDirection(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// safeURL guards a variable that a link starts with: a script must not become
// one. The result is escaped for the mode except for Slack's marks, which do
// not belong in a URL.
func safeURL(b *budget, in any, _ []any) (any, error) {
	s, err := text(in)
	if err != nil {
		return nil, err
	}
	if in == nil {
		return nil, errMissing
	}
	if err := checkURL(s); err != nil {
		return nil, err
	}
	if b.mode == slackBlock {
		return values.SafeValue{Value: jsonEscaper.Replace(s)}, nil
	}
	return s, nil
}

var errURL = errors.New("a link must not start a script or carry data")

func checkURL(s string) error {
	seen := strings.ToLower(strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s[:min(len(s), 200)]))
	for _, scheme := range []string{"javascript:", "vbscript:", "data:", "file:"} {
		if strings.HasPrefix(seen, scheme) {
			return errURL
		}
	}
	return nil
}
