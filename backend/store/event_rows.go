package store

import (
	"encoding/json"
	"fmt"

	"clarion/backend/notify"
)

// eventFields are the columns of an event in the order in which scanEvent
// reads them.
const eventFields = `id, source, type, COALESCE(idempotency_key, ''), fingerprint, targets, data, actor, tenant,
	priority, send_at, expires_at, cancel_key, metadata, trace_id, direct, status, error, cursor, created_at, dispatched_at`

func scanEvent(s scanner) (notify.Event, error) {
	var e notify.Event
	var targets, data, metadata, direct string
	var sendAt, expiresAt, createdAt, dispatchedAt int64
	err := s.Scan(&e.ID, &e.Source, &e.Type, &e.IdempotencyKey, &e.Fingerprint, &targets, &data, &e.Actor, &e.Tenant,
		&e.Priority, &sendAt, &expiresAt, &e.CancelKey, &metadata, &e.TraceID, &direct, &e.Status, &e.Error, &e.Cursor,
		&createdAt, &dispatchedAt)
	if err != nil {
		return e, fmt.Errorf("read an event: %w", err)
	}
	e.Data, e.Metadata = raw(data), raw(metadata)
	e.SendAt, e.ExpiresAt = fromMicros(sendAt), fromMicros(expiresAt)
	e.CreatedAt, e.DispatchedAt = fromMicros(createdAt), fromMicros(dispatchedAt)
	if err := readDocument(targets, &e.To); err != nil {
		return e, fmt.Errorf("event %s: %w", e.ID, err)
	}
	if direct != "" {
		e.Direct = new(notify.Direct)
	}
	if err := readDocument(direct, e.Direct); err != nil {
		return e, fmt.Errorf("event %s: %w", e.ID, err)
	}
	return e, nil
}

// jsonText writes a value as JSON; the zero bytes of a missing document stay
// empty.
func jsonText(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("write %T as JSON: %w", v, err)
	}
	return string(b), nil
}
