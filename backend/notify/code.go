package notify

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// OurPrefix begins the event types and workflows that are Clarion's own: nobody
// else may use it.
const OurPrefix = "clarion."

// OTPType is the event type, and so the workflow, of one-time codes.
const OTPType = OurPrefix + "otp"

// A one-time code is nowhere in the books: what is kept has a place for it, and
// the code is put there when the message leaves.
var codePlace = regexp.MustCompile(`otpcode_([0-9]{1,2})_([0-9a-f]{32})_`)

// CodePlace stands for the code of an OTP in words that are kept. It survives
// escaping for HTML, URLs and JSON.
func CodePlace(otpID string, length int) string {
	return fmt.Sprintf("otpcode_%d_%s_", length, strings.TrimPrefix(otpID, OTPID))
}

// Coder knows the codes.
type Coder interface {
	// Code is the code of an OTP, of so many digits.
	Code(otpID string, length int) string
}

// WithCodes returns c with the codes in their places.
func (c Content) WithCodes(codes Coder) Content {
	return c.mapped(func(text string) string {
		return codePlace.ReplaceAllStringFunc(text, func(place string) string {
			parts := codePlace.FindStringSubmatch(place)
			length, _ := strconv.Atoi(parts[1])
			return codes.Code(OTPID+parts[2], length)
		})
	})
}

// hiddenCode is what people are shown for a code.
const hiddenCode = "••••••"

// HideCodes returns text with every place of a code made unreadable.
func HideCodes(text string) string { return codePlace.ReplaceAllString(text, hiddenCode) }

var digits = regexp.MustCompile(`[0-9]{4,}`)

// HideDigits returns a vendor's words about a message with a code, in which the
// vendor may have repeated it.
func HideDigits(text string) string { return digits.ReplaceAllString(text, hiddenCode) }

// WithoutCodes returns c fit to be shown.
func (c Content) WithoutCodes() Content { return c.mapped(HideCodes) }

// mapped returns c with every text of it changed by f.
func (c Content) mapped(f func(string) string) Content {
	out := c
	for _, text := range []*string{&out.Subject, &out.HTML, &out.Text, &out.Title, &out.Body, &out.Image, &out.URL} {
		*text = f(*text)
	}
	if len(c.Blocks) > 0 {
		out.Blocks = []byte(f(string(c.Blocks)))
	}
	out.Actions = append([]Action(nil), c.Actions...)
	for i := range out.Actions {
		out.Actions[i].Label, out.Actions[i].URL = f(out.Actions[i].Label), f(out.Actions[i].URL)
	}
	if c.Data != nil {
		out.Data = make(map[string]string, len(c.Data))
		for key, value := range c.Data {
			out.Data[key] = f(value)
		}
	}
	return out
}
