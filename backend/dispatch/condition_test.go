package dispatch

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestConditions(t *testing.T) {
	t.Parallel()
	vars := &Vars{
		Data: map[string]any{
			"int": 10, "float": 2.5, "text": "gold card", "true": true, "null": nil, "empty": "",
			"list": []any{"a", 1, nil}, "object": map[string]any{"tier": "gold", "deep": map[string]any{"er": 1}},
		},
		Recipient: map[string]any{"id": "ada"}, Event: map[string]any{"tenant": "acme"},
	}
	tests := []struct {
		field, op, value string
		want             bool
	}{
		// exists: present and not null.
		{"data.int", "exists", "", true}, {"data.empty", "exists", "", true}, {"data.null", "exists", "", false},
		{"data.ghost", "exists", "", false}, {"data.object.deep.er", "exists", "", true}, {"data.int.deep", "exists", "", false},
		{"recipient.id", "exists", "", true}, {"event.tenant", "exists", "", true}, {"other.id", "exists", "", false}, {"data", "exists", "", false},
		// eq and ne across types.
		{"data.int", "eq", "10", true}, {"data.int", "eq", "10.0", true}, {"data.int", "eq", "1e1", true}, {"data.int", "eq", `"10"`, false},
		{"data.float", "eq", "2.5", true}, {"data.text", "eq", `"gold card"`, true}, {"data.text", "eq", "10", false},
		{"data.true", "eq", "true", true}, {"data.true", "eq", "false", false}, {"data.true", "eq", "1", false},
		{"data.null", "eq", "null", true}, {"data.null", "eq", `""`, false}, {"data.empty", "eq", `""`, true},
		{"data.list", "eq", `["a",1,null]`, true}, {"data.list", "eq", `["a"]`, false},
		{"data.object", "eq", `{"deep":{"er":1},"tier":"gold"}`, true}, {"data.text", "eq", `["gold card"]`, false},
		{"data.int", "ne", "11", true}, {"data.int", "ne", "10", false}, {"data.int", "ne", `"10"`, true},
		{"recipient.id", "eq", `"ada"`, true}, {"event.tenant", "ne", `"acme"`, false},
		// order: numbers with numbers, texts with texts, nothing else.
		{"data.int", "gt", "9", true}, {"data.int", "gt", "10", false}, {"data.int", "gte", "10", true}, {"data.int", "gte", "11", false},
		{"data.int", "lt", "11", true}, {"data.int", "lt", "10", false}, {"data.int", "lte", "10", true}, {"data.int", "lte", "9", false},
		{"data.float", "gt", "2", true}, {"data.text", "gt", `"a"`, true}, {"data.text", "lt", `"a"`, false},
		{"data.int", "gt", `"9"`, false}, {"data.int", "lt", `"9"`, false}, {"data.text", "gt", "1", false}, {"data.true", "gt", "false", false},
		{"data.null", "gte", "null", false}, {"data.list", "gt", "[]", false},
		// in: the value is one of a list.
		{"data.int", "in", "[9,10]", true}, {"data.int", "in", "[9]", false}, {"data.int", "in", "10", false}, {"data.int", "in", "[]", false},
		{"data.text", "in", `["gold card"]`, true}, {"data.null", "in", "[null]", true}, {"data.object", "in", `[{"tier":"gold","deep":{"er":1}}]`, true},
		// contains: a part of a text, or an item of a list.
		{"data.text", "contains", `"gold"`, true}, {"data.text", "contains", `"silver"`, false}, {"data.text", "contains", "1", false},
		{"data.list", "contains", `"a"`, true}, {"data.list", "contains", "1", true}, {"data.list", "contains", "2", false},
		{"data.int", "contains", "1", false}, {"data.object", "contains", `"tier"`, false},
		// The edges of a text, and what denies.
		{"data.text", "starts_with", `"gold"`, true}, {"data.text", "starts_with", `"card"`, false}, {"data.int", "starts_with", `"1"`, false},
		{"data.text", "ends_with", `"card"`, true}, {"data.text", "ends_with", `"gold"`, false}, {"data.text", "ends_with", "1", false},
		{"data.int", "not_in", "[9]", true}, {"data.int", "not_in", "[9,10]", false}, {"data.int", "not_in", "{", false},
		{"data.text", "not_contains", `"silver"`, true}, {"data.list", "not_contains", `"a"`, false},
		{"data.ghost", "not_exists", "", true}, {"data.null", "not_exists", "", true}, {"data.empty", "not_exists", "", false},
		{"data.ghost", "not_in", "[1]", true}, {"data.ghost", "not_contains", "1", true}, {"data.ghost", "starts_with", `""`, false},
		// What is broken never holds.
		{"data.int", "eq", "", false}, {"data.int", "ne", "", false}, {"data.int", "eq", "{", false}, {"data.int", "like", "10", false},
	}
	// A field that is missing satisfies only ne.
	for _, op := range []string{"eq", "gt", "gte", "lt", "lte", "in", "contains"} {
		for _, value := range []string{"null", "1", `""`, "[null]"} {
			tests = append(tests, struct {
				field, op, value string
				want             bool
			}{"data.ghost", op, value, false})
		}
	}
	tests = append(tests, struct {
		field, op, value string
		want             bool
	}{"data.ghost", "ne", "1", true})
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s %s %s", test.field, test.op, test.value), func(t *testing.T) {
			t.Parallel()
			c := notify.Condition{Field: test.field, Op: test.op, Value: json.RawMessage(test.value)}
			require.Equal(t, test.want, holds(c, vars))
			require.Contains(t, sentence(c), test.field)
		})
	}
}

func TestGroupsOfConditions(t *testing.T) {
	t.Parallel()
	vars := &Vars{Data: map[string]any{"total": 10, "tier": "gold"}}
	is := func(field, value string) notify.Condition {
		return notify.Condition{Field: field, Op: "eq", Value: json.RawMessage(value)}
	}
	yes, no := is("data.total", "10"), is("data.total", "11")
	all := func(list ...notify.Condition) notify.Condition { return notify.Condition{All: list} }
	some := func(list ...notify.Condition) notify.Condition { return notify.Condition{Any: list} }
	tests := map[string]struct {
		c    notify.Condition
		want bool
		says string
	}{
		"all hold":         {all(yes, yes), true, "(data.total eq 10 and data.total eq 10)"},
		"one of all fails": {all(yes, no), false, "(data.total eq 10 and data.total eq 11)"},
		"one of any":       {some(no, yes), true, "(data.total eq 11 or data.total eq 10)"},
		"none of any":      {some(no, no), false, "(data.total eq 11 or data.total eq 11)"},
		"any within all":   {all(yes, some(no, is("data.tier", `"gold"`))), true, `(data.total eq 10 and (data.total eq 11 or data.tier eq "gold"))`},
		"all within any":   {some(no, all(yes, no)), false, "(data.total eq 11 or (data.total eq 10 and data.total eq 11))"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, holds(test.c, vars))
			require.Equal(t, test.says, sentence(test.c))
		})
	}
}
