package provider

import (
	"fmt"
	"net/url"
	"strings"

	"clarion/backend/notify"
)

// TooLong refuses a text of more bytes than the vendor shows, nil when it fits:
// some vendors cut what is too long and say nothing.
func TooLong(field, text string, limit int) *notify.Result {
	if len(text) <= limit {
		return nil
	}
	return &notify.Result{Outcome: notify.ContentRejected, Code: "too_long",
		Detail: fmt.Sprintf("The %s has %d bytes; the vendor shows %d.", field, len(text), limit)}
}

// Together is a title and a text as one plain text.
func Together(title, text string) string {
	if title == "" || text == "" {
		return title + text
	}
	return title + "\n\n" + text
}

// Headline is the title, or the first line of the text where a title is needed
// and there is none.
func Headline(title, text string) string {
	if title != "" {
		return title
	}
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return first
}

// FromURL takes a secret as it is, or out of the address it was copied with.
func FromURL(text string, pick func(*url.URL) string) string {
	if there, err := url.Parse(text); err == nil && there.Host != "" {
		return pick(there)
	}
	return text
}
