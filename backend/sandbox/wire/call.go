package wire

import (
	"encoding/json"
	"time"

	"clarion/backend/notify"
)

// Call is a request as the vendor understood it.
type Call struct {
	// Path is what the ledger shows: the request's path without secrets. Empty
	// means the path as it came.
	Path      string
	MessageID string
	// Refusal is set when the vendor itself would not take it.
	Refusal  *Answer
	Accepted Answer
	Parcels  []Parcel
}

// Refused returns c as refused with a.
func (c Call) Refused(a Answer) Call {
	c.Refusal = &a
	return c
}

// Parcel is one accepted message to one person.
type Parcel struct {
	Message Message
	// Origin is set when the vendor calls back about it.
	Origin *Origin
	// Fate is how it ends when not in the usual way: a word or code of the
	// vendor.
	Fate string
	// Lost is true when nobody receives a message with this fate.
	Lost bool
}

// Message is what one person would have received. MessageID is ours.
type Message struct {
	ID         string            `json:"id"`
	Provider   string            `json:"provider"`
	Channel    notify.Channel    `json:"channel"`
	To         string            `json:"to"`
	Subject    string            `json:"subject,omitempty"`
	Headers    map[string]string `json:"headers,omitempty"`
	Title      string            `json:"title,omitempty"`
	Text       string            `json:"text,omitempty"`
	HTML       string            `json:"html,omitempty"`
	Blocks     json.RawMessage   `json:"blocks,omitempty"`
	Image      string            `json:"image,omitempty"`
	URL        string            `json:"url,omitempty"`
	Data       map[string]string `json:"data,omitempty"`
	ReceivedAt time.Time         `json:"received_at"`
	MessageID  string            `json:"message_id"`
}
