package broadcast

import (
	"encoding/json"
	"time"

	"clarion/backend/notify"
)

// EventType is that of the event by which a broadcast goes out.
const EventType = "broadcast"

// State is where a broadcast stands.
type State string

// The states. What was submitted is frozen; an edit makes a draft of it again.
const (
	Draft     State = "draft"
	Submitted State = "submitted"
	Approved  State = "approved"
	Rejected  State = "rejected"
	Scheduled State = "scheduled"
	Sending   State = "sending"
	Paused    State = "paused"
	Completed State = "completed"
	Cancelled State = "cancelled"
	Failed    State = "failed"
)

// States is the closed list, in the order of a broadcast's life.
var States = []State{Draft, Submitted, Rejected, Approved, Scheduled, Sending, Paused, Completed, Cancelled, Failed}

// Ended reports whether nothing more happens to it.
func (s State) Ended() bool { return s == Completed || s == Cancelled || s == Failed }

// Editable reports whether it may still be changed: nothing of it has gone out.
func (s State) Editable() bool {
	return s == Draft || s == Submitted || s == Rejected || s == Approved || s == Scheduled
}

// Audience is whom it is for: everybody, or all who are on one of the lists.
type Audience struct {
	Everybody  bool     `json:"everybody,omitempty"`
	Segments   []string `json:"segments,omitempty"`
	Groups     []string `json:"groups,omitempty"`
	Recipients []string `json:"recipients,omitempty"`
	// File is that of an import for audiences: its rows say who, and what to each.
	File string `json:"file,omitempty"`
}

// Empty reports whether nobody is named.
func (a Audience) Empty() bool {
	return !a.Everybody && a.File == "" && len(a.Segments)+len(a.Groups)+len(a.Recipients) == 0
}

// Plan is what people write: the audience, the words, the ways and the time.
type Plan struct {
	Audience Audience `json:"audience"`
	// Template, Content or Workflow says what goes out; exactly one of them.
	Template string          `json:"template,omitempty"`
	Content  *notify.Content `json:"content,omitempty"`
	Workflow string          `json:"workflow,omitempty"`
	// Channels, Category and Priority are the workflow's own when there is one.
	Channels []notify.Channel `json:"channels,omitempty"`
	Category string           `json:"category,omitempty"`
	Priority notify.Priority  `json:"priority,omitempty"`
	Data     json.RawMessage  `json:"data,omitempty"`
	// PerSecond is how many messages are let out in a second; zero is as many as go.
	PerSecond int `json:"per_second,omitempty"`
	// SendAt is when it begins; at once when it is zero. Window is when any of it
	// may go out.
	SendAt time.Time      `json:"send_at,omitzero"`
	Window *notify.Window `json:"window,omitempty"`
}

// Broadcast is one broadcast.
type Broadcast struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	State State  `json:"state"`
	// Revision counts its edits: it is the token of the next one.
	Revision int `json:"revision"`
	Plan
	// Authors are all who wrote or submitted it; none of them may approve it.
	Authors []string `json:"authors"`
	Source  string   `json:"source"`
	// Frozen is what was submitted, once it is frozen, and Hash is of exactly that.
	Frozen *Frozen `json:"frozen"`
	Hash   string  `json:"hash"`
	// Before is what was frozen the time before, once that is void.
	Before *Before `json:"before,omitempty"`
	Note   string  `json:"note"`
	// People is how many the audience has, Digest is of all of them.
	People      int       `json:"people"`
	Digest      string    `json:"-"`
	SubmittedBy string    `json:"submitted_by"`
	SubmittedAt time.Time `json:"submitted_at,omitzero"`
	DecidedBy   string    `json:"decided_by"`
	DecidedAt   time.Time `json:"decided_at,omitzero"`
	EventID     string    `json:"event_id"`
	// Forgiven is how many failures somebody has seen and let it go on.
	Forgiven int `json:"-"`
	// Reason is why it stands where it stands: what was asked for, what failed.
	Reason    string    `json:"reason"`
	StartedAt time.Time `json:"started_at,omitzero"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
	CreatedBy string    `json:"created_by"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	// SagaID is the saga of what was submitted last, RecallSaga the one that takes
	// back what went out when the broadcast had ended.
	SagaID     string `json:"saga_id"`
	RecallSaga string `json:"recall_saga_id"`
	// Recall is whether what went out is being taken back, or was.
	Recall Recall `json:"recall"`
	// RecallRound counts how often what failed was tried once more.
	RecallRound int `json:"-"`
	// Taken counts how often its audience was written down.
	Taken int `json:"-"`
	// EndedBy is who rejected, edited or cancelled it.
	EndedBy string `json:"-"`
	// LookAt is when somebody looks what can be done next; never when it is zero.
	LookAt time.Time `json:"-"`
}

// Recall is how far taking back what went out has come; empty when nobody asked.
type Recall string

// The ways a recall stands.
const (
	Recalling Recall = "running"
	Recalled  Recall = "done"
)

// Pin is a version that goes out, and a hash of its words.
type Pin struct {
	Kind    string `json:"kind"`
	Key     string `json:"key"`
	Version int    `json:"version"`
	Hash    string `json:"hash"`
}

// Pinned is what a plan goes out with now.
type Pinned struct {
	Pins []Pin
	// Workflow is the whole one, where the plan names one.
	Workflow *notify.Workflow
}

// Frozen is what an approver decides on, besides the plan.
type Frozen struct {
	Pins     []Pin            `json:"pins"`
	Workflow *notify.Workflow `json:"workflow,omitempty"`
	People   int              `json:"people"`
	Digest   string           `json:"digest"`
	Estimate Estimate         `json:"estimate"`
	Findings []Finding        `json:"findings"`
	At       time.Time        `json:"at"`
	// turn is that of the audience it is of.
	turn int
}

// Person is one of the frozen audience.
type Person struct {
	ID string
	// Data is laid over the plan's for this one.
	Data json.RawMessage
}

// Entry is one line of a broadcast's history.
type Entry struct {
	Number int64     `json:"number"`
	At     time.Time `json:"at"`
	// Kind is created, edited, submitted, frozen, refused, voided, approved,
	// approved_by_policy, break_glass, rejected, scheduled, started, paused, resumed,
	// completed, cancelled, recalled, recall_again, recall_done or failed.
	Kind   string `json:"kind"`
	By     string `json:"by"`
	Detail string `json:"detail"`
}

// Filter picks broadcasts; empty fields do not filter.
type Filter struct {
	State []State
	Q     string
	// Group and Segment are keys that the audience names.
	Group   string
	Segment string
	// Author is the id of one who wrote or submitted it.
	Author string
}

// Progress is how far it has come.
type Progress struct {
	State  State `json:"state"`
	People int   `json:"people"`
	// Reached is for how many of them it was decided what they get.
	Reached  int                   `json:"reached"`
	Messages int                   `json:"messages"`
	Counts   map[notify.Status]int `json:"counts"`
	// Waiting are those that are held because it is paused.
	Waiting int `json:"waiting"`
	// Recalls are the messages by what became of taking them back, once somebody
	// asked for that.
	Recalls map[RecallOutcome]int `json:"recalls,omitempty"`
	// Recalled are the people by what became of taking back a message of theirs.
	Recalled map[RecallOutcome]int `json:"recalled,omitempty"`
	// CountedAt is when it was counted; Stale says that it is being counted anew.
	CountedAt   time.Time          `json:"counted_at,omitzero"`
	Stale       bool               `json:"stale,omitempty"`
	EventStatus notify.EventStatus `json:"-"`
	EventError  string             `json:"-"`
}

// Open is how many messages have not ended.
func (p Progress) Open() int {
	return p.Counts[notify.Held] + p.Counts[notify.Queued] + p.Counts[notify.Sending]
}

// Outcome is what became of one recipient: the messages made for them.
type Outcome struct {
	Recipient notify.RecipientRef `json:"recipient"`
	// MergedInto is who they became, when they were merged since the audience was
	// frozen: the messages are with that one, here only when that one has no line.
	MergedInto string           `json:"merged_into,omitempty"`
	ChosenBy   string           `json:"chosen_by"`
	Messages   []OutcomeMessage `json:"messages"`
}

// OutcomeMessage is one message of an outcome.
type OutcomeMessage struct {
	ID         string            `json:"id"`
	Channel    notify.Channel    `json:"channel"`
	Status     notify.Status     `json:"status"`
	SkipReason notify.SkipReason `json:"skip_reason,omitempty"`
	ErrorCode  string            `json:"error_code,omitempty"`
	// Recall is what became of taking it back, once somebody asked for that.
	Recall       RecallOutcome `json:"recall,omitempty"`
	RecallDetail string        `json:"recall_detail,omitempty"`
}
