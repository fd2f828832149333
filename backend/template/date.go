package template

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// styles are the named date formats, by language; other languages get the
// international form.
var styles = map[string]map[string]string{
	"en": {"short": "%-d %b %Y", "long": "%A, %-d %B %Y", "time": "%H:%M", "datetime": "%-d %b %Y, %H:%M"},
	"zh": {"short": "%Y年%-m月%-d日", "long": "%Y年%-m月%-d日", "time": "%H:%M", "datetime": "%Y年%-m月%-d日 %H:%M"},
	"":   {"short": "%Y-%m-%d", "long": "%Y-%m-%d", "time": "%H:%M", "datetime": "%Y-%m-%d %H:%M"},
}

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
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		i++
		bare := i < len(format) && format[i] == '-'
		if bare {
			i++
		}
		if i == len(format) {
			return "", fmt.Errorf("the date format ends in the middle of a conversion")
		}
		part, err := convert(format[i], at)
		if err != nil {
			return "", err
		}
		if bare {
			part = strings.TrimLeft(part[:len(part)-1], "0 ") + part[len(part)-1:]
		}
		b.WriteString(part)
	}
	return b.String(), nil
}

// conversions are those of strftime that a message needs; an empty layout is
// worked out by calculated.
var conversions = map[byte]string{
	'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'e': "_2", 'H': "15", 'I': "03", 'M': "04", 'S': "05",
	'L': "", 'p': "PM", 'P': "pm", 'B': "January", 'b': "Jan", 'h': "Jan", 'A': "Monday", 'a': "Mon", 'j': "002",
	'Z': "MST", 'z': "-0700", 'F': "2006-01-02", 'T': "15:04:05", 'R': "15:04", 'D': "01/02/06", 's': "", 'u': "", 'w': "", '%': "%",
}

func convert(c byte, at time.Time) (string, error) {
	layout, ok := conversions[c]
	switch {
	case !ok:
		return "", fmt.Errorf("the date format has no conversion %%%c", c)
	case layout == "%":
		return layout, nil
	case layout == "":
		return calculated(c, at), nil
	}
	return at.Format(layout), nil
}

func calculated(c byte, at time.Time) string {
	switch c {
	case 'L':
		return fmt.Sprintf("%03d", at.Nanosecond()/1e6)
	case 's':
		return strconv.FormatInt(at.Unix(), 10)
	case 'u':
		return strconv.Itoa((int(at.Weekday())+6)%7 + 1)
	}
	return strconv.Itoa(int(at.Weekday()))
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
