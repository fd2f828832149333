package ingest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func headers(pairs map[string]string) func(string) string {
	return func(name string) string { return pairs[name] }
}

var noHeaders = headers(nil)

func TestCloudEventsAreRecognised(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		contentType string
		header      map[string]string
		want        bool
	}{
		"structured mode by content type":          {"application/cloudevents+json; charset=utf-8", nil, true},
		"batched mode by content type":             {"application/cloudevents-batch+json", nil, true},
		"binary mode by the ce-specversion header": {"application/json", map[string]string{"ce-specversion": "1.0"}, true},
		"a plain event is none":                    {"application/json", nil, false},
		"no content type is none":                  {"", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, IsCloudEvent(test.contentType, headers(test.header)))
		})
	}
}

func TestCloudEventModesMeanTheSame(t *testing.T) {
	t.Parallel()
	one := `{"specversion":"1.0","id":"e1","source":"/shop","type":"order.shipped","subject":"ada","time":"2026-11-21T12:00:00Z","extension":5,"data":{"order":"1"}}`
	binary := headers(map[string]string{"ce-specversion": "1.0", "ce-id": "e1", "ce-source": "/shop", "ce-type": "order.shipped", "ce-subject": "ada"})
	for name, test := range map[string]struct {
		contentType string
		header      func(string) string
		body        string
	}{
		"structured": {"application/cloudevents+json", noHeaders, one},
		"batched":    {"application/cloudevents-batch+json", noHeaders, "[" + one + "]"},
		"binary":     {"application/json", binary, `{"order":"1"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list, err := DecodeCloudEvent(test.contentType, test.header, []byte(test.body))
			require.NoError(t, err)
			require.Len(t, list, 1)
			require.NoError(t, list[0].Err)
			r := list[0].Request
			require.Equal(t, "order.shipped", r.Type)
			require.Equal(t, []To{{ID: "ada"}}, r.To)
			require.Equal(t, "/shop|e1", r.IdempotencyKey)
			require.JSONEq(t, `{"order":"1"}`, string(r.Data))
			require.JSONEq(t, `{"cloudevents_source":"/shop","cloudevents_id":"e1"}`, string(r.Metadata))
			require.NotEmpty(t, r.Fingerprint)
		})
	}
}

func TestCloudEvent(t *testing.T) {
	t.Parallel()
	structured := func(text string) Decoded {
		list, err := DecodeCloudEvent("application/cloudevents+json", noHeaders, []byte(text))
		require.NoError(t, err)
		require.Len(t, list, 1)
		return list[0]
	}
	base := `{"specversion":"1.0","id":"e1","source":"s","type":"t","subject":"ada"`

	t.Run("a subject may name a group", func(t *testing.T) {
		t.Parallel()
		d := structured(`{"specversion":"1.0","id":"e1","source":"s","type":"t","subject":"group:ops"}`)
		require.NoError(t, d.Err)
		require.Equal(t, []To{{Group: "ops"}}, d.Request.To)
	})
	t.Run("an identity longer than a key is hashed, and stays itself", func(t *testing.T) {
		t.Parallel()
		long := `{"specversion":"1.0","id":"e1","type":"t","subject":"ada","source":"` + strings.Repeat("s", 300) + `"}`
		a, b := structured(long), structured(long)
		require.NoError(t, a.Err)
		require.Len(t, a.Request.IdempotencyKey, 32)
		require.Equal(t, a.Request.IdempotencyKey, b.Request.IdempotencyKey)
	})
	t.Run("binary attributes are percent-decoded, and unencoded ones are taken as they are", func(t *testing.T) {
		t.Parallel()
		list, err := DecodeCloudEvent("application/json", headers(map[string]string{
			"ce-specversion": "1.0", "ce-id": "100%", "ce-source": "s", "ce-type": "t", "ce-subject": "andr%C3%A9",
		}), nil)
		require.NoError(t, err)
		require.NoError(t, list[0].Err)
		require.Equal(t, []To{{ID: "andré"}}, list[0].Request.To)
		require.Equal(t, "s|100%", list[0].Request.IdempotencyKey)
		require.Nil(t, list[0].Request.Data)
	})
	for name, test := range map[string]struct {
		body string
		want []string
	}{
		"every missing attribute is named": {`{}`, []string{"specversion required", "id required", "source required", "type required", "subject required"}},
		"another version is refused":       {`{"specversion":"0.3","id":"1","source":"s","type":"t","subject":"a"}`, []string{"specversion not_an_option"}},
		"data must be an object":           {base + `,"data":[1]}`, []string{"data wrong_type"}},
		"data in base64 is refused":        {base + `,"data_base64":"e30="}`, []string{"data_base64 wrong_type"}},
		"an event must be an object":       {`5`, []string{" wrong_type"}},
		"a subject must be an id":          {`{"specversion":"1.0","id":"1","source":"s","type":"t","subject":"a b"}`, []string{"subject invalid_id"}},
		"a group must have a key":          {`{"specversion":"1.0","id":"1","source":"s","type":"t","subject":"group:"}`, []string{"subject invalid_id"}},
		"an id must be storable":           {`{"specversion":"1.0","id":"a\u0000","source":"s","type":"t","subject":"a"}`, []string{"id invalid_character"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, faults(t, structured(test.body).Err))
		})
	}
	t.Run("binary mode refuses bytes that are no text", func(t *testing.T) {
		t.Parallel()
		list, err := DecodeCloudEvent("", headers(map[string]string{
			"ce-specversion": "1.0", "ce-id": "\xff", "ce-source": "s", "ce-type": "t", "ce-subject": "a\xff",
		}), nil)
		require.NoError(t, err)
		require.Equal(t, []string{"id invalid_character", "subject invalid_id"}, faults(t, list[0].Err))
	})
	t.Run("a batch answers each event by itself", func(t *testing.T) {
		t.Parallel()
		list, err := DecodeCloudEvent("application/cloudevents-batch+json", noHeaders, []byte(`[`+base+`},{"id":"2"}]`))
		require.NoError(t, err)
		require.Len(t, list, 2)
		require.NoError(t, list[0].Err)
		require.Error(t, list[1].Err)
	})
	for name, body := range map[string]string{
		"empty": `[]`, "too long": `[1` + strings.Repeat(",1", MaxBatch) + `]`, "no list": `{}`, "no JSON": `[`, "too deep": strings.Repeat("[", 40),
	} {
		t.Run("a batch that is "+name+" is refused whole", func(t *testing.T) {
			t.Parallel()
			_, err := DecodeCloudEvent("application/cloudevents-batch+json", noHeaders, []byte(body))
			require.NotEmpty(t, faults(t, err))
		})
	}
}
