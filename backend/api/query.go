package api

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/notify"
)

const (
	defaultLimit = 50
	maxLimit     = 200
)

// query reads query parameters and notes every fault.
type query struct {
	c      *fiber.Ctx
	faults notify.Invalid
}

func queryOf(c *fiber.Ctx) *query { return &query{c: c} }

// err is what was wrong, after everything was read.
func (q *query) err() error { return q.faults.Err() }

func (q *query) text(name string) string {
	value := q.c.Query(name)
	if !utf8.ValidString(value) || strings.ContainsRune(value, 0) || len(value) > 1024 {
		q.faults.Add(name, "invalid_text", "must be at most 1024 bytes of UTF-8")
		return ""
	}
	return value
}

// required is text that must be given.
func (q *query) required(name string) string {
	value := q.text(name)
	if value == "" && len(q.faults.Fields) == 0 {
		q.faults.Add(name, "required", "is required")
	}
	return value
}

func (q *query) time(name string) time.Time {
	value := q.text(name)
	if value == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, value)
	if err != nil {
		q.faults.Add(name, "invalid_time", "must be an RFC 3339 time such as 2030-01-01T00:00:00Z")
	}
	return at.UTC()
}

func (q *query) page() notify.Page {
	p := notify.Page{After: q.text("after"), Limit: defaultLimit}
	if given := q.text("limit"); given != "" {
		n, err := strconv.Atoi(given)
		if err != nil || n < 1 || n > maxLimit {
			q.faults.Add("limit", "out_of_range", fmt.Sprintf("must be 1 to %d", maxLimit))
			return p
		}
		p.Limit = n
	}
	return p
}

// options reads a closed list: values with commas between, or the name more
// than once.
func options[T ~string](q *query, name string, allowed []T) []T {
	var list []T
	for _, raw := range q.c.Context().QueryArgs().PeekMulti(name) {
		for _, part := range strings.Split(string(raw), ",") {
			if part == "" {
				continue
			}
			if !slices.Contains(allowed, T(part)) {
				q.faults.Add(name, "not_an_option", fmt.Sprintf("must be of %v", allowed))
				return nil
			}
			list = append(list, T(part))
		}
	}
	return list
}

// option reads one value of a closed list.
func option[T ~string](q *query, name string, allowed []T) T {
	value := T(q.text(name))
	if value != "" && !slices.Contains(allowed, value) {
		q.faults.Add(name, "not_an_option", fmt.Sprintf("must be one of %v", allowed))
	}
	return value
}

var channelNames = func() []notify.Channel {
	names := make([]notify.Channel, len(notify.Channels))
	for i, info := range notify.Channels {
		names[i] = info.Channel
	}
	return names
}()

// messages reads the filters that lists of messages share.
func (q *query) messages() notify.MessageFilter {
	return notify.MessageFilter{
		Status: options(q, "status", notify.Statuses), Channel: options(q, "channel", channelNames),
		Priority: options(q, "priority", notify.Priorities), Source: q.text("source"), Workflow: q.text("workflow"),
		Category: q.text("category"), Recipient: q.text("recipient"), Group: q.text("group"),
		Template: q.text("template"), Integration: q.text("integration"), Tenant: q.text("tenant"),
		TraceID: q.text("trace_id"), EventID: q.text("event"), Broadcast: q.text("broadcast"), ErrorCode: q.text("error_code"),
		SkipReason: option(q, "skip_reason", notify.SkipReasons), HeldFor: option(q, "held_for", notify.HoldReasons), Q: q.text("q"), From: q.time("from"), To: q.time("to"),
	}
}

// param is a path parameter, unescaped. One that no key of ours could be is
// simply not found.
func param(c *fiber.Ctx, name string) (string, error) {
	value, err := url.PathUnescape(c.Params(name))
	if err != nil || !notify.ValidKey(value) {
		return "", fmt.Errorf("path parameter %s: %w", name, notify.ErrNotFound)
	}
	return value, nil
}

// number is a whole number that is not negative; zero when it is not given.
func (q *query) number(name string) int {
	value := q.text(name)
	if value == "" {
		return 0
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 {
		q.faults.Add(name, "out_of_range", "must be a whole number that is not negative")
	}
	return n
}
