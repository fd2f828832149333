package roster_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/roster"
)

func TestAMappingIsChecked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		columns []roster.Column
		want    []string
	}{
		"a good one":           {[]roster.Column{{To: "id"}, {}, {To: "address.slack"}, {To: "data.age", Type: "number"}}, nil},
		"no id":                {[]roster.Column{{To: "name"}}, []string{"columns no_id"}},
		"two for one":          {[]roster.Column{{To: "id"}, {To: "id"}}, []string{"columns[1].to duplicate"}},
		"no such field":        {[]roster.Column{{To: "id"}, {To: "age"}}, []string{"columns[1].to not_an_option"}},
		"no such channel":      {[]roster.Column{{To: "id"}, {To: "address.fax"}, {To: "address.in_app"}}, []string{"columns[1].to unknown_channel", "columns[2].to unknown_channel"}},
		"an attribute unnamed": {[]roster.Column{{To: "id"}, {To: "data."}}, []string{"columns[1].to invalid_name"}},
		"no such type":         {[]roster.Column{{To: "id"}, {To: "data.a", Type: "object"}}, []string{"columns[1].type not_an_option"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var invalid *notify.Invalid
			var got []string
			if err := roster.CheckMapping(test.columns); err != nil {
				require.ErrorAs(t, err, &invalid)
				for _, f := range invalid.Fields {
					got = append(got, f.Path+" "+f.Code)
				}
			}
			require.Equal(t, test.want, got)
		})
	}
}

func TestARowBecomesARecipientOrItsFaults(t *testing.T) {
	t.Parallel()
	columns := []roster.Column{
		{To: "id"}, {To: "name"}, {To: "email"}, {To: "phone"}, {To: "timezone"}, {To: "data.age", Type: "number"},
		{To: "data.vip", Type: "boolean"}, {To: "data.born", Type: "date"}, {To: "data.tags", Type: "list"}, {},
	}
	heads := []string{"Id", "Name", "Mail", "Mobile", "Zone", "Age", "VIP", "Born", "Tags", "Junk"}
	for name, test := range map[string]struct {
		row    []string
		data   string
		faults []string
	}{
		"all of it":                  {[]string{"a", "Ada", "ada@example.com", "+447700900123", "Europe/London", "41", "yes", "1985-03-09", "x; y|z", "?"}, `{"age":41,"born":"1985-03-09","tags":["x","y","z"],"vip":true}`, nil},
		"what is empty says nothing": {[]string{"a", "", " ", "", "", "", "", "", "", ""}, "", nil},
		"no id":                      {[]string{"", "Ada", "", "", "", "", "", "", "", ""}, "", []string{"Id required"}},
		"every fault of a row":       {[]string{"a", "", "nope", "123", "Mars", "old", "perhaps", "spring", "", ""}, "", []string{"Age not_a_number", "VIP not_a_boolean", "Born not_a_date", "Zone invalid_timezone", "Mail invalid_email", "Mobile invalid_phone"}},
		"a number is kept exactly":   {[]string{"a", "", "", "", "", "9007199254740993", "", "", "", ""}, `{"age":9007199254740993}`, nil},
		"no number JSON can hold":    {[]string{"a", "", "", "", "", "0x1F", "", "", "", ""}, "", []string{"Age not_a_number"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, faults := roster.Read(columns, heads, test.row)
			var got []string
			for _, f := range faults {
				got = append(got, f.Column+" "+f.Code)
			}
			require.Equal(t, test.faults, got)
			if test.faults == nil {
				require.Equal(t, "a", r.ID)
				require.Equal(t, test.data, string(r.Data))
			}
		})
	}
}

func TestColumnsAreGuessed(t *testing.T) {
	t.Parallel()
	got := roster.Guess([]string{"User ID", "姓名", "Email", "Mobile", "slack", "Age", "Joined on", "vip", "mail"},
		[][]string{{"1", "Wei", "w@x.org", "+861", "U1", "41", "2020-01-01", "true", "b@x.org"}, {"2", "", "", "", "", "7.5", "", "no", ""}})
	var list []string
	for _, h := range got {
		list = append(list, strings.TrimSpace(h.Guess.To+" "+h.Guess.Type))
	}
	require.Equal(t, []string{"id", "name", "email", "phone", "address.slack", "data.Age number", "data.Joined_on date", "data.vip boolean", "data.mail string"}, list)
}

const file = "\xef\xbb\xbfid;name\n" +
	"a;Ada\n" +
	"\n" +
	"b;\"Bo\nthe second\"\n" +
	"c;Cy;more\n" +
	"d\"x;y\n" +
	"e;\xff\n" +
	"f;Flo\n"

func TestAFileIsReadWithTheLineOfEveryRow(t *testing.T) {
	t.Parallel()
	table, err := roster.NewTable(strings.NewReader(file))
	require.NoError(t, err)
	require.Equal(t, []string{"id", "name"}, table.Heads)
	type seen struct {
		line int
		id   string
		code string
	}
	var got []seen
	read := func(table *roster.Table) {
		for {
			row, err := table.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			require.NoError(t, err)
			s := seen{line: row.Line}
			if row.Cells != nil {
				s.id = row.Cells[0]
			}
			if row.Fault != nil {
				s.code = row.Fault.Code
			}
			got = append(got, s)
		}
	}
	read(table)
	want := []seen{{2, "a", ""}, {4, "b", ""}, {6, "c", "columns"}, {7, "", "malformed"}, {8, "e", "encoding"}, {9, "f", ""}}
	require.Equal(t, want, got)

	for stop := range want {
		first, err := roster.NewTable(strings.NewReader(file))
		require.NoError(t, err)
		for range stop {
			_, err := first.Next()
			require.NoError(t, err)
		}
		offset, lines := first.Offset()
		got = nil
		read(first.Resume(strings.NewReader(file[offset:]), offset, lines))
		require.Equal(t, want[stop:], got, "taken up again after row %d", stop)
	}
	_, err = roster.NewTable(strings.NewReader(""))
	require.Error(t, err)
}
