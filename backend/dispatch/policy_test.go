package dispatch

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func (h *house) change(f func(p *Person)) {
	p := h.store.people["ada"]
	f(&p)
	h.store.people["ada"] = p
}

func suppress(p *Person, address string) {
	p.Suppressions = append(p.Suppressions, notify.Suppression{ID: "sup_1", Channel: notify.Email, Address: address, Reason: notify.Bounce})
}

// TestEveryStepEndsALaneWithItsReason is also the proof that no step can skip
// without a reason of the closed list: each step that can end a lane is here.
func TestEveryStepEndsALaneWithItsReason(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(h *house)
		step   string
		reason notify.SkipReason
		rule   string
	}{
		"a workflow that is switched off": {
			func(h *house) { h.workflows.list[0].Enabled = false }, "workflow enabled", notify.WorkflowDisabled, "workflow:shipped"},
		"a recipient that does not exist": {
			func(h *house) { delete(h.store.people, "ada") }, "recipient present", notify.RecipientNotFound, ""},
		"a recipient that was erased": {
			func(h *house) { h.change(func(p *Person) { p.ErasedAt = noon }) }, "recipient present", notify.Erased, ""},
		"a condition that does not hold": {
			func(h *house) {
				h.workflows.list[0].Steps[0].If = []notify.Condition{{Field: "data.total", Op: "gt", Value: json.RawMessage("99")}}
			}, "condition", notify.ConditionFalse, "workflow:shipped"},
		"a channel that is switched off": {
			func(h *house) {
				h.change(func(p *Person) { p.Preferences.Channels = map[notify.Channel]bool{notify.Email: false} })
			}, "preference", notify.OptedOut, "preference:channel"},
		"quiet hours of what is not to wait": {
			func(h *house) { h.wishes.answer = quietUntil(noon.Add(time.Hour), notify.QuietDrop) }, "quiet hours", notify.QuietHours, "preference:quiet_hours"},
		"no address": {
			func(h *house) { h.change(func(p *Person) { p.Addresses = p.Addresses[1:] }) }, "address", notify.NoAddress, "recipient:ada"},
		"an invalid address": {
			func(h *house) { h.change(func(p *Person) { p.Addresses[0].Invalid = true }) }, "address", notify.NoAddress, "recipient:ada"},
		"a suppressed address": {
			func(h *house) { h.change(func(p *Person) { suppress(p, "ada@example.com") }) }, "address", notify.Suppressed, "suppression:sup_1"},
		"a suppressed address before an invalid one": {
			func(h *house) {
				h.change(func(p *Person) {
					suppress(p, "ada@example.com")
					p.Addresses = append(p.Addresses, notify.Address{Channel: notify.Email, Address: "old@example.com", Invalid: true})
				})
			}, "address", notify.Suppressed, "suppression:sup_1"},
		"no integration": {
			func(h *house) { h.routes.closed[notify.Email] = true }, "integration", notify.NoIntegration, "integrations"},
		"no template": {
			func(h *house) { h.templates.errs["shipped"] = fmt.Errorf("template: %w", notify.ErrNotFound) }, "template", notify.NoTemplate, "template:shipped"},
		"a template that cannot be rendered": {
			func(h *house) { h.templates.errs["shipped"] = errors.New("order_id is missing") }, "template", notify.TemplateFailed, "template:shipped"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			test.change(h)
			m, decisions := h.message(t)
			require.Equal(t, notify.Skipped, m.Status)
			require.Equal(t, test.reason, m.SkipReason)
			require.Contains(t, notify.SkipReasons, m.SkipReason)
			last := decisions[len(decisions)-1]
			require.Equal(t, test.step, last.Step)
			require.Equal(t, "skip", last.Outcome)
			require.Equal(t, test.reason, last.Reason)
			require.Equal(t, test.rule, last.Rule)
			require.NotEmpty(t, last.Detail)
			require.Equal(t, last.Detail, m.ErrorDetail)
			if test.reason == notify.Suppressed {
				require.Contains(t, last.Detail, "bounce", "the sentence must speak of what decided")
			}
			for _, d := range decisions[:len(decisions)-1] {
				require.Equal(t, "pass", d.Outcome, "only the last decision may end a lane")
			}
			require.Empty(t, h.queue.deliver, "a skipped message is not queued")
		})
	}
}

func TestPolicyStepsAreInTheirOrder(t *testing.T) {
	t.Parallel()
	var names []string
	for _, s := range newHouse().steps {
		names = append(names, s.name)
	}
	require.Equal(t, []string{
		"audience", "workflow enabled", "recipient present", "condition", "throttle", "preference", "address", "expiry", "integration", "template",
		"cadence", "quiet hours", "frequency cap",
	}, names)
}

func TestAMessageThatPassesEveryStep(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.workflows.list[0].Steps[0].If = []notify.Condition{{Field: "data.total", Op: "gte", Value: json.RawMessage("10")}}
	h.workflows.list[0].Critical = true
	m, decisions := h.message(t)
	require.True(t, notify.IsID(notify.MessageID, m.ID))
	require.True(t, notify.IsID(notify.NotificationID, m.NotificationID))
	m.ID, m.NotificationID = "", ""
	require.Equal(t, notify.Message{
		EventID: "evt", TraceID: "tr", Source: "shop", Tenant: "acme", Recipient: notify.RecipientRef{ID: "ada", Name: "Ada"},
		Channel: notify.Email, Address: "ada@example.com", Workflow: "shipped", Category: "orders", Priority: notify.Medium, Critical: true,
		Status: notify.Queued, Template: notify.TemplateRef{Key: "shipped", Version: 3, Locale: "en"},
		Content: notify.Content{Text: "about shipped"}, SizeBytes: len("about shipped"), Ambiguity: notify.HoldForReceipt,
		CreatedAt: noon, DueAt: noon,
	}, m)
	require.Equal(t, []notify.Decision{
		{Step: "condition", Channel: notify.Email, Outcome: "pass", Detail: "All 1 conditions hold."},
		{Step: "preference", Channel: notify.Email, Outcome: "pass", Detail: "The recipient wants it."},
		{Step: "template", Channel: notify.Email, Outcome: "pass", Detail: "Template shipped version 3 in en.", Rule: "template:shipped"},
	}, decisions)
	require.Equal(t, "en", h.templates.asked[0].Locale)
}

func TestWhatPassesOverAChoiceSaysSoAndStopsAtASuppression(t *testing.T) {
	t.Parallel()
	passed := notify.Wish{Value: notify.Required, Detail: "Critical: it is sent all the same.", Rule: "workflow:shipped"}
	h := newHouse()
	h.wishes.answer = func(notify.WishQuestion) notify.Wish { return passed }
	m, decisions := h.message(t)
	require.Equal(t, notify.Queued, m.Status)
	require.Equal(t, []string{"preference", "pass", passed.Detail, passed.Rule}, []string{decisions[0].Step, decisions[0].Outcome, decisions[0].Detail, decisions[0].Rule})

	h = newHouse()
	h.wishes.answer = func(notify.WishQuestion) notify.Wish { return passed }
	h.change(func(p *Person) { suppress(p, "ada@example.com") })
	m, _ = h.message(t)
	require.Equal(t, notify.Suppressed, m.SkipReason)
}

func TestTheWishesAreAskedOfThePersonAndTheMessage(t *testing.T) {
	t.Parallel()
	h := newHouse()
	choices := notify.Preferences{Channels: map[notify.Channel]bool{notify.SMS: false}}
	h.workflows.list[0].Critical = true
	h.change(func(p *Person) { p.Preferences, p.Timezone = choices, "Asia/Shanghai" })
	h.message(t)
	require.Equal(t, []notify.WishQuestion{{
		Choices: choices, Timezone: "Asia/Shanghai", Category: notify.Category{Key: "orders", Name: "Orders"}, Workflow: "shipped",
		Critical: true, Channel: notify.Email, At: noon,
	}}, h.wishes.asked)
}

func quietUntil(until time.Time, policy notify.QuietPolicy) func(notify.WishQuestion) notify.Wish {
	return func(notify.WishQuestion) notify.Wish {
		return notify.Wish{Value: notify.On, Detail: "wanted", Quiet: &notify.WishQuiet{Until: until, Policy: policy, Detail: "quiet", Rule: "preference:quiet_hours"}}
	}
}

func TestQuietHoursHoldDropOrPass(t *testing.T) {
	t.Parallel()
	wake := noon.Add(8 * time.Hour)
	for name, test := range map[string]struct {
		policy  notify.QuietPolicy
		change  func(h *house)
		status  notify.Status
		outcome string
		due     time.Time
	}{
		"held until they end":                {notify.QuietHold, func(*house) {}, notify.Held, "hold", wake},
		"held no longer than it is good for": {notify.QuietHold, func(h *house) { h.store.events["evt"].ExpiresAt = noon.Add(time.Hour) }, notify.Held, "hold", noon.Add(time.Hour)},
		"dropped":                            {notify.QuietDrop, func(*house) {}, notify.Skipped, "skip", noon},
		"passed":                             {notify.QuietPass, func(*house) {}, notify.Queued, "pass", noon},
		"a test run does not wait": {notify.QuietHold, func(h *house) {
			h.store.events["evt"].Source = notify.TestSource
			h.Sandboxes = boxes{notify.Email: true}
		}, notify.Queued, "pass", noon},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			h.wishes.answer = quietUntil(wake, test.policy)
			test.change(h)
			m, decisions := h.message(t)
			last := decisions[len(decisions)-1]
			require.Equal(t, test.status, m.Status)
			require.Equal(t, []string{"quiet hours", test.outcome}, []string{last.Step, last.Outcome})
			require.Contains(t, last.Detail, "quiet")
			require.Equal(t, test.due, m.DueAt)
			require.Equal(t, test.status == notify.Held, m.HeldFor == notify.QuietHours)
			require.Equal(t, test.status == notify.Queued, len(h.queue.deliver) == 1)
		})
	}
}

func TestCapsAreHeldAgainstWhatWasCounted(t *testing.T) {
	t.Parallel()
	all, news := notify.WishCap{Cap: notify.Cap{Max: 3, Per: notify.PerDay}, Rule: "all"}, notify.WishCap{Category: "orders", Cap: notify.Cap{Max: 1, Per: notify.PerWeek}, Rule: "category:orders"}
	message := func(id, person string, caps ...notify.WishCap) notify.Message {
		return notify.Message{ID: id, NotificationID: "n" + id, EventID: "evt", Recipient: notify.RecipientRef{ID: person}, Category: "orders", Status: notify.Queued, Caps: caps}
	}
	b := Batch{Messages: []notify.Message{
		message("1", "ada", all), message("2", "ada"), message("3", "ada", all), message("4", "eve", all), message("5", "eve", all, news), message("6", "eve", news),
	}}
	for _, m := range b.Messages {
		b.Notifications = append(b.Notifications, notify.Notification{ID: m.NotificationID})
	}
	of := func(person, category string, per notify.Period) notify.CapKey {
		return notify.CapKey{Recipient: person, Category: category, Per: per}
	}
	require.Equal(t, []notify.CapKey{of("ada", "", "day"), of("eve", "", "day"), of("eve", "orders", "week")}, b.CapKeys())
	b.HoldAgainst(map[notify.CapKey]int{of("ada", "", "day"): 1, of("eve", "", "day"): 0, of("eve", "orders", "week"): 0}, func(string) bool { return false })
	var status []notify.Status
	for i, m := range b.Messages {
		status = append(status, m.Status)
		require.Equal(t, m.Status == notify.Skipped, len(b.Notifications[i].Decisions) == 1)
		if m.Status == notify.Skipped {
			require.Equal(t, notify.FrequencyCapped, m.SkipReason)
			require.Equal(t, m.ErrorDetail, b.Notifications[i].Decisions[0].Detail)
		}
	}
	require.Equal(t, []notify.Status{"queued", "queued", "skipped", "queued", "skipped", "skipped"}, status,
		"what has no cap counts too, and the category's cap counts what the other one let through")
}

func TestTheFirstUsableAddressIsTaken(t *testing.T) {
	t.Parallel()
	email := func(address string, invalid bool) notify.Address {
		return notify.Address{Channel: notify.Email, Address: address, Invalid: invalid}
	}
	for name, test := range map[string]struct {
		addresses  []notify.Address
		suppressed []string
		want       string
		reason     notify.SkipReason
	}{
		"the first of two":                        {[]notify.Address{email("a@x", false), email("b@x", false)}, nil, "a@x", ""},
		"the second when the first is invalid":    {[]notify.Address{email("a@x", true), email("b@x", false)}, nil, "b@x", ""},
		"the second when the first is suppressed": {[]notify.Address{email("a@x", false), email("b@x", false)}, []string{"a@x"}, "b@x", ""},
		"none when all are suppressed":            {[]notify.Address{email("a@x", false), email("b@x", false)}, []string{"a@x", "b@x"}, "b@x", notify.Suppressed},
		"none when all are invalid":               {[]notify.Address{email("a@x", true)}, nil, "", notify.NoAddress},
		"suppressed says more than invalid":       {[]notify.Address{email("a@x", true), email("b@x", false)}, []string{"b@x"}, "b@x", notify.Suppressed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			h.change(func(p *Person) {
				p.Addresses = test.addresses
				for _, address := range test.suppressed {
					suppress(p, address)
				}
			})
			m, _ := h.message(t)
			require.Equal(t, test.reason, m.SkipReason)
			require.Equal(t, test.want, m.Address)
		})
	}
	t.Run("in-app needs no address but the id", func(t *testing.T) {
		t.Parallel()
		h := newHouse()
		h.workflows.list = []notify.Workflow{flow("shipped", notify.InApp)}
		h.change(func(p *Person) { p.Addresses = nil })
		m, _ := h.message(t)
		require.Equal(t, notify.Queued, m.Status)
		require.Equal(t, "ada", m.Address)
	})
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	created := noon.Add(-time.Second)
	for name, test := range map[string]struct {
		event   time.Time
		after   int
		sendAt  time.Time
		want    time.Time
		expired bool
	}{
		"none when nobody asks":                       {time.Time{}, 0, time.Time{}, time.Time{}, false},
		"the event's own":                             {noon.Add(time.Hour), 0, time.Time{}, noon.Add(time.Hour), false},
		"the workflow's, counted from the event":      {time.Time{}, 60, time.Time{}, created.Add(time.Minute), false},
		"the workflow's, counted from send_at":        {time.Time{}, 60, noon, noon.Add(time.Minute), false},
		"send_at before the event does not shorten":   {time.Time{}, 60, created.Add(-time.Hour), created.Add(time.Minute), false},
		"the earlier one: the event's":                {noon.Add(10 * time.Second), 60, time.Time{}, noon.Add(10 * time.Second), false},
		"the earlier one: the workflow's":             {noon.Add(time.Hour), 60, time.Time{}, created.Add(time.Minute), false},
		"a time that has passed ends the message":     {noon.Add(-time.Millisecond), 0, time.Time{}, noon.Add(-time.Millisecond), true},
		"a time that is now ends the message":         {noon, 0, time.Time{}, noon, true},
		"a workflow's time that has passed does also": {time.Time{}, 1, time.Time{}, noon, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			h.store.events["evt"].ExpiresAt, h.store.events["evt"].SendAt = test.event, test.sendAt
			h.workflows.list[0].ExpiresAfterSeconds = test.after
			m, decisions := h.message(t)
			require.Equal(t, test.want, m.ExpiresAt)
			require.Equal(t, test.expired, m.Status == notify.Expired)
			if test.expired {
				last := decisions[len(decisions)-1]
				require.Equal(t, "expiry", last.Step)
				require.Equal(t, "expired", last.Outcome)
				require.NotEmpty(t, last.Detail)
				require.Empty(t, h.queue.deliver)
			}
		})
	}
}

func TestAmbiguityPolicy(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.workflows.list = []notify.Workflow{flow("shipped", notify.Email, notify.InApp)}
	b := h.dispatch(t)
	require.Equal(t, notify.HoldForReceipt, b.Messages[0].Ambiguity, "the channel's own")
	require.Equal(t, notify.Resend, b.Messages[1].Ambiguity)

	h = newHouse()
	h.workflows.categories["orders"] = notify.Category{Key: "orders", Ambiguity: notify.FailUnknown}
	m, _ := h.message(t)
	require.Equal(t, notify.FailUnknown, m.Ambiguity, "the category's wins")
}

func TestAnEventThatCannotBeReadEndsAsFailedAndHoldsUpNobody(t *testing.T) {
	t.Parallel()
	for name, breakIt := range map[string]func(h *house){
		"its view":               func(h *house) { h.views.eventErr = errors.New("broken") },
		"the view of its person": func(h *house) { h.views.recipientErr = errors.New("broken") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			breakIt(h)
			b := h.dispatch(t)
			require.Len(t, b.Events, 1)
			require.Equal(t, notify.EventFailed, b.Events[0].Status)
			require.Contains(t, b.Events[0].Error, "broken")
			require.Empty(t, b.Messages)
			require.Empty(t, b.Notifications)
			require.Empty(t, h.queue.deliver)
		})
	}
}

func TestAFaultOfOursIsNoSkip(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, breakIt := range map[string]func(h *house){
		"the claim":      func(h *house) { h.store.acceptedErr = broken },
		"the audience":   func(h *house) { h.store.audienceErr = broken; h.store.events["evt"].To = []notify.Target{{Group: "g"}} },
		"the people":     func(h *house) { h.store.peopleErr = broken },
		"the workflows":  func(h *house) { h.workflows.err = broken },
		"the categories": func(h *house) { h.workflows.othersErr = broken },
		"the wishes":     func(h *house) { h.wishes.err = fmt.Errorf("%w: %w", notify.ErrUnavailable, broken) },
		"the routes":     func(h *house) { h.routes.err = broken },
		"the templates, unavailable": func(h *house) {
			broken := fmt.Errorf("%w: %w", notify.ErrUnavailable, broken)
			h.templates.errs["shipped"] = broken
		},
		"the save": func(h *house) { h.store.saveErr = broken },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			breakIt(h)
			require.ErrorIs(t, h.Dispatch(t.Context(), notify.Medium, []string{"evt"}), broken)
			require.Empty(t, h.store.batches)
			require.Empty(t, h.queue.deliver)
		})
	}
}

func TestWhichAddressesOfAChannelAreUsed(t *testing.T) {
	t.Parallel()
	place := func(c notify.Channel, address string, change func(*notify.Address)) notify.Address {
		a := notify.Address{Channel: c, Address: address}
		if change != nil {
			change(&a)
		}
		return a
	}
	preferred := func(a *notify.Address) { a.Preferred = true }
	verified := func(a *notify.Address) { a.Verification = notify.Verified }
	failed := func(a *notify.Address) { a.Verification = notify.VerificationFailed }
	dead := func(a *notify.Address) { a.Invalid = true }
	for name, test := range map[string]struct {
		channel   notify.Channel
		addresses []notify.Address
		want      []string
	}{
		"the preferred one stands before an older one":     {notify.Email, []notify.Address{place(notify.Email, "a@x", nil), place(notify.Email, "b@x", preferred)}, []string{"b@x"}},
		"a verified one stands before an older one":        {notify.Email, []notify.Address{place(notify.Email, "a@x", nil), place(notify.Email, "b@x", verified)}, []string{"b@x"}},
		"the preferred one stands before a verified one":   {notify.Email, []notify.Address{place(notify.Email, "a@x", verified), place(notify.Email, "b@x", preferred)}, []string{"b@x"}},
		"one that failed its verification is not used":     {notify.Email, []notify.Address{place(notify.Email, "a@x", failed), place(notify.Email, "b@x", nil)}, []string{"b@x"}},
		"nothing is sent when the only one failed":         {notify.Email, []notify.Address{place(notify.Email, "a@x", failed)}, []string{""}},
		"push reaches every device that works":             {notify.Push, []notify.Address{place(notify.Push, "1", nil), place(notify.Push, "2", dead), place(notify.Push, "3", nil)}, []string{"1", "3"}},
		"push begins with the preferred device":            {notify.Push, []notify.Address{place(notify.Push, "1", nil), place(notify.Push, "2", preferred)}, []string{"2", "1"}},
		"push with one device is one message":              {notify.Push, []notify.Address{place(notify.Push, "1", nil)}, []string{"1"}},
		"push with only dead devices is one skipped entry": {notify.Push, []notify.Address{place(notify.Push, "1", dead), place(notify.Push, "2", dead)}, []string{""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			h.workflows.list = []notify.Workflow{flow("shipped", test.channel)}
			h.change(func(p *Person) { p.Addresses = test.addresses })
			batch := h.dispatch(t)
			var got []string
			ids := map[string]bool{}
			for _, m := range batch.Messages {
				got = append(got, m.Address)
				ids[m.ID] = true
			}
			require.Equal(t, test.want, got)
			require.Len(t, ids, len(got), "every message has an id of its own")
			require.Len(t, batch.Notifications, 1)
		})
	}
}

func TestWhoWasMergedIsReachedOnceByEveryIdTheyHad(t *testing.T) {
	t.Parallel()
	for name, ids := range map[string][]string{
		"by an old id":            {"old"},
		"by both ids":             {"ada", "old"},
		"by two ids of the past":  {"old", "older"},
		"by an id that is theirs": {"ada"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			for _, asked := range []string{"old", "older"} {
				p := ada()
				p.Asked = asked
				h.store.people[asked] = p
			}
			h.event("evt", ids...)
			b := h.dispatch(t)
			require.Len(t, b.Notifications, 1)
			require.Equal(t, "ada", b.Notifications[0].Recipient.ID)
			require.Equal(t, "ada@example.com", b.Messages[0].Address)
		})
	}
}
