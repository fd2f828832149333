package store

import (
	"context"
	"fmt"
	"slices"

	"clarion/backend/notify"
)

// streamChunk is how many messages of a batch are looked up in one statement.
const streamChunk = 5000

// DeliveryEvents returns the rows of the stream after one place up to another,
// both of them places of rows, in order. It says of a row what the view
// delivery_events does; but what a row is about is looked up once for each message
// of the batch, and the planner is never led to read the rest of the stream.
func (db *DB) DeliveryEvents(ctx context.Context, after, upTo int64, limit int) ([]notify.DeliveryEvent, error) {
	events, err := db.streamRows(ctx, after, upTo, limit)
	if err != nil || len(events) == 0 {
		return nil, err
	}
	about, err := db.streamSubjects(ctx, events)
	if err != nil {
		return nil, fmt.Errorf("read what the stream after %d is about: %w", after, err)
	}
	out := make([]notify.DeliveryEvent, len(events))
	for i := range events {
		if err := about.tell(&events[i], &out[i]); err != nil {
			return nil, fmt.Errorf("read row %d of the stream: %w", events[i].seq, err)
		}
	}
	return out, nil
}

// streamRow is a row of message_events.
type streamRow struct {
	seq, at                          int64
	messageID, kind, channel, source string
	detail                           []byte
	first                            bool
}

func (db *DB) streamRows(ctx context.Context, after, upTo int64, limit int) ([]streamRow, error) {
	var out []streamRow
	err := db.read(ctx, `SELECT seq, message_id, at, kind, channel, source, detail, first FROM message_events
		WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3`, []any{after, upTo, limit}, func(s scanner) error {
		out = append(out, streamRow{})
		e := &out[len(out)-1]
		return s.Scan(&e.seq, &e.messageID, &e.at, &e.kind, &e.channel, &e.source, &e.detail, &e.first)
	})
	if err != nil {
		return nil, fmt.Errorf("read the stream after %d: %w", after, err)
	}
	return out, nil
}

// streamSubjects are the messages that rows of the stream are about.
type streamSubjects struct {
	messages     map[string]*streamMessage
	integrations map[string]streamIntegration
}

// streamMessage is a message as the stream tells of it.
type streamMessage struct {
	// told has what is the same in every row about the message.
	told      notify.DeliveryEvent
	skip      string
	createdAt int64
	// acceptedAt is when its event was; its own beginning when it has none.
	acceptedAt int64
	// attempts are in the order of their numbers.
	attempts []streamAttempt
}

type streamAttempt struct {
	number                          int
	integration, outcome, errorCode string
	startedAt, endedAt              int64
}

type streamIntegration struct {
	provider string
	cost     int64
}

func (db *DB) streamSubjects(ctx context.Context, events []streamRow) (streamSubjects, error) {
	about := streamSubjects{messages: make(map[string]*streamMessage, len(events)/2), integrations: map[string]streamIntegration{}}
	ids := make([]string, len(events))
	for i := range events {
		ids[i] = events[i].messageID
	}
	for chunk := range slices.Chunk(sortedSet(ids), streamChunk) {
		if err := db.streamMessages(ctx, chunk, about.messages); err != nil {
			return about, err
		}
		if err := db.streamAttempts(ctx, chunk, about.messages); err != nil {
			return about, err
		}
	}
	err := db.read(ctx, "SELECT id, provider, unit_cost_micros FROM integrations", nil, func(s scanner) error {
		var id string
		var i streamIntegration
		err := s.Scan(&id, &i.provider, &i.cost)
		about.integrations[id] = i
		return err
	})
	return about, err
}

func (db *DB) streamMessages(ctx context.Context, ids []string, into map[string]*streamMessage) error {
	return db.byIDs(ctx, `SELECT m.id, m.notification_id, m.event_id, m.trace_id, m.tenant, m.source, m.workflow,
			m.category, m.template, m.template_version, m.locale, m.channel, m.priority, m.critical, m.broadcast,
			CASE WHEN r.erased_at > 0 THEN '' ELSE m.recipient_id END, m.size_bytes, m.parts, m.skip_reason, m.created_at,
			COALESCE(v.created_at, m.created_at)
		FROM messages AS m LEFT JOIN events AS v ON v.id = m.event_id LEFT JOIN recipients AS r ON r.id = m.recipient_id
		WHERE m.id {ids}`, ids, func(s scanner) error {
		m := &streamMessage{}
		t := &m.told
		err := s.Scan(&t.MessageID, &t.NotificationID, &t.EventID, &t.TraceID, &t.Tenant, &t.Source, &t.Workflow,
			&t.Category, &t.Template, &t.TemplateVersion, &t.Locale, &t.Channel, &t.Priority, &t.Critical, &t.Broadcast,
			&t.Recipient, &t.SizeBytes, &t.Parts, &m.skip, &m.createdAt, &m.acceptedAt)
		into[t.MessageID] = m
		return err
	})
}

func (db *DB) streamAttempts(ctx context.Context, ids []string, of map[string]*streamMessage) error {
	return db.byIDs(ctx, `SELECT message_id, number, integration, outcome, error_code, started_at, ended_at
		FROM attempts WHERE message_id {ids} ORDER BY message_id, number`, ids, func(s scanner) error {
		var id string
		var a streamAttempt
		err := s.Scan(&id, &a.number, &a.integration, &a.outcome, &a.errorCode, &a.startedAt, &a.endedAt)
		if m := of[id]; m != nil {
			m.attempts = append(m.attempts, a)
		}
		return err
	})
}
