package slack

import (
	"encoding/json"
	"unicode/utf8"
)

// magicChannels are addresses that answer an error, whoever asks.
var magicChannels = map[string]string{
	"C000MISSING":    "channel_not_found",
	"C000ARCHIVED":   "is_archived",
	"C000OUTSIDE":    "not_in_channel",
	"C000RESTRICTED": "restricted_action",
	"C000INTERNAL":   "internal_error",
	"U000MISSING":    "user_not_found",
}

// check returns Slack's word for the first thing it would not take, or "".
func (p *post) check() string {
	if word := magicChannels[p.Channel]; word != "" {
		return word
	}
	if !isChannel(p.Channel) {
		return "channel_not_found"
	}
	return p.checkContent()
}

// missingStamp is of a post that nobody finds, whoever asks.
const missingStamp = "0.000000"

// checkDelete is the same for chat.delete.
func (p *post) checkDelete() string {
	switch {
	case magicChannels[p.Channel] != "":
		return magicChannels[p.Channel]
	case !isChannel(p.Channel):
		return "channel_not_found"
	case p.Stamp == "" || p.Stamp == missingStamp:
		return "message_not_found"
	}
	return ""
}

func (p *post) checkContent() string {
	if p.Text == "" && p.Blocks == nil && p.Attachments == nil {
		return "no_text"
	}
	if utf8.RuneCountInString(p.Text) > 40_000 {
		return "msg_too_long"
	}
	return checkBlocks(p.Blocks)
}

// isChannel knows ids (C, G, D, U and W) and #names.
func isChannel(s string) bool {
	if len(s) < 2 {
		return false
	}
	switch s[0] {
	case '#':
		return true
	case 'C', 'G', 'D', 'U', 'W':
	default:
		return false
	}
	for i := 1; i < len(s); i++ {
		if !(s[i] >= 'A' && s[i] <= 'Z' || s[i] >= '0' && s[i] <= '9') {
			return false
		}
	}
	return true
}

type block struct {
	Type string `json:"type"`
	Text *struct {
		Type string `json:"type"`
		Text string `json:"text"`
	} `json:"text"`
	Fields   []json.RawMessage `json:"fields"`
	Elements []json.RawMessage `json:"elements"`
}

// blockTextLimits are the longest texts by type of block; the keys are the
// types Slack knows, zero where no text is limited.
var blockTextLimits = map[string]int{
	"section": 3000, "header": 150, "divider": 0, "context": 0, "image": 0, "actions": 0,
	"rich_text": 0, "input": 0, "file": 0, "video": 0, "markdown": 0, "table": 0,
}

func checkBlocks(raw json.RawMessage) string {
	if raw == nil {
		return ""
	}
	var blocks []block
	if json.Unmarshal(raw, &blocks) != nil {
		return "invalid_blocks_format"
	}
	if len(blocks) > 50 {
		return "invalid_blocks"
	}
	for _, b := range blocks {
		limit, known := blockTextLimits[b.Type]
		switch {
		case !known:
			return "invalid_blocks"
		case b.Type == "section" && b.Text == nil && len(b.Fields) == 0, b.Type == "header" && b.Text == nil:
			return "invalid_blocks"
		case limit > 0 && b.Text != nil && (b.Text.Text == "" || utf8.RuneCountInString(b.Text.Text) > limit):
			return "invalid_blocks"
		case len(b.Fields) > 10, b.Type == "context" && len(b.Elements) > 10:
			return "invalid_blocks"
		}
	}
	return ""
}
