package notify

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

var (
	phoneShape = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	// localeShape is a BCP 47 tag as people write it: en, zh-CN, zh-Hant-HK.
	localeShape = regexp.MustCompile(`^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$`)
)

// ValidKey reports whether a caller's own id or key can be one of ours: up to
// 255 characters without spaces or control characters.
func ValidKey(key string) bool {
	n := 0
	for _, r := range key {
		if r <= ' ' || r == 0x7f {
			return false
		}
		n++
	}
	return 1 <= n && n <= 255 && utf8.ValidString(key)
}

// ValidLocale reports whether a language tag has the shape of one.
func ValidLocale(tag string) bool { return localeShape.MatchString(tag) }

// ValidTimezone reports whether there is a time zone of this name.
func ValidTimezone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "" && name != "Local"
}

// CheckRecipient reports what is wrong with a recipient, with paths below prefix.
func CheckRecipient(faults *Invalid, prefix string, r Recipient) {
	if !ValidKey(r.ID) {
		faults.Add(prefix+"id", "invalid_id", "must be 1 to 255 characters without spaces")
	}
	if utf8.RuneCountInString(r.Name) > 255 {
		faults.Add(prefix+"name", "too_long", "must be at most 255 characters")
	}
	if r.Locale != "" && !ValidLocale(r.Locale) {
		faults.Add(prefix+"locale", "invalid_locale", "must be a language tag such as en or zh-CN")
	}
	if r.Timezone != "" && !ValidTimezone(r.Timezone) {
		faults.Add(prefix+"timezone", "invalid_timezone", "must be a time zone name such as Europe/London")
	}
	for i, address := range r.Addresses {
		path := fmt.Sprintf("%saddresses[%d]", prefix, i)
		if !address.Channel.Known() {
			faults.Add(path+".channel", "unknown_channel", fmt.Sprintf("no channel %q", address.Channel))
			continue
		}
		if code, detail := CheckAddress(address.Channel, address.Address); code != "" {
			faults.Add(path+".address", code, detail)
		}
		CheckVerification(faults, path+".verification", address.Verification)
	}
}

// CheckAddress returns a code and a sentence when the address cannot be one of
// the channel, and two empty strings when it may be.
func CheckAddress(channel Channel, address string) (code, detail string) {
	if address == "" || len(address) > 4096 || strings.ContainsAny(address, "\r\n\x00") {
		return "invalid_address", "must be 1 to 4096 characters without line breaks"
	}
	switch channel {
	case Email:
		parsed, err := mail.ParseAddress(address)
		if err != nil || parsed.Address != address || len(address) > 254 {
			return "invalid_email", "must be a mailbox such as ada@example.com"
		}
	case SMS, WhatsApp:
		if !phoneShape.MatchString(address) {
			return "invalid_phone", "must be a number in E.164 form such as +447700900123"
		}
	case Push:
		if strings.HasPrefix(strings.TrimSpace(address), "{") && !isSubscription(address) {
			return "invalid_subscription", "must be a device's token, or the JSON of a browser's subscription with endpoint and keys"
		}
	case Webhook:
		target, err := url.Parse(address)
		if err != nil || target.Host == "" || (target.Scheme != "https" && target.Scheme != "http") {
			return "invalid_url", "must be an http or https URL"
		}
	}
	return "", ""
}

// isSubscription reports whether an address has the shape of what a browser
// gives a page that may push.
func isSubscription(address string) bool {
	var s struct {
		Endpoint string `json:"endpoint"`
		Keys     struct {
			Public string `json:"p256dh"`
			Auth   string `json:"auth"`
		} `json:"keys"`
	}
	if json.Unmarshal([]byte(address), &s) != nil {
		return false
	}
	return strings.HasPrefix(s.Endpoint, "https://") && s.Keys.Public != "" && s.Keys.Auth != ""
}
