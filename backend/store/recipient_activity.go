package store

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"clarion/backend/audience"
	"clarion/backend/notify"
)

// activityStream is one of the tables that somebody's activity is read from, newest
// first. Each is walked by its own index, and the page's cursor says of each how
// far it was walked: so no two of them have to share an order.
type activityStream struct {
	name string
	kind audience.ActivityKind
	// text selects at, key, what, ref, name, channel, reason and actor of the person
	// ?0, and ends in its conditions.
	text string
	// key is what the table is ordered by; a timed one is ordered by time first.
	key   string
	timed bool
}

// whoseAddress are the entries of the table AS s about addresses that are or were
// the person's.
func whoseAddress(table string) string {
	return `(SELECT address FROM addresses WHERE recipient_id = ?0 UNION SELECT address FROM former_addresses WHERE recipient_id = ?0) AS a
		JOIN ` + table + ` AS s ON lower(s.address) = lower(a.address)`
}

func blockedFrom(table string) string {
	return `SELECT s.created_at AS at, s.id AS key, 'suppressed' AS what, s.id AS ref, s.address AS name, s.channel, s.reason, '' AS actor
		FROM ` + whoseAddress(table) + " WHERE s.created_at > 0"
}

// historyOf reads the kinds of one family from recipient_history.
func historyOf(kinds string) string {
	return `SELECT h.at, CAST(h.seq AS TEXT) AS key, h.kind AS what, h.ref, COALESCE(NULLIF(h.name, ''), i.name, '') AS name, '' AS channel,
		'' AS reason, '' AS actor FROM recipient_history AS h LEFT JOIN imports AS i ON h.kind = 'imported' AND i.id = h.ref
		WHERE h.recipient_id = ?0 AND h.kind IN (` + kinds + ")"
}

// activityStreams stand in the order in which what happened in one moment is told:
// what follows from something before it.
var activityStreams = []activityStream{
	{name: "read", kind: audience.ActivityInbox, timed: true, key: "i.read_at, i.id", text: `SELECT i.read_at AS at, i.id AS key, 'read' AS what,
		i.message_id AS ref, COALESCE(m.workflow, '') AS name, '' AS channel, '' AS reason, '' AS actor
		FROM inbox_items AS i LEFT JOIN messages AS m ON m.id = i.message_id WHERE i.recipient_id = ?0 AND i.read_at > 0`},
	{name: "freed", kind: audience.ActivitySuppression, timed: true, key: "s.ended_at, s.id", text: `SELECT s.ended_at AS at, s.id AS key,
		s.ended_how AS what, s.id AS ref, s.address AS name, s.channel, s.reason, s.ended_by AS actor
		FROM ` + whoseAddress("ended_suppressions") + ` WHERE s.ended_at > 0`},
	{name: "blocked", kind: audience.ActivitySuppression, timed: true, key: "s.created_at, s.id", text: blockedFrom("suppressions")},
	{name: "was_blocked", kind: audience.ActivitySuppression, timed: true, key: "s.created_at, s.id", text: blockedFrom("ended_suppressions")},
	{name: "said", kind: audience.ActivityConsent, key: "c.id", text: `SELECT c.at, c.id AS key, c.kind AS what, CAST(c.place AS TEXT) AS ref,
		'' AS name, '' AS channel, c.source AS reason, c.actor FROM consents AS c
		WHERE c.recipient_id IN (SELECT ?0 UNION ALL SELECT id FROM recipients WHERE merged_into <> '' AND merged_into = ?0)`},
	{name: "message", kind: audience.ActivityMessage, key: "m.id", text: `SELECT m.created_at AS at, m.id AS key, m.status AS what, m.id AS ref,
		m.workflow AS name, m.channel, CASE WHEN m.status = 'skipped' THEN m.skip_reason ELSE '' END AS reason, '' AS actor
		FROM messages AS m WHERE m.recipient_id = ?0`},
	{name: "event", kind: audience.ActivityEvent, key: "n.id", text: `SELECT n.created_at AS at, n.id AS key, 'named' AS what, n.event_id AS ref,
		COALESCE(e.type, '') AS name, '' AS channel, n.workflow AS reason, '' AS actor
		FROM notifications AS n LEFT JOIN events AS e ON e.id = n.event_id WHERE n.recipient_id = ?0`},
	{name: "group", kind: audience.ActivityGroup, key: "h.seq", text: historyOf("'joined', 'left'")},
	{name: "merge", kind: audience.ActivityProfile, key: "h.seq", text: historyOf("'merged'")},
	{name: "import", kind: audience.ActivityImport, key: "h.seq", text: historyOf("'imported', 'synced', 'gone'")},
	{name: "member", kind: audience.ActivityProfile, key: "u.id", text: `SELECT u.at, u.id AS key, substr(u.action, 11) AS what, u.id AS ref,
		'' AS name, '' AS channel, '' AS reason, u.actor_name AS actor FROM audit AS u
		WHERE u.target_id = ?0 AND u.action IN ('recipient.save', 'recipient.addresses', 'recipient.verify', 'recipient.confirm',
			'recipient.link', 'recipient.revoke_links', 'recipient.token') AND u.outcome = ''`},
	{name: "life", kind: audience.ActivityProfile, timed: true, key: "l.at, l.key", text: `SELECT l.at, l.key, l.key AS what, l.id AS ref, '' AS name,
		'' AS channel, '' AS reason, '' AS actor FROM (SELECT created_at AS at, 'created' AS key, id FROM recipients
		UNION ALL SELECT erased_at, 'erased', id FROM recipients WHERE erased_at > 0) AS l WHERE l.id = ?0`},
}

type activityRow struct {
	At      int64
	Key     string
	What    string
	Ref     string
	Name    string
	Channel string
	Reason  string
	Actor   string
	place   string
	stream  *activityStream
}

func (r activityRow) word() (audience.Activity, error) {
	return audience.Activity{
		ID: r.stream.name + ":" + r.Key, At: fromMicros(r.At), Kind: r.stream.kind, What: r.What, Ref: r.Ref, Name: r.Name,
		Channel: notify.Channel(r.Channel), Reason: r.Reason, Actor: r.Actor,
	}, nil
}

// RecipientActivity returns a page of what happened with one person, newest first.
func (db *DB) RecipientActivity(ctx context.Context, f audience.ActivityFilter, p notify.Page) ([]audience.Activity, string, error) {
	walked := map[string]string{}
	cursor, err := readCursor(p)
	if err == nil && cursor != "" && json.Unmarshal([]byte(cursor), &walked) != nil {
		err = notify.InvalidField("after", "invalid_cursor", "is not a cursor this list gave")
	}
	if err != nil {
		return nil, "", err
	}
	var rows []activityRow
	for i := range activityStreams {
		s := &activityStreams[i]
		if len(f.Kinds) > 0 && !slices.Contains(f.Kinds, s.kind) {
			continue
		}
		part, err := db.walkActivity(ctx, s, f.Recipient, walked[s.name], pageSize(p)+1)
		if err != nil {
			return nil, "", during(err, "read the activity of %s", f.Recipient)
		}
		rows = append(rows, part...)
	}
	slices.SortStableFunc(rows, func(a, b activityRow) int { return int(max(-1, min(1, b.At-a.At))) })
	next := ""
	if size := pageSize(p); len(rows) > size {
		rows = rows[:size]
		for _, r := range rows {
			walked[r.stream.name] = r.place
		}
		text, err := json.Marshal(walked)
		if err != nil {
			return nil, "", fmt.Errorf("write a cursor: %w", err)
		}
		next = base64.RawURLEncoding.EncodeToString(text)
	}
	list, err := listed(rows, activityRow.word)
	if err != nil {
		return nil, "", err
	}
	if err := db.fillEngaged(ctx, list); err != nil {
		return nil, "", during(err, "read what %s did with messages", f.Recipient)
	}
	return list, next, db.nameActors(ctx, list)
}

// nameActors puts names in the place of the ids of members and API keys.
func (db *DB) nameActors(ctx context.Context, list []audience.Activity) error {
	var ids []string
	for _, a := range list {
		ids = append(ids, a.Actor)
	}
	names, err := db.Names(ctx, ids)
	for i, a := range list {
		list[i].Actor = cmp.Or(names[a.Actor], a.Actor)
	}
	return err
}

// page is the question for the next rows of a stream.
func (s *activityStream) page(who, after string, most int) (string, []any, error) {
	text, args := s.text, []any{who}
	if after != "" {
		places, key := "?1", after
		if s.timed {
			at, rest, _ := strings.Cut(after, " ")
			n, err := strconv.ParseInt(at, 10, 64)
			if err != nil {
				return "", nil, notify.InvalidField("after", "invalid_cursor", "is not a cursor this list gave")
			}
			places, key = strconv.FormatInt(n, 10)+", ?1", rest
		}
		text, args = text+" AND ("+s.key+") < ("+places+")", append(args, key)
	}
	return text + " ORDER BY " + strings.ReplaceAll(s.key, ",", " DESC,") + " DESC LIMIT " + strconv.Itoa(most), args, nil
}

// walkActivity reads the next rows of one stream.
func (db *DB) walkActivity(ctx context.Context, s *activityStream, who, after string, most int) ([]activityRow, error) {
	text, args, err := s.page(who, after, most)
	if err != nil {
		return nil, err
	}
	var rows []activityRow
	if err := db.latest().NewRaw(text, args...).Scan(ctx, &rows); err != nil {
		return nil, err
	}
	for i := range rows {
		r := &rows[i]
		r.stream, r.place = s, r.Key
		if s.timed {
			r.place = strconv.FormatInt(r.At, 10) + " " + r.Key
		}
	}
	return rows, nil
}

// fillEngaged adds what the person did with the messages of a page.
func (db *DB) fillEngaged(ctx context.Context, list []audience.Activity) error {
	places := map[string]int{}
	var ids []string
	for i, a := range list {
		if a.Kind == audience.ActivityMessage {
			places[a.Ref], ids = i, append(ids, a.Ref)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var rows []struct{ MessageID, Kind string }
	err := db.latest().NewRaw(`SELECT message_id, kind FROM message_events WHERE message_id IN (?) AND kind IN ('seen', 'read', 'opened', 'clicked')
		GROUP BY message_id, kind ORDER BY message_id, min(seq)`, bun.List(ids)).Scan(ctx, &rows)
	for _, r := range rows {
		a := &list[places[r.MessageID]]
		a.Engaged = append(a.Engaged, r.Kind)
	}
	return err
}
