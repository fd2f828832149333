package template

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

type lexKind int

const (
	lexLiteral  lexKind = iota + 1 // a string, a number, true, false, nil
	lexName                        // a variable or filter
	lexWord                        // and, or, contains, in
	lexProperty                    // .name, text without the dot
	lexOp
)

type lexeme struct {
	kind lexKind
	text string
}

// lex cuts an expression into lexemes, accepting no more than the library's own
// scanner does.
func lex(source string) ([]lexeme, error) {
	var out []lexeme
	for s := strings.TrimLeftFunc(source, unicode.IsSpace); s != ""; s = strings.TrimLeftFunc(s, unicode.IsSpace) {
		t, size, err := next(s)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		s = s[size:]
	}
	return out, nil
}

func next(s string) (lexeme, int, error) {
	switch c := s[0]; {
	case c == '"' || c == '\'':
		end := strings.IndexByte(s[1:], c)
		if end < 0 {
			return lexeme{}, 0, fmt.Errorf("a quote is not closed")
		}
		return lexeme{lexLiteral, s[:end+2]}, end + 2, nil
	case c >= '0' && c <= '9' || c == '-' && len(s) > 1 && s[1] >= '0' && s[1] <= '9':
		return digitsOf(s)
	case c == '.' && len(s) > 1 && s[1] != '.':
		n := nameLength(s[1:])
		if n == 0 {
			return lexeme{}, 0, fmt.Errorf("a name must follow the dot")
		}
		return lexeme{lexProperty, s[1 : n+1]}, n + 1, nil
	}
	if n := nameLength(s); n > 0 {
		return word(s[:n])
	}
	for _, op := range []string{"==", "!=", ">=", "<=", "..", ">", "<", "|", ":", ",", "(", ")", "[", "]", "="} {
		if strings.HasPrefix(s, op) {
			return lexeme{lexOp, op}, len(op), nil
		}
	}
	r, _ := utf8.DecodeRuneInString(s)
	return lexeme{}, 0, fmt.Errorf("unexpected %q", string(r))
}

func word(name string) (lexeme, int, error) {
	switch name {
	case "true", "false", "nil":
		return lexeme{lexLiteral, name}, len(name), nil
	case "and", "or", "contains", "in":
		return lexeme{lexWord, name}, len(name), nil
	}
	if strings.HasPrefix(name, "__") {
		return lexeme{}, 0, fmt.Errorf("names that start with __ are reserved")
	}
	return lexeme{lexName, name}, len(name), nil
}

func digitsOf(s string) (lexeme, int, error) {
	n := 1
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n+1 < len(s) && s[n] == '.' && s[n+1] >= '0' && s[n+1] <= '9' {
		for n++; n < len(s) && s[n] >= '0' && s[n] <= '9'; n++ {
			continue
		}
	}
	if n > 16 {
		return lexeme{}, 0, fmt.Errorf("the number %s… is too long", s[:16])
	}
	return lexeme{lexLiteral, s[:n]}, n, nil
}

// nameLength is the length of the name s starts with, or zero.
func nameLength(s string) int {
	for i, r := range s {
		first := unicode.IsLetter(r) || r == '_'
		if first || i > 0 && (unicode.IsDigit(r) || unicode.IsMark(r) || r == '-') {
			continue
		}
		if r == '?' && i > 0 {
			return i + 1
		}
		return i
	}
	return len(s)
}
