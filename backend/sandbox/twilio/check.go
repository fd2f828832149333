package twilio

import (
	"net/http"
	"net/url"
	"strings"

	"clarion/backend/sandbox/wire"
)

// magic are Twilio's published test numbers and what each answers.
var (
	magicTo = map[string]struct {
		code int
		text string
	}{
		"+15005550001": {21211, "Invalid 'To' Phone Number: "},
		"+15005550002": {21612, "The Twilio Phone Number or Short Code cannot route to this number: "},
		"+15005550003": {21408, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: "},
		"+15005550004": {21610, "Attempt to send to unsubscribed recipient: "},
		"+15005550009": {21614, "'To' number is not a valid mobile number: "},
	}
	magicFrom = map[string]struct {
		code int
		text string
	}{
		"+15005550001": {21212, "The 'From' phone number is not a valid, SMS-capable number: "},
		"+15005550007": {21606, "The From phone number is not a valid, SMS-capable inbound phone number or short code for your account: "},
		"+15005550008": {21611, "This 'From' number has exceeded the maximum number of queued messages: "},
	}
)

// asyncPrefix starts the sandbox's own numbers: the last digit N makes the text
// end with error 3000N.
const asyncPrefix = "+1500553000"

func fateOf(to string) string {
	if last, ok := strings.CutPrefix(to, asyncPrefix); ok && len(last) == 1 && last[0] >= '1' && last[0] <= '8' {
		return "3000" + last
	}
	return ""
}

// checkForm answers the first thing Twilio would not take, or nil.
func (v desk) checkForm(form url.Values) *wire.Answer {
	refuse := func(code int, message string) *wire.Answer { return fault(http.StatusBadRequest, code, message) }
	to, marked := strings.CutPrefix(form.Get("To"), v.mark)
	from := strings.TrimPrefix(form.Get("From"), v.mark)
	if to == "" {
		return refuse(21604, "A 'To' phone number is required.")
	}
	if from == "" && form.Get("MessagingServiceSid") == "" {
		return refuse(21603, "A 'From' phone number is required.")
	}
	if form.Get("Body") == "" && form.Get("ContentSid") == "" && len(form["MediaUrl"]) == 0 {
		return refuse(21602, "Message body is required.")
	}
	if wire.UTF16Length(form.Get("Body")) > 1600 {
		return refuse(21617, "The concatenated message body exceeds the 1600 character limit")
	}
	if known, ok := magicFrom[from]; ok {
		return refuse(known.code, known.text+from)
	}
	if known, ok := magicTo[to]; ok {
		return refuse(known.code, known.text+masked(to))
	}
	if !marked || !isE164(to) {
		return invalidTo(to)
	}
	if callback := form.Get("StatusCallback"); callback != "" && !v.box.Reachable(callback) {
		return refuse(21609, "The StatusCallback URL "+callback+" is not a valid URL.")
	}
	return nil
}

func isE164(s string) bool {
	if len(s) < 9 || len(s) > 16 || s[0] != '+' || s[1] == '0' {
		return false
	}
	for i := 1; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
