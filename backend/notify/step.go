package notify

import (
	"slices"
	"time"
)

// StepKind says what a workflow step does. Each kind has its own field of Step.
type StepKind string

// The kinds of steps. All but the first act over time: what follows them may
// come later, or not at all.
const (
	// StepChannel sends on one channel.
	StepChannel StepKind = "channel"
	// StepDelay lets time pass.
	StepDelay StepKind = "delay"
	// StepDigest gathers what comes within a window into one.
	StepDigest StepKind = "digest"
	// StepThrottle lets only so many through in a window.
	StepThrottle StepKind = "throttle"
	// StepBranch picks which of the steps below run.
	StepBranch StepKind = "branch"
	// StepWait waits for what becomes of a message sent before.
	StepWait StepKind = "wait"
)

// StepKinds lists every kind.
var StepKinds = []StepKind{StepChannel, StepDelay, StepDigest, StepThrottle, StepBranch, StepWait}

// Step is one step of a workflow. Key is unique within it.
type Step struct {
	Key  string   `json:"key"`
	Kind StepKind `json:"kind"`
	// Channel and Template belong to StepChannel.
	Channel  Channel `json:"channel,omitempty"`
	Template string  `json:"template,omitempty"`
	// If must all hold for the step to run.
	If []Condition `json:"if,omitempty"`
	// Within names an arm of a branch above, as branch.arm; the step runs only
	// when that arm was taken.
	Within string `json:"within,omitempty"`

	Delay    *Delay    `json:"delay,omitempty"`
	Digest   *Digest   `json:"digest,omitempty"`
	Throttle *Throttle `json:"throttle,omitempty"`
	Branch   *Branch   `json:"branch,omitempty"`
	Wait     *Wait     `json:"wait,omitempty"`
}

// Delay lets time pass. At most one of Seconds, Until and Field is set; a Window
// alone waits for the window.
type Delay struct {
	// Seconds are counted from when the run comes to the step, or, with Field,
	// from the time that the field holds: there they may be negative.
	Seconds int       `json:"seconds,omitempty"`
	Until   time.Time `json:"until,omitzero"`
	// Field is the path of a time in RFC 3339, such as data.starts_at.
	Field string `json:"field,omitempty"`
	// Window puts what falls outside it off to its next opening.
	Window *Window `json:"window,omitempty"`
}

// Window is a part of the day on some days of the week.
type Window struct {
	// From and To are times of day such as 09:00. A window that ends before it
	// begins goes past midnight.
	From string `json:"from"`
	To   string `json:"to"`
	// Days are mon to sun; none means all.
	Days []string `json:"days,omitempty"`
	// Timezone is the recipient's when empty.
	Timezone string `json:"timezone,omitempty"`
}

// Weekdays are the names that Window.Days takes, in the order of time.Weekday.
var Weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// Digest gathers what comes for the same recipient under the same key.
type Digest struct {
	// Key is a Liquid text; empty puts all of a recipient's into one.
	Key string `json:"key,omitempty"`
	// Seconds is how long the window is.
	Seconds int `json:"seconds"`
	// Sliding counts Seconds from the newest item instead of from the first, but
	// the window never gets longer than MaxSeconds.
	Sliding    bool `json:"sliding,omitempty"`
	MaxSeconds int  `json:"max_seconds,omitempty"`
	// Leading lets the first item through at once; the window gathers the rest.
	Leading bool `json:"leading,omitempty"`
	// Count closes the window early when it has so many items; zero never does.
	Count int `json:"count,omitempty"`
	// Keep is how many items templates are given, the newest; zero means
	// DigestKeep. All of them are counted.
	Keep int `json:"keep,omitempty"`
}

// DigestKeep is how many items templates are given unless the step says.
const DigestKeep = 100

// Throttle lets Limit runs of one recipient and key through in each window.
type Throttle struct {
	// Key is a Liquid text; empty counts all of a recipient's together.
	Key     string `json:"key,omitempty"`
	Limit   int    `json:"limit"`
	Seconds int    `json:"seconds"`
}

// Branch picks an arm: the first whose conditions hold. The steps below that are
// within another arm do not run.
type Branch struct {
	Arms []Arm `json:"arms"`
}

// Arm is one way that a run can take. One without conditions is always open.
type Arm struct {
	Key string      `json:"key"`
	If  []Condition `json:"if,omitempty"`
}

// Wait waits until one of the signals comes about the message of an earlier
// step. When one comes the run ends, unless WhenMet says to go on; when none came
// in time, it goes on: to the next channel.
type Wait struct {
	// Step is the key of a channel step above.
	Step    string   `json:"step"`
	For     []string `json:"for"`
	Seconds int      `json:"seconds"`
	// WhenMet is what to do when a signal came: stop, which is meant when empty, or
	// go_on.
	WhenMet string `json:"when_met,omitempty"`
}

// The words of Wait.WhenMet.
const (
	MetStop = "stop"
	MetGoOn = "go_on"
)

// proofs are what can be waited for, and what else proves it: who read a message
// has seen it.
var proofs = map[string][]string{
	"delivered": {"delivered", "seen", "read", "opened", "clicked", "archived"},
	"seen":      {"seen", "read", "opened", "clicked", "archived"},
	"read":      {"read", "clicked", "archived"},
	"opened":    {"opened", "clicked"},
	"clicked":   {"clicked"},
}

// Signals lists what a wait can wait for.
var Signals = []string{"delivered", "seen", "read", "opened", "clicked"}

// Proves reports whether something that happened to a message is what a wait
// waits for.
func (w Wait) Proves(happened string) bool {
	return slices.ContainsFunc(w.For, func(signal string) bool { return slices.Contains(proofs[signal], happened) })
}

// CancelOn ends runs of a workflow that are parked when an event comes.
type CancelOn struct {
	// EventType is the type of the event, which need not start anything.
	EventType string `json:"event_type"`
	// Match is a path such as data.order_id that must have the same value in both
	// events; empty ends every run for the event's recipients.
	Match string `json:"match,omitempty"`
}

// OverTime reports whether a step of the workflow acts over time.
func (w Workflow) OverTime() bool {
	return slices.ContainsFunc(w.Steps, func(s Step) bool { return s.Kind != StepChannel && s.Kind != "" })
}

// RunStatus is where a run over time is.
type RunStatus string

// The statuses of a run.
const (
	// RunParked waits for its time.
	RunParked RunStatus = "parked"
	// RunGathered ended in a digest that another run carries.
	RunGathered  RunStatus = "gathered"
	RunDone      RunStatus = "done"
	RunCancelled RunStatus = "cancelled"
)

// Run is a notification whose workflow goes on later. Only workflows with steps
// over time have any.
type Run struct {
	// ID is that of the notification.
	ID              string
	EventID         string
	RecipientID     string
	Workflow        string
	WorkflowVersion int
	Priority        Priority
	Status          RunStatus
	// Step is the step it waits at, Rest the keys of those after it.
	Step string
	Kind StepKind
	Rest []string
	// ResumeAt is when it goes on unless something happens before.
	ResumeAt time.Time
	// Awaits is the message that a wait is about.
	Awaits string
	// DigestID is the digest that it carries, or that it ended in.
	DigestID string
	// Full is the answer of a throttle: there was no room.
	Full bool
	// Turn counts how often it went on: who goes on with it must know.
	Turn int

	// Gather asks the store to put it into a digest, Ticket to count it.
	Gather *Gather
	Ticket *Ticket
}

// Gather is what a run that comes to a digest asks for. The scope names one
// stream of items: nothing else may use it.
type Gather struct {
	Scope string
	Rule  Digest
}

// Ticket is what a run that comes to a throttle asks for.
type Ticket struct {
	Scope string
	Rule  Throttle
}
