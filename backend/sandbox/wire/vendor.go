package wire

import (
	"context"
	"net/http"
	"time"
)

// Box is what a vendor gets from the sandbox it stands in.
type Box struct {
	// Credentials are what the vendor accepts, by setting key; nil lets
	// everybody in.
	Credentials map[string]string
	// Dir keeps what the vendor must not lose, such as a signing key; empty
	// means it lives as long as the process.
	Dir string
	// Clock stamps what the vendor says.
	Clock func() time.Time
	// Reachable says whether callbacks could be posted to an address that a
	// caller named.
	Reachable func(url string) bool
}

// Vendor is one vendor in the box: a name, doors under paths that begin with
// that name, and how it calls back.
type Vendor struct {
	Name  string
	Doors []Door
	// Callbacks is nil for a vendor that never calls back.
	Callbacks *Callbacks
	// Silent is true when the vendor cannot report that an accepted message did
	// not arrive, so that the fault undelivered means nothing to it.
	Silent bool
	// Serve takes the messages of a vendor that does not speak HTTP, until ctx
	// ends. It is nil for the others.
	Serve func(ctx context.Context, take Take)
	// Account holds the settings with which an integration of ours reaches this
	// vendor, all but what belongs to the sender's taste.
	Account map[string]string
}

// Take writes a call to the books and says how the vendor answers it.
type Take func(c *Call) Reply

// Reply is a vendor's answer with the fault that struck the call.
type Reply struct {
	Answer Answer
	Fault  FaultKind
}

// Unproxied is a Desk that no gateway stands in front of.
type Unproxied interface{ Unproxied() }

// Door hangs a desk under a path.
type Door struct {
	Prefix string
	Desk   Desk
}

// Desk is where a vendor takes messages.
type Desk interface {
	// Read parses and checks a request the way the vendor does. It finds our
	// message id even in a request it refuses, as far as there is one.
	Read(r *http.Request, body []byte) Call
	// Refuse is the vendor's answer with an error status.
	Refuse(status int) Answer
	// Spoil says what bounce or undelivered means here: a fate of the accepted
	// message, or a refusal when the vendor reports such things at once.
	Spoil(kind FaultKind, c *Call) (fate string, refusal *Answer)
}

// Asker is a Desk that answers requests which write to nobody: whether an
// account works, a token. The books keep nothing of them and faults leave them
// alone.
type Asker interface {
	// Ask answers such a request, nil when it is none. It does not touch the
	// body of one it leaves to Read.
	Ask(r *http.Request) *Answer
}

// Getter is a Desk with calls that are GET requests and go on the ledger.
type Getter interface {
	// Gets reports whether the path is read with GET.
	Gets(path string) bool
}

// Deleter is a Desk with calls that are DELETE requests.
type Deleter interface {
	// Deletes reports whether the path is asked for with DELETE.
	Deletes(path string) bool
}

// Callbacks is how a vendor tells what became of a message.
type Callbacks struct {
	// Hook is true when there is one address for all messages, set for the
	// vendor; else each message names its own in Origin.URL.
	Hook bool
	// Size is how many events go into one post, Workers how many posts are
	// under way together, Linger how long the first event waits for company.
	Size, Workers int
	Linger        time.Duration
	// Stages are what the vendor reports about a message with this fate, in
	// order; "" is the usual fate.
	Stages func(fate string) []Stage
	// Post writes events, at most Size, as the vendor does, signed for the
	// address they go to.
	Post func(address string, events []*Event) (Letter, error)
}

// Stage is one step of a message's life at the vendor: its word, and its error
// code when it has one.
type Stage struct{ Kind, Code string }

// Letter is a callback ready to be posted.
type Letter struct {
	Header http.Header
	Body   []byte
	// Query is added to the address, for vendors that sign there.
	Query string
	// Again is true for a letter that only asks whether letters are wanted: once
	// it is taken, the vendor writes the events anew.
	Again bool
}

// Origin is the accepted message that callbacks are about.
type Origin struct {
	Provider string `json:"provider"`
	// URL is where this message's callbacks go, for a vendor without a Hook.
	URL       string            `json:"url,omitempty"`
	Account   string            `json:"account,omitempty"`
	Service   string            `json:"service,omitempty"`
	To        string            `json:"to"`
	From      string            `json:"from,omitempty"`
	VendorID  string            `json:"vendor_id"`
	MessageID string            `json:"message_id"`
	Args      map[string]string `json:"args,omitempty"`
}

// Event is one callback a vendor owes. A duplicate is an event of its own that
// says the same.
type Event struct {
	ID int64 `json:"-"`
	// Kind is the vendor's word; Code its error code, when it has one.
	Kind string    `json:"kind"`
	Code string    `json:"code,omitempty"`
	At   time.Time `json:"at"`
	Due  time.Time `json:"due"`
	// Odd is true when the vendor writes fields that nobody has heard of.
	Odd bool `json:"odd,omitempty"`

	Origin *Origin `json:"-"`
}

// Novelty is a field, and a word for a status, that no vendor has.
const Novelty = "sandbox_novelty"

// Add writes the field that nobody has heard of into an odd event.
func (e *Event) Add(fields map[string]any) {
	if e.Odd {
		fields[Novelty] = map[string]any{"depth": []int{1, 2}, "text": "你好"}
	}
}
