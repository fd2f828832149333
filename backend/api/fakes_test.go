package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"clarion/backend/access"
	"clarion/backend/audience"
	"clarion/backend/delivery"
	"clarion/backend/explain"
	"clarion/backend/inbox"
	"clarion/backend/ingest"
	"clarion/backend/integration"
	"clarion/backend/notify"
	"clarion/backend/preference"
	"clarion/backend/suppression"
	"clarion/backend/template"
	"clarion/backend/workflow"
)

// fakes are the features as these tests need them: they know one of each thing
// and remember what they were asked.
type fakes struct {
	at time.Time

	mu       sync.Mutex
	accepted []ingest.Request
	events   map[string]ingest.Answer
	prints   map[string]string
	fail     error
	panics   bool
	filter   notify.MessageFilter
	selected delivery.Selection
	callback notify.CallbackRequest
	said     []notify.Consent
	saved    notify.Recipient
	manager  access.Manager
	writes   int
	// kept is who saved drafts, pushed who saved what was live at once.
	kept, pushed []string
	// addresses are those that were set.
	addresses []audience.AddressInput

	feed *feedFake
}

func newFakes() *fakes {
	return &fakes{
		at: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC), events: map[string]ingest.Answer{}, prints: map[string]string{},
		feed: newFeedFake(),
	}
}

func (f *fakes) deps() Deps {
	return Deps{
		Staff: &staffFake{f}, Account: &staffFake{f},
		Acceptor: f, Canceller: f, Rescheduler: f, Recalls: &recallFake{f}, Explainer: &explainFake{f}, Reports: &reportFake{f}, Mailer: &reportFake{f}, Retention: &houseFake{f}, Letters: f, OTPs: otps{}, Hooks: &hooks{}, Redactor: f,
		Imports: &importFake{f}, Broadcasts: &broadcastFake{f}, Syncs: &syncFake{f}, Verifier: &recipientFake{f}, Recipients: &recipientFake{f}, Groups: &groupFake{f}, Joining: &joiningFake{f}, Segments: &segmentFake{f}, Preferences: &preferenceFake{f}, Workflows: &workflowFake{f},
		Centre: &centreFake{fakes: f}, Own: &ownFake{f}, Consents: &ownFake{f}, ConsentChain: &chainFake{f},
		Categories: &categoryFake{f}, Templates: &templateFake{f}, Parts: &partFake{f}, Reviews: &reviewFake{f},
		Integrations: &integrationFake{f}, PublicKeys: &integrationFake{f}, Suppressions: &suppressionFake{f}, Simulator: &simulatorFake{f}, Tester: &testerFake{f},
		Views: &deskFake{f}, Search: &deskFake{f}, House: &houseFake{f},
		Schedules: &scheduleFake{f},
		Sagas:     &sagaFake{f}, Shop: &shopFake{f},
		Inbox: f.feed, Subscribe: f.feed.subscribe, Tell: f.feed.tell, Callbacks: f, Sandbox: &sandboxFake{f},
		Checks: []Check{{Name: "database", Ping: func(context.Context) error { return f.failing() }}},
	}
}

func (f *fakes) failing() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.panics {
		panic("secret in a panic")
	}
	return f.fail
}

func (f *fakes) breakWith(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = err
}

// missing is the answer to every id but the known one.
func (f *fakes) missing(id, known string) error {
	if err := f.failing(); err != nil {
		return err
	}
	if id != known {
		return notify.ErrNotFound
	}
	return nil
}

// Accept knows idempotency keys again, as the real one does.
func (f *fakes) Accept(_ context.Context, requests []ingest.Request) []ingest.Answer {
	err := f.failing()
	f.mu.Lock()
	defer f.mu.Unlock()
	answers := make([]ingest.Answer, len(requests))
	for i, r := range requests {
		at := r.Source + "\n" + r.IdempotencyKey
		first, seen := f.events[at]
		switch {
		case err != nil:
			answers[i].Err = err
		case r.Type == "unknown":
			answers[i].Err = notify.InvalidField("type", "unknown_type", "no workflow starts on it")
		case r.IdempotencyKey != "" && seen && f.prints[at] != r.Fingerprint:
			answers[i].Err = notify.ErrKeyReused
		case r.IdempotencyKey != "" && seen:
			first.Duplicate = true
			answers[i] = first
		default:
			answers[i] = ingest.Answer{EventID: notify.NewID(notify.EventID), TraceID: r.TraceID}
			if r.Direct != nil {
				answers[i].NotificationIDs = []string{notify.NewID(notify.NotificationID)}
			}
			f.accepted = append(f.accepted, r)
			f.events[at], f.prints[at] = answers[i], r.Fingerprint
		}
	}
	return answers
}

const (
	knownEvent        = "evt_1"
	knownNotification = "ntf_1"
	knownMessage      = "msg_1"
)

func (f *fakes) CancelEvent(_ context.Context, id string, _ time.Time) (ingest.Cancelled, error) {
	return ingest.Cancelled{Events: 1, Messages: 2}, f.missing(id, knownEvent)
}

func (f *fakes) CancelByKey(context.Context, string, string, time.Time) (ingest.Cancelled, error) {
	f.mu.Lock()
	f.writes++
	f.mu.Unlock()
	return ingest.Cancelled{Events: 1}, f.failing()
}

func (f *fakes) CancelNotification(_ context.Context, id string, _ time.Time) (ingest.Cancelled, error) {
	return ingest.Cancelled{Messages: 1}, f.missing(id, knownNotification)
}

func (f *fakes) Reschedule(_ context.Context, r ingest.Reschedule) (ingest.Rescheduled, error) {
	if r.Notification != "" {
		return ingest.Rescheduled{Messages: 1, Runs: 1}, f.missing(r.Notification, knownNotification)
	}
	return ingest.Rescheduled{Messages: 1}, f.missing(r.Message, knownMessage)
}

func (f *fakes) CancelMessage(_ context.Context, id string, _ time.Time) (ingest.Cancelled, error) {
	return ingest.Cancelled{Messages: 1}, f.missing(id, knownMessage)
}

func (f *fakes) remember(s delivery.Selection) (delivery.ReplayCounts, error) {
	err := f.failing()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.selected = s
	f.writes++
	return delivery.ReplayCounts{Selected: 3, WouldSend: 1, AlreadyDelivered: 1, Expired: 1}, err
}

func (f *fakes) Replay(_ context.Context, s delivery.Selection) (delivery.ReplayCounts, error) {
	return f.remember(s)
}

func (f *fakes) Preview(_ context.Context, s delivery.Selection) (delivery.ReplayCounts, error) {
	return f.remember(s)
}

func (f *fakes) Discard(_ context.Context, s delivery.Selection, _ string) (int, error) {
	_, err := f.remember(s)
	return 2, err
}

func (f *fakes) Resend(_ context.Context, id string) error { return f.missing(id, knownMessage) }

func (f *fakes) Redact(_ context.Context, id string) error { return f.missing(id, knownMessage) }

func (f *fakes) Receive(_ context.Context, integration string, r notify.CallbackRequest) (notify.CallbackAnswer, error) {
	if err := f.missing(integration, "int_1"); err != nil {
		return notify.CallbackAnswer{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.callback = r
	if r.Header.Get("X-Signature") != "good" {
		return notify.CallbackAnswer{}, notify.ErrUnauthenticated
	}
	if to := r.Header.Get("X-Leads-To"); to != "" {
		return notify.CallbackAnswer{Status: 302, Location: to}, nil
	}
	return notify.CallbackAnswer{Status: 204}, nil
}

type explainFake struct{ *fakes }

func (f *explainFake) message() notify.Message {
	return notify.Message{
		ID: knownMessage, NotificationID: knownNotification, EventID: knownEvent, TraceID: "t", Source: "shop",
		Recipient: notify.RecipientRef{ID: "ada", Name: "Ada <&>"}, Channel: notify.Email, Address: "ada@example.com",
		Workflow: "order.shipped", Category: "orders", Priority: notify.High, Status: notify.Delivered,
		Template: notify.TemplateRef{Key: "order", Version: 2, Locale: "en"}, Integration: "int_1", SizeBytes: 9,
		CreatedAt: f.at, SentAt: f.at, DeliveredAt: f.at,
	}
}

func (f *explainFake) notification() notify.Notification {
	return notify.Notification{
		ID: knownNotification, EventID: knownEvent, Recipient: notify.RecipientRef{ID: "ada", Name: "Ada"},
		Workflow: "order.shipped", WorkflowVersion: 1, Category: "orders", Priority: notify.High, TraceID: "t", CreatedAt: f.at,
		Decisions: []notify.Decision{{Step: "preferences", Channel: notify.SMS, Outcome: "skip", Reason: notify.OptedOut, Detail: "Ada switched it off."}},
	}
}

func (f *explainFake) event() notify.Event {
	return notify.Event{
		ID: knownEvent, Source: "shop", Type: "order.shipped", To: []notify.Target{{Recipient: "ada"}},
		Data: json.RawMessage(`{"order_id":"1"}`), TraceID: "t", Status: notify.EventDispatched, CreatedAt: f.at, DispatchedAt: f.at,
	}
}

func (f *explainFake) Message(_ context.Context, id string) (explain.MessageView, error) {
	return explain.MessageView{
		Message: f.message(), Attempts: []explain.AttemptView{{Attempt: notify.Attempt{ID: "att_1", Number: 1, Integration: "int_1", StartedAt: f.at}, EndedAt: &f.at}},
		Timeline:  []explain.TimelineEntry{{At: f.at, Kind: "created", Detail: json.RawMessage(`{}`)}},
		Decisions: f.notification().Decisions,
	}, f.missing(id, knownMessage)
}

func (f *explainFake) Messages(_ context.Context, filter notify.MessageFilter, p notify.Page) ([]notify.Message, string, error) {
	err := f.failing()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.filter = filter
	if p.After != "" {
		return nil, "", err
	}
	return []notify.Message{f.message()}, "next", err
}

func (f *explainFake) DeadLetters(ctx context.Context, filter notify.MessageFilter, p notify.Page) ([]notify.Message, string, error) {
	return f.Messages(ctx, filter, p)
}

func (f *explainFake) Causes(context.Context, notify.MessageFilter) ([]explain.Cause, error) {
	return []explain.Cause{{Channel: notify.SMS, Outcome: notify.Temporary, Count: 2, FirstAt: f.at, LastAt: f.at}}, f.failing()
}

func (f *explainFake) Event(_ context.Context, id string) (explain.EventView, error) {
	return explain.EventView{Event: f.event(), Counts: map[notify.Status]int{notify.Sent: 2}}, f.missing(id, knownEvent)
}

func (f *explainFake) Events(context.Context, explain.EventFilter, notify.Page) ([]notify.Event, string, error) {
	return []notify.Event{f.event()}, "", f.failing()
}

func (f *explainFake) Notification(_ context.Context, id string) (explain.NotificationView, error) {
	return explain.NotificationView{Notification: f.notification()}, f.missing(id, knownNotification)
}

func (f *explainFake) Notifications(context.Context, explain.NotificationFilter, notify.Page) ([]notify.Notification, string, error) {
	return []notify.Notification{f.notification()}, "", f.failing()
}

func (f *explainFake) Decisions(_ context.Context, event, recipient string) (explain.Why, error) {
	return explain.Why{EventID: event, Recipient: recipient, Answer: "It was not for them.", Lists: []explain.Membership{{Kind: "segment", Key: "beta", Exists: true, Because: map[string]any{"holds": false}}}}, f.missing(event, knownEvent)
}

func (f *explainFake) Ledger(context.Context, explain.LedgerFilter) (explain.Ledger, error) {
	return explain.Ledger{Accepted: 2, Sent: 2, Balanced: true}, f.failing()
}

func (f *explainFake) Activity(_ context.Context, since time.Time) ([]explain.Activity, error) {
	return []explain.Activity{{Workflow: since.Format(time.RFC3339), Counts: map[notify.Status]int{notify.Sent: 2}}}, f.failing()
}

func (f *explainFake) EventTypes(context.Context) ([]explain.EventType, error) {
	return []explain.EventType{{Type: "order.shipped", Count: 2, FirstAt: f.at, LastAt: f.at, LastID: knownEvent}}, f.failing()
}

type recipientFake struct{ *fakes }

func (f *recipientFake) Recipient(_ context.Context, id string) (notify.Recipient, error) {
	err := f.failing()
	f.mu.Lock()
	defer f.mu.Unlock()
	if id == f.saved.ID && err == nil {
		return f.saved, nil
	}
	if id != "ada" && err == nil {
		err = notify.ErrNotFound
	}
	return notify.Recipient{ID: id, Name: "Ada", CreatedAt: f.at, UpdatedAt: f.at}, err
}

func (f *recipientFake) Recipients(context.Context, audience.Filter, notify.Page) ([]notify.Recipient, string, error) {
	return []notify.Recipient{{ID: "ada", Name: "Ada", CreatedAt: f.at, UpdatedAt: f.at}}, "", f.failing()
}

func (f *recipientFake) Put(_ context.Context, list []notify.Recipient, _ bool) error {
	err := f.failing()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.writes++
	for _, r := range list {
		var faults notify.Invalid
		if notify.CheckRecipient(&faults, "", r); faults.Err() != nil {
			return faults.Err()
		}
		f.saved = r
	}
	return err
}

func (f *recipientFake) SetAddresses(_ context.Context, id string, list []audience.AddressInput) error {
	err := f.missing(id, "ada")
	f.mu.Lock()
	defer f.mu.Unlock()
	f.addresses = list
	return err
}

func (f *recipientFake) Attributes(context.Context) ([]audience.Attribute, error) {
	return []audience.Attribute{{Name: "tier", Kind: audience.Text, Kinds: []audience.Kind{audience.Text}, FirstSeenAt: f.at}}, f.failing()
}

func (f *recipientFake) Begin(_ context.Context, id string, channel notify.Channel, _ string) (time.Time, error) {
	if channel == notify.Push {
		return time.Time{}, notify.InvalidField("channel", "not_for_codes", "only email and sms")
	}
	return f.at.Add(time.Minute), f.missing(id, "ada")
}

func (f *recipientFake) Confirm(_ context.Context, id string, _ audience.Check, code string) (audience.Tried, error) {
	if code == "123456" {
		return audience.Tried{Verified: true}, f.missing(id, "ada")
	}
	return audience.Tried{AttemptsLeft: 4}, f.missing(id, "ada")
}

func (f *recipientFake) GroupsOf(context.Context, string) ([]notify.Group, error) {
	return []notify.Group{{Key: "ops", Name: "Ops", Members: 1, CreatedAt: f.at}}, f.failing()
}

func (f *recipientFake) Activity(_ context.Context, q audience.ActivityFilter, _ notify.Page) ([]audience.Activity, string, error) {
	return []audience.Activity{
		{ID: "message:msg_1", At: f.at, Kind: audience.ActivityMessage, What: "delivered", Ref: "msg_1", Name: "w", Channel: notify.Email, Engaged: []string{"opened"}},
		{ID: "merge:1", At: f.at, Kind: audience.ActivityProfile, What: "merged", Ref: "old"},
	}, "", f.missing(q.Recipient, "ada")
}

func (f *recipientFake) Export(_ context.Context, id string, w io.Writer) error {
	_, err := io.WriteString(w, `{"recipient":{"id":"`+id+`"}}`)
	return err
}

func (f *recipientFake) Merge(_ context.Context, m audience.Merge) (notify.Recipient, error) {
	if m.From == m.Into {
		return notify.Recipient{}, notify.InvalidField("from", "same_recipient", "is the same")
	}
	return notify.Recipient{ID: m.Into, CreatedAt: f.at, UpdatedAt: f.at}, f.missing(m.Into, "ada")
}

func (f *recipientFake) Erase(_ context.Context, id string) error { return f.missing(id, "ada") }

type groupFake struct{ *fakes }

func (f *groupFake) Groups(context.Context, string, notify.Page) ([]notify.Group, string, error) {
	return []notify.Group{{Key: "ops", Name: "Ops", CreatedAt: f.at}}, "", f.failing()
}

func (f *groupFake) Group(_ context.Context, key string) (notify.Group, error) {
	return notify.Group{Key: key, Name: "Ops", CreatedAt: f.at}, f.missing(key, "ops")
}

func (f *groupFake) Create(context.Context, notify.Group) error { return f.failing() }

func (f *groupFake) DeleteGroup(_ context.Context, key string) error { return f.missing(key, "ops") }

func (f *groupFake) Members(_ context.Context, key string, _ notify.Page) ([]notify.RecipientRef, string, error) {
	return []notify.RecipientRef{{ID: "ada"}}, "", f.missing(key, "ops")
}

func (f *groupFake) AddMembers(_ context.Context, key string, _ []string) error {
	return f.missing(key, "ops")
}

func (f *groupFake) RemoveMembers(_ context.Context, key string, _ []string) error {
	return f.missing(key, "ops")
}

type preferenceFake struct{ *fakes }

func (f *preferenceFake) Get(context.Context, string) (notify.Preferences, error) {
	return notify.Preferences{Channels: map[notify.Channel]bool{notify.SMS: false}}, f.failing()
}

func (f *preferenceFake) Effective(_ context.Context, q preference.EffectiveQuestion) (preference.Effective, error) {
	return preference.Effective{
		Recipient: q.Recipient, Timezone: "UTC", Caps: []preference.CapState{{WishCap: notify.WishCap{Cap: notify.Cap{Max: 1, Per: notify.PerDay}}}},
		Entries: []preference.EffectiveEntry{{Category: "orders", Workflow: q.Workflow, Channel: notify.SMS, Outcome: "skip", Wish: notify.Wish{
			Value: notify.Off, Refused: true, Detail: "off", Cadence: notify.Instant, Lock: &notify.Lock{Channel: notify.SMS, Reason: "r"},
			Levels: []notify.WishLevel{{Level: "channel", Setting: notify.Off, Detail: "off"}}, Quiet: &notify.WishQuiet{Policy: notify.QuietHold},
		}}},
	}, f.failing()
}

func (f *preferenceFake) Change(_ context.Context, c preference.Change) (notify.Preferences, error) {
	return c.Edit(notify.Preferences{}), f.failing()
}

type workflowFake struct{ *fakes }

func (f *workflowFake) flow(key string) notify.Workflow {
	return notify.Workflow{
		Key: key, EventType: key, Name: "Order shipped", Category: "orders", Priority: notify.Medium, Enabled: true, Version: 3,
		Steps: []notify.Step{{Key: "email", Kind: notify.StepChannel, Channel: notify.Email, Template: "order"}}, CreatedAt: f.at, UpdatedAt: f.at,
	}
}

func (f *workflowFake) List(context.Context) ([]notify.Workflow, error) {
	return []notify.Workflow{f.flow("order.shipped")}, f.failing()
}

func (f *workflowFake) Workflow(_ context.Context, key string) (notify.Workflow, error) {
	return f.flow(key), f.missing(key, "order.shipped")
}

func (f *workflowFake) Versions(_ context.Context, key string) ([]notify.Workflow, error) {
	if key != "order.shipped" {
		return nil, f.failing()
	}
	return []notify.Workflow{f.flow(key)}, f.failing()
}

func (f *workflowFake) Save(_ context.Context, w notify.Workflow, by string) (notify.Workflow, error) {
	if by == "" {
		return w, fmt.Errorf("nobody saves")
	}
	f.mu.Lock()
	f.pushed = append(f.pushed, by)
	f.mu.Unlock()
	saved := f.flow(w.Key)
	saved.Steps = w.Steps
	return saved, f.failing()
}

func (f *workflowFake) Open(context.Context) ([]notify.Workflow, error) {
	return []notify.Workflow{f.flow("order.shipped"), f.flow("order.late")}, f.failing()
}

func (f *workflowFake) Version(_ context.Context, key string, version int) (notify.Workflow, error) {
	if version > 3 {
		return notify.Workflow{}, notify.ErrNotFound
	}
	return f.flow(key), f.missing(key, "order.shipped")
}

func (f *workflowFake) Keep(_ context.Context, d workflow.Draft) (notify.Workflow, *notify.Invalid, error) {
	f.mu.Lock()
	f.kept = append(f.kept, d.By)
	f.mu.Unlock()
	return d.Workflow, &notify.Invalid{}, f.failing()
}

func (f *workflowFake) Faults(_ context.Context, w notify.Workflow) (*notify.Invalid, error) {
	faults := &notify.Invalid{}
	if len(w.Steps) == 0 {
		faults.Add("steps", "required", "a workflow needs at least one step")
	}
	return faults, f.failing()
}

func (f *workflowFake) Delete(_ context.Context, key string) error {
	return f.missing(key, "order.shipped")
}

type categoryFake struct{ *fakes }

func (f *categoryFake) Categories(context.Context) (map[string]notify.Category, error) {
	return map[string]notify.Category{"orders": {Key: "orders", Name: "Orders", CreatedAt: f.at}}, f.failing()
}

func (f *categoryFake) PutCategory(context.Context, notify.Category) error { return f.failing() }

func (f *categoryFake) DeleteCategory(_ context.Context, key string) error {
	return f.missing(key, "orders")
}

type templateFake struct{ *fakes }

func (f *templateFake) both(key string) (template.Template, template.Version) {
	return template.Template{Key: key, Name: "Order", LiveVersion: 1, CreatedAt: f.at, UpdatedAt: f.at}, template.Version{
		Key: key, Version: 1, DefaultLocale: "en", CreatedAt: f.at,
		Channels: map[notify.Channel]map[string]template.Source{notify.SMS: {"en": {Text: "Hi {{ name }}"}}},
	}
}

func (f *templateFake) List(context.Context, template.Filter, notify.Page) ([]template.Item, string, error) {
	t, v := f.both("order")
	item := template.Item{Template: t, State: "live"}
	item.Channels, item.Languages = v.Outline()
	return []template.Item{item}, "", f.failing()
}

func (f *templateFake) Folders(context.Context) ([]template.Folder, error) {
	return []template.Folder{{Path: "shop", Count: 1}}, f.failing()
}

func (f *templateFake) Template(_ context.Context, key string) (template.Template, template.Version, error) {
	t, v := f.both(key)
	return t, v, f.missing(key, "order")
}

func (f *templateFake) Versions(_ context.Context, key string) ([]template.Version, error) {
	if key != "order" {
		return nil, f.failing()
	}
	_, v := f.both(key)
	return []template.Version{v}, f.failing()
}

func (f *templateFake) Save(_ context.Context, n template.NewVersion) (template.Template, template.Version, error) {
	f.mu.Lock()
	f.pushed = append(f.pushed, n.By)
	f.mu.Unlock()
	t, v := f.both(n.Version.Key)
	v.Channels = n.Version.Channels
	return t, v, f.failing()
}

func (f *templateFake) Keep(_ context.Context, d template.Draft) (template.Version, *notify.Invalid, error) {
	f.mu.Lock()
	f.kept = append(f.kept, d.By)
	f.mu.Unlock()
	return d.Version, &notify.Invalid{}, f.failing()
}

func (f *templateFake) Faults(_ context.Context, v template.Version) (*notify.Invalid, error) {
	faults := &notify.Invalid{}
	if len(v.Channels) == 0 {
		faults.Add("channels", "required", "at least one channel is needed")
	}
	return faults, f.failing()
}

func (f *templateFake) Version(_ context.Context, key string, _ int) (template.Version, error) {
	_, v := f.both(key)
	return v, f.missing(key, "order")
}

func (f *templateFake) File(context.Context, string, string) error { return f.failing() }

func (f *templateFake) Delete(_ context.Context, key string) error { return f.missing(key, "order") }

func (f *templateFake) Render(_ context.Context, r template.Request) (notify.Content, string, error) {
	return notify.Content{Text: fmt.Sprint("Hi ", r.Vars.Data["name"])}, "en", f.failing()
}

type partFake struct{ *fakes }

func (f *partFake) part(kind template.PartKind) template.Part {
	return template.Part{Kind: kind, Key: "plain", MJML: "<mjml/>", Version: 1}
}

func (f *partFake) Parts(_ context.Context, kind template.PartKind) ([]template.Part, error) {
	return []template.Part{f.part(kind)}, f.failing()
}

func (f *partFake) Partials(context.Context) (template.Partials, error) { return nil, f.failing() }

func (f *partFake) PartUses(context.Context, template.PartKind) (map[string]template.Use, error) {
	return map[string]template.Use{"plain": {Templates: []string{"order"}, Parts: []template.PartRef{{Kind: template.LayoutPart, Key: "house"}}}}, f.failing()
}

func (f *partFake) PartFaults(_ context.Context, p template.Part) (*notify.Invalid, error) {
	var faults *notify.Invalid
	errors.As(template.CheckPart(p, nil), &faults)
	if faults == nil {
		faults = &notify.Invalid{}
	}
	return faults, f.failing()
}

func (f *partFake) RenderIn(_ context.Context, l template.Part, r template.Request) (notify.Content, string, error) {
	return notify.Content{HTML: strings.ReplaceAll(l.MJML, "{{ content }}", r.Version.Channels[r.Channel][r.Locale].MJML)}, r.Locale, f.failing()
}

func (f *partFake) ShowPartial(_ context.Context, p template.Part, r template.Request) (template.Shown, error) {
	return template.Shown{
		Locale: r.Locale, Channels: map[notify.Channel]notify.Content{notify.SMS: {Text: p.Text}}, Parameters: p.Parameters(nil),
	}, f.failing()
}

func (f *partFake) Part(_ context.Context, r template.PartRef) (template.Part, error) {
	p := f.part(r.Kind)
	p.Key, p.Version = r.Key, max(r.Version, 1)
	return p, f.missing(r.Key, "plain")
}

func (f *partFake) PutPart(_ context.Context, p template.Part, _ string) (template.Part, error) {
	p.Version = 2
	return p, f.failing()
}

func (f *partFake) KeepPart(_ context.Context, d template.PartDraft) (template.Part, error) {
	return d.Part, f.failing()
}

const vendorSecret = "SG.very-secret"

type integrationFake struct{ *fakes }

func (f *integrationFake) account(id string) notify.Integration {
	return notify.Integration{
		ID: id, Provider: "sendgrid", Name: "Mail", Channel: notify.Email, Weight: 1, Enabled: true,
		Settings: map[string]string{"api_key": vendorSecret, "from": "a@example.com"}, CreatedAt: f.at, UpdatedAt: f.at,
	}
}

func (f *integrationFake) List(context.Context) ([]notify.Integration, error) {
	return []notify.Integration{f.account("int_1")}, f.failing()
}

func (f *integrationFake) Save(_ context.Context, i notify.Integration) (notify.Integration, error) {
	if i.ID == "" {
		i.ID = "int_2"
	}
	return f.account(i.ID), f.failing()
}

func (f *integrationFake) Delete(context.Context, string) error { return f.failing() }

func (f *integrationFake) Plain(context.Context, string) (map[string]string, error) {
	return map[string]string{"from": "a@example.com"}, f.failing()
}

func (f *integrationFake) Try(_ context.Context, id, address string) (integration.Trial, error) {
	if err := f.missing(id, "int_1"); err != nil {
		return integration.Trial{}, err
	}
	return integration.Trial{OK: address == "", Outcome: notify.OK, TookMS: 12}, nil
}

func (f *integrationFake) Resume(_ context.Context, id string) error { return f.missing(id, "int_1") }

func (f *integrationFake) Arrange(context.Context, notify.Channel, []integration.Place) error {
	return f.failing()
}

func (f *integrationFake) Health(context.Context) (integration.Health, error) {
	return integration.Health{Since: f.at, Workers: 1, Pulses: []integration.Pulse{{
		Integration: "int_1", Calls: 3, Errors: 1, Outcomes: map[notify.Outcome]int{notify.OK: 2, notify.Temporary: 1},
		Breakers: []integration.Breaker{{Worker: "wrk_1", State: "open"}},
	}}}, f.failing()
}

func (f *integrationFake) MakeKeys(_ context.Context, provider string) (map[string]string, error) {
	return map[string]string{"vapid_public_key": "public", "vapid_private_key": "private"}, f.missing(provider, "webpush")
}

func (f *integrationFake) PublicKeys(_ context.Context, id string) ([]string, error) {
	return []string{"BP4z9KsN"}, f.missing(id, "int_1")
}

func (f *integrationFake) Providers() any {
	return []map[string]any{{"name": "sendgrid", "label": "SendGrid", "channel": "email", "docs": "", "receipts": true, "recalls": false, "settings": []any{}}}
}

type suppressionFake struct{ *fakes }

func (f *suppressionFake) entry() notify.Suppression {
	return notify.Suppression{ID: "sup_1", Channel: notify.Email, Address: "a@example.com", Reason: notify.Manual, Scope: notify.ScopeChannel, CreatedAt: f.at}
}

func (f *suppressionFake) List(context.Context, suppression.Filter, notify.Page) ([]notify.Suppression, string, error) {
	return []notify.Suppression{f.entry()}, "", f.failing()
}

func (f *suppressionFake) Add(context.Context, notify.Suppression) (notify.Suppression, error) {
	f.mu.Lock()
	f.writes++
	f.mu.Unlock()
	return f.entry(), f.failing()
}

func (f *suppressionFake) Get(_ context.Context, id string) (notify.Suppression, error) {
	return f.entry(), f.missing(id, "sup_1")
}

func (f *suppressionFake) Import(_ context.Context, file string, preview bool) (suppression.Imported, error) {
	if !strings.Contains(file, "@") {
		return suppression.Imported{Rows: 1, Faults: []suppression.RowFault{{Line: 2, Field: "address", Code: "invalid_email", Detail: "must be a mailbox"}}}, f.failing()
	}
	out := suppression.Imported{Rows: 1, New: 1, Faults: []suppression.RowFault{}}
	if !preview {
		out.Added = 1
	}
	return out, f.failing()
}

func (f *suppressionFake) Release(_ context.Context, id string, _ suppression.Releaser, _ string) (notify.Suppression, error) {
	return f.entry(), f.missing(id, "sup_1")
}

type sandboxFake struct{ *fakes }

func (f *sandboxFake) Messages(context.Context, SandboxFilter, notify.Page) (any, string, error) {
	return []map[string]any{{"id": "1", "provider": "sendgrid", "channel": "email", "to": "a", "received_at": f.at, "message_id": "msg_1"}}, "n", f.failing()
}

func (f *sandboxFake) Requests(context.Context, SandboxFilter, notify.Page) (any, string, error) {
	return []any{}, "", f.failing()
}

func (f *sandboxFake) Clear(context.Context) error { return f.failing() }

func (f *sandboxFake) Faults(context.Context) (any, error) {
	return []map[string]any{{"provider": "twilio", "fault": "none"}}, f.failing()
}

func (f *sandboxFake) SetFault(_ context.Context, raw []byte) (any, error) {
	if !strings.Contains(string(raw), "provider") {
		return nil, notify.InvalidField("provider", "required", "is required")
	}
	return map[string]any{"provider": "twilio", "fault": "status"}, f.failing()
}

// feedFake is one recipient's feed: a log of frames and its subscribers.
type feedFake struct {
	mu    sync.Mutex
	log   []inbox.Frame
	lost  int64 // frames up to this offset are gone
	marks []inbox.Mark
	feeds map[string][]chan []byte
	gaps  []chan struct{}
	items []notify.InboxItem
}

func newFeedFake() *feedFake { return &feedFake{feeds: map[string][]chan []byte{}} }

func (f *feedFake) subscribe(topic string) Feed {
	f.mu.Lock()
	defer f.mu.Unlock()
	frames, gap := make(chan []byte, 64), make(chan struct{}, 1)
	f.feeds[topic] = append(f.feeds[topic], frames)
	f.gaps = append(f.gaps, gap)
	return Feed{Frames: frames, Gap: gap, Close: func() { f.leave(topic, frames) }}
}

func (f *feedFake) leave(topic string, frames chan []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, known := range f.feeds[topic] {
		if known == frames {
			f.feeds[topic] = append(f.feeds[topic][:i:i], f.feeds[topic][i+1:]...)
			return
		}
	}
}

func (f *feedFake) readers(topic string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.feeds[topic])
}

// add logs an item and, when told, publishes it.
func (f *feedFake) add(publish bool) int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	offset := int64(len(f.log)) + 1
	frame := []byte(fmt.Sprintf(`{"type":"item","offset":%d,"item":{"id":"inb_%d"}}`, offset, offset))
	f.log = append(f.log, inbox.Frame{Offset: offset, JSON: frame})
	if publish {
		for _, reader := range f.feeds[InboxTopic("ada")] {
			reader <- frame
		}
	}
	return offset
}

func (f *feedFake) push(topic, frame string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, reader := range f.feeds[topic] {
		reader <- []byte(frame)
	}
}

// tell publishes at once what the real one gathers.
func (f *feedFake) tell(kind, id string) {
	f.push(PagesTopic, fmt.Sprintf(`{"type":"changed","kind":%q,"ids":[%q]}`, kind, id))
}

// cut ends all subscriptions, as the hub does with slow readers.
func (f *feedFake) cut(topic string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, reader := range f.feeds[topic] {
		close(reader)
	}
	delete(f.feeds, topic)
}

func (f *feedFake) tellGap() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, gap := range f.gaps {
		gap <- struct{}{}
	}
}

func (f *feedFake) Items(context.Context, inbox.Filter, notify.Page) ([]notify.InboxItem, string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]notify.InboxItem{{ID: "inb_1", MessageID: knownMessage, Offset: 1, Title: "Hi", CreatedAt: time.Now().UTC()}}, f.items...), "", nil
}

func (f *feedFake) Counts(context.Context, string) (inbox.Counts, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return inbox.Counts{Unread: len(f.log), Unseen: 1}, nil
}

func (f *feedFake) Mark(_ context.Context, m inbox.Mark) (inbox.Counts, error) {
	if m.As == "burnt" {
		return inbox.Counts{}, notify.InvalidField("as", "not_an_option", "must be read")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.marks = append(f.marks, m)
	return inbox.Counts{}, nil
}

func (f *feedFake) Head(context.Context, string) (inbox.Head, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return inbox.Head{Epoch: "e1", Offset: int64(len(f.log))}, nil
}

func (f *feedFake) Since(_ context.Context, _ string, offset int64, limit int) ([]inbox.Frame, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if offset < f.lost || len(f.log)-int(offset) > limit {
		return nil, false, nil
	}
	return append([]inbox.Frame(nil), f.log[offset:]...), true, nil
}
