package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

// copyFrom is the number of messages from which COPY, which takes some round
// trips more and half the server's time for each row, is the cheaper way in.
const copyFrom = 16

// saveOnce tries to save a batch; on PostgreSQL a small one is one statement. The
// events go first: one that others were faster with takes its notifications, messages
// and timeline with it.
func (db *DB) saveOnce(ctx context.Context, b dispatch.Batch) ([]string, error) {
	s, err := newSaving(b)
	byCopy := s.copies(db)
	switch {
	case err != nil:
	case !byCopy && b.Behind != nil && !b.Behind():
		return nil, nil
	case len(b.Runs)+len(b.Stops) > 0 || anyGathers(b.Messages):
		err = s.overTime(ctx, db, b)
	case !db.postgres():
		err = s.lite(ctx, db)
	case !byCopy:
		err = s.atOnce(ctx, db)
	default:
		err = s.copied(ctx, db)
	}
	if err != nil {
		return nil, err
	}
	out := make([]string, 0, len(s.saved))
	for id := range s.saved {
		out = append(out, id)
	}
	slices.Sort(out)
	return out, nil
}

// saving is a batch as columns. The first column of runs, messages and timeline
// says to which event a row belongs.
type saving struct {
	events, runs, messages         []column
	timeline, watch                []column
	runEvent, messageEvent, rowsOf []string
	saved                          map[string]bool
	// caps must be counted, with the events closed, before the rows are known.
	caps  []notify.CapKey
	batch dispatch.Batch
	// people are those of whom the rows tell something.
	people []string
}

func newSaving(b dispatch.Batch) (*saving, error) {
	s := &saving{saved: map[string]bool{}, batch: b, caps: b.CapKeys(), people: toldOf(b.Messages, b.Notifications)}
	events := slices.Clone(b.Events)
	slices.SortFunc(events, func(x, y dispatch.EventDone) int { return strings.Compare(x.ID, y.ID) })
	n := len(events)
	dispatched := func(i int) int64 {
		if events[i].Status == notify.EventDispatched {
			return micros(b.Now)
		}
		return 0
	}
	due := func(i int) int64 { return micros(events[i].Due) }
	s.events = []column{
		texts("own", n, func(i int) string { return events[i].ID }),
		texts("from_cursor", n, func(i int) string { return events[i].From }),
		texts("to_status", n, func(i int) notify.EventStatus { return events[i].Status }),
		texts("to_cursor", n, func(i int) string { return events[i].Cursor }),
		texts("to_error", n, func(i int) string { return events[i].Error }),
		numbers("to_dispatched", n, dispatched),
		numbers("to_due", n, due),
	}
	return s, s.rows()
}

// rows makes the columns of what the batch holds now.
func (s *saving) rows() error {
	b := s.batch
	open := watchNew(b.Messages, micros(b.LeaseUntil))
	for _, e := range b.Events {
		if e.Status == notify.EventAccepted && !e.Unwatched {
			due := micros(e.Due)
			look := micros(b.LeaseUntil)
			if e.Due.After(b.Now) && !e.Soon {
				look = due
			}
			open = append(open, watchLists(watchEvents, []watched{{id: e.ID, notBefore: due, lookAt: look}})...)
		}
	}
	s.watch = watchColumns(open)
	var err error
	if s.runs, err = notificationColumns(b.Notifications); err != nil {
		return err
	}
	if s.messages, err = messageColumns(b.Messages); err != nil {
		return err
	}
	s.runEvent = texts("", len(b.Notifications), func(i int) string { return b.Notifications[i].EventID }).values.([]string)
	s.messageEvent = texts("", len(b.Messages), func(i int) string { return b.Messages[i].EventID }).values.([]string)
	s.rowsOf = s.messageEvent
	s.timeline = timelineColumns(firstRows(b.Messages, b.Now))
	return nil
}

// firstRows are the rows with which the timelines of new messages begin.
func firstRows(list []notify.Message, now time.Time) []timelineRow {
	rows := make([]timelineRow, 0, len(list))
	at := micros(now)
	for i := range list {
		m := &list[i]
		rows = append(rows, timelineRow{
			MessageID: m.ID, At: at, Kind: string(m.Status), Channel: string(m.Channel), Source: m.Source,
			Detail: whyFirst(m), First: true,
		})
	}
	return rows
}

// whyFirst is the detail of a message's first row.
func whyFirst(m *notify.Message) string {
	if m.Status == notify.Held {
		return heldUntil(m.HeldFor, m.DueAt)
	}
	return because(string(m.SkipReason))
}

func notificationColumns(list []notify.Notification) ([]column, error) {
	n := len(list)
	decisions := make([]string, n)
	for i := range list {
		// Those of one audience are mostly decided alike.
		if i > 0 && slices.Equal(list[i].Decisions, list[i-1].Decisions) {
			decisions[i] = decisions[i-1]
			continue
		}
		var err error
		if decisions[i], err = jsonText(list[i].Decisions); err != nil {
			return nil, fmt.Errorf("notification %s: %w", list[i].ID, err)
		}
	}
	return []column{
		texts("id", n, func(i int) string { return list[i].ID }),
		texts("event_id", n, func(i int) string { return list[i].EventID }),
		texts("recipient_id", n, func(i int) string { return list[i].Recipient.ID }),
		texts("recipient_name", n, func(i int) string { return list[i].Recipient.Name }),
		texts("workflow", n, func(i int) string { return list[i].Workflow }),
		integers("workflow_version", n, func(i int) int { return list[i].WorkflowVersion }),
		texts("category", n, func(i int) string { return list[i].Category }),
		texts("priority", n, func(i int) notify.Priority { return list[i].Priority }),
		{name: "decisions", kind: "text", values: decisions},
		texts("trace_id", n, func(i int) string { return list[i].TraceID }),
		numbers("created_at", n, func(i int) int64 { return micros(list[i].CreatedAt) }),
	}, nil
}

// of puts two columns in front that say to which event each row belongs and in
// which order the rows come; they are read and not stored.
func of(events []string, columns []column) []column {
	place := numbers("place", len(events), func(i int) int { return i })
	return append([]column{{name: "of_event", kind: "text", values: events}, place}, columns...)
}

// closing is PostgreSQL's statement on the events: those nobody was faster with.
func (s *saving) closing(unless string) string {
	return "UPDATE events SET status = g.to_status, cursor = g.to_cursor, error = g.to_error, dispatched_at = g.to_dispatched, send_at = CASE WHEN g.to_due > 0 THEN g.to_due ELSE send_at END FROM " +
		given(s.events, 1) + " WHERE id = g.own AND id = ANY($1::text[]) AND status = 'accepted' AND cursor = g.from_cursor" + unless + " RETURNING id"
}

// capped counts and holds against the caps, where there are any.
func (s *saving) capped(ctx context.Context, tx pgx.Tx) error {
	if len(s.caps) == 0 {
		return nil
	}
	if err := lockCapped(ctx, tx, s.caps); err != nil {
		return err
	}
	counts, err := countCaps(ctx, tx, s.caps, s.batch.Now)
	if err != nil {
		return err
	}
	return s.hold(counts)
}

// held leaves out the rows of events that others were faster with.
func (s *saving) held(ofEvent []string, columns []column) []column {
	if len(s.saved) == s.events[0].len() {
		return columns
	}
	var kept []int
	for i, id := range ofEvent {
		if s.saved[id] {
			kept = append(kept, i)
		}
	}
	out := make([]column, len(columns))
	for i, c := range columns {
		out[i] = c.only(kept)
	}
	return out
}

func (s *saving) text() string {
	runs, messages, timeline := of(s.runEvent, s.runs), of(s.messageEvent, s.messages), of(s.rowsOf, s.timeline)
	first := 1
	part := func(name, table string, columns []column) string {
		text := fmt.Sprintf("%s AS (INSERT INTO %s (%s) SELECT %s FROM %s WHERE g.of_event IN (SELECT id FROM done) ORDER BY g.place)",
			name, table, names(columns[2:]), wrapped(columns[2:]), given(columns, first))
		first += len(columns)
		return text
	}
	first += len(s.events)
	rows := part("runs", "notifications", runs) + ", " + part("texts", "messages", messages) + ", " + part("story", "message_events", timeline)
	erased := fmt.Sprintf(" AND NOT EXISTS (SELECT 1 FROM recipients WHERE id = ANY($%d::text[]) AND erased_at > 0 AND merged_into = '')", first+len(s.watch))
	return "WITH done AS (" + s.closing(erased) + "), " + rows + ", open AS (" + watchInsert(s.watch, first) + ") SELECT id FROM done"
}

func (s *saving) args() []any {
	args := append(arrays(s.events), arrays(of(s.runEvent, s.runs))...)
	args = append(args, arrays(of(s.messageEvent, s.messages))...)
	args = append(args, arrays(of(s.rowsOf, s.timeline))...)
	return append(append(args, arrays(s.watch)...), s.people)
}

const saveEventLite = `UPDATE events SET status = ?3, cursor = ?4, error = ?5, dispatched_at = ?6, send_at = CASE WHEN ?7 > 0 THEN ?7 ELSE send_at END
	WHERE id = ?1 AND status = 'accepted' AND cursor = ?2`

func (s *saving) lite(ctx context.Context, db *DB) error {
	runs, messages := insertRow("notifications", s.runs), insertRow("messages", s.messages)
	timeline, open := insertRow("message_events", s.timeline), insertRow("watch", s.watch)
	return db.liteTx(ctx, []string{saveEventLite, runs, messages, timeline, open, capCountLite, erasedLite}, func(l lite) error {
		gone, err := l.erased(s.people)
		if err == nil {
			err = s.forget(gone)
		}
		if err != nil {
			return err
		}
		for i, e := range s.events[0].values.([]string) {
			n, err := l.exec(saveEventLite, row(s.events, i)...)
			if err != nil {
				return err
			}
			if n == 1 {
				s.saved[e] = true
			}
		}
		if len(s.caps) > 0 {
			counts, err := l.countCaps(s.caps, s.batch.Now)
			if err != nil {
				return err
			}
			if err := s.hold(counts); err != nil {
				return err
			}
		}
		if err := l.insert(runs, s.runs, len(s.runEvent), func(i int) bool { return s.saved[s.runEvent[i]] }); err != nil {
			return err
		}
		if err := l.insert(messages, s.messages, len(s.messageEvent), func(i int) bool { return s.saved[s.messageEvent[i]] }); err != nil {
			return err
		}
		if err := l.insert(timeline, s.timeline, len(s.rowsOf), func(i int) bool { return s.saved[s.rowsOf[i]] }); err != nil {
			return err
		}
		return l.insert(open, s.watch, s.watch[0].len(), nil)
	})
}
