package notify

import (
	"context"
	"net/http"
	"time"
)

// Outbound is one message on its way to a vendor: all a provider may know.
type Outbound struct {
	// MessageID travels in a field the vendor echoes in its callbacks, so that
	// a receipt finds the message even when the vendor's answer was lost.
	MessageID string
	AttemptID string
	TraceID   string
	Channel   Channel
	// To is the address: a mailbox, an E.164 number, a device token, a
	// browser's subscription, a Slack id.
	To string
	// RecipientID and RecipientName belong to the person behind To.
	RecipientID   string
	RecipientName string
	Content       Content
	Priority      Priority
	Category      string
	// Unsubscribe is where one click ends what an email is of; empty where its
	// person may not refuse it.
	Unsubscribe string
	// ExpiresAt is zero when the message never expires. A vendor that takes a
	// validity period is told.
	ExpiresAt time.Time
}

// Result is a vendor's answer to one attempt, in our classes.
type Result struct {
	Outcome Outcome
	// ProviderMessageID is the vendor's own id, when it gave one.
	ProviderMessageID string
	// Delivered is true when the answer itself proves arrival (in-app).
	Delivered bool
	// Code is the vendor's error code or our word for the fault; Detail is a
	// sentence safe to show: it never holds a secret.
	Code   string
	Detail string
	// RetryAfter is how long the vendor asked us to wait; zero if it did not say.
	RetryAfter time.Duration
}

// Receipt is a vendor's later word about a message.
type Receipt struct {
	// DedupKey is the same for the same callback however often it is sent.
	DedupKey string
	// MessageID is ours, when the vendor echoed it; else ProviderMessageID
	// finds the message.
	MessageID         string
	ProviderMessageID string
	// Status is the state the vendor reports; empty when the receipt is only
	// engagement or a note.
	Status     Status
	Engagement Engagement
	// Suppress is set when the address must not be contacted again.
	Suppress SuppressionReason
	// Resubscribe is set when the person asked for messages again: it takes an
	// unsubscription of the address back, and nothing else.
	Resubscribe bool
	// Group says that both are about one group of messages and not all that goes to
	// the address: about the category of the message.
	Group bool
	// Words are what the person wrote to say so, such as STOP; empty where the
	// vendor tells only what followed.
	Words string
	// Address is the address the vendor names, when it names one.
	Address string
	// Channel is set when the receipt is about the address alone, and not about a
	// message.
	Channel Channel
	Code    string
	Detail  string
	// At is the vendor's own time of the fact.
	At time.Time
}

// CallbackRequest is a vendor's HTTP callback with its body untouched, as
// signatures need it.
type CallbackRequest struct {
	Method string
	// URL is the public URL the vendor was given, rebuilt from configuration
	// and never from forwarded headers.
	URL    string
	Query  string
	Header http.Header
	Body   []byte
	Now    time.Time
}

// CallbackAnswer is what the vendor needs to hear.
type CallbackAnswer struct {
	Status int
	// Location is where a reader who followed a link of ours is led.
	Location    string
	ContentType string
	Body        string
}

// Sender hands one message to one vendor account: one call is at most one HTTP
// request. It never returns an error; everything that can go wrong is an
// outcome class, and Detail never holds a secret.
type Sender interface {
	Send(ctx context.Context, m Outbound) Result
}

// Prober is a Sender that can ask its vendor whether the account works, without
// writing to anybody.
type Prober interface {
	Probe(ctx context.Context) Result
}

// Recaller is a Sender whose vendor deletes a message that it has taken. One that
// is not there any more counts as deleted; a no for good is any class that does not
// stand for trying again.
type Recaller interface {
	Recall(ctx context.Context, about Inquiry) Result
}

// Placer is a Sender whose addresses are endpoints of many owners: what happens
// at one of them says nothing about the others.
type Placer interface {
	// Place names the endpoint that an address leads to. Its key is empty when all
	// messages go to one place, for which the integration itself stands.
	Place(to string) Place
}

// Publisher is a Sender with keys that others need and may know.
type Publisher interface {
	PublicKeys() []string
}

// Place is one endpoint and how many calls it takes per second; zero is as many
// as there are.
type Place struct {
	Key       string
	PerSecond int
}

// Receiver verifies and parses a vendor's callbacks. It returns
// ErrUnauthenticated when the proof is missing or wrong and ErrMalformed when
// a proven body cannot be read.
type Receiver interface {
	Receive(ctx context.Context, r CallbackRequest) ([]Receipt, CallbackAnswer, error)
}

// Inquirer is a Sender whose vendor tells what became of a message only when it
// is asked. It returns what is known so far, which may be nothing; receipts that
// were returned before may come again with the same DedupKey.
type Inquirer interface {
	Inquire(ctx context.Context, about []Inquiry) ([]Receipt, error)
}

// Inquiry names a message that a vendor has taken.
type Inquiry struct {
	MessageID         string
	ProviderMessageID string
	Address           string
}

// BatchSender is a Sender that takes many messages in one go, as the inbox
// does. It answers in order.
type BatchSender interface {
	SendBatch(ctx context.Context, list []Outbound) []Result
}
