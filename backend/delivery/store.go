package delivery

import (
	"context"
	"encoding/json"
	"time"

	"clarion/backend/notify"
)

// Store is what delivering needs of the database.
type Store interface {
	// ClaimMessages moves those of the messages that are queued and due to
	// sending, gives each its attempt id, number and worker, and inserts the
	// attempt rows: all in one statement where the dialect can. A message whose
	// Next is set is claimed for that integration, the others for
	// c.Integration. Messages past their expiry move to expired and messages
	// whose address was suppressed meanwhile to skipped, with their event rows.
	ClaimMessages(ctx context.Context, c Claim) (Claimed, error)
	// Judge skips or holds messages that are still queued, or lets them go, with
	// timeline and decision. Those that waited are held against their caps. It
	// returns the ids of the messages that may go.
	Judge(ctx context.Context, list []notify.Judgement, now time.Time) ([]string, error)
	// FinishAttempts writes results, attempts and event rows in one transaction.
	// A result applies only where its attempt still holds the message; a state
	// that a receipt has already raised is not lowered. It returns the ids of
	// the messages it applied to.
	FinishAttempts(ctx context.Context, f []Finish, now time.Time) ([]string, error)
	// Defer gives claimed messages back untried: their attempt rows are removed,
	// they are queued again, due at the given time.
	Defer(ctx context.Context, d []Deferral, now time.Time) error
}

// Claim asks for a chunk of messages of one channel.
type Claim struct {
	// IDs and AttemptIDs go together by place.
	IDs         []string
	AttemptIDs  []string
	Integration string
	Worker      string
	Now         time.Time
	LeaseUntil  time.Time
	// Judged is set when the recipients of these messages were asked just now.
	Judged bool
}

// Claimed is what a claim won.
type Claimed struct {
	// Messages carry AttemptID, AttemptNumber, Attempts (this one included) and
	// Integration.
	Messages []notify.Message
	// Asked are left as they are: their recipients must be asked first, because
	// they changed their choices, because they have quiet hours and the message is
	// not fresh, or because it was held.
	Asked []notify.Message
	// Expired and Suppressed count what ended at the claim.
	Expired    int
	Suppressed int
	// Held counts those whose broadcast is paused: they wait until it goes on.
	Held int
}

// Finish is the end of one attempt.
type Finish struct {
	MessageID   string
	AttemptID   string
	Channel     notify.Channel
	Priority    notify.Priority
	Source      string
	Integration string
	Result      notify.Result
	// Status is the message's next status. Queued means another try at DueAt,
	// with the integration Next when it is set.
	Status notify.Status
	DueAt  time.Time
	Next   string
	// Attempts replaces the message's count: a wait the vendor asked for is not
	// counted.
	Attempts int
	// Deferrals replaces the message's count of such waits.
	Deferrals int
	EndedAt   time.Time
	// Suppress adds the address to the suppressions; InvalidAddress marks it.
	Suppress       notify.SuppressionReason
	InvalidAddress bool
	RecipientID    string
	Address        string
	// ReceiptBy is when a sent message is looked at again if nothing was heard of
	// it; zero means never.
	ReceiptBy time.Time
	// Changes are the event rows to append, in order, beside none of the
	// store's own.
	Changes []Change
	// LeaseUntil is the queue lease of a message that is queued again.
	LeaseUntil time.Time
}

// Change is one event row of a finished attempt.
type Change struct {
	Kind   string
	Detail json.RawMessage
}

// Deferral gives one claimed message back.
type Deferral struct {
	MessageID string
	AttemptID string
	DueAt     time.Time
	Reason    string
}

// Replays is what putting dead letters back needs of the database.
type Replays interface {
	// ReplayCounts says what a replay of the selection would do.
	ReplayCounts(ctx context.Context, s Selection, now time.Time) (ReplayCounts, error)
	// Replay puts the failed and unknown messages of the selection that are
	// neither expired nor suppressed back to queued with Attempts zero, writes
	// "replayed" event rows and returns their queue references, at most Limit.
	Replay(ctx context.Context, s Selection, now, leaseUntil time.Time) ([]Ref, error)
	// Replayable returns the messages that Replay would put back, at most Limit,
	// oldest first.
	Replayable(ctx context.Context, s Selection, now time.Time) ([]notify.Message, error)
	// Rewrite replaces the content and template version of a dead letter.
	Rewrite(ctx context.Context, messageID string, content notify.Content, ref notify.TemplateRef) error
	// Discard moves dead letters of the selection to cancelled with the reason.
	Discard(ctx context.Context, s Selection, reason string, now time.Time) (int, error)
}

// Selection picks dead letters: by id, or by filter when IDs is empty.
type Selection struct {
	IDs    []string
	Filter notify.MessageFilter
	// After leaves out ids up to and including it: a replay walks the selection
	// once, oldest first, however fast what it sent fails again.
	After string
	Limit int
	// Current renders the content anew with the template that is live now.
	Current bool
}

// ReplayCounts is the preview of a replay.
type ReplayCounts struct {
	Selected         int `json:"selected"`
	WouldSend        int `json:"would_send"`
	AlreadyDelivered int `json:"already_delivered"`
	Expired          int `json:"expired"`
	Suppressed       int `json:"suppressed"`
}

// Ref is what the queue needs to know of a message.
type Ref struct {
	ID       string
	Channel  notify.Channel
	Priority notify.Priority
}

// Redactions removes what messages said.
type Redactions interface {
	// RedactMessage empties content and address of an ended message and writes a
	// "redacted" event row; notify.ErrConflict while it is under way.
	RedactMessage(ctx context.Context, id string, now time.Time) error
}
