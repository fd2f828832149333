package store

import (
	"clarion/backend/demo"
	"clarion/backend/ingest"
	"clarion/backend/notify"
)

func trafficEvents(list []notify.Event) ([]column, error) {
	entries := make([]ingest.Entry, len(list))
	for i, e := range list {
		entries[i].Event = e
	}
	columns, err := eventColumns(entries)
	return append(columns, numbers("dispatched_at", len(list), func(i int) int64 { return micros(list[i].DispatchedAt) })), err
}

func trafficMessages(list []demo.Message) ([]column, error) {
	n := len(list)
	plain := make([]notify.Message, n)
	for i, m := range list {
		plain[i] = m.Message
	}
	columns, err := messageColumns(plain)
	return append(columns,
		texts("integration", n, func(i int) string { return list[i].Integration }),
		texts("provider_message_id", n, func(i int) string { return list[i].ProviderMessageID }),
		texts("outcome", n, func(i int) notify.Outcome { return list[i].Outcome }),
		integers("attempt_number", n, func(i int) int { return list[i].AttemptNumber }),
		integers("attempts", n, func(i int) int { return list[i].Attempts }),
		numbers("sent_at", n, func(i int) int64 { return micros(list[i].SentAt) }),
		numbers("delivered_at", n, func(i int) int64 { return micros(list[i].DeliveredAt) }),
		numbers("dead_at", n, func(i int) int64 { return micros(list[i].DeadAt) }),
	), err
}

func trafficAttempts(list []notify.Attempt) []column {
	n := len(list)
	return []column{
		texts("id", n, func(i int) string { return list[i].ID }),
		texts("message_id", n, func(i int) string { return list[i].MessageID }),
		integers("number", n, func(i int) int { return list[i].Number }),
		texts("integration", n, func(i int) string { return list[i].Integration }),
		texts("outcome", n, func(i int) notify.Outcome { return list[i].Outcome }),
		texts("error_code", n, func(i int) string { return list[i].ErrorCode }),
		texts("error_detail", n, func(i int) string { return list[i].ErrorDetail }),
		numbers("started_at", n, func(i int) int64 { return micros(list[i].StartedAt) }),
		numbers("ended_at", n, func(i int) int64 { return micros(list[i].EndedAt) }),
	}
}

func trafficChanges(list []demo.Change) []column {
	rows := make([]timelineRow, len(list))
	for i, c := range list {
		rows[i] = timelineRow{
			MessageID: c.MessageID, At: micros(c.At), Kind: c.Kind, Channel: string(c.Channel), Source: c.Source,
			Detail: string(c.Detail), First: c.First,
		}
	}
	return timelineColumns(rows)
}

func trafficSuppressions(list []notify.Suppression) []column {
	n := len(list)
	return []column{
		texts("id", n, func(i int) string { return list[i].ID }),
		texts("channel", n, func(i int) notify.Channel { return list[i].Channel }),
		texts("address", n, func(i int) string { return list[i].Address }),
		texts("reason", n, func(i int) notify.SuppressionReason { return list[i].Reason }),
		texts("detail", n, func(i int) string { return list[i].Detail }),
		texts("recipient_id", n, func(i int) string { return list[i].RecipientID }),
		texts("message_id", n, func(i int) string { return list[i].MessageID }),
		numbers("created_at", n, func(i int) int64 { return micros(list[i].CreatedAt) }),
	}
}
