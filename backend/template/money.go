package template

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	decimal "golang.org/x/text/number"
)

// signs are the currency signs readers know; other currencies show their code.
var signs = map[string]string{
	"USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥", "JPY": "¥", "KRW": "₩", "INR": "₹",
	"HKD": "HK$", "TWD": "NT$", "CAD": "CA$", "AUD": "A$", "SGD": "S$", "NZD": "NZ$", "BRL": "R$", "CHF": "CHF",
}

// signFirst are the languages that write the sign before the amount.
var signFirst = map[string]bool{"en": true, "zh": true, "ja": true, "ko": true, "hi": true, "th": true, "id": true}

// money writes an amount in major units: {{ total | money: "EUR", "de" }}. The
// locale is the message's own unless given.
func money(b *budget, in any, args []any) (any, error) {
	n, err := toNumber(in)
	if err != nil {
		return nil, err
	}
	code, err := text(args[0])
	if err != nil {
		return nil, err
	}
	locale := b.env.locale
	if len(args) > 1 {
		if locale, err = text(args[1]); err != nil {
			return nil, err
		}
	}
	return formatMoney(n.float(), strings.ToUpper(code), locale)
}

func formatMoney(amount float64, code, locale string) (string, error) {
	unit, err := currency.ParseISO(code)
	if err != nil {
		return "", fmt.Errorf("%q is no currency code", code)
	}
	scale, _ := currency.Standard.Rounding(unit)
	lang, _, _ := strings.Cut(strings.ReplaceAll(locale, "_", "-"), "-")
	digits := groupDigits(math.Abs(amount), scale, lang, locale)
	sign, ok := signs[code]
	if !ok {
		sign = code
	}
	if lang == "ja" && code == "CNY" || lang == "zh" && code == "JPY" || lang == "en" && code == "CNY" {
		sign = map[string]string{"CNY": "CN¥", "JPY": "JP¥"}[code]
	}
	minus := ""
	if amount < 0 && strings.ContainsAny(digits, "123456789") {
		minus = "-"
	}
	if !signFirst[lang] && lang != "" {
		return minus + digits + "\u00a0" + sign, nil
	}
	if sign == code {
		sign += "\u00a0"
	}
	return minus + sign + digits, nil
}

// groupDigits writes the digits by hand for the languages that use a comma and
// a point, which is some ten times faster than the general printer.
func groupDigits(amount float64, scale int, lang, locale string) string {
	switch lang {
	case "", "en", "zh", "ja", "ko", "th":
	default:
		tag, err := language.Parse(locale)
		if err == nil {
			return message.NewPrinter(tag).Sprint(decimal.Decimal(amount, decimal.Scale(scale)))
		}
	}
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(amount, 'f', scale, 64), ".")
	var out strings.Builder
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			out.WriteByte(',')
		}
		out.WriteRune(d)
	}
	if fraction != "" {
		out.WriteString("." + fraction)
	}
	return out.String()
}
