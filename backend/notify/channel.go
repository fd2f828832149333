// Package notify holds the words every other package speaks: Event, Message,
// Attempt, Channel, Priority, states, reasons and outcome classes. It has no
// rules beyond what the words themselves mean, does no input or output, and
// imports nothing of ours.
package notify

import "slices"

// Channel is a way to reach a recipient. It is stored as text, never as a
// database enum, so that a new channel is a row here and nothing else.
type Channel string

// The channels Clarion knows.
const (
	Email    Channel = "email"
	SMS      Channel = "sms"
	Push     Channel = "push"
	Slack    Channel = "slack"
	WhatsApp Channel = "whatsapp"
	Telegram Channel = "telegram"
	WeChat   Channel = "wechat"
	WeCom    Channel = "wecom"
	DingTalk Channel = "dingtalk"
	Feishu   Channel = "feishu"
	Webhook  Channel = "webhook"
	InApp    Channel = "in_app"
)

// AmbiguityPolicy says what happens to a message whose vendor gave no
// trustworthy answer after the request was written.
type AmbiguityPolicy string

// The three policies. Resend may send twice, with the reason on record;
// HoldForReceipt leaves the message unknown until a receipt or a person
// settles it; FailUnknown makes it a dead letter at once.
const (
	Resend         AmbiguityPolicy = "resend"
	HoldForReceipt AmbiguityPolicy = "hold_for_receipt"
	FailUnknown    AmbiguityPolicy = "fail"
)

// ChannelInfo describes a channel to the rest of the house and to the pages.
type ChannelInfo struct {
	Channel Channel `json:"channel"`
	// AddressKind names what an address of this channel is.
	AddressKind string `json:"address_kind"`
	// ContentFields are the fields of Content that this channel carries.
	ContentFields []string `json:"content_fields"`
	// HTML is true when rendered variables must be HTML-escaped.
	HTML bool `json:"html"`
	// Ambiguity is the policy used when the category names none.
	Ambiguity AmbiguityPolicy `json:"ambiguity"`
	// EveryAddress is true when a message goes to all of a person's working
	// addresses, as to all their devices; else it goes to one.
	EveryAddress bool `json:"every_address"`
}

// Channels lists every channel in the order the pages show them.
var Channels = []ChannelInfo{
	{Email, "mailbox", []string{"subject", "html", "text"}, true, HoldForReceipt, false},
	{SMS, "phone number", []string{"text"}, false, HoldForReceipt, false},
	{Push, "device token", []string{"title", "body", "image", "url", "data"}, false, Resend, true},
	{Slack, "Slack user or channel id", []string{"text", "blocks"}, false, Resend, false},
	{InApp, "recipient", []string{"title", "body", "url", "actions", "data"}, false, Resend, false},
	{Webhook, "URL", []string{"data"}, false, Resend, false},
	{WhatsApp, "phone number", []string{"text", "data"}, false, HoldForReceipt, false},
	{Telegram, "chat id", []string{"text"}, false, Resend, false},
	{WeChat, "openid", []string{"url", "data"}, false, Resend, false},
	{WeCom, "user id", []string{"title", "text", "url"}, false, Resend, false},
	{DingTalk, "user id", []string{"title", "text", "url"}, false, Resend, false},
	{Feishu, "user id", []string{"title", "text", "url"}, false, Resend, false},
}

// Info returns the description of c and whether c is known.
func (c Channel) Info() (ChannelInfo, bool) {
	for _, info := range Channels {
		if info.Channel == c {
			return info, true
		}
	}
	return ChannelInfo{}, false
}

// Worded reports whether messages of c have words of their own, which a digest
// can gather: what a vendor keeps the words of, or a system reads, has none.
func (c Channel) Worded() bool {
	info, known := c.Info()
	return !known || slices.Contains(info.ContentFields, "text") || slices.Contains(info.ContentFields, "body")
}

// Known reports whether c is one of Channels.
func (c Channel) Known() bool {
	_, ok := c.Info()
	return ok
}

// Priority decides which queue carries a message.
type Priority string

// The three priorities. High is for one-time codes and alarms, Low for bulk.
const (
	High   Priority = "high"
	Medium Priority = "medium"
	Low    Priority = "low"
)

// Priorities lists the priorities from the most to the least urgent.
var Priorities = []Priority{High, Medium, Low}

// Known reports whether p is one of Priorities.
func (p Priority) Known() bool { return p == High || p == Medium || p == Low }
