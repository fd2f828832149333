package store

import (
	"fmt"
	"strings"

	"clarion/backend/segment"
)

func (c *ruler) inGroup(r segment.Rule) string {
	keys, _, _ := sorted(r)
	return c.one("gm.recipient_id", "group_members AS gm WHERE "+c.among("gm.group_key", keys))
}

// one asks whether a table has a row of the recipient. A recipient that is asked
// alone, and a condition that all have to fit, are joined with it. Where one of
// several conditions is enough there is nothing to join: PostgreSQL then asks the
// table for each recipient anew, in one process, unless it may keep a list of all
// whom the table has.
func (c *ruler) one(column, from string) string {
	if c.listing {
		return "r.id IN (SELECT " + column + " FROM " + from + ")"
	}
	return "EXISTS (SELECT 1 FROM " + from + " AND " + column + " = r.id)"
}

// hasAddress asks for an address on a channel. In-app messages need none.
func (c *ruler) hasAddress(r segment.Rule) string {
	more := ""
	switch r.Op {
	case segment.OpReachable:
		more = " AND NOT a.invalid AND a.verification <> 'failed' AND NOT EXISTS (SELECT 1 FROM suppressions AS s WHERE " + suppressesAll + ")"
	case segment.OpVerified:
		more = " AND a.verification = 'verified'"
	case segment.OpCountry:
		codes, _, _ := sorted(r)
		starts := make([]string, len(codes))
		for i, code := range codes {
			starts[i] = c.begins("a.address", code)
		}
		more = " AND (" + strings.Join(starts, " OR ") + ")"
	}
	return c.one("a.recipient_id", "addresses AS a WHERE a.channel = "+c.textArg(string(r.Channel))+more)
}

// begins asks for the beginning of a text. PostgreSQL knows of ^@ how many begin so.
func (c *ruler) begins(expression, with string) string {
	if c.postgres {
		return expression + " ^@ " + c.textArg(with)
	}
	return fmt.Sprintf("substr(%s, 1, %d) = %s", expression, len(with), c.textArg(with))
}

// switchedOff asks for a choice of the person's own: the channel is off, or within
// the category the nearer choice is. A category that never comes is off.
func (c *ruler) switchedOff(r segment.Rule) string { return c.whoChose(c.isOff(r)) }

func (c *ruler) isOff(r segment.Rule) string {
	isOff := ""
	if r.Channel != "" {
		isOff = c.chosen("channels", string(r.Channel)) + " = 'false'"
	}
	if r.Category != "" {
		enabled := c.chosen("categories", r.Category, "enabled")
		never := fmt.Sprintf("(%s IS NULL AND %s = 'off')", enabled, c.chosenWord("categories", r.Category, "cadence"))
		category := fmt.Sprintf("(%s = 'false' OR %s)", enabled, never)
		if r.Channel != "" {
			nearer := c.chosen("categories", r.Category, "channels", string(r.Channel))
			category = fmt.Sprintf("%s OR (%s = 'false' OR (%[2]s IS NULL AND %s))", isOff, nearer, category)
		}
		isOff = category
	}
	return isOff
}

// chosen is one choice of a person: 'true', 'false', or NULL for none.
func (c *ruler) chosen(path ...string) string {
	if c.postgres {
		return c.chosenWord(path...)
	}
	return "json_type(nullif(p.document, ''), " + c.jsonPath(path) + ")"
}

// chosenWord is a choice that is a word.
func (c *ruler) chosenWord(path ...string) string {
	if c.postgres {
		return "(p.choices #>> " + c.arg(path, "text[]") + ")"
	}
	return "json_extract(nullif(p.document, ''), " + c.jsonPath(path) + ")"
}

// jsonPath is a path as SQLite reads it, as a parameter.
func (c *ruler) jsonPath(path []string) string {
	quoted := make([]string, len(path))
	for i, name := range path {
		quoted[i] = listText([]string{name})
		quoted[i] = strings.TrimSuffix(strings.TrimPrefix(quoted[i], "["), "]")
	}
	return c.textArg("$." + strings.Join(quoted, "."))
}

// active asks what became of a person's messages. What happened to a message by
// itself is told by the message, and counts from when it was made; what the
// person did is told by message_events, and counts from then.
func (c *ruler) active(r segment.Rule, deny bool) string {
	messages := "messages AS m WHERE " + c.happened(r)
	for _, one := range []struct{ column, value string }{
		{"m.channel", string(r.Channel)}, {"m.category", r.Category}, {"m.workflow", r.Workflow},
	} {
		if one.value != "" {
			messages += " AND " + one.column + " = " + c.textArg(one.value)
		}
	}
	if r.Times <= 1 {
		return denied(deny, c.one("m.recipient_id", messages))
	}
	often := "IN (SELECT m.recipient_id FROM " + messages + " GROUP BY m.recipient_id HAVING count(*) >= " + c.numberArg(int64(r.Times)) + ")"
	if deny {
		often = "NOT " + often
	}
	return "r.id " + often
}

func (c *ruler) happened(r segment.Rule) string {
	since := func(column string) string {
		if r.Days == 0 {
			return ""
		}
		return " AND " + column + " >= " + c.numberArg(c.daysAgo(r.Days))
	}
	switch r.Op {
	case "sent":
		return "m.sent_at > 0" + since("m.created_at")
	case "delivered":
		return "m.delivered_at > 0" + since("m.created_at")
	case "failed":
		return "m.status = 'failed' AND m.dead_at > 0" + since("m.created_at")
	case "seen", "read", "opened", "clicked":
		return "EXISTS (SELECT 1 FROM message_events AS e WHERE e.message_id = m.id AND e.kind = '" + r.Op + "'" + since("e.at") + ")"
	}
	return "FALSE"
}
