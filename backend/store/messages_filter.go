package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
)

// peopleMost is how many of what a search finds elsewhere it resolves to ids.
// Recipients of one name may be many more; when there are more than manyFound,
// walking the messages finds a page of them soon enough.
const peopleMost = 500

// messageConditions turns a filter into conditions on messages AS m. They are
// written for lists that walk the primary key backwards: a column without an
// index just filters, and what an index can find is asked for by that index.
func (db *DB) messageConditions(ctx context.Context, f notify.MessageFilter) ([]condition, error) {
	if err := checkTexts(f); err != nil {
		return nil, err
	}
	list := []condition{
		whenAny("m.status", f.Status),
		db.statusIndex(f.Status),
		whenAny("m.channel", f.Channel),
		whenAny("m.priority", f.Priority),
		when(f.Source != "", "m.source = ?", f.Source),
		when(f.Workflow != "", "m.workflow = ?", f.Workflow),
		when(f.Category != "", "m.category = ?", f.Category),
		when(f.Recipient != "", "m.recipient_id = ?", f.Recipient),
		when(f.Group != "", "m.recipient_id IN (SELECT recipient_id FROM group_members WHERE group_key = ?)", f.Group),
		when(f.Template != "", "m.template = ?", f.Template),
		when(f.Integration != "", "m.integration = ?", f.Integration),
		when(f.Tenant != "", "m.tenant = ?", f.Tenant),
		when(f.EventID != "", "m.event_id = ?", f.EventID),
		when(f.Broadcast != "", "m.broadcast = ? AND m.event_id IN (SELECT event_id FROM broadcasts WHERE id = ?)", f.Broadcast, f.Broadcast),
		when(f.ErrorCode != "", "m.error_code = ?", f.ErrorCode),
		when(f.SkipReason != "", "m.skip_reason = ?", string(f.SkipReason)),
		when(f.HeldFor != "", "m.held_for = ?", string(f.HeldFor)),
		when(!f.From.IsZero(), "m.created_at >= ?", micros(f.From)),
		when(!f.To.IsZero(), "m.created_at < ?", micros(f.To)),
	}
	bounds, err := db.idBounds(ctx, f.From, f.To)
	if err != nil {
		return nil, err
	}
	list = append(list, bounds...)
	if f.TraceID != "" {
		traced, err := db.traced(ctx, f.TraceID)
		if err != nil {
			return nil, err
		}
		list = append(list, traced)
	}
	if f.Q != "" {
		found, err := db.search(ctx, f.Q)
		if err != nil {
			return nil, err
		}
		list = append(list, found)
	}
	return list, nil
}

// gatheredIDs selects the messages of all digests that have not left: these have
// one time together, so that the watch does not name them.
const gatheredIDs = `SELECT i.item_id FROM runs AS r JOIN digest_items AS i ON i.digest_id = r.id
	WHERE r.status = 'parked' AND r.kind = '` + kindCadence + `'`

// statusIndex says where messages in rare states are found: what is open stands
// in the watch or waits in a digest, dead letters have an index of their own.
func (db *DB) statusIndex(asked []notify.Status) condition {
	if len(asked) == 0 {
		return condition{}
	}
	ended := func(s notify.Status) bool { return s.Ended() }
	alive := func(s notify.Status) bool { return !s.Dead() }
	open := db.watchedIDs(watchMessages)
	if slices.Contains(asked, notify.Held) {
		open += " UNION ALL " + gatheredIDs
	}
	return when(!slices.ContainsFunc(asked, ended), "m.id IN ("+open+")").
		or(when(!slices.ContainsFunc(asked, alive), "m.dead_at > 0"))
}

// clockSlack is how far a message's id may be out of step with created_at:
// clocks of several processes, and the time between minting and saving.
const clockSlack = 15 * time.Minute

// idBounds says what a stretch of time means for ids, which sort by age, so
// that a walk neither starts at today to reach last year nor goes on to the
// first message ever. The log of created messages has an index by time. The
// bounds are wider than the stretch: created_at still decides.
func (db *DB) idBounds(ctx context.Context, from, to time.Time) ([]condition, error) {
	var list []condition
	probe := func(text string, at time.Time, bound string) error {
		var id string
		err := db.r.NewRaw(text, micros(at)).Scan(ctx, &id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		list = append(list, that(bound, id))
		return during(err, "find where a stretch of time begins")
	}
	if !from.IsZero() {
		before := "SELECT message_id FROM message_events WHERE first AND at < ? ORDER BY at DESC LIMIT 1"
		if err := probe(before, from.Add(-clockSlack), "m.id > ?"); err != nil {
			return nil, err
		}
	}
	if !to.IsZero() {
		after := "SELECT message_id FROM message_events WHERE first AND at >= ? ORDER BY at LIMIT 1"
		if err := probe(after, to.Add(clockSlack), "m.id < ?"); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// checkTexts refuses what no stored text can equal, before a driver does.
func checkTexts(f notify.MessageFilter) error {
	var faults notify.Invalid
	texts := map[string]string{
		"source": f.Source, "workflow": f.Workflow, "category": f.Category, "recipient": f.Recipient, "group": f.Group,
		"template": f.Template, "integration": f.Integration, "tenant": f.Tenant, "trace_id": f.TraceID, "event": f.EventID, "broadcast": f.Broadcast,
		"error_code": f.ErrorCode, "skip_reason": string(f.SkipReason), "q": f.Q,
	}
	for path, text := range texts {
		if !plainText(text) {
			faults.Add(path, "malformed", "must be text")
		}
	}
	return faults.Err()
}

// traced finds messages through their events, which have an index by trace.
func (db *DB) traced(ctx context.Context, trace string) (condition, error) {
	var events []string
	err := db.r.NewSelect().Table("events").Column("id").Where("trace_id = ?", trace).Limit(peopleMost).Scan(ctx, &events)
	if err != nil {
		return condition{}, during(err, "find events of trace %s", trace)
	}
	return that("m.trace_id = ? AND m.event_id IN (?)", trace, bun.List(events)), nil
}

// search says what q means. Our own ids say so themselves; anything else may be
// a vendor's id, a trace, a recipient by id, name or address (also a former
// one), or the beginning of a workflow's key: each is looked up where it has an
// index, and what does not exist is not asked for.
func (db *DB) search(ctx context.Context, q string) (condition, error) {
	switch {
	case notify.IsID(notify.MessageID, q):
		return that("m.id = ?", q), nil
	case notify.IsID(notify.EventID, q):
		return that("m.event_id = ?", q), nil
	case notify.IsID(notify.NotificationID, q):
		return that("m.notification_id = ? AND m.event_id = (SELECT event_id FROM notifications WHERE id = ?)", q, q), nil
	}
	var vendors, events, workflows []string
	err := db.r.NewSelect().Table("provider_ids").Column("message_id").Where("provider_message_id = ?", q).Limit(peopleMost+1).Scan(ctx, &vendors)
	if err != nil {
		return condition{}, during(err, "search vendors' ids")
	}
	// Also when the vendor knows nothing of it: a search that finds nothing must
	// not turn into one that asks for nothing.
	found := that("m.id IN (?)", bun.List(vendors))
	if len(vendors) > peopleMost {
		found = that("m.id IN (SELECT message_id FROM provider_ids WHERE provider_message_id = ?)", q)
	}
	people, err := db.searchPeople(ctx, q)
	if err != nil {
		return found, during(err, "search recipients")
	}
	err = db.r.NewSelect().Table("events").Column("id").Where("trace_id = ?", q).Limit(peopleMost).Scan(ctx, &events)
	if err != nil {
		return found, during(err, "search traces")
	}
	err = db.r.NewSelect().Table("workflow_versions").Distinct().Column("key").
		Where(`key LIKE ? ESCAPE '\'`, beginning(q)).Limit(peopleMost).Scan(ctx, &workflows)
	if err != nil {
		return found, during(err, "search workflows")
	}
	found = found.or(people).or(when(len(events) > 0, "m.event_id IN (?)", bun.List(events)))
	found = found.or(when(len(workflows) > 0, "m.workflow IN (?)", bun.List(workflows)))
	return found, nil
}

// searchPeople finds messages by their recipient's id, name or address.
func (db *DB) searchPeople(ctx context.Context, q string) (condition, error) {
	var named, reached []string
	name := db.r.NewSelect().Model((*recipientRow)(nil)).Column("id").Limit(manyFound + 1)
	db.begins("lower(r.name)", q).on(name)
	if err := name.Scan(ctx, &named); err != nil {
		return condition{}, err
	}
	err := db.r.NewRaw(`SELECT recipient_id FROM addresses WHERE address = ?
		UNION SELECT recipient_id FROM former_addresses WHERE address = ? ORDER BY 1 LIMIT ?`, q, q, peopleMost).Scan(ctx, &reached)
	if err != nil {
		return condition{}, err
	}
	people := that("m.recipient_id IN (?)", bun.List(append(named, q)))
	if len(named) > manyFound {
		people = condition{`(m.recipient_id = ? OR lower(m.recipient_name) LIKE lower(?) ESCAPE '\')`, []any{q, beginning(q)}, true}
	}
	return people.or(when(len(reached) > 0, "m.recipient_id IN (?) AND m.address = ?", bun.List(reached), q)), nil
}
