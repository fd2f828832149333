package notify

import (
	"encoding/json"
	"strings"
)

// Content is what a message says, rendered. Each channel uses the fields named
// in its ChannelInfo and leaves the rest empty.
type Content struct {
	Subject string `json:"subject,omitempty"`
	HTML    string `json:"html,omitempty"`
	// Text is the plain-text part of an email, the whole of an SMS and the
	// fallback of a Slack post.
	Text  string `json:"text,omitempty"`
	Title string `json:"title,omitempty"`
	Body  string `json:"body,omitempty"`
	Image string `json:"image,omitempty"`
	// URL is where a tap or the main link leads.
	URL string `json:"url,omitempty"`
	// Blocks is Slack Block Kit, a JSON array.
	Blocks  json.RawMessage   `json:"blocks,omitempty"`
	Actions []Action          `json:"actions,omitempty"`
	Data    map[string]string `json:"data,omitempty"`
}

// Words is the line that names a message in a list, and the first of its text.
// Both are empty where a vendor keeps the words.
func (c Content) Words() (title, text string) {
	for _, line := range []string{c.Subject, c.Title, firstLine(c.Body), firstLine(c.Text)} {
		if title == "" {
			title = line
		}
	}
	for _, line := range []string{firstLine(c.Body), firstLine(c.Text)} {
		if text == "" && line != title {
			text = line
		}
	}
	return title, text
}

// testMark is what a test begins with, so that nobody takes it for the real one.
const testMark = "[Test] "

// AsTest is the content with a word at its beginning that it is a test.
func (c Content) AsTest() Content {
	for _, text := range []*string{&c.Subject, &c.Title} {
		if *text != "" {
			*text = testMark + *text
		}
	}
	if c.Subject == "" && c.Title == "" && c.Text != "" {
		c.Text = testMark + c.Text
	}
	return c
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return strings.TrimSpace(line)
}

// Action is a button of an in-app item or a push.
type Action struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	URL   string `json:"url,omitempty"`
}

// Size is the number of bytes of text a message carries, for the reports.
func (c Content) Size() int {
	n := len(c.Subject) + len(c.HTML) + len(c.Text) + len(c.Title) + len(c.Body) + len(c.Image) + len(c.URL) + len(c.Blocks)
	for k, v := range c.Data {
		n += len(k) + len(v)
	}
	for _, a := range c.Actions {
		n += len(a.ID) + len(a.Label) + len(a.URL)
	}
	return n
}

// Parts is in how many billed parts the content goes out on the channel; zero
// where nobody counts parts.
func (c Content) Parts(channel Channel) int {
	if channel != SMS {
		return 0
	}
	parts, _ := SMSParts(c.Text)
	return parts
}
