package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"clarion/backend/delivery"
	"clarion/backend/notify"
)

// The three ends of a claim. Suppressions that dispatch knew were its to judge;
// the claim looks for those made since the message was. The integration to try
// next stays on the message until the attempt ends, so that a deferral keeps it.
const (
	claimJudged = `CASE WHEN m.expires_at > 0 AND m.expires_at <= $5 THEN 'expired'
		WHEN EXISTS (SELECT 1 FROM suppressions AS s WHERE ` + suppressesMessage + ` AND s.created_at >= m.created_at) THEN 'skipped'
		WHEN ` + claimPaused + ` THEN 'held'
		WHEN NOT $7::boolean AND ` + claimAsks + `$5` + claimStale + ` THEN 'asked'
		ELSE 'sending' END`

	// claimAsks holds of messages whose recipient must be asked again: it was held,
	// the choices have changed since it was made, or there are quiet hours and it
	// is not fresh. Between the two parts stands the parameter for now.
	claimAsks = `(m.held_for <> '' OR (NOT m.critical AND EXISTS (SELECT 1 FROM preferences AS p WHERE p.recipient_id = m.recipient_id
		AND (p.updated_at >= m.created_at OR (p.quiet AND m.created_at <= `
	claimStale = ` - 60000000)))))`

	// claimPaused holds of messages of a broadcast that somebody has paused: they
	// stay until it goes on. Of others nothing is asked.
	claimPaused = `m.broadcast <> '' AND EXISTS (SELECT 1 FROM broadcasts AS b WHERE b.id = m.broadcast AND b.state = 'paused')`

	// claimFar is far, as the statements write it: nobody but a person lets it go on.
	claimFar = `253370764800000000`

	claimText = `WITH mine AS MATERIALIZED (
		SELECT m.id AS own, g.attempt, ` + claimJudged + ` AS to_status
		FROM unnest($1::text[], $2::text[]) AS g(own, attempt) JOIN messages AS m ON m.id = g.own
		WHERE m.id = ANY($1::text[]) AND m.status = 'queued' AND m.due_at <= $5 ORDER BY m.id FOR UPDATE OF m SKIP LOCKED),
	won AS (UPDATE messages SET status = to_status, attempt_id = attempt, attempt_number = attempt_number + 1, attempts = attempts + 1,
		integration = CASE WHEN next_integration <> '' THEN next_integration ELSE $3 END, worker = $4, lease_until = $6
		FROM mine WHERE id = own AND to_status = 'sending' RETURNING ` + messageFields + `),
	tried AS (INSERT INTO attempts (id, message_id, number, integration, started_at)
		SELECT attempt_id, id, attempt_number, integration, $5 FROM won),
	lost AS (UPDATE messages AS m SET status = to_status, lease_until = 0, skip_reason = CASE WHEN to_status = 'skipped' THEN 'suppressed' ELSE '' END,
		error_detail = CASE WHEN to_status = 'skipped' THEN COALESCE(` + suppressedBecause + `, '') ELSE error_detail END,
		held_for = CASE WHEN to_status = 'held' THEN 'broadcast_paused' ELSE held_for END,
		due_at = CASE WHEN to_status = 'held' THEN ` + claimFar + ` ELSE due_at END
		FROM mine WHERE id = own AND to_status NOT IN ('sending', 'asked') RETURNING ` + messageFields + `),
	story AS (INSERT INTO message_events (message_id, at, kind, channel, source, detail)
		SELECT id, $5, status, channel, source, CASE WHEN skip_reason <> '' THEN json_build_object('reason', skip_reason, 'detail', error_detail)::text
			WHEN status = 'held' THEN '{"reason":"broadcast_paused"}' ELSE '' END FROM lost)
	SELECT ` + messageFields + ` FROM won UNION ALL SELECT ` + messageFields + ` FROM lost
	UNION ALL SELECT ` + messageFields + ` FROM messages WHERE id = ANY(ARRAY(SELECT own FROM mine WHERE to_status = 'asked'))`

	claimJudgeLite = `SELECT CASE WHEN m.expires_at > 0 AND m.expires_at <= ?2 THEN 'expired'
		WHEN EXISTS (SELECT 1 FROM suppressions AS s WHERE ` + suppressesMessage + ` AND s.created_at >= m.created_at) THEN 'skipped'
		WHEN ` + claimPaused + ` THEN 'held'
		WHEN NOT ?3 AND ` + claimAsks + `?2` + claimStale + ` THEN 'asked'
		ELSE 'sending' END FROM messages AS m WHERE m.id = ?1 AND m.status = 'queued' AND m.due_at <= ?2`
	claimWinLite = `UPDATE messages SET status = 'sending', attempt_id = ?2, attempt_number = attempt_number + 1, attempts = attempts + 1,
		integration = CASE WHEN next_integration <> '' THEN next_integration ELSE ?3 END, worker = ?4, lease_until = ?5
		WHERE id = ?1 RETURNING ` + messageFields
	claimAskLite  = `SELECT ` + messageFields + ` FROM messages WHERE id = ?1`
	claimTryLite  = `INSERT INTO attempts (id, message_id, number, integration, started_at) VALUES (?, ?, ?, ?, ?)`
	claimLoseLite = `UPDATE messages AS m SET status = ?2, lease_until = 0, skip_reason = ?3,
		error_detail = CASE WHEN ?3 = '' THEN error_detail ELSE COALESCE(` + suppressedBecause + `, '') END,
		held_for = CASE WHEN ?2 = 'held' THEN 'broadcast_paused' ELSE held_for END,
		due_at = CASE WHEN ?2 = 'held' THEN ` + claimFar + ` ELSE due_at END WHERE id = ?1 RETURNING ` + messageFields
)

// ClaimMessages moves queued messages to sending and writes their attempts.
func (db *DB) ClaimMessages(ctx context.Context, c delivery.Claim) (delivery.Claimed, error) {
	if len(c.IDs) != len(c.AttemptIDs) {
		return delivery.Claimed{}, fmt.Errorf("claim %d messages with %d attempt ids", len(c.IDs), len(c.AttemptIDs))
	}
	ids, attempts := inOrder(c.IDs, c.AttemptIDs)
	var out delivery.Claimed
	keep := func(m notify.Message) {
		switch m.Status {
		case notify.Sending:
			out.Messages = append(out.Messages, m)
		case notify.Queued:
			out.Asked = append(out.Asked, m)
		case notify.Expired:
			out.Expired++
		case notify.Held:
			out.Held++
		default:
			out.Suppressed++
		}
	}
	var err error
	if db.postgres() {
		args := []any{ids, attempts, c.Integration, c.Worker, micros(c.Now), micros(c.LeaseUntil), c.Judged}
		err = db.query(ctx, claimText, args, func(s scanner) error {
			m, err := scanMessage(s)
			keep(m)
			return err
		})
	} else {
		err = db.claimLite(ctx, c, ids, attempts, keep)
	}
	if err != nil {
		return delivery.Claimed{}, fmt.Errorf("claim %d messages: %w", len(c.IDs), err)
	}
	return out, nil
}

func (db *DB) claimLite(ctx context.Context, c delivery.Claim, ids, attempts []string, keep func(notify.Message)) error {
	timeline := insertRow("message_events", timelineColumns(nil))
	texts := []string{claimJudgeLite, claimWinLite, claimTryLite, claimLoseLite, claimAskLite, timeline}
	return db.liteTx(ctx, texts, func(l lite) error {
		for i, id := range ids {
			var status notify.Status
			err := l.one(claimJudgeLite, []any{id, micros(c.Now), c.Judged}, &status)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return err
			}
			switch status {
			case notify.Sending:
				err = l.win(c, id, attempts[i], keep)
			case claimAsked:
				err = l.ask(id, keep)
			default:
				err = l.lose(id, status, c.Now, timeline, keep)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (l lite) win(c delivery.Claim, id, attempt string, keep func(notify.Message)) error {
	m, err := scanMessage(l.stmt[claimWinLite].QueryRowContext(l.ctx, id, attempt, c.Integration, c.Worker, micros(c.LeaseUntil)))
	if err != nil {
		return err
	}
	keep(m)
	_, err = l.exec(claimTryLite, attempt, id, m.AttemptNumber, m.Integration, micros(c.Now))
	return err
}

// claimAsked is what a claim says of a message whose recipient must be asked.
const claimAsked notify.Status = "asked"

func (l lite) ask(id string, keep func(notify.Message)) error {
	m, err := scanMessage(l.stmt[claimAskLite].QueryRowContext(l.ctx, id))
	if err == nil {
		keep(m)
	}
	return err
}

func (l lite) lose(id string, status notify.Status, now time.Time, timeline string, keep func(notify.Message)) error {
	reason := ""
	if status == notify.Skipped {
		reason = string(notify.Suppressed)
	}
	m, err := scanMessage(l.stmt[claimLoseLite].QueryRowContext(l.ctx, id, string(status), reason))
	if err != nil {
		return err
	}
	keep(m)
	detail := becauseOf(reason, m.ErrorDetail)
	if status == notify.Held {
		detail = because(string(notify.BroadcastPaused))
	}
	_, err = l.exec(timeline, id, micros(now), string(status), string(m.Channel), m.Source, detail, false)
	return err
}

// inOrder sorts ids, each with its attempt; of a double id the first stays.
func inOrder(ids, attempts []string) ([]string, []string) {
	places := make([]int, len(ids))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int { return strings.Compare(ids[a], ids[b]) })
	var sorted, tokens []string
	for _, i := range places {
		if len(sorted) == 0 || sorted[len(sorted)-1] != ids[i] {
			sorted, tokens = append(sorted, ids[i]), append(tokens, attempts[i])
		}
	}
	return sorted, tokens
}
