package sandbox

import (
	"time"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

// Message is what one person would have received.
type Message = wire.Message

// weigh is about what a message takes in memory.
func weigh(m *Message) int {
	n := 400 + len(m.Subject) + len(m.Title) + len(m.Text) + len(m.HTML) + len(m.Blocks)
	for k, v := range m.Data {
		n += len(k) + len(v)
	}
	return n
}

// Request is one raw call of the ledger. AnsweredStatus is zero when the caller
// was left without an answer. Fault is the fault that struck it.
type Request struct {
	ID             string    `json:"id"`
	Provider       string    `json:"provider"`
	Method         string    `json:"method"`
	Path           string    `json:"path"`
	MessageID      string    `json:"message_id"`
	ReceivedAt     time.Time `json:"received_at"`
	AnsweredStatus int       `json:"answered_status"`
	Fault          FaultKind `json:"fault"`
}

// MessageFilter picks messages; empty fields do not filter. Limit is 50 unless
// set. After is the cursor a page before returned.
type MessageFilter struct {
	Channel notify.Channel
	To      string
	Limit   int
	After   string
}

func (f MessageFilter) match(m *Message) bool {
	return (f.Channel == "" || f.Channel == m.Channel) && (f.To == "" || f.To == m.To)
}

// RequestFilter picks ledger entries, like MessageFilter.
type RequestFilter struct {
	Provider string
	Limit    int
	After    string
}

func (f RequestFilter) match(r *Request) bool {
	return f.Provider == "" || f.Provider == r.Provider
}
