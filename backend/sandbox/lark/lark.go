// Package lark is what Feishu's apps and robots in the box have in common: how a
// message is read and how Feishu says no. It is no vendor.
package lark

import (
	"encoding/json"
	"net/http"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

// Fault is a no with a status of its own.
func Fault(status, code int, text string) *wire.Answer {
	a := wire.JSON(status, map[string]any{"code": code, "msg": text, "data": map[string]any{}})
	return &a
}

// Refuse is the answer with an error status.
func Refuse(status int) wire.Answer {
	if status == http.StatusTooManyRequests {
		return *Fault(status, 99991400, "request trigger frequency limit")
	}
	return *Fault(status, 99990000+status, http.StatusText(status))
}

type plain struct{ Content string }

type card struct {
	Header   struct{ Title plain }
	Elements []struct {
		Text    plain
		Actions []struct {
			Text plain
			URL  string
		}
	}
}

type words struct {
	Title   string
	Content [][]struct{ Tag, Text string }
}

// Message reads a message of a kind; it is false when the content is not the
// kind's.
func Message(kind string, content []byte) (wire.Message, bool) {
	m := wire.Message{Channel: notify.Feishu, Data: map[string]string{"kind": kind}}
	switch kind {
	case "text":
		var text struct{ Text string }
		ok := json.Unmarshal(content, &text) == nil && text.Text != ""
		m.Text = text.Text
		return m, ok
	case "post":
		var post map[string]words
		if json.Unmarshal(content, &post) != nil || len(post) == 0 {
			return m, false
		}
		m.Title, m.Text = post["zh_cn"].Title, post["zh_cn"].text()
		return m, m.Text != ""
	case "interactive":
		var c card
		if json.Unmarshal(content, &c) != nil || len(c.Elements) == 0 {
			return m, false
		}
		c.fill(&m)
		return m, true
	}
	return m, false
}

func (w words) text() string {
	var lines []string
	for _, line := range w.Content {
		var text strings.Builder
		for _, part := range line {
			text.WriteString(part.Text)
		}
		lines = append(lines, text.String())
	}
	return strings.Join(lines, "\n")
}

func (c card) fill(m *wire.Message) {
	m.Title = c.Header.Title.Content
	for _, e := range c.Elements {
		m.Text += e.Text.Content
		for _, action := range e.Actions {
			m.URL, m.Data["link_label"] = action.URL, action.Text.Content
		}
	}
}
