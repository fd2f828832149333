package demo

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"clarion/backend/notify"
)

// world is a plan while it is made up.
type world struct {
	plan          Plan
	cast          Cast
	start, until  time.Time
	outage        time.Time
	random        *rand.Rand
	popular       *rand.Zipf
	lives         []life
	batch         Batch
	pending       []Change
	made, counter int
}

// life is what becomes of a person meanwhile.
type life struct {
	out        map[string]bool
	suppressed map[notify.Channel]time.Time
	quiet      bool
	// got is how much marketing they got on a day.
	got map[int]int
}

func newWorld(p Plan) *world {
	w := &world{plan: p, cast: p.Cast(), start: p.start(), until: p.until(), random: p.random(2)}
	w.outage = w.start.AddDate(0, 0, p.Days*2/3).Truncate(24 * time.Hour).Add(8 * time.Hour)
	w.popular = rand.NewZipf(w.random, 1.2, 6, uint64(len(w.cast.People)-1))
	w.lives = make([]life, len(w.cast.People))
	for i := range w.lives {
		w.lives[i] = life{out: map[string]bool{}, suppressed: map[notify.Channel]time.Time{}, got: map[int]int{}, quiet: w.chance(0.3)}
		w.lives[i].out["marketing"] = w.chance(0.14)
		w.lives[i].out["orders"] = w.chance(0.02)
	}
	return w
}

func (w *world) chance(p float64) bool { return w.random.Float64() < p }

// around is a time that is mostly near the median and sometimes much longer.
func (w *world) around(median time.Duration) time.Duration {
	return time.Duration(float64(median) * math.Exp(0.7*w.random.NormFloat64()))
}

// id is like those that are given out, but the same each time.
func (w *world) id(prefix string, at time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(at.UnixMilli())<<16)
	w.counter++
	binary.BigEndian.PutUint16(b[6:], 0x7000|uint16(w.counter&0xfff))
	binary.BigEndian.PutUint64(b[8:], 1<<63|w.random.Uint64()>>2)
	return prefix + hex.EncodeToString(b[:])
}

// hour makes up events until so many delivery events were made up in all.
func (w *world) hour(hour, target int) {
	pulls := make([]float64, len(w.cast.Flows))
	total := 0.0
	for i, f := range w.cast.Flows {
		total += w.pull(f, hour)
		pulls[i] = total
	}
	for w.made < target {
		at := w.at(hour).Add(time.Duration(w.random.Int64N(int64(time.Hour)))).Truncate(time.Microsecond)
		pick := w.random.Float64() * total
		i, _ := slices.BinarySearch(pulls, pick)
		w.event(w.cast.Flows[min(i, len(pulls)-1)], at)
	}
}

// flush is what was made up so far, with the changes before end.
func (w *world) flush(end time.Time) Batch {
	b := w.batch
	slices.SortStableFunc(w.pending, func(x, y Change) int { return x.At.Compare(y.At) })
	n, _ := slices.BinarySearchFunc(w.pending, end, func(c Change, end time.Time) int { return c.At.Compare(end) })
	b.Changes = slices.Clone(w.pending[:n])
	w.pending, w.batch = slices.Clone(w.pending[n:]), Batch{}
	slices.SortFunc(b.Messages, func(x, y Message) int { return cmp.Compare(x.ID, y.ID) })
	return b
}

// event makes up one event and all that follows from it.
func (w *world) event(f Flow, at time.Time) {
	e := notify.Event{
		ID: w.id(notify.EventID, at), Source: f.Source, Type: f.Key, Metadata: Mark, Status: notify.EventDispatched, CreatedAt: at,
		TraceID: w.id("", at), Data: w.data(f), DispatchedAt: w.clamp(at.Add(w.around(queueWait[f.Priority] / 4))),
	}
	e.IdempotencyKey = "seeded-" + e.ID
	if w.chance(0.12) {
		e.Tenant = []string{"north", "south", "wholesale"}[w.random.IntN(3)]
	}
	seen := map[int]bool{}
	for range f.fan {
		i := w.pick(f)
		if seen[i] {
			continue
		}
		seen[i] = true
		e.To = append(e.To, notify.Target{Recipient: w.cast.People[i].ID})
		w.run(f, &e, i)
	}
	w.batch.Events = append(w.batch.Events, e)
}

// pick is somebody whom the flow can reach, if one is found soon.
func (w *world) pick(f Flow) int {
	i := 0
	for range 12 {
		i = int(w.popular.Uint64())
		if addressOf(w.cast.People[i], f.Channels[0]) != "" || w.chance(0.02) {
			return i
		}
	}
	return i
}

func addressOf(r notify.Recipient, channel notify.Channel) string {
	for _, a := range r.Addresses {
		if a.Channel == channel {
			return a.Address
		}
	}
	return ""
}

// run is the workflow for one person.
func (w *world) run(f Flow, e *notify.Event, person int) {
	who := w.cast.People[person]
	n := notify.Notification{
		ID: w.id(notify.NotificationID, e.DispatchedAt), EventID: e.ID, Recipient: notify.RecipientRef{ID: who.ID, Name: who.Name}, Workflow: f.Key,
		WorkflowVersion: 1, Category: f.Category, Priority: f.Priority, TraceID: e.TraceID, CreatedAt: e.DispatchedAt,
		Decisions: []notify.Decision{},
	}
	for _, channel := range f.Channels {
		m := Message{Message: notify.Message{
			ID: w.id(notify.MessageID, e.DispatchedAt), NotificationID: n.ID, EventID: e.ID, TraceID: e.TraceID, Source: e.Source, Tenant: e.Tenant,
			Recipient: n.Recipient, Channel: channel, Address: addressOf(who, channel), Workflow: f.Key, Category: f.Category,
			Priority: f.Priority, Critical: f.Critical, Status: notify.Queued, CreatedAt: e.DispatchedAt,
		}}
		if decision, no := w.refuses(&m, person); no {
			m.Status, m.SkipReason, m.ErrorDetail = notify.Skipped, decision.Reason, decision.Detail
			n.Decisions = append(n.Decisions, decision)
			w.note(&m, m.CreatedAt, string(notify.Skipped), map[string]any{"reason": decision.Reason})
		} else {
			w.write(&m, who.Locale)
			w.deliver(&m, person)
		}
		w.batch.Messages = append(w.batch.Messages, m)
	}
	w.batch.Notifications = append(w.batch.Notifications, n)
}

// note adds a row to a message's timeline. What has not happened yet is left out.
func (w *world) note(m *Message, at time.Time, kind string, detail map[string]any) {
	if at.After(w.until) {
		return
	}
	var text json.RawMessage
	if detail != nil {
		text, _ = json.Marshal(detail) // words and numbers always have a JSON form
	}
	w.pending = append(w.pending, Change{
		Change:  notify.Change{MessageID: m.ID, At: at, Kind: kind, Detail: text},
		Channel: m.Channel, Source: m.Source, First: !m.begun,
	})
	m.begun = true
	w.made++
}

// clamp keeps what must have happened within the plan.
func (w *world) clamp(at time.Time) time.Time {
	if at.After(w.until) {
		return w.until
	}
	return at.Truncate(time.Microsecond)
}

func (w *world) data(f Flow) json.RawMessage {
	return fmt.Appendf(nil, `{"number":"%d","example":%q}`, 10_000+w.random.IntN(80_000), f.Name)
}
