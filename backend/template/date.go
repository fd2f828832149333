package template

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/osteele/tuesday"
)

// styles are the named date formats, by language; other languages get the
// international form.
var styles = map[string]map[string]string{
	"en": {"short": "%-d %b %Y", "long": "%A, %-d %B %Y", "time": "%H:%M", "datetime": "%-d %b %Y, %H:%M"},
	"zh": {"short": "%Y年%-m月%-d日", "long": "%Y年%-m月%-d日", "time": "%H:%M", "datetime": "%Y年%-m月%-d日 %H:%M"},
	"":   {"short": "%Y-%m-%d", "long": "%Y-%m-%d", "time": "%H:%M", "datetime": "%Y-%m-%d %H:%M"},
}

// width is a conversion with a count of characters; %3N is the one kept.
var width = regexp.MustCompile(`%[-_0^#:+]*[0-9]{1,}[^N]|%[-_0^#:+]*[0-9]{2,}`)

var zones = newLRU[string, *time.Location](256)

// zone loads a time zone by its name once. A recipient without a usable zone
// reads UTC.
func zone(name string) *time.Location {
	if name == "" || len(name) > 64 {
		return time.UTC
	}
	loc, err := zones.get(name, func() (*time.Location, error) { return time.LoadLocation(name) })
	if err != nil || strings.EqualFold(name, "local") {
		return time.UTC
	}
	return loc
}

// date writes a moment in the recipient's time zone, or in the one given:
// {{ placed_at | date: "%H:%M", "Asia/Shanghai" }}. The format is strftime's or
// short, long, time, datetime.
func date(b *budget, in any, args []any) (any, error) {
	if in == nil {
		return "", nil
	}
	format, where := "short", b.env.timezone
	for i, target := range []*string{&format, &where} {
		if i < len(args) {
			s, err := text(args[i])
			if err != nil {
				return nil, err
			}
			*target = s
		}
	}
	at, whole, err := moment(in, b.env.now)
	if err != nil {
		return nil, err
	}
	if !whole {
		at = at.In(zone(where))
	}
	return strftime(format, at, b.env.locale)
}

func strftime(format string, at time.Time, locale string) (string, error) {
	lang, _, _ := strings.Cut(strings.ReplaceAll(locale, "_", "-"), "-")
	byStyle, ok := styles[lang]
	if !ok {
		byStyle = styles[""]
	}
	if f, ok := byStyle[format]; ok {
		format = f
	}
	if len(format) > 200 {
		return "", fmt.Errorf("the date format is longer than 200 characters")
	}
	// A width such as %999999999d would fill memory.
	if width.MatchString(format) {
		return "", fmt.Errorf("widths are not allowed in date formats")
	}
	return tuesday.Strftime(format, at)
}

// moment reads a date; whole is true for a day, which no time zone moves.
func moment(in any, now func() time.Time) (at time.Time, whole bool, err error) {
	switch v := in.(type) {
	case time.Time:
		return v, false, nil
	case string:
		if v == "now" && now != nil {
			return now(), false, nil
		}
		if at, err := time.Parse(time.DateOnly, v); err == nil {
			return at, true, nil
		}
		for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04:05 -0700"} {
			if at, err := time.Parse(layout, v); err == nil {
				return at, false, nil
			}
		}
		return at, false, fmt.Errorf("%.40q is no date", v)
	}
	n, err := toNumber(in)
	if err != nil || n.float() > 1e11 || n.float() < -1e11 {
		return at, false, fmt.Errorf("a value that is no date cannot be written as one")
	}
	return time.Unix(int64(n.float()), 0).UTC(), false, nil
}
