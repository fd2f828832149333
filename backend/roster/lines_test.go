package roster_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/roster"
)

func TestALineOfJSONBecomesARecipientOrItsFaults(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		line  string
		id    string
		fault string
	}{
		"an id alone":           {`"a"`, "a", ""},
		"all of it":             {`{"id":"a","name":"Ada","email":"ada@example.com","phone":"+447700900123","locale":"en","timezone":"Europe/London","addresses":[{"channel":"slack","address":"U1"}],"data":{"n":1}}`, "a", ""},
		"null data":             {`{"id":"a","data":null}`, "a", ""},
		"no id":                 {`{"name":"Ada"}`, "", "id required"},
		"an unknown field":      {`{"id":"a","fax":"1"}`, "", "fax unknown_field"},
		"a wrong type":          {`{"id":5}`, "", "id wrong_type"},
		"data that is a list":   {`{"id":"a","data":[1]}`, "", "data wrong_type"},
		"a bad address":         {`{"id":"a","email":"nobody"}`, "a", "addresses[0].address invalid_email"},
		"no JSON":               {`a,b`, "", " malformed"},
		"two values":            {`{"id":"a"} {"id":"b"}`, "", " malformed"},
		"a number":              {`5`, "", " wrong_type"},
		"an unfinished text":    {`"a`, "", " malformed"},
		"nested without an end": {`{"id":"a","data":` + strings.Repeat(`{"a":`, 500) + `1` + strings.Repeat(`}`, 501), "", " malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, faults := roster.ReadJSON(tt.line)
			if tt.fault == "" {
				require.Empty(t, faults)
				require.Equal(t, tt.id, r.ID)
				return
			}
			require.Equal(t, tt.fault, faults[0].Column+" "+faults[0].Code)
		})
	}
}

func TestLinesAreReadOneByOneHoweverLong(t *testing.T) {
	t.Parallel()
	file := "\xef\xbb\xbf\"a\"\n\n  \n" + `"` + strings.Repeat("x", 300<<10) + "\"\n\"\xff\"\r\n\"last\""
	lines := roster.NewLines(strings.NewReader(file))
	var got []string
	for {
		row, err := lines.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		code := ""
		if row.Fault != nil {
			code = row.Fault.Code
		}
		require.Less(t, len(row.Cells[0]), 2000)
		got = append(got, strings.Join([]string{string(rune('0' + row.Line)), row.Cells[0][:3], code}, " "))
	}
	require.Equal(t, []string{`1 "a" `, `4 "xx too_long`, "5 \"\xef\xbf encoding", `6 "la `}, got)
}
