package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
)

// timelineRow is one new row of message_events.
type timelineRow struct {
	bun.BaseModel `bun:"table:message_events"`
	MessageID     string `bun:"message_id"`
	At            int64  `bun:"at"`
	Kind          string `bun:"kind"`
	Channel       string `bun:"channel"`
	Source        string `bun:"source"`
	Detail        string `bun:"detail"`
	// First marks the row that is also the message's entry in the books.
	First bool `bun:"first"`
}

// writeTimeline appends rows, in order.
func writeTimeline(ctx context.Context, tx bun.Tx, rows []timelineRow) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

// timelineColumns are the same rows for the hot paths.
func timelineColumns(rows []timelineRow) []column {
	n := len(rows)
	return []column{
		texts("message_id", n, func(i int) string { return rows[i].MessageID }),
		numbers("at", n, func(i int) int64 { return rows[i].At }),
		texts("kind", n, func(i int) string { return rows[i].Kind }),
		texts("channel", n, func(i int) string { return rows[i].Channel }),
		texts("source", n, func(i int) string { return rows[i].Source }),
		texts("detail", n, func(i int) string { return rows[i].Detail }),
		flags("first", n, func(i int) bool { return rows[i].First }),
	}
}

// heldUntil is the detail of a row that says why a message waits and how long.
func heldUntil(reason notify.SkipReason, until time.Time) string {
	text, err := json.Marshal(map[string]string{"reason": string(reason), "until": until.UTC().Format(time.RFC3339)})
	if err != nil { // a map of strings is always JSON
		panic(err)
	}
	return string(text)
}

// because is the detail of a row that has a reason.
func because(reason string) string { return becauseOf(reason, "") }

// becauseOf is the detail of a row that has a reason and says more about it.
func becauseOf(reason, detail string) string {
	if reason == "" {
		return ""
	}
	words := map[string]string{"reason": reason}
	if detail != "" {
		words["detail"] = detail
	}
	text, err := json.Marshal(words)
	if err != nil { // a map of strings is always JSON
		panic(err)
	}
	return string(text)
}
