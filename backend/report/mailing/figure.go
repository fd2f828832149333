package mailing

import (
	"math"
	"strconv"
	"strings"

	"clarion/backend/report"
)

const none = "–"

// figure is a value as people read it: 12,345, 98.2%, 1.6 s, 24 kB.
func figure(v any, c report.Column) string {
	n, ok := number(v)
	switch {
	case !ok:
		return none
	case c.Type == report.Ratio:
		digits := 1
		if n > 0 && n < 0.01 {
			digits = 2
		}
		return decimal(n*100, digits) + "%"
	case c.Unit == report.Microseconds:
		return scaled(n, durations)
	case c.Unit == report.Bytes:
		return scaled(n, sizes)
	case c.Unit == report.Micros:
		return decimal(n/1_000_000, 2)
	case c.Type == report.Number:
		return decimal(n, 2)
	}
	return decimal(n, 0)
}

func number(v any) (float64, bool) {
	switch n := v.(type) {
	case int64:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

type step struct {
	size float64
	unit string
}

var (
	durations = []step{{3_600_000_000, "h"}, {60_000_000, "min"}, {1_000_000, "s"}, {1000, "ms"}, {1, "µs"}}
	sizes     = []step{{1e12, "TB"}, {1e9, "GB"}, {1e6, "MB"}, {1000, "kB"}, {1, "B"}}
)

func scaled(n float64, steps []step) string {
	for _, s := range steps {
		if n >= s.size || s.size == 1 {
			digits := 0
			if n/s.size < 10 && s.size > 1 {
				digits = 1
			}
			return decimal(n/s.size, digits) + " " + s.unit
		}
	}
	return none
}

// decimal has a comma between thousands and no zeros at its end.
func decimal(n float64, digits int) string {
	text := strconv.FormatFloat(math.Abs(n), 'f', digits, 64)
	whole, part, _ := strings.Cut(text, ".")
	var out strings.Builder
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			out.WriteByte(',')
		}
		out.WriteRune(r)
	}
	if part = strings.TrimRight(part, "0"); part != "" {
		out.WriteString("." + part)
	}
	if n < 0 && out.String() != "0" {
		return "-" + out.String()
	}
	return out.String()
}

// change is how much more or less a figure is than the one before: in points for
// a share, else as a part of what was. It is empty where there is nothing to say.
func change(now, before any, c report.Column) string {
	n, known := number(now)
	b, had := number(before)
	switch {
	case !known || !had || n == b:
		return ""
	case c.Type == report.Ratio:
		return sign(n-b) + decimal(math.Abs(n-b)*100, 1) + " pp"
	case b == 0:
		return ""
	}
	return sign(n-b) + decimal(math.Abs(n-b)/b*100, 1) + "%"
}

func sign(n float64) string {
	if n < 0 {
		return "−"
	}
	return "+"
}
