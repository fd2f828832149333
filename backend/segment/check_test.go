package segment_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/segment"
)

// faultsOf are the faults of a rule, as paths and codes.
func faultsOf(t *testing.T, text string) []string {
	t.Helper()
	var r segment.Rule
	require.NoError(t, json.Unmarshal([]byte(text), &r))
	var faults notify.Invalid
	segment.Check(&faults, "rule", r)
	var list []string
	for _, f := range faults.Fields {
		list = append(list, f.Path+" "+f.Code)
	}
	return list
}

func TestRulesAreChecked(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 256)
	for name, test := range map[string]struct {
		rule string
		want []string
	}{
		"an attribute":                      {`{"field":"data.tier","op":"eq","value":"gold"}`, nil},
		"an attribute within an attribute":  {`{"field":"data.a.b","op":"gte","value":1.5}`, nil},
		"groups in groups":                  {`{"all":[{"not":{"field":"id","op":"exists"}},{"any":[{"field":"locale","op":"in","value":["en","zh"]}]}]}`, nil},
		"an activity":                       {`{"field":"activity","op":"opened","category":"news","days":30,"times":2}`, nil},
		"a preference":                      {`{"field":"preference","op":"off","channel":"sms"}`, nil},
		"a date":                            {`{"field":"created_at","op":"before","value":"2026-11-21"}`, nil},
		"a country":                         {`{"field":"address","op":"country","channel":"sms","value":["+44"]}`, nil},
		"nothing at all":                    {`{}`, []string{"rule.field required"}},
		"an empty group":                    {`{"all":[]}`, []string{"rule required"}},
		"two kinds of group":                {`{"all":[{"field":"id","op":"exists"}],"any":[{"field":"id","op":"exists"}]}`, []string{"rule conflict"}},
		"a group that is a condition":       {`{"any":[{"field":"id","op":"exists"}],"field":"id"}`, []string{"rule conflict"}},
		"an unknown field":                  {`{"field":"r.id; --","op":"eq","value":"x"}`, []string{"rule.field unknown_field"}},
		"a path that would need escaping":   {`{"field":"data.a\"b","op":"exists"}`, []string{"rule.field unknown_field"}},
		"a path with a backslash":           {`{"field":"data.a\\b","op":"exists"}`, []string{"rule.field unknown_field"}},
		"a path with a control character":   {`{"field":"data.a\u0000b","op":"exists"}`, []string{"rule.field unknown_field"}},
		"a path with a hole":                {`{"field":"data.a..b","op":"exists"}`, []string{"rule.field unknown_field"}},
		"a path that is too long":           {`{"field":"data.a.b.c.d.e.f","op":"exists"}`, []string{"rule.field unknown_field"}},
		"a comparison the field has not":    {`{"field":"group","op":"eq","value":"x"}`, []string{"rule.op not_an_option"}},
		"an activity nobody knows":          {`{"field":"activity","op":"deleted'"}`, []string{"rule.op not_an_option"}},
		"a value too many":                  {`{"field":"locale","op":"exists","value":"x"}`, []string{"rule.value conflict"}},
		"a value missing":                   {`{"field":"locale","op":"eq"}`, []string{"rule.value required"}},
		"a number for a text":               {`{"field":"locale","op":"eq","value":1}`, []string{"rule.value wrong_type"}},
		"an object":                         {`{"field":"data.a","op":"eq","value":{}}`, []string{"rule.value wrong_type"}},
		"null, which is what exists is for": {`{"field":"data.a","op":"eq","value":null}`, []string{"rule.value wrong_type"}},
		"a number only one database takes":  {`{"field":"data.a","op":"eq","value":1e999}`, []string{"rule.value wrong_type"}},
		"the order of truths":               {`{"field":"data.a","op":"gt","value":true}`, []string{"rule.value wrong_type"}},
		"a long text":                       {`{"field":"data.a","op":"eq","value":"` + long + `"}`, []string{"rule.value too_long"}},
		"a text with a zero":                {`{"field":"data.a","op":"eq","value":"a\u0000"}`, []string{"rule.value too_long"}},
		"a part that everything contains":   {`{"field":"data.a","op":"contains","value":""}`, []string{"rule.value required"}},
		"an empty list":                     {`{"field":"data.a","op":"in","value":[]}`, []string{"rule.value out_of_range"}},
		"a list in a list":                  {`{"field":"data.a","op":"in","value":["a",["b"]]}`, []string{"rule.value[1] wrong_type"}},
		"no calling code":                   {`{"field":"address","op":"country","channel":"sms","value":["GB"]}`, []string{"rule.value[0] invalid_country"}},
		"an address of no channel":          {`{"field":"address","op":"exists"}`, []string{"rule.channel required"}},
		"an unknown channel":                {`{"field":"address","op":"exists","channel":"fax"}`, []string{"rule.channel unknown_channel"}},
		"what holds for a category":         {`{"field":"effective","op":"required","category":"news","channel":"email"}`, nil},
		"what holds for nothing":            {`{"field":"effective","op":"on","channel":"email"}`, []string{"rule.category required"}},
		"what holds, with a value":          {`{"field":"effective","op":"off","category":"news","value":1}`, []string{"rule.value conflict"}},
		"a preference about nothing":        {`{"field":"preference","op":"on"}`, []string{"rule.category required"}},
		"days of what has none":             {`{"field":"locale","op":"exists","days":3,"workflow":"w"}`, []string{"rule.workflow conflict", "rule.days conflict"}},
		"too many days":                     {`{"field":"activity","op":"sent","days":99999,"times":-1}`, []string{"rule.days out_of_range", "rule.times out_of_range"}},
		"no date":                           {`{"field":"updated_at","op":"after","value":"yesterday"}`, []string{"rule.value invalid_time"}},
		"no number of days":                 {`{"field":"updated_at","op":"within_days","value":"3"}`, []string{"rule.value out_of_range"}},
		"every fault with its path": {`{"any":[{"field":"locale","op":"eq"},{"not":{"all":[{"field":"x","op":"eq"}]}}]}`,
			[]string{"rule.any[0].value required", "rule.any[1].not.all[0].field unknown_field"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, faultsOf(t, test.rule))
		})
	}
}

func TestRulesAreBounded(t *testing.T) {
	t.Parallel()
	leaf := `{"field":"id","op":"exists"}`
	nested := func(n int) string { return strings.Repeat(`{"not":`, n) + leaf + strings.Repeat("}", n) }
	require.Empty(t, faultsOf(t, nested(5)))
	require.Equal(t, []string{"rule.not.not.not.not.not too_deep"}, faultsOf(t, nested(6)))
	many := func(n int) string { return `{"all":[` + strings.TrimSuffix(strings.Repeat(leaf+",", n), ",") + `]}` }
	require.Empty(t, faultsOf(t, many(50)))
	require.Equal(t, []string{"rule too_long"}, faultsOf(t, many(51)))
}
