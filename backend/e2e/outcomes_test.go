package e2e_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	thrownRounds = 11
	thrownPeople = 48 // a simulation shows fifty
	thrownKinds  = 6
)

// verdict is one outcome: what becomes of a message and the decisions that led to it.
type verdict struct {
	status, reason, due string
	decisions           []decision
}

// TestEverybodyGetsOneExplainedOutcomeOnEveryChannel throws what people,
// categories and workflows are like, asks what two events would do, reports
// them, and holds what was kept and what was sent against the answer.
func TestEverybodyGetsOneExplainedOutcomeOnEveryChannel(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		clock := clockAt("2026-03-01T00:10:00Z")
		house := g.openAt(t, clock)
		d := dice{rand.New(rand.NewPCG(5, uint64(len(g.name))))} // others on each ground
		world := throwWorld(house, d)
		seen := map[string]int{}
		at := clock.Now()
		for round := range thrownRounds {
			house.rested(at)
			at = at.Add(time.Duration(d.IntN(30*24*60)) * time.Minute).Truncate(15 * time.Minute).Add(7 * time.Minute)
			clock.set(at.Format(time.RFC3339))
			people := world.throwPeople(house, d, round, at)
			for range 2 {
				for status, n := range world.compare(house, d, people) {
					seen[status] += n
				}
			}
		}
		for _, status := range []string{
			"arrived", "held", "skipped opted_out", "skipped suppressed", "skipped no_address", "skipped condition_false",
			"skipped frequency_capped", "skipped quiet_hours",
		} {
			require.NotZero(t, seen[status], "the dice threw no %s: %v", status, seen)
		}
		house.waitOut(clock, at)
		house.balanced()
		calls := map[string]int{}
		for _, call := range house.calls() {
			calls[call.MessageID]++
		}
		for _, m := range list[message](house, "/v1/messages") {
			want := 0
			if arrived(m) && m.Channel != "in_app" {
				want = 1
			}
			require.True(t, isEnded(m), "%s is %s", m.ID, m.Status)
			require.Equal(t, want, calls[m.ID], "vendors' calls for %s: %s, %s", m.ID, m.Channel, m.Status)
			delete(calls, m.ID)
		}
		require.Empty(t, calls, "calls that belong to no message")
	})
}

// world is what does not change from round to round.
type world struct {
	categories, workflows []string
	// kinds are the types of events with the workflows each starts and their channels.
	kinds map[string]map[string][]string
}

func throwWorld(c *caller, d dice) world {
	c.Helper()
	words := map[string]any{}
	for _, channel := range thrownChannels {
		said := map[string]any{"text": "{{ total }} for {{ recipient.name }}"}
		switch channel {
		case "email":
			said["subject"] = "{{ total }}"
		case "push", "in_app":
			said = map[string]any{"title": "{{ total }}", "body": "For {{ recipient.name }}"}
		}
		words[channel] = map[string]any{"en": said}
	}
	c.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/templates/thrown", body: map[string]any{
		"name": "Thrown", "default_locale": "en", "channels": words,
	}})
	w := world{kinds: map[string]map[string][]string{}}
	for n := range 8 {
		key := fmt.Sprintf("thrown-%d", n)
		c.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/categories/" + key, body: d.category(n)})
		w.categories = append(w.categories, key)
	}
	for n := range 2 * thrownKinds {
		key, kind := fmt.Sprintf("flow-%d", n), fmt.Sprintf("kind-%d", n%thrownKinds)
		channels, steps := d.steps()
		c.workflow(key, map[string]any{
			"event_type": kind, "category": w.categories[d.IntN(len(w.categories))], "critical": d.once(8), "priority": d.of("low", "medium", "high"),
		}, steps...)
		w.workflows = append(w.workflows, key)
		if w.kinds[kind] == nil {
			w.kinds[kind] = map[string][]string{}
		}
		w.kinds[kind][key] = channels
	}
	return w
}

// throwPeople stores people nobody has written to yet, some of whom may not be
// written to at some address.
func (w world) throwPeople(c *caller, d dice, round int, now time.Time) []any {
	c.Helper()
	var people, to []any
	for n := range thrownPeople {
		id := fmt.Sprintf("p%02d%02d", round, n)
		people, to = append(people, d.person(id)), append(to, id)
	}
	c.must(http.StatusOK, ask{method: http.MethodPost, path: "/v1/recipients/batch", body: map[string]any{"recipients": people}})
	for _, id := range to {
		c.wants(id.(string), d.wishes(now, w.categories, w.workflows))
		if d.once(8) {
			c.must(http.StatusCreated, ask{method: http.MethodPost, path: "/v1/suppressions", body: map[string]any{
				"channel": "email", "address": id.(string) + "@example.com", "scope": d.of("channel", "everything", "category:"+w.categories[0]),
			}})
		}
	}
	return to
}

// wants stores what somebody says, but for what they may not switch off.
func (c *caller) wants(id string, said map[string]any) {
	c.Helper()
	put := ask{method: http.MethodPut, path: "/v1/recipients/" + id + "/preferences", body: said}
	r := c.do(put)
	if r.status == http.StatusOK {
		return
	}
	require.Equal(c, http.StatusUnprocessableEntity, r.status, string(r.raw))
	for _, fault := range r.Error.Fields {
		require.Equal(c, "mandatory", fault.Code, string(r.raw))
		at := strings.Split(fault.Path, ".")
		inner := said
		for _, name := range at[:len(at)-1] {
			next, ok := inner[name].(map[string]any)
			if !ok {
				delete(inner[name].(map[string]bool), at[len(at)-1])
				inner = nil
				break
			}
			inner = next
		}
		delete(inner, at[len(at)-1])
	}
	c.must(http.StatusOK, put)
}

// compare asks what an event would do to people, reports it, and requires that
// just that was done. It counts what was.
func (w world) compare(c *caller, d dice, people []any) map[string]int {
	c.Helper()
	kind := fmt.Sprintf("kind-%d", d.IntN(thrownKinds))
	f := fact{Type: kind, To: people, Data: map[string]any{"total": d.IntN(100)}}
	said := map[string]verdict{}
	asked := read[struct {
		Recipients []struct {
			Recipient person
			Steps     []struct {
				simulatedStep
				Workflow string
			}
		}
	}](c, c.must(http.StatusOK, ask{method: http.MethodPost, path: "/v1/simulate", body: map[string]any{"event": f}}))
	for _, r := range asked.Recipients {
		for _, s := range r.Steps {
			v := verdict{status: s.Status, decisions: []decision{}}
			if s.Reason != nil {
				v.reason = *s.Reason
			}
			if s.Status == "held" {
				v.due = s.SendAt
			}
			for _, each := range s.Decisions {
				v.decisions = append(v.decisions, decision(each))
			}
			place := r.Recipient.ID + " " + s.Workflow + " " + s.Channel
			require.NotContains(c, said, place, "one answer for each channel")
			said[place] = v
		}
	}
	id := c.report(f)
	await(c, time.Minute, "the event to come to rest", func() bool {
		e := get[event](c, "/v1/events/"+id)
		return e.Status == "dispatched" && e.Counts["queued"]+e.Counts["sending"] == 0
	})
	done := c.outcomes(id)
	require.ElementsMatch(c, w.places(kind, people), slices.Collect(maps.Keys(done)), "everybody has one outcome on every channel")
	seen := map[string]int{}
	for place, was := range done {
		require.Equal(c, said[place], was, "%s of %s", place, id)
		seen[was.word()]++
	}
	return seen
}

// rested waits until nothing is due or under way, so that the clock may be moved,
// and returns when the next message is due; zero when none waits.
func (c *caller) rested(now time.Time) time.Time {
	c.Helper()
	var next time.Time
	await(c, time.Minute, "what is due to be done", func() bool {
		next = time.Time{}
		for _, m := range list[message](c, "/v1/messages?status=held,queued,sending") {
			due, err := time.Parse(time.RFC3339, m.DueAt)
			require.NoError(c, err, m.ID)
			if !held(m) || !due.After(now) {
				return false
			}
			if next.IsZero() || due.Before(next) {
				next = due
			}
		}
		return true
	})
	return next
}

// waitOut moves the clock from one due time to the next until nothing waits.
func (c *caller) waitOut(clock *hands, now time.Time) {
	c.Helper()
	for range 500 {
		next := c.rested(now)
		if next.IsZero() {
			return
		}
		now = next.Add(2 * time.Hour)
		clock.set(now.Format(time.RFC3339))
	}
	c.Fatal("something waits for ever")
}

// word is the outcome in short.
func (v verdict) word() string {
	switch v.status {
	case "queued":
		return "arrived"
	case "skipped":
		return "skipped " + v.reason
	default:
		return v.status
	}
}

// places are all recipients on all channels of all workflows of a kind of event.
func (w world) places(kind string, people []any) []string {
	var all []string
	for _, id := range people {
		for workflow, channels := range w.kinds[kind] {
			for _, channel := range channels {
				all = append(all, id.(string)+" "+workflow+" "+channel)
			}
		}
	}
	return all
}

// outcomes are what became of an event, as it is kept.
func (c *caller) outcomes(event string) map[string]verdict {
	c.Helper()
	type kept struct {
		Recipient person
		Workflow  string
		Decisions []decision
	}
	notifications := map[string]kept{}
	for _, n := range list[struct {
		ID string
		kept
	}](c, "/v1/notifications?event="+event) {
		notifications[n.ID] = n.kept
	}
	found := map[string]verdict{}
	for _, m := range c.messagesOf(event) {
		n := notifications[m.NotificationID]
		v := verdict{status: m.Status, reason: m.SkipReason, decisions: []decision{}}
		if arrived(m) {
			v.status = "queued" // as a simulation calls what is sent at once
		}
		if held(m) {
			v.due = m.DueAt
		}
		for _, each := range n.Decisions {
			if each.Channel == m.Channel || each.Channel == "" {
				v.decisions = append(v.decisions, each)
			}
		}
		place := n.Recipient.ID + " " + n.Workflow + " " + m.Channel
		require.NotContains(c, found, place, "one message on each channel")
		require.True(c, v.explained(), "%s %s: %+v", place, m.Status, n.Decisions)
		found[place] = v
	}
	return found
}

// explained is whether the last decision says what became of it, in a sentence.
func (v verdict) explained() bool {
	if len(v.decisions) == 0 {
		return v.status == "queued"
	}
	last := v.decisions[len(v.decisions)-1]
	word := map[string]string{"queued": "pass", "skipped": "skip", "held": "hold", "expired": "expired"}[v.status]
	return last.Outcome == word && last.Detail != "" && (v.status != "skipped" || last.Reason == v.reason)
}
