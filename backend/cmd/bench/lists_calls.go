package main

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

// listCall is one list as a page asks for it. A deep one is also asked far from
// its beginning; an empty one must find nothing.
type listCall struct {
	path        string
	deep, empty bool
}

// someID is the id of number 1,234 of whatever the prefix says.
func someID(prefix string) string { return prefix + "00000000000000000000000000001234" }

// listCalls is every list of the API, plain and with what people filter by.
func listCalls(now time.Time) []listCall {
	day := url.QueryEscape(now.Add(-24 * time.Hour).UTC().Format(time.RFC3339))
	long := url.QueryEscape(now.Add(-6 * 24 * time.Hour).UTC().Format(time.RFC3339))
	calls := []listCall{
		{path: "/v1/messages?", deep: true}, {path: "/v1/messages?limit=200"}, {path: "/v1/messages?status=delivered", deep: true},
		{path: "/v1/messages?tenant=nobody", empty: true}, {path: "/v1/messages?workflow=never-used", empty: true},
		{path: "/v1/activity?"}, {path: "/v1/ledger?from=" + long}, {path: "/v1/messages?q=nothing+like+it", empty: true},
		{path: "/v1/messages?from=" + long + "&status=failed"}, {path: "/v1/messages?to=" + long},
		{path: "/v1/messages?q=" + someID("msg_")},
		{path: "/v1/events?", deep: true}, {path: "/v1/events?status=dispatched"}, {path: "/v1/events?from=" + day}, {path: "/v1/events?to=" + long},
		{path: "/v1/events?status=failed"}, {path: "/v1/events?status=cancelled"}, {path: "/v1/events?q=zzz", empty: true}, {path: "/v1/events?q=" + someID("evt_")},
		{path: "/v1/notifications?", deep: true}, {path: "/v1/notifications?to=" + long}, {path: "/v1/notifications?workflow=nothing", empty: true},
		{path: "/v1/dead-letters/causes"}, {path: "/v1/activity?from=" + long},
		{path: "/v1/recipients?", deep: true}, {path: "/v1/groups/group-3/members?", deep: true},
		{path: "/v1/suppressions?", deep: true}, {path: "/v1/suppressions?channel=sms", empty: true}, {path: "/v1/templates?", deep: true},
		{path: "/v1/templates?q=zzz", empty: true}, {path: "/v1/audit?", deep: true}, {path: "/v1/audit?q=zzz", empty: true},
		{path: "/v1/audit?actor=mem_1&action=template"}, {path: "/v1/inbox?", deep: true},
		{path: "/v1/audit?from=" + day},
	}
	for list, filters := range listFilters {
		for _, filter := range filters {
			calls = append(calls, listCall{path: "/v1/" + list + "?" + filter})
		}
	}
	for _, path := range wholeLists {
		calls = append(calls, listCall{path: "/v1/" + path})
	}
	slices.SortFunc(calls, func(a, b listCall) int { return strings.Compare(a.path, b.path) })
	return calls
}

// listFilters is what people filter by.
var listFilters = map[string][]string{
	"messages": {
		"status=failed", "status=queued", "channel=sms", "priority=high", "workflow=flow-7", "category=orders", "recipient=person-17",
		"group=group-150", "group=group-3", "template=template-17", "integration=int_2", "error_code=e3", "event=" + someID("evt_"),
		"status=skipped", "skip_reason=opted_out", "q=person+12", "q=person-17@example.com", "q=SG17", "q=flow-7",
	},
	"events":        {"type=flow-7", "source=shop", "q=flow-7", "q=key-17"},
	"notifications": {"workflow=flow-7", "recipient=person-17", "event=" + someID("evt_")},
	"dead-letters":  {"", "channel=email", "error_code=e3", "workflow=flow-500"},
	"recipients":    {"q=person", "q=person-17", "q=person+12", "q=person-17@example.com", "group=group-3", "q=person-1&group=group-3"},
	"groups":        {"", "q=group-1"},
	"suppressions":  {"q=person-17", "recipient=person-17", "channel=email", "reason=bounce"},
	"templates":     {"q=late-17", "folder=folder-7", "state=live", "state=draft", "state=in_review"},
	"audit":         {"actor=mem_1", "q=template-17", "target=template", "target=template-17", "actor=member"},
	"approvals":     {"", "state=waiting", "kind=template", "key=template-10"},
	"members":       {"", "q=member-7", "role=viewer"},
	"api-keys":      {"", "state=live", "source=shop"},
	"inbox":         {"status=unread", "status=all"},
	"search":        {"q=person", "q=template-17", "q=flow"},
}

// wholeLists come without pages, or are never filtered.
var wholeLists = []string{
	"event-types", "ledger", "categories", "workflows", "template-folders", "layouts", "integrations", "sources", "invitations",
	"approvals/counts", "inbox/counts", "auth/sessions", "templates/template-10/versions", "workflows/flow-7/versions",
	"recipients/person-17/addresses", "recipients/person-17/groups", "providers", "integrations/health",
}
