package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRowsOfACopyAreTheSameWhateverTheyShare(t *testing.T) {
	t.Parallel()
	flag := func(i int) bool { return i == 1 }
	cases := map[string][]column{
		"nothing is shared": {texts("a", 3, func(i int) string { return fmt.Sprint("x", i) }), flags("b", 3, flag), numbers("c", 3, func(i int) int { return i })},
		"all is shared":     {texts("a", 3, func(int) string { return "x" }), integers("b", 3, func(int) int { return 7 })},
		"some is shared, at the ends and between": {
			texts("a", 3, func(int) string { return "" }), numbers("b", 3, func(i int) int { return i }), texts("c", 3, func(int) string { return "c" }),
			flags("d", 3, func(int) bool { return true }), texts("e", 3, func(i int) string { return fmt.Sprint(i % 2) }), integers("f", 3, func(int) int { return 1 }),
		},
		"an empty text is nothing": {{name: "a", kind: "text", expr: emptyIsNull, values: []string{"", ""}}, texts("b", 2, func(i int) string { return fmt.Sprint(i) })},
		"one row":                  {texts("a", 1, func(int) string { return "x" })},
		"no row":                   {texts("a", 0, func(int) string { return "x" })},
	}
	for name, columns := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := bytes.Clone(copyHead)
			for i := range columns[0].len() {
				want = binary.BigEndian.AppendUint16(want, uint16(len(columns)))
				for _, c := range columns {
					want = c.appendField(want, i)
				}
			}
			require.Equal(t, append(want, copyTail...), copied(columns))
		})
	}
}
