package notify

// Status is where a message is. It has exactly one at a time.
type Status string

// The statuses of a message.
const (
	// Held waits for a time: quiet hours, a digest or send_at.
	Held Status = "held"
	// Queued is ready to be claimed by a worker; the row is the outbox.
	Queued Status = "queued"
	// Sending is claimed: an attempt row exists and the vendor may be called.
	Sending Status = "sending"
	// Sent means the vendor took responsibility.
	Sent Status = "sent"
	// Delivered means the vendor, or the inbox, said it arrived.
	Delivered Status = "delivered"
	// Failed is the dead letter: no further try will be made by itself.
	Failed Status = "failed"
	// Skipped was never tried; SkipReason says why.
	Skipped Status = "skipped"
	// Expired was not sent because its time had passed.
	Expired Status = "expired"
	// Cancelled was stopped by a caller or a member before it was sent.
	Cancelled Status = "cancelled"
	// Unknown was written to a vendor that gave no trustworthy answer.
	Unknown Status = "unknown"
)

// Statuses lists every status in the order of a message's life.
var Statuses = []Status{Held, Queued, Sending, Sent, Delivered, Failed, Skipped, Expired, Cancelled, Unknown}

// Ended reports whether a message in s needs nothing more from us. Sent counts:
// some channels never report delivery.
func (s Status) Ended() bool {
	switch s {
	case Held, Queued, Sending:
		return false
	default:
		return true
	}
}

// Dead reports whether s is that of a dead letter: ended without having reached
// anybody for certain, and open to being sent again.
func (s Status) Dead() bool { return s == Failed || s == Unknown }

// Supersedes reports whether a receipt that says next may move a message that
// is now in s. Rank only rises, with two exceptions the vendors force on us:
// unknown yields to anything, and a late bounce turns delivered into failed.
// Applied to any order of any number of receipts of one attempt the final state is
// the same; a queued message waits for the next attempt's.
func (s Status) Supersedes(next Status) bool {
	switch s {
	case Queued: // another attempt is to come: no word of an earlier one fails it
		return next == Sent || next == Delivered
	case Unknown, Sending:
		return next == Sent || next == Delivered || next == Failed
	case Sent:
		return next == Delivered || next == Failed
	case Delivered:
		return next == Failed
	default:
		return false
	}
}

// SkipReason says why a message was never tried. The list is closed.
type SkipReason string

// The skip reasons.
const (
	OptedOut          SkipReason = "opted_out"
	Suppressed        SkipReason = "suppressed"
	NoAddress         SkipReason = "no_address"
	FrequencyCapped   SkipReason = "frequency_capped"
	Duplicate         SkipReason = "duplicate"
	ConditionFalse    SkipReason = "condition_false"
	NoTemplate        SkipReason = "no_template"
	TemplateFailed    SkipReason = "template_failed"
	NoIntegration     SkipReason = "no_integration"
	QuietHours        SkipReason = "quiet_hours"
	WorkflowDisabled  SkipReason = "workflow_disabled"
	Erased            SkipReason = "erased"
	ChannelNotWanted  SkipReason = "channel_not_wanted"
	RecipientNotFound SkipReason = "recipient_not_found"
	// Digested went out within another message: the recipient's digest.
	Digested SkipReason = "digested"
)

// HoldReason says why a message waits. Some are what others are skipped for; those
// below are for holding alone, and nothing is skipped for them.
type HoldReason = SkipReason

// The reasons that only hold.
const (
	// BroadcastPaused is a message's whose broadcast was paused.
	BroadcastPaused HoldReason = "broadcast_paused"
	// Released stands where a held message says why it waits, once a member or a
	// system sent it at once: quiet hours and caps are not asked again.
	Released HoldReason = "released"
)

// HoldReasons are those a message may wait for.
var HoldReasons = []HoldReason{QuietHours, Digested, BroadcastPaused}

// SkipReasons is the closed list.
var SkipReasons = []SkipReason{
	OptedOut, Suppressed, NoAddress, FrequencyCapped, Duplicate, ConditionFalse, NoTemplate,
	TemplateFailed, NoIntegration, QuietHours, WorkflowDisabled, Erased, ChannelNotWanted, RecipientNotFound, Digested,
}

// Outcome is how one attempt ended, in the classes of which every vendor's
// answer is one. It decides what happens next.
type Outcome string

// The outcome classes. An attempt whose process died has Interrupted: the
// vendor may or may not have been called.
const (
	OK               Outcome = "ok"
	InvalidRecipient Outcome = "invalid_recipient"
	RecipientBlocked Outcome = "recipient_blocked"
	ContentRejected  Outcome = "content_rejected"
	AuthConfig       Outcome = "auth_config"
	RateLimited      Outcome = "rate_limited"
	Temporary        Outcome = "temporary"
	Ambiguous        Outcome = "ambiguous"
	Interrupted      Outcome = "interrupted"
)

// Outcomes lists the classes a provider may answer with. Interrupted is ours.
var Outcomes = []Outcome{
	OK, InvalidRecipient, RecipientBlocked, ContentRejected, AuthConfig, RateLimited, Temporary, Ambiguous,
}

// SuppressionReason says why an address must not be contacted.
type SuppressionReason string

// The suppression reasons.
const (
	Bounce      SuppressionReason = "bounce"
	Complaint   SuppressionReason = "complaint"
	Unsubscribe SuppressionReason = "unsubscribe"
	Manual      SuppressionReason = "manual"
	// SoftBounce is a bounce that may pass: the entry ends by itself.
	SoftBounce SuppressionReason = "soft_bounce"
)

// Engagement is what a person did with a message. A message can have many.
type Engagement string

// The engagements.
const (
	EngagedSeen         Engagement = "seen"
	EngagedRead         Engagement = "read"
	EngagedOpened       Engagement = "opened"
	EngagedClicked      Engagement = "clicked"
	EngagedArchived     Engagement = "archived"
	EngagedUnsubscribed Engagement = "unsubscribed"
	EngagedComplained   Engagement = "complained"
)
