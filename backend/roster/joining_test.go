package roster_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/roster"
)

// town is people of whom a few are known.
type town struct{ joined []string }

func (t *town) KnownAs(_ context.Context, ids []string) (map[string]string, error) {
	out := map[string]string{}
	for _, id := range ids {
		if lead := map[string]string{"ada": "ada", "bo": "bo", "guest": "ada", "a@b": "odd"}[id]; lead != "" {
			out[id] = lead
		}
	}
	return out, nil
}

func (t *town) ReadersAt(_ context.Context, emails []string) (map[string][]string, error) {
	return map[string][]string{"ada@example.com": {"ada"}, "home@example.com": {"ada", "bo"}}, nil
}

func (t *town) MembersAmong(context.Context, string, []string) (int, error) { return 1, nil }

func (t *town) JoinMembers(_ context.Context, _ string, ids []string, _ time.Time) (int, error) {
	t.joined = ids
	return len(ids), nil
}

func desk(t *town) *roster.Joining {
	return &roster.Joining{People: t, Clock: notify.SystemClock{}, GroupExists: func(_ context.Context, key string) error {
		if key != "ops" {
			return notify.ErrNotFound
		}
		return nil
	}}
}

func TestAListAddsWhoIsKnownAndTellsTheOthers(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		list   string
		joined []string
		faults []string
	}{
		"a column of ids":             {"\xef\xbb\xbfName;User id\nAda;ada\nEve;eve\nBo;bo\n", []string{"ada", "bo"}, []string{"3 User id unknown_recipient"}},
		"a column of addresses":       {"email,name\nADA@example.com,Ada\nx@example.com,X\n", []string{"ada"}, []string{"3 email unknown_recipient"}},
		"an address where no id is":   {"id,email\n,ada@example.com\n,\neve,ada@example.com\n", []string{"ada"}, []string{"3 id required", "4 id unknown_recipient"}},
		"lines that were pasted":      {"ada\nada@example.com\n\neve\n", []string{"ada"}, []string{"4  unknown_recipient"}},
		"several on a line":           {"ada, eve bo\nx@y\tghost", []string{"ada", "bo"}, []string{"1  unknown_recipient", "2  unknown_recipient", "2  unknown_recipient"}},
		"an id that is an address":    {"a@b", []string{"odd"}, nil},
		"one who was merged":          {"guest\nada", []string{"ada"}, nil},
		"an address of two people":    {"home@example.com", nil, []string{"1  ambiguous"}},
		"a row with a cell too few":   {"id,name\nada\nbo,Bo\n", []string{"bo"}, []string{"2  columns"}},
		"a row that is no text":       {"ada\n\xff\xfe\n", []string{"ada"}, []string{"2  encoding"}},
		"a quotation mark left open":  {"ada\n\"bo\n", []string{"ada"}, []string{"2  malformed"}},
		"nobody who is known at all":  {"eve", nil, []string{"1  unknown_recipient"}},
		"a head with windows' breaks": {"id\r\nada\r\n", []string{"ada"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			people := &town{}
			seen, err := desk(people).Join(t.Context(), "ops", []byte(tt.list), true)
			require.NoError(t, err)
			require.Empty(t, people.joined, "a preview adds nobody")
			got, err := desk(people).Join(t.Context(), "ops", []byte(tt.list), false)
			require.NoError(t, err)
			require.Equal(t, tt.joined, people.joined)
			require.Equal(t, [2]int{len(tt.joined), len(tt.joined)}, [2]int{got.Known, got.Added})
			var faults []string
			for _, row := range got.Faults {
				for _, f := range row.Faults {
					faults = append(faults, fmt.Sprint(row.Line, " ", f.Column, " ", f.Code))
				}
			}
			require.Equal(t, tt.faults, faults)
			require.Equal(t, got.Faults, seen.Faults)
		})
	}
}

func TestAListThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	for list, code := range map[string]string{
		" \n": "required", "name,phone\nAda,+447700900123\n": "no_id", "\"open": "malformed",
		strings.Repeat("a ", roster.NamedMost+1): "too_long",
	} {
		var invalid *notify.Invalid
		people := &town{}
		_, err := desk(people).Join(t.Context(), "ops", []byte(list), false)
		require.ErrorAs(t, err, &invalid)
		require.Equal(t, code, invalid.Fields[0].Code)
		require.Empty(t, people.joined)
	}
	_, err := desk(&town{}).Join(t.Context(), "none", []byte("ada"), false)
	require.ErrorIs(t, err, notify.ErrNotFound)
}
