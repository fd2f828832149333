package suppression_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/suppression"
)

func TestAFileIsImportedWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	const good = "channel,address,reason,detail\nemail,a@example.com,bounce,\"550, no mailbox\"\nsms,+447700900123,,\n"
	for name, test := range map[string]struct {
		file   string
		added  int
		faults []string
		fields []string
	}{
		"all columns":                       {good, 2, nil, nil},
		"columns in another order and case": {"Address, Channel\na@example.com,EMAIL\n", 1, nil, nil},
		"a byte order mark":                 {"\ufeff" + good, 2, nil, nil},
		"a guarded cell":                    {"channel,address,detail\nemail,a@example.com,'=1+1\n", 1, nil, nil},
		"columns that are not ours":         {"id,channel,address\n1,email,a@example.com\n", 1, nil, nil},
		"every faulty row is told": {
			"channel,address,reason\nfax,1,\nemail,nobody,\nemail,a@example.com,mood\nemail,b@example.com,\n", 0,
			[]string{"2 channel unknown_channel", "3 address invalid_email", "4 reason not_an_option"}, nil},
		"a mailbox that comes twice": {
			"channel,address\nemail,a@example.com\nemail,A@Example.com\n", 0, []string{"3 address duplicate"}, nil},
		"a mailbox twice, about different things": {
			"channel,address,scope\nemail,a@example.com,category:news\nemail,a@example.com,everything\n", 2, nil, nil},
		"scopes and ends that cannot be": {
			"channel,address,scope,expires_at\nemail,a@example.com,mood:blue,\nemail,b@example.com,,tomorrow\nemail,c@example.com,,2020-01-01T00:00:00Z\n", 0,
			[]string{"2 scope not_an_option", "3 expires_at malformed", "4 expires_at in_the_past"}, nil},
		"a Slack id in another case is another one": {"channel,address\nslack,u1\nslack,U1\n", 2, nil, nil},
		"a row that is short":                       {"channel,address\nemail\n", 0, []string{"2 address invalid_address"}, nil},
		"a quote that is not closed":                {"channel,address\nemail,\"a@example.com\n", 0, []string{"2  malformed"}, nil},
		"no header":                                 {"email,a@example.com\n", 0, nil, []string{"csv missing_column", "csv missing_column"}},
		"nothing":                                   {"", 0, nil, []string{"csv required"}},
		"too many rows":                             {"channel,address\n" + strings.Repeat("email,a@example.com\n", suppression.ImportMost+1), 0, nil, []string{"csv too_long"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, preview := range []bool{true, false} {
				m := memory{}
				s := &suppression.Suppressions{Store: m, Clock: &clock{noon}}
				got, err := s.Import(t.Context(), test.file, preview)
				if test.fields != nil {
					var invalid *notify.Invalid
					require.ErrorAs(t, err, &invalid)
					var fields []string
					for _, f := range invalid.Fields {
						fields = append(fields, f.Path+" "+f.Code)
					}
					require.Equal(t, test.fields, fields)
					require.Empty(t, m)
					continue
				}
				require.NoError(t, err)
				var faults []string
				for _, f := range got.Faults {
					faults = append(faults, strings.TrimSpace(strings.Join([]string{itoa(f.Line), f.Field, f.Code}, " ")))
				}
				require.Equal(t, test.faults, faults)
				require.Equal(t, test.added, got.New)
				if preview {
					require.Empty(t, m, "a preview stores nothing")
					continue
				}
				require.Len(t, m, test.added)
				require.Equal(t, test.added, got.Added)
			}
		})
	}
}

func itoa(n int) string { return string(rune('0' + n)) }

func TestAnExportedRowIsNoFormulaAndComesBack(t *testing.T) {
	t.Parallel()
	for address, cell := range map[string]string{
		"+447700900123": "+447700900123", "=cmd@example.com": "'=cmd@example.com", "-a@example.com": "'-a@example.com", "a@example.com": "a@example.com",
	} {
		row := suppression.Row(notify.Suppression{Channel: notify.Slack, Address: address, Reason: notify.Manual, Scope: "category:news", ExpiresAt: noon.Add(24 * time.Hour)})
		require.Equal(t, []string{"slack", cell, "manual", "", "category:news", "2026-11-22T12:00:00Z"}, row)
		m := memory{}
		s := &suppression.Suppressions{Store: m, Clock: &clock{noon}}
		_, err := s.Import(t.Context(), strings.Join(suppression.Columns, ",")+"\n"+strings.Join(row, ",")+"\n", false)
		require.NoError(t, err)
		for _, stored := range m {
			require.Equal(t, address, stored.Address)
			require.Equal(t, notify.SuppressionScope("category:news"), stored.Scope)
			require.Equal(t, noon.Add(24*time.Hour), stored.ExpiresAt)
		}
		require.Len(t, m, 1)
	}
}
