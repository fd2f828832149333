package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"clarion/backend/delivery"
	"clarion/backend/notify"
)

// FinishAttempts writes what became of the attempts. A message whose attempt is
// no longer the given one is left alone with all that belongs to it. Where a
// receipt was faster than the vendor's own answer, the answer is recorded and
// may raise sent to delivered, but lowers nothing.
func (db *DB) FinishAttempts(ctx context.Context, f []delivery.Finish, now time.Time) ([]string, error) {
	if len(f) == 0 {
		return nil, nil
	}
	f = slices.Clone(f)
	slices.SortStableFunc(f, func(a, b delivery.Finish) int { return strings.Compare(a.MessageID, b.MessageID) })
	err := db.keepRefusals(ctx, f, now)
	if err != nil {
		return nil, fmt.Errorf("keep who refused: %w", err)
	}
	var ids []string
	if db.postgres() {
		ids, err = db.finish(ctx, f, now)
	} else {
		ids, err = db.finishLite(ctx, f, now)
	}
	if err != nil {
		return nil, fmt.Errorf("finish %d attempts: %w", len(f), err)
	}
	return ids, nil
}

// finishColumns are the results. to_sent and to_delivered are the times that
// belong to the status.
func finishColumns(f []delivery.Finish) []column {
	n := len(f)
	ended := func(i int) int64 { return micros(f[i].EndedAt) }
	when := func(i int, states ...notify.Status) int64 {
		if slices.Contains(states, f[i].Status) {
			return ended(i)
		}
		return 0
	}
	waiting := func(i int, v int64) int64 {
		if f[i].Status == notify.Queued {
			return v
		}
		return 0
	}
	return []column{
		texts("own", n, func(i int) string { return f[i].MessageID }),
		texts("attempt", n, func(i int) string { return f[i].AttemptID }),
		texts("to_status", n, func(i int) notify.Status { return f[i].Status }),
		texts("result", n, func(i int) notify.Outcome { return f[i].Result.Outcome }),
		texts("provider", n, func(i int) string { return f[i].Result.ProviderMessageID }),
		texts("code", n, func(i int) string { return f[i].Result.Code }),
		texts("said", n, func(i int) string { return f[i].Result.Detail }),
		texts("to_next", n, func(i int) string { return f[i].Next }),
		numbers("tries", n, func(i int) int { return f[i].Attempts }),
		numbers("waits", n, func(i int) int { return f[i].Deferrals }),
		numbers("ended", n, ended),
		numbers("to_due", n, func(i int) int64 { return waiting(i, micros(f[i].DueAt)) }),
		numbers("to_dead", n, func(i int) int64 {
			if f[i].Status.Dead() {
				return max(ended(i), 1)
			}
			return 0
		}),
		numbers("to_sent", n, func(i int) int64 { return when(i, notify.Sent, notify.Delivered) }),
		numbers("to_delivered", n, func(i int) int64 { return when(i, notify.Delivered) }),
	}
}

// finishWatch lists what waits to be tried again, and what waits for a receipt. A result that comes too late
// leaves a list nobody needs, and the next look drops it.
func finishWatch(f []delivery.Finish) []watchRow {
	var items, silent []watched
	for _, each := range f {
		if each.Status == notify.Queued {
			due := micros(each.DueAt)
			items = append(items, watched{each.MessageID, due, max(micros(each.LeaseUntil), due)})
		}
		if !each.ReceiptBy.IsZero() {
			due := micros(each.ReceiptBy)
			silent = append(silent, watched{each.MessageID, due, due})
		}
	}
	return append(watchLists(watchMessages, items), watchLists(watchSilent, silent)...)
}

// changeRows are the given timeline rows, each with the attempt it belongs to.
// A row whose kind is a status is written only when the status was.
func changeRows(f []delivery.Finish) (rows []timelineRow, attempts []string, states []bool) {
	for _, each := range f {
		for _, c := range each.Changes {
			rows = append(rows, timelineRow{
				MessageID: each.MessageID, At: micros(each.EndedAt), Kind: c.Kind,
				Channel: string(each.Channel), Source: each.Source, Detail: string(c.Detail),
			})
			attempts = append(attempts, each.AttemptID)
			states = append(states, slices.Contains(notify.Statuses, notify.Status(c.Kind)))
		}
	}
	return rows, attempts, states
}

// finishSet is what one result changes. "moves" says whether the status does.
const (
	finishMoves = `(status = 'sending' OR (status = 'sent' AND to_status = 'delivered'))`
	finishSet   = `outcome = result, error_code = code, error_detail = said, attempts = tries, deferrals = waits,
		provider_message_id = CASE WHEN provider <> '' THEN provider ELSE provider_message_id END,
		status = CASE WHEN ` + finishMoves + ` THEN to_status ELSE status END,
		next_integration = to_next, due_at = CASE WHEN to_due > 0 THEN to_due ELSE due_at END,
		dead_at = CASE WHEN ` + finishMoves + ` THEN to_dead ELSE dead_at END, lease_until = 0, worker = '',
		sent_at = CASE WHEN sent_at = 0 THEN to_sent ELSE sent_at END,
		delivered_at = CASE WHEN delivered_at = 0 THEN to_delivered ELSE delivered_at END, attempt_id = ''`
)

// finishStatement is PostgreSQL's one statement for all of it.
func finishStatement(f []delivery.Finish) (string, []any) {
	results := finishColumns(f)
	rows, attempts, states := changeRows(f)
	story := append([]column{
		{name: "attempt", kind: "text", values: attempts},
		{name: "moving", kind: "boolean", values: states},
		numbers("place", len(rows), func(i int) int { return i }),
	}, timelineColumns(rows)...)
	after, open := timelineColumns(nil), watchColumns(finishWatch(f))
	next := 1 + len(results)
	// The results travel with the locked rows: joining them a second time would
	// compare each with each.
	text := `WITH held AS MATERIALIZED (SELECT g.*, ` + finishMoves + ` AS moved FROM ` + given(results, 1) + ` JOIN messages AS m ON m.id = g.own
		WHERE m.id = ANY($1::text[]) AND m.attempt_id = g.attempt AND m.attempt_id <> '' ORDER BY m.id FOR UPDATE OF m),
	done AS (UPDATE messages SET ` + finishSet + ` FROM held WHERE id = own RETURNING id, attempt, moved, result, provider, code, said, ended, to_due),
	tried AS (UPDATE attempts SET outcome = result, error_code = code, error_detail = said, ended_at = ended, next_attempt_at = to_due
		FROM done WHERE attempts.message_id = done.id AND attempts.id = done.attempt),
	theirs AS (INSERT INTO provider_ids (provider_message_id, message_id) SELECT provider, id FROM done WHERE provider <> ''),
	story AS (INSERT INTO message_events (` + names(after) + `) SELECT ` + wrapped(after) + ` FROM ` + given(story, next) + `
		JOIN done ON done.attempt = g.attempt WHERE done.moved OR NOT g.moving ORDER BY g.place),
	open AS (` + watchInsert(open, next+len(story)) + `)
	SELECT id FROM done`
	return text, slices.Concat(arrays(results), arrays(story), arrays(open))
}

func (db *DB) finish(ctx context.Context, f []delivery.Finish, now time.Time) ([]string, error) {
	text, args := finishStatement(f)
	done := make(map[string]bool, len(f))
	if !anyAddress(f) {
		if err := db.query(ctx, text, args, noteIDs(done)); err != nil {
			return nil, err
		}
		return inTurn(f, done), nil
	}
	err := pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		if err := collect(ctx, tx, text, args, noteIDs(done)); err != nil {
			return err
		}
		return markAddresses(f, done, now, func(text string, args ...any) error {
			_, err := tx.Exec(ctx, numbered(text), args...)
			return err
		})
	})
	if err != nil {
		return nil, classify(err)
	}
	return inTurn(f, done), nil
}

const (
	finishReadLite   = `SELECT status FROM messages WHERE id = ? AND attempt_id = ? AND attempt_id <> ''`
	finishTryLite    = `UPDATE attempts SET outcome = ?, error_code = ?, error_detail = ?, ended_at = ?, next_attempt_at = ? WHERE id = ?`
	finishTheirsLite = `INSERT INTO provider_ids (provider_message_id, message_id) VALUES (?, ?)`
	suppressText     = `INSERT INTO suppressions AS s (id, channel, address, reason, detail, recipient_id, message_id, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON ` + suppressedOnce + ` SET ` + takesOver + ` WHERE ` + mayTakeOver
	invalidText = `UPDATE addresses SET invalid = TRUE WHERE recipient_id = ? AND channel = ? AND address = ?`
)

func finishLiteText(columns []column) string {
	places := make([]string, len(columns))
	for i, c := range columns {
		places[i] = "? AS " + c.name
	}
	return "UPDATE messages SET " + finishSet + " FROM (SELECT " + strings.Join(places, ", ") + ") WHERE id = own"
}

func (db *DB) finishLite(ctx context.Context, f []delivery.Finish, now time.Time) ([]string, error) {
	results, again := finishColumns(f), watchColumns(finishWatch(f))
	update, timeline, open := finishLiteText(results), insertRow("message_events", timelineColumns(nil)), insertRow("watch", again)
	done := make(map[string]bool, len(f))
	err := db.liteTx(ctx, []string{finishReadLite, update, finishTryLite, finishTheirsLite, timeline, open, suppressText, invalidText}, func(l lite) error {
		for i, each := range f {
			var was notify.Status
			err := l.one(finishReadLite, []any{each.MessageID, each.AttemptID}, &was)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err == nil {
				_, err = l.exec(update, row(results, i)...)
			}
			if err == nil {
				err = l.close(each, was, timeline)
			}
			if err != nil {
				return err
			}
			done[each.MessageID] = true
		}
		if err := l.insert(open, again, again[0].len(), nil); err != nil {
			return err
		}
		return markAddresses(f, done, now, func(text string, args ...any) error {
			_, err := l.exec(text, args...)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return inTurn(f, done), nil
}

// close ends the attempt row and writes the timeline of one result.
func (l lite) close(f delivery.Finish, was notify.Status, timeline string) error {
	next := int64(0)
	if f.Status == notify.Queued {
		next = micros(f.DueAt)
	}
	r := f.Result
	if _, err := l.exec(finishTryLite, string(r.Outcome), r.Code, r.Detail, micros(f.EndedAt), next, f.AttemptID); err != nil {
		return err
	}
	if r.ProviderMessageID != "" {
		if _, err := l.exec(finishTheirsLite, r.ProviderMessageID, f.MessageID); err != nil {
			return err
		}
	}
	moved := was == notify.Sending || was == notify.Sent && f.Status == notify.Delivered
	rows, _, states := changeRows([]delivery.Finish{f})
	columns := timelineColumns(rows)
	return l.insert(timeline, columns, len(rows), func(i int) bool { return moved || !states[i] })
}

func anyAddress(f []delivery.Finish) bool {
	return slices.ContainsFunc(f, func(each delivery.Finish) bool { return each.Suppress != "" || each.InvalidAddress })
}

// markAddresses keeps what the results say about addresses.
func markAddresses(f []delivery.Finish, done map[string]bool, now time.Time, exec func(text string, args ...any) error) error {
	for _, each := range f {
		if !done[each.MessageID] {
			continue
		}
		if each.Suppress != "" {
			err := exec(suppressText, notify.NewID(notify.SuppressionID), string(each.Channel), each.Address, string(each.Suppress),
				each.Result.Detail, each.RecipientID, each.MessageID, micros(now))
			if err != nil {
				return fmt.Errorf("suppress the address of message %s: %w", each.MessageID, err)
			}
		}
		if each.InvalidAddress {
			if err := exec(invalidText, each.RecipientID, string(each.Channel), each.Address); err != nil {
				return fmt.Errorf("mark the address of message %s: %w", each.MessageID, err)
			}
		}
	}
	return nil
}

// inTurn lists the finished messages once each, in order.
func inTurn(f []delivery.Finish, done map[string]bool) []string {
	out := make([]string, 0, len(done))
	for _, each := range f {
		if done[each.MessageID] && (len(out) == 0 || out[len(out)-1] != each.MessageID) {
			out = append(out, each.MessageID)
		}
	}
	return out
}

// numbered turns ? into $1, $2, … for PostgreSQL.
func numbered(text string) string {
	parts := strings.Split(text, "?")
	var b strings.Builder
	for i, part := range parts {
		if i > 0 {
			fmt.Fprintf(&b, "$%d", i)
		}
		b.WriteString(part)
	}
	return b.String()
}
