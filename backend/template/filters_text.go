package template

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/osteele/liquid/values"
)

var textFilters = map[string]filter{
	"append":          {joined(func(s, arg string) string { return s + arg }), 1, 1},
	"prepend":         {joined(func(s, arg string) string { return arg + s }), 1, 1},
	"remove":          {joined(func(s, arg string) string { return replaceAll(s, arg, "") }), 1, 1},
	"remove_first":    {joined(func(s, arg string) string { return strings.Replace(s, arg, "", 1) }), 1, 1},
	"replace":         {replaceFilter(-1), 2, 2},
	"replace_first":   {replaceFilter(1), 2, 2},
	"upcase":          {mapped(strings.ToUpper), 0, 0},
	"downcase":        {mapped(strings.ToLower), 0, 0},
	"capitalize":      {mapped(capitalize), 0, 0},
	"strip":           {mapped(strings.TrimSpace), 0, 0},
	"lstrip":          {mapped(func(s string) string { return strings.TrimLeftFunc(s, unicode.IsSpace) }), 0, 0},
	"rstrip":          {mapped(func(s string) string { return strings.TrimRightFunc(s, unicode.IsSpace) }), 0, 0},
	"strip_html":      {mapped(func(s string) string { return htmlTag.ReplaceAllString(s, "") }), 0, 0},
	"strip_newlines":  {mapped(func(s string) string { return strings.NewReplacer("\r", "", "\n", "").Replace(s) }), 0, 0},
	"url_encode":      {mapped(url.QueryEscape), 0, 0},
	"url_decode":      {decodeURL, 0, 0},
	"escape":          {escaped(html.EscapeString), 0, 0},
	"escape_once":     {escaped(func(s string) string { return html.EscapeString(html.UnescapeString(s)) }), 0, 0},
	"newline_to_br":   {newlineToBreak, 0, 0},
	"truncate":        {truncate, 0, 2},
	"truncatewords":   {truncateWords, 0, 2},
	"normalize_space": {mapped(func(s string) string { return strings.Join(strings.Fields(s), " ") }), 0, 0},
}

var htmlTag = regexp.MustCompile(`(?s)<[^>]*>`)

type filterFunc = func(*budget, any, []any) (any, error)

func mapped(fn func(string) string) filterFunc {
	return func(_ *budget, in any, _ []any) (any, error) {
		s, err := text(in)
		if err != nil {
			return nil, err
		}
		if len(s) > maxText {
			return nil, errGrowth
		}
		return fn(s), nil
	}
}

func joined(fn func(s, arg string) string) filterFunc {
	return func(b *budget, in any, args []any) (any, error) {
		arg, err := text(args[0])
		if err != nil {
			return nil, err
		}
		return mapped(func(s string) string { return fn(s, arg) })(b, in, nil)
	}
}

// replaceFilter works out the size of the result before it builds it.
func replaceFilter(limit int) filterFunc {
	return func(_ *budget, in any, args []any) (any, error) {
		var parts [3]string
		for i, v := range []any{in, args[0], args[1]} {
			s, err := text(v)
			if err != nil {
				return nil, err
			}
			parts[i] = s
		}
		times := strings.Count(parts[0], parts[1])
		if limit > 0 {
			times = min(times, limit)
		}
		if len(parts[0])+times*(len(parts[2])-len(parts[1])) > maxText {
			return nil, errGrowth
		}
		return strings.Replace(parts[0], parts[1], parts[2], limit), nil
	}
}

func replaceAll(s, old, with string) string { return strings.ReplaceAll(s, old, with) }

func capitalize(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

func decodeURL(_ *budget, in any, _ []any) (any, error) {
	s, err := text(in)
	if err != nil {
		return nil, err
	}
	return url.QueryUnescape(s)
}

// escaped marks its result as done where the mode escapes HTML by itself.
func escaped(fn func(string) string) filterFunc {
	return func(b *budget, in any, _ []any) (any, error) {
		out, err := mapped(fn)(b, in, nil)
		if err == nil && b.mode == htmlMode {
			return values.SafeValue{Value: out}, nil
		}
		return out, err
	}
}

func newlineToBreak(b *budget, in any, _ []any) (any, error) {
	return escaped(func(s string) string {
		if b.mode == htmlMode {
			s = html.EscapeString(s)
		}
		return strings.ReplaceAll(s, "\n", "<br>\n")
	})(b, in, nil)
}

// truncate cuts to a number of characters, the ellipsis counted.
func truncate(_ *budget, in any, args []any) (any, error) {
	s, limit, ellipsis, err := cutArgs(in, args, 50)
	if err != nil || utf8.RuneCountInString(s) <= limit {
		return s, err
	}
	keep := max(0, limit-utf8.RuneCountInString(ellipsis))
	return string([]rune(s)[:keep]) + ellipsis, nil
}

func truncateWords(_ *budget, in any, args []any) (any, error) {
	s, limit, ellipsis, err := cutArgs(in, args, 15)
	words := strings.Fields(s)
	if err != nil || len(words) <= limit {
		return s, err
	}
	return strings.Join(words[:limit], " ") + ellipsis, nil
}

func cutArgs(in any, args []any, limit int) (s string, n int, ellipsis string, err error) {
	ellipsis = "..."
	if s, err = text(in); err != nil {
		return "", 0, "", err
	}
	if len(args) > 0 {
		given, err := toNumber(args[0])
		if err != nil || given.float() < 0 {
			return "", 0, "", fmt.Errorf("the length must be a number from 0")
		}
		limit = int(min(given.float(), maxText))
	}
	if len(args) > 1 {
		ellipsis, err = text(args[1])
	}
	return s, limit, ellipsis, err
}
