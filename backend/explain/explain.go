package explain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"clarion/backend/notify"
)

// Explainer answers what happened and why.
type Explainer struct {
	Store Store
	// Lists may be nil: then nothing is said about groups and segments.
	Lists Memberships
}

// MessageView is a message with its whole story. What a message does not have,
// or not yet, is null and never missing: the fields here stand before those of
// the same name in Message.
type MessageView struct {
	notify.Message
	SkipReason        *notify.SkipReason `json:"skip_reason"`
	ProviderMessageID *string            `json:"provider_message_id"`
	SentAt            *time.Time         `json:"sent_at"`
	DeliveredAt       *time.Time         `json:"delivered_at"`
	ExpiresAt         *time.Time         `json:"expires_at"`

	// Test is true for a message of a test run.
	Test       bool              `json:"test"`
	Attempts   []AttemptView     `json:"attempts"`
	Timeline   []TimelineEntry   `json:"timeline"`
	Engagement []TimelineEntry   `json:"engagement"`
	Decisions  []notify.Decision `json:"decisions"`
}

// AttemptView is an attempt; what is not known is null.
type AttemptView struct {
	notify.Attempt
	Outcome       *notify.Outcome `json:"outcome"`
	ErrorCode     *string         `json:"error_code"`
	ErrorDetail   *string         `json:"error_detail"`
	EndedAt       *time.Time      `json:"ended_at"`
	NextAttemptAt *time.Time      `json:"next_attempt_at"`
}

// known is nil for a zero value.
func known[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func viewOf(m notify.Message) MessageView {
	return MessageView{
		Message: m, Test: m.IsTest(), SkipReason: known(m.SkipReason), ProviderMessageID: known(m.ProviderMessageID),
		SentAt: known(m.SentAt), DeliveredAt: known(m.DeliveredAt), ExpiresAt: known(m.ExpiresAt),
		Attempts: []AttemptView{}, Timeline: []TimelineEntry{}, Engagement: []TimelineEntry{}, Decisions: []notify.Decision{},
	}
}

func attemptView(a notify.Attempt) AttemptView {
	return AttemptView{
		Attempt: a, Outcome: known(a.Outcome), ErrorCode: known(a.ErrorCode), ErrorDetail: known(a.ErrorDetail),
		EndedAt: known(a.EndedAt), NextAttemptAt: known(a.NextAttemptAt),
	}
}

// engagements are the kinds of event rows that are engagement, not state.
var engagements = map[string]bool{
	string(notify.EngagedSeen): true, string(notify.EngagedRead): true, string(notify.EngagedOpened): true,
	string(notify.EngagedClicked): true, string(notify.EngagedArchived): true,
	string(notify.EngagedUnsubscribed): true, string(notify.EngagedComplained): true,
}

// Message tells the story of one message: why it was made, each attempt, each
// receipt, each engagement.
func (e *Explainer) Message(ctx context.Context, id string) (MessageView, error) {
	m, err := e.Store.Message(ctx, id)
	if err != nil {
		return MessageView{}, fmt.Errorf("message %s: %w", id, err)
	}
	if m.Source == notify.ConfidentialSource {
		m.Content = notify.Content{}
	}
	if m.Workflow == notify.OTPType {
		m.Content = m.Content.WithoutCodes()
	}
	view := viewOf(m)
	attempts, err := e.Store.Attempts(ctx, id)
	if err != nil {
		return view, fmt.Errorf("attempts of message %s: %w", id, err)
	}
	for _, a := range attempts {
		view.Attempts = append(view.Attempts, attemptView(a))
	}
	changes, err := e.Store.Changes(ctx, id)
	if err != nil {
		return view, fmt.Errorf("timeline of message %s: %w", id, err)
	}
	// Two callbacks may be written in the other order than they came in.
	slices.SortStableFunc(changes, func(a, b notify.Change) int { return a.At.Compare(b.At) })
	for _, c := range changes {
		entry := TimelineEntry{At: c.At, Kind: c.Kind, Detail: c.Detail}
		view.Timeline = append(view.Timeline, entry)
		if engagements[c.Kind] {
			view.Engagement = append(view.Engagement, entry)
		}
	}
	n, err := e.Store.Notification(ctx, m.NotificationID)
	if err != nil && !errors.Is(err, notify.ErrNotFound) {
		return view, fmt.Errorf("decisions for message %s: %w", id, err)
	}
	for _, d := range n.Decisions {
		if d.Channel == "" || d.Channel == m.Channel {
			view.Decisions = append(view.Decisions, d)
		}
	}
	return view, nil
}

// Messages returns a page of messages, newest first.
func (e *Explainer) Messages(ctx context.Context, f notify.MessageFilter, p notify.Page) ([]notify.Message, string, error) {
	return e.Store.Messages(ctx, f, p)
}

// DeadLetters returns a page of what failed or is in doubt.
func (e *Explainer) DeadLetters(ctx context.Context, f notify.MessageFilter, p notify.Page) ([]notify.Message, string, error) {
	return e.Store.Messages(ctx, DeadLetterFilter(f), p)
}

// Causes groups dead letters by what went wrong.
func (e *Explainer) Causes(ctx context.Context, f notify.MessageFilter) ([]Cause, error) {
	return e.Store.Causes(ctx, DeadLetterFilter(f))
}

// DeadLetterFilter narrows a filter to dead letters: failed messages, and those
// whose fate is unknown.
func DeadLetterFilter(f notify.MessageFilter) notify.MessageFilter {
	kept := make([]notify.Status, 0, 2)
	for _, s := range f.Status {
		if s == notify.Failed || s == notify.Unknown {
			kept = append(kept, s)
		}
	}
	if len(kept) == 0 {
		kept = append(kept, notify.Failed, notify.Unknown)
	}
	f.Status = kept
	return f
}

// EventView is an event with what became of it.
type EventView struct {
	notify.Event
	// Test is true for a test run.
	Test   bool                  `json:"test"`
	Counts map[notify.Status]int `json:"counts"`
}

// Event returns an event with its messages counted by status.
func (e *Explainer) Event(ctx context.Context, id string) (EventView, error) {
	event, err := e.Store.Event(ctx, id)
	if err != nil {
		return EventView{}, fmt.Errorf("event %s: %w", id, err)
	}
	if event.Source == notify.ConfidentialSource {
		event.Direct, event.Data = nil, nil
	}
	if event.Type == notify.OTPType {
		event.Data = json.RawMessage(notify.HideCodes(string(event.Data)))
		event.Direct = hideCodes(event.Direct)
	}
	counts, err := e.Store.Outcomes(ctx, id)
	if err != nil {
		return EventView{}, fmt.Errorf("outcomes of event %s: %w", id, err)
	}
	return EventView{event, event.IsTest(), counts}, nil
}

func hideCodes(d *notify.Direct) *notify.Direct {
	if d == nil || d.Content == nil {
		return d
	}
	shown, words := *d, d.Content.WithoutCodes()
	shown.Content = &words
	return &shown
}

// Events returns a page of events, newest first.
func (e *Explainer) Events(ctx context.Context, f EventFilter, p notify.Page) ([]notify.Event, string, error) {
	return e.Store.Events(ctx, f, p)
}

// NotificationView is a notification with its messages.
type NotificationView struct {
	notify.Notification
	Messages []notify.Message `json:"messages"`
	// Run is where it stands when its workflow acts over time.
	Run *Run `json:"run,omitempty"`
}

// Notification returns one workflow run for one recipient with its decisions.
func (e *Explainer) Notification(ctx context.Context, id string) (NotificationView, error) {
	n, err := e.Store.Notification(ctx, id)
	if err != nil {
		return NotificationView{}, fmt.Errorf("notification %s: %w", id, err)
	}
	messages, _, err := e.Store.Messages(ctx, notify.MessageFilter{EventID: n.EventID, Recipient: n.Recipient.ID, Workflow: n.Workflow}, notify.Page{Limit: 200})
	if err != nil {
		return NotificationView{}, fmt.Errorf("messages of notification %s: %w", id, err)
	}
	run, err := e.Store.Run(ctx, id)
	if err != nil {
		return NotificationView{}, fmt.Errorf("run %s: %w", id, err)
	}
	return NotificationView{n, append([]notify.Message{}, messages...), run}, nil
}

// Notifications returns a page of notifications, newest first.
func (e *Explainer) Notifications(ctx context.Context, f NotificationFilter, p notify.Page) ([]notify.Notification, string, error) {
	return e.Store.Notifications(ctx, f, p)
}

// Why is the answer to "why did this person get it, or not?".
type Why struct {
	EventID   string `json:"event_id"`
	Recipient string `json:"recipient"`
	// Selected is false when the event was never for this person.
	Selected      bool                  `json:"selected"`
	Answer        string                `json:"answer"`
	Notifications []notify.Notification `json:"notifications"`
	// Lists are the groups and segments the event was for, when they did not
	// select this recipient: whether the recipient is on them now, and why.
	Lists []Membership `json:"lists"`
}

// Decisions explains an event for one recipient, also for one who was never
// selected.
func (e *Explainer) Decisions(ctx context.Context, eventID, recipient string) (Why, error) {
	event, err := e.Store.Event(ctx, eventID)
	if err != nil {
		return Why{}, fmt.Errorf("event %s: %w", eventID, err)
	}
	list, _, err := e.Store.Notifications(ctx, NotificationFilter{Event: eventID, Recipient: recipient}, notify.Page{Limit: 200})
	if err != nil {
		return Why{}, fmt.Errorf("decisions of event %s for %s: %w", eventID, recipient, err)
	}
	why := Why{EventID: eventID, Recipient: recipient, Selected: len(list) > 0, Notifications: append([]notify.Notification{}, list...), Lists: []Membership{}}
	if !why.Selected {
		if why.Lists, err = e.lists(ctx, event, recipient); err != nil {
			return Why{}, err
		}
	}
	switch {
	case why.Selected:
		why.Answer = "The event was for this recipient; each decision is listed."
	case event.Status == notify.EventDispatched:
		why.Answer = "The event did not name this recipient, by itself or through a group or segment as it was then, so nothing was made for them."
	case event.Status == notify.EventCancelled:
		why.Answer = "The event was cancelled before it was dispatched."
	case event.Status == notify.EventFailed:
		why.Answer = "The event could not be dispatched: " + event.Error
	default:
		why.Answer = "The event has not been dispatched yet."
	}
	return why, nil
}

// Ledger is the books: every message that was ever made is in exactly one column.
type Ledger struct {
	Accepted   int  `json:"accepted"`
	Delivered  int  `json:"delivered"`
	Sent       int  `json:"sent"`
	Failed     int  `json:"failed"`
	Skipped    int  `json:"skipped"`
	Expired    int  `json:"expired"`
	Cancelled  int  `json:"cancelled"`
	Unknown    int  `json:"unknown"`
	InProgress int  `json:"in_progress"`
	Balanced   bool `json:"balanced"`
}

// Ledger counts a part of the books. Accepted comes from the append-only record
// of what was made, the columns from the messages themselves; that the sums
// agree proves that nothing was lost or made up.
func (e *Explainer) Ledger(ctx context.Context, f LedgerFilter) (Ledger, error) {
	counts, err := e.Store.Ledger(ctx, f)
	if err != nil {
		return Ledger{}, fmt.Errorf("count the ledger: %w", err)
	}
	by := counts.ByStatus
	l := Ledger{
		Accepted: counts.Created, Delivered: by[notify.Delivered], Sent: by[notify.Sent], Failed: by[notify.Failed],
		Skipped: by[notify.Skipped], Expired: by[notify.Expired], Cancelled: by[notify.Cancelled],
		Unknown: by[notify.Unknown], InProgress: by[notify.Held] + by[notify.Queued] + by[notify.Sending],
	}
	l.Balanced = l.Accepted == l.Delivered+l.Sent+l.Failed+l.Skipped+l.Expired+l.Cancelled+l.Unknown+l.InProgress
	return l, nil
}
