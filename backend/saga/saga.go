package saga

import (
	"encoding/json"
	"time"

	"clarion/backend/notify"
)

// State is where a saga stands.
type State string

// The states. The first three are open: somebody has still to do something.
const (
	Running            State = "running"
	Waiting            State = "waiting" // for an approval, a time or an event
	Compensating       State = "compensating"
	Completed          State = "completed"
	Compensated        State = "compensated"
	CompensationFailed State = "compensation_failed" // until a person retries it
)

// States is the closed list, in the order the pages show it.
var States = []State{Running, Waiting, Compensating, CompensationFailed, Completed, Compensated}

// Open reports whether the engine has still to do something about it.
func (s State) Open() bool { return s == Running || s == Waiting || s == Compensating }

// StepState is where a step stands.
type StepState string

// The states of a step.
const (
	Pending    StepState = "pending"
	Trying     StepState = "trying"
	Parked     StepState = "waiting"
	Done       StepState = "done"
	Refused    StepState = "refused"  // it said no, and nothing of it stands
	InDoubt    StepState = "in_doubt" // nobody knows what of it stands
	Undoing    StepState = "undoing"
	Undone     StepState = "undone"
	UndoFailed StepState = "undo_failed"
)

// WaitKind is what a step waits for.
type WaitKind string

// The kinds of waits.
const (
	ForApproval WaitKind = "approval"
	ForTime     WaitKind = "time"
	ForEvent    WaitKind = "event"
)

// Saga is one saga with its steps.
type Saga struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Ref is what the saga is about, unique for its name: starting it twice
	// starts it once.
	Ref       string          `json:"ref"`
	Title     string          `json:"title"`
	State     State           `json:"state"`
	Input     json.RawMessage `json:"input"`
	TraceID   string          `json:"trace_id"`
	StartedBy string          `json:"started_by"`
	// Fault is why it turned back, or why it cannot go on.
	Fault string `json:"fault"`
	// AbandonedBy is who asked for everything to be taken back.
	AbandonedBy string `json:"abandoned_by"`
	// Step is the one at work or waited for, empty before and after.
	Step string `json:"step"`
	// WaitKind, Awaits and NextAt say what it waits for, and when the engine
	// looks at it again by itself.
	WaitKind  WaitKind  `json:"wait_kind"`
	Awaits    string    `json:"awaits"`
	NextAt    time.Time `json:"next_at,omitzero"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	EndedAt   time.Time `json:"ended_at,omitzero"`

	Steps   []Step            `json:"-"`
	Signals map[string]Signal `json:"-"`
	// Token is the number of the claim: only its holder may write.
	Token      int64           `json:"-"`
	Worker     string          `json:"-"`
	LeaseUntil time.Time       `json:"-"`
	Priority   notify.Priority `json:"-"`
}

// Step is one step of a saga.
type Step struct {
	Place int       `json:"place"`
	Name  string    `json:"name"`
	State StepState `json:"state"`
	// Tries counts what was asked since the step last got on.
	Tries int `json:"tries"`
	// Input is fixed before the first try, so that a key never comes with
	// another input.
	Input  json.RawMessage `json:"input"`
	Output json.RawMessage `json:"output"`
	// Checkpoint is how far a step of many pages has come, UndoCheckpoint how
	// far its compensation.
	Checkpoint     json.RawMessage `json:"checkpoint"`
	UndoCheckpoint json.RawMessage `json:"undo_checkpoint"`
	Error          string          `json:"error"`
	BegunAt        time.Time       `json:"begun_at,omitzero"`
	EndedAt        time.Time       `json:"ended_at,omitzero"`
}

// stands reports whether something of the step may have to be taken back.
func (s Step) stands() bool {
	return s.State != Pending && s.State != Refused && s.State != Undone
}

// Signal is what a wait was answered with.
type Signal struct {
	Name    string          `json:"name"`
	By      string          `json:"by"`
	At      time.Time       `json:"at"`
	Payload json.RawMessage `json:"payload"`
}

// Transition is one line of a saga's story. None is ever changed.
type Transition struct {
	Number int64     `json:"number"`
	At     time.Time `json:"at"`
	Step   string    `json:"step"`
	Kind   Kind      `json:"kind"`
	Try    int       `json:"try"`
	Detail string    `json:"detail"`
	By     string    `json:"by"`
}

// Kind is what happened in a transition.
type Kind string

// The kinds of transitions.
const (
	Started        Kind = "started"
	Tried          Kind = "tried"
	Answered       Kind = "done"
	Progressed     Kind = "progressed"
	Failed         Kind = "failed"
	SaidNo         Kind = "refused"
	Doubted        Kind = "in_doubt"
	Waits          Kind = "waits"
	Signalled      Kind = "signalled"
	Abandoned      Kind = "abandoned"
	UndoTried      Kind = "undo_tried"
	UndoDone       Kind = "undone"
	UndoProgressed Kind = "undo_progressed"
	UndoWaits      Kind = "undo_waits"
	UndoMissed     Kind = "undo_failed"
	Retried        Kind = "retried"
	HasCompleted   Kind = "completed"
	HasCompensated Kind = "compensated"
	GaveUp         Kind = "compensation_failed"
	CannotBeGoneOn Kind = "stuck"
)

// View is a saga with all that is known of it.
type View struct {
	Saga
	StepList    []Step       `json:"steps"`
	Transitions []Transition `json:"transitions"`
	SignalList  []Signal     `json:"signals"`
}

// Filter picks sagas; empty fields do not filter.
type Filter struct {
	States   []State
	Name     string
	Q        string
	From, To time.Time
}

// NothingToUndo is the detail of a step that has no compensation.
const NothingToUndo = "nothing to undo"
