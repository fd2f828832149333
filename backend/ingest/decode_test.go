package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// faults lists the faults of an input as "path code".
func faults(t *testing.T, err error) []string {
	t.Helper()
	var invalid *notify.Invalid
	require.ErrorAs(t, err, &invalid)
	var list []string
	for _, f := range invalid.Fields {
		require.NotEmpty(t, f.Detail, "a fault must say what is wrong")
		list = append(list, f.Path+" "+f.Code)
	}
	return list
}

func TestDecodeReadsEveryField(t *testing.T) {
	t.Parallel()
	req, err := Decode([]byte(`{"type":"order.shipped","to":["user-42",
		{"id":"user-43","email":"ada@example.com","phone":"+447700900123","name":"Ada","locale":"en","timezone":"Europe/London",
		 "data":{"tier":"gold"},"addresses":[{"channel":"push","address":"token-1"},{"channel":"slack","address":"U1"}]},
		{"group":"ops"},{"segment":"beta"}],
		"data":{"order_id":"1001"},"actor":"user-7","tenant":"acme","priority":"high","send_at":null,
		"expires_at":"2030-01-01T01:00:00.1234567+01:00","cancel_key":"order-1001","metadata":{"module":"checkout"},"idempotency_key":"k1"}`))
	require.NoError(t, err)
	require.Len(t, req.Fingerprint, 32)
	req.Fingerprint = ""
	require.Equal(t, Request{
		Type: "order.shipped",
		To: []To{{ID: "user-42"}, {Inline: &notify.Recipient{
			ID: "user-43", Name: "Ada", Locale: "en", Timezone: "Europe/London", Data: json.RawMessage(`{"tier":"gold"}`),
			Addresses: []notify.Address{
				{Channel: notify.Email, Address: "ada@example.com"}, {Channel: notify.SMS, Address: "+447700900123"},
				{Channel: notify.Push, Address: "token-1"}, {Channel: notify.Slack, Address: "U1"},
			},
		}}, {Group: "ops"}, {Segment: "beta"}},
		Data: json.RawMessage(`{"order_id":"1001"}`), Actor: "user-7", Tenant: "acme", Priority: notify.High,
		ExpiresAt: time.Date(2030, 1, 1, 0, 0, 0, 123456000, time.UTC), CancelKey: "order-1001",
		Metadata: json.RawMessage(`{"module":"checkout"}`), IdempotencyKey: "k1",
	}, req)
}

func TestDecodeDoesNotKeepTheCallersBuffer(t *testing.T) {
	t.Parallel()
	body := []byte(`{"type":"order.shipped","to":["ada",{"id":"wei","data":{"a":1},"email":"wei@example.com"}],"data":{"b":2},"metadata":{"c":3}}`)
	req, err := Decode(body)
	require.NoError(t, err)
	for i := range body {
		body[i] = 'x'
	}
	require.Equal(t, "order.shipped", req.Type)
	require.Equal(t, "ada", req.To[0].ID)
	require.Equal(t, "wei@example.com", req.To[1].Inline.Addresses[0].Address)
	require.JSONEq(t, `{"a":1}`, string(req.To[1].Inline.Data))
	require.JSONEq(t, `{"b":2}`, string(req.Data))
	require.JSONEq(t, `{"c":3}`, string(req.Metadata))
}

func TestDecodeAccepts(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body  string
		check func(t *testing.T, r Request)
	}{
		"name as type, recipients as to, payload as data, transactionId as key": {
			`{"name":"a.b","recipients":["u"],"payload":{"x":1},"transactionId":"t1"}`, func(t *testing.T, r Request) {
				require.Equal(t, "a.b", r.Type)
				require.Equal(t, []To{{ID: "u"}}, r.To)
				require.JSONEq(t, `{"x":1}`, string(r.Data))
				require.Equal(t, "t1", r.IdempotencyKey)
			}},
		"event as type": {`{"event":"a.b","to":["u"]}`, func(t *testing.T, r Request) { require.Equal(t, "a.b", r.Type) }},
		"a single recipient that is no list": {`{"type":"a","to":"u"}`, func(t *testing.T, r Request) {
			require.Equal(t, []To{{ID: "u"}}, r.To)
		}},
		"a single group that is no list": {`{"type":"a","to":{"group":"ops"}}`, func(t *testing.T, r Request) {
			require.Equal(t, []To{{Group: "ops"}}, r.To)
		}},
		"subscriberId, user_id and distinct_id as id": {
			`{"type":"a","to":[{"subscriberId":"1"},{"user_id":"2"},{"distinct_id":"3"}]}`, func(t *testing.T, r Request) {
				for i, want := range []string{"1", "2", "3"} {
					require.Equal(t, want, r.To[i].Inline.ID)
				}
			}},
		"an inline recipient without an id, who gets one": {
			`{"type":"a","to":{"email":"ada@example.com"}}`, func(t *testing.T, r Request) {
				require.True(t, notify.IsID(notify.RecipientID, r.To[0].Inline.ID))
			}},
		"null for every optional field": {
			`{"type":"a","to":["u"],"data":null,"actor":null,"tenant":null,"priority":null,"send_at":null,"expires_at":null,"cancel_key":null,"metadata":null,"idempotency_key":null}`,
			func(t *testing.T, r Request) {
				require.Nil(t, r.Data)
				require.Nil(t, r.Metadata)
				require.True(t, r.SendAt.IsZero())
				require.Empty(t, r.Priority)
			}},
		"null for fields of an inline recipient": {
			`{"type":"a","to":{"id":"u","name":null,"email":null,"phone":null,"locale":null,"timezone":null,"data":null}}`,
			func(t *testing.T, r Request) { require.Equal(t, &notify.Recipient{ID: "u"}, r.To[0].Inline) }},
		"huge numbers, kept digit by digit": {
			`{"type":"a","to":["u"],"data":{"n":123456789012345678901234567890,"e":1e400}}`, func(t *testing.T, r Request) {
				require.Contains(t, string(r.Data), "123456789012345678901234567890")
				require.Contains(t, string(r.Data), "1e400")
			}},
		"unknown names inside data": {`{"type":"a","to":["u"],"data":{"type":1,"to":{"x":[]}}}`, func(t *testing.T, r Request) {
			require.JSONEq(t, `{"type":1,"to":{"x":[]}}`, string(r.Data))
		}},
		"nesting of 32 levels": {nested(32), func(t *testing.T, r Request) { require.NotNil(t, r.Data) }},
		"brackets in strings, which are no nesting": {
			`{"type":"a","to":["u"],"data":{"s":"` + strings.Repeat(`[{\"`, 100) + `"}}`, func(t *testing.T, r Request) { require.NotNil(t, r.Data) }},
		"10,000 targets": {many(MaxTargets), func(t *testing.T, r Request) { require.Len(t, r.To, MaxTargets) }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req, err := Decode([]byte(test.body))
			require.NoError(t, err)
			test.check(t, req)
		})
	}
}

// nested is an event whose deepest bracket is at the given level.
func nested(levels int) string {
	return `{"type":"a","to":["u"],"data":{"x":` + strings.Repeat("[", levels-2) + strings.Repeat("]", levels-2) + `}}`
}

func many(n int) string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf(`"u%d"`, i)
	}
	return `{"type":"a","to":[` + strings.Join(ids, ",") + `]}`
}

func TestDecodeNamesEveryFault(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 256)
	tests := map[string]struct {
		body string
		want []string
	}{
		"an empty document":            {`{}`, []string{"type required", "to required"}},
		"a list":                       {`[]`, []string{" wrong_type"}},
		"a text":                       {`"a"`, []string{" wrong_type"}},
		"type of the wrong type":       {`{"type":5,"to":["u"]}`, []string{"type wrong_type"}},
		"alias of the wrong type":      {`{"name":5,"to":["u"]}`, []string{"name wrong_type"}},
		"empty type":                   {`{"type":"","to":["u"]}`, []string{"type required"}},
		"type and its alias":           {`{"type":"a","event":"b","to":["u"]}`, []string{"event duplicate"}},
		"to and its alias":             {`{"type":"a","to":["u"],"recipients":["u"]}`, []string{"recipients duplicate"}},
		"to of the wrong type":         {`{"type":"a","to":5}`, []string{"to wrong_type"}},
		"to is null":                   {`{"type":"a","to":null}`, []string{"to wrong_type"}},
		"empty to":                     {`{"type":"a","to":[]}`, []string{"to out_of_range"}},
		"10,001 targets":               {many(MaxTargets + 1), []string{"to out_of_range"}},
		"target of the wrong type":     {`{"type":"a","to":["u",5,null,[]]}`, []string{"to[1] wrong_type", "to[2] wrong_type", "to[3] wrong_type"}},
		"target with a space":          {`{"type":"a","to":["a b"]}`, []string{"to[0] invalid_id"}},
		"target with a NUL":            {`{"type":"a","to":["a\u0000b"]}`, []string{"to[0] invalid_id"}},
		"target too long":              {`{"type":"a","to":["` + long + `"]}`, []string{"to[0] invalid_id"}},
		"empty target":                 {`{"type":"a","to":[{}]}`, []string{"to[0].id required"}},
		"group of the wrong type":      {`{"type":"a","to":[{"group":5}]}`, []string{"to[0].group wrong_type", "to[0].group invalid_key"}},
		"segment that is no key":       {`{"type":"a","to":[{"segment":"a b"}]}`, []string{"to[0].segment invalid_key"}},
		"group beside an id":           {`{"type":"a","to":[{"group":"g","id":"u"}]}`, []string{"to[0].group unknown_field"}},
		"inline unknown field":         {`{"type":"a","to":[{"id":"u","fax":"1"}]}`, []string{"to[0].fax unknown_field"}},
		"inline email":                 {`{"type":"a","to":["u",{"id":"u","email":"nobody"}]}`, []string{"to[1].email invalid_email"}},
		"inline email of a wrong type": {`{"type":"a","to":[{"id":"u","email":5}]}`, []string{"to[0].email wrong_type"}},
		"inline email that is empty":   {`{"type":"a","to":[{"id":"u","email":""}]}`, []string{"to[0].email invalid_address"}},
		"inline phone":                 {`{"type":"a","to":[{"id":"u","phone":"0123"}]}`, []string{"to[0].phone invalid_phone"}},
		"inline locale":                {`{"type":"a","to":[{"id":"u","locale":"english!"}]}`, []string{"to[0].locale invalid_locale"}},
		"inline timezone":              {`{"type":"a","to":[{"id":"u","timezone":"Mars/Base"}]}`, []string{"to[0].timezone invalid_timezone"}},
		"inline timezone of the host":  {`{"type":"a","to":[{"id":"u","timezone":"Local"}]}`, []string{"to[0].timezone invalid_timezone"}},
		"inline name too long":         {`{"type":"a","to":[{"id":"u","name":"` + long + `"}]}`, []string{"to[0].name too_long"}},
		"inline name with a NUL":       {`{"type":"a","to":[{"id":"u","name":"a\u0000"}]}`, []string{"to[0].name invalid_character"}},
		"inline data":                  {`{"type":"a","to":[{"id":"u","data":[]}]}`, []string{"to[0].data wrong_type"}},
		"inline addresses":             {`{"type":"a","to":[{"id":"u","addresses":{}}]}`, []string{"to[0].addresses wrong_type"}},
		"inline address": {`{"type":"a","to":[{"id":"u","addresses":["x",{"channel":"fax","address":"1"},{"channel":"push"},{"channel":"email","address":"x"},{"channel":"push","address":"1","x":1}]}]}`,
			[]string{"to[0].addresses[0] wrong_type", "to[0].addresses[1].channel unknown_channel", "to[0].addresses[2].address required",
				"to[0].addresses[3].address invalid_email", "to[0].addresses[4].x unknown_field"}},
		"data of the wrong type":       {`{"type":"a","to":["u"],"data":"x"}`, []string{"data wrong_type"}},
		"alias of data":                {`{"type":"a","to":["u"],"payload":[]}`, []string{"payload wrong_type"}},
		"metadata of the wrong type":   {`{"type":"a","to":["u"],"metadata":1}`, []string{"metadata wrong_type"}},
		"actor of the wrong type":      {`{"type":"a","to":["u"],"actor":{}}`, []string{"actor wrong_type"}},
		"tenant of the wrong type":     {`{"type":"a","to":["u"],"tenant":true}`, []string{"tenant wrong_type"}},
		"tenant with a NUL":            {`{"type":"a","to":["u"],"tenant":"a\u0000"}`, []string{"tenant invalid_character"}},
		"priority of the wrong type":   {`{"type":"a","to":["u"],"priority":1}`, []string{"priority wrong_type"}},
		"unknown priority":             {`{"type":"a","to":["u"],"priority":"urgent"}`, []string{"priority not_an_option"}},
		"send_at of the wrong type":    {`{"type":"a","to":["u"],"send_at":5}`, []string{"send_at wrong_type"}},
		"expires_at that is no time":   {`{"type":"a","to":["u"],"expires_at":"tomorrow"}`, []string{"expires_at invalid_time"}},
		"cancel_key of the wrong type": {`{"type":"a","to":["u"],"cancel_key":[]}`, []string{"cancel_key wrong_type"}},
		"cancel_key too long":          {`{"type":"a","to":["u"],"cancel_key":"` + long + `"}`, []string{"cancel_key too_long"}},
		"key of the wrong type":        {`{"type":"a","to":["u"],"idempotency_key":1}`, []string{"idempotency_key wrong_type"}},
		"unknown field":                {`{"type":"a","to":["u"],"channel":"sms"}`, []string{"channel unknown_field"}},
		"everything wrong at once":     {`{"to":5,"data":5,"x":5}`, []string{"to wrong_type", "data wrong_type", "x unknown_field", "type required"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Decode([]byte(test.body))
			require.NotErrorIs(t, err, notify.ErrMalformed)
			require.Equal(t, test.want, faults(t, err))
		})
	}
}

func TestDecodeRefusesWhatIsNotJSON(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ body, want string }{
		"nothing":                         {``, " malformed_json"},
		"half a document":                 {`{"type":"a"`, " malformed_json"},
		"half a value":                    {`{"type":"a","to":["u`, "to[0] malformed_json"},
		"text after the end":              {`{"type":"a","to":["u"]} x`, " malformed_json"},
		"two documents":                   {`{}{}`, " malformed_json"},
		"a trailing comma":                {`{"type":"a",}`, " malformed_json"},
		"single quotes":                   {`{'type':'a'}`, " malformed_json"},
		"a byte-order mark":               {"\xef\xbb\xbf{}", " malformed_json"},
		"a number with a leading zero":    {`{"type":01}`, " malformed_json"},
		"NaN":                             {`{"data":{"a":[NaN]}}`, "data.a[0] malformed_json"},
		"a name given twice":              {`{"type":"a","type":"b"}`, "type duplicate_name"},
		"a name given twice, deep inside": {`{"data":{"list":[{"a":1,"a":2}]}}`, "data.list[0].a duplicate_name"},
		"a name given twice, escaped":     {`{"type":"a","typ\u0065":"b"}`, "type duplicate_name"},
		"invalid UTF-8":                   {"{\"type\":\"\xff\"}", "type malformed_json"},
		"invalid UTF-8 in a name":         {"{\"\xff\":1}", " malformed_json"},
		"half a surrogate pair":           {`{"type":"\ud800"}`, "type malformed_json"},
		"nesting of 33 levels":            {nested(33), " too_deep"},
		"nesting of a million levels":     {strings.Repeat("[", 1_000_000), " too_deep"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, decode := range []func([]byte) (Request, error){Decode, DecodeNotification} {
				_, err := decode([]byte(test.body))
				require.ErrorIs(t, err, notify.ErrMalformed)
				require.Equal(t, []string{test.want}, faults(t, err))
			}
			_, err := DecodeBatch([]byte(test.body))
			require.ErrorIs(t, err, notify.ErrMalformed)
		})
	}
}

func TestDecodeBatch(t *testing.T) {
	t.Parallel()
	t.Run("each event is answered by itself", func(t *testing.T) {
		t.Parallel()
		list, err := DecodeBatch([]byte(`{"events":[{"type":"a","to":["u"]},{"type":5,"to":["u"]},7,{"type":"b","to":[{"id":"x","email":"y"}]},{"type":"c","to":["v"]}]}`))
		require.NoError(t, err)
		require.Len(t, list, 5)
		require.NoError(t, list[0].Err)
		require.Equal(t, "a", list[0].Request.Type)
		require.Equal(t, []string{"type wrong_type"}, faults(t, list[1].Err))
		require.Equal(t, []string{" wrong_type"}, faults(t, list[2].Err))
		require.Equal(t, []string{"to[0].email invalid_email"}, faults(t, list[3].Err))
		require.NoError(t, list[4].Err)
		require.NotEqual(t, list[0].Request.Fingerprint, list[4].Request.Fingerprint)
	})
	t.Run("a fault of the whole document has a path from its top", func(t *testing.T) {
		t.Parallel()
		_, err := DecodeBatch([]byte(`{"events":[{"type":"a","to":["u"],"data":{"a":1,"a":2}}]}`))
		require.Equal(t, []string{"events[0].data.a duplicate_name"}, faults(t, err))
	})
	for name, test := range map[string]struct{ body, want string }{
		"no events":               {`{}`, "events required"},
		"an empty list":           {`{"events":[]}`, "events out_of_range"},
		"1,001 events":            {`{"events":[1` + strings.Repeat(",1", MaxBatch) + `]}`, "events out_of_range"},
		"events that are no list": {`{"events":{}}`, "events wrong_type"},
		"another field":           {`{"events":[1],"x":1}`, "x unknown_field"},
		"no object":               {`[]`, " wrong_type"},
	} {
		t.Run("no batch: "+name, func(t *testing.T) {
			t.Parallel()
			_, err := DecodeBatch([]byte(test.body))
			require.Equal(t, []string{test.want}, faults(t, err))
		})
	}
}

func TestDecodeNotification(t *testing.T) {
	t.Parallel()
	req, err := DecodeNotification([]byte(`{"recipients":["ada"],"template":"welcome","channels":["email","in_app"],"category":"account","priority":"low","payload":{"a":1}}`))
	require.NoError(t, err)
	require.Equal(t, DirectType, req.Type)
	require.Equal(t, &notify.Direct{Template: "welcome", Channels: []notify.Channel{notify.Email, notify.InApp}, Category: "account"}, req.Direct)
	require.Equal(t, []To{{ID: "ada"}}, req.To)
	require.Equal(t, notify.Low, req.Priority)

	req, err = DecodeNotification([]byte(`{"to":"ada","content":{"title":"T","body":"B","data":{"k":"v"},"blocks":[{"type":"divider"}]},"channels":["push"]}`))
	require.NoError(t, err)
	require.Equal(t, &notify.Content{Title: "T", Body: "B", Data: map[string]string{"k": "v"}, Blocks: json.RawMessage(`[{"type":"divider"}]`)}, req.Direct.Content)

	for name, test := range map[string]struct {
		body string
		want []string
	}{
		"nothing":                       {`{}`, []string{"to required", "channels required", "template required"}},
		"template and content":          {`{"to":"a","channels":["sms"],"template":"t","content":{"text":"x"}}`, []string{"template required"}},
		"unknown channel":               {`{"to":"a","channels":["sms","fax"],"template":"t"}`, []string{"channels[1] unknown_channel"}},
		"channel of the wrong type":     {`{"to":"a","channels":[5],"template":"t"}`, []string{"channels[0] wrong_type", "channels[0] unknown_channel", "channels required"}},
		"a channel named twice":         {`{"to":"a","channels":["sms","sms"],"template":"t"}`, []string{"channels[1] duplicate"}},
		"channels that are no list":     {`{"to":"a","channels":"sms","template":"t"}`, []string{"channels wrong_type"}},
		"content of the wrong type":     {`{"to":"a","channels":["sms"],"content":"x"}`, []string{"content wrong_type", "template required"}},
		"content field of a wrong type": {`{"to":"a","channels":["sms"],"content":{"text":5}}`, []string{"content wrong_type", "template required"}},
		"an event's field":              {`{"to":"a","channels":["sms"],"template":"t","type":"x"}`, []string{"type unknown_field"}},
		"to and its alias":              {`{"to":"a","recipients":"b","channels":["sms"],"template":"t"}`, []string{"recipients duplicate"}},
		"alias of to of a wrong type":   {`{"recipients":5,"channels":["sms"],"template":"t"}`, []string{"recipients wrong_type"}},
		"category of a wrong type":      {`{"to":"a","channels":["sms"],"template":"t","category":1}`, []string{"category wrong_type"}},
	} {
		t.Run("refuses "+name, func(t *testing.T) {
			t.Parallel()
			_, err := DecodeNotification([]byte(test.body))
			require.Equal(t, test.want, faults(t, err))
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"type":"a","to":["u",{"id":"x","email":"a@b.c","addresses":[{"channel":"push","address":"t"}]},{"group":"g"}],"data":{"a":[1e400]}}`,
		`{"events":[{"type":"a","to":"u"},5]}`, `{"to":"a","content":{"title":"T"},"channels":["sms"]}`,
		`{"specversion":"1.0","id":"1","source":"s","type":"t","subject":"group:x","data":{}}`,
		"{\"a\":\"\xff\"}", `{"type":"\u0000"}`, nested(33), `{"a":{"b":1,"b":2}}`, ``, `[`, `{"to`, `{"type":"a","to":[{`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		legal := func(err error) {
			var invalid *notify.Invalid
			if err != nil && !errors.As(err, &invalid) && !errors.Is(err, notify.ErrMalformed) {
				t.Fatalf("neither invalid nor malformed: %v", err)
			}
		}
		req, err := Decode(body)
		legal(err)
		if err == nil && (req.Type == "" || len(req.To) == 0) {
			t.Fatalf("accepted an event without type or recipients: %q", body)
		}
		if err == nil && req.Data != nil && !json.Valid(req.Data) {
			t.Fatalf("accepted data that is no JSON: %q", req.Data)
		}
		req, err = DecodeNotification(body)
		legal(err)
		if err == nil && len(req.Direct.Channels) == 0 {
			t.Fatalf("accepted a notification without channels: %q", body)
		}
		list, err := DecodeBatch(body)
		legal(err)
		events, err := DecodeCloudEvent("application/cloudevents+json", func(string) string { return "" }, body)
		legal(err)
		for _, d := range append(list, events...) {
			legal(d.Err)
		}
	})
}
