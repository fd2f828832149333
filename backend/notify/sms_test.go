package notify

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSMSPartsAgreeWithThePublishedVectors(t *testing.T) {
	t.Parallel()
	digits := strings.Repeat("0123456789", 20)
	for name, c := range map[string]struct {
		text     string
		parts    int
		encoding string
	}{
		"an extended character and 158 digits fit one part": {"{" + digits[:158], 1, GSM7},
		"one digit more takes two":                          {"{" + digits[:159], 2, GSM7},
		"an emoji and 68 digits fit one part":               {"\U0001F61C" + digits[:68], 1, UCS2},
		"an emoji and 69 digits take two":                   {"\U0001F61C" + digits[:69], 2, UCS2},
		"160 letters":                                       {strings.Repeat("a", 160), 1, GSM7},
		"161 letters":                                       {strings.Repeat("a", 161), 2, GSM7},
		"306 letters":                                       {strings.Repeat("a", 306), 2, GSM7},
		"307 letters":                                       {strings.Repeat("a", 307), 3, GSM7},
		"80 euro signs":                                     {strings.Repeat("€", 80), 1, GSM7},
		"81 euro signs":                                     {strings.Repeat("€", 81), 2, GSM7},
		"152 euro signs":                                    {strings.Repeat("€", 152), 2, GSM7},
		"153 euro signs, no escape is parted":               {strings.Repeat("€", 153), 3, GSM7},
		"an escape on the border moves on":                  {strings.Repeat("a", 152) + "€" + strings.Repeat("a", 152), 3, GSM7},
		"153 letters and a euro sign":                       {strings.Repeat("a", 153) + "€", 1, GSM7},
		"70 Chinese characters":                             {strings.Repeat("你", 70), 1, UCS2},
		"71 Chinese characters":                             {strings.Repeat("你", 71), 2, UCS2},
		"134 Chinese characters":                            {strings.Repeat("你", 134), 2, UCS2},
		"135 Chinese characters":                            {strings.Repeat("你", 135), 3, UCS2},
		"35 emoji":                                          {strings.Repeat("\U0001F44D", 35), 1, UCS2},
		"36 emoji":                                          {strings.Repeat("\U0001F44D", 36), 2, UCS2},
		"66 emoji":                                          {strings.Repeat("\U0001F44D", 66), 2, UCS2},
		"67 emoji, no pair is parted":                       {strings.Repeat("\U0001F44D", 67), 3, UCS2},
		"extended characters":                               {`^{}[]~|\`, 1, GSM7},
		"a small c with cedilla is not in the alphabet":     {"ç", 1, UCS2},
		"a backtick is not in the alphabet":                 {"`", 1, UCS2},
		"a curly quote is not in the alphabet":              {"’", 1, UCS2},
		"a capital C with cedilla is":                       {"Ç", 1, GSM7},
		"a family":                                          {"\U0001F468\u200d\U0001F469\u200d\U0001F467\u200d\U0001F466", 1, UCS2},
		"nothing":                                           {"", 1, GSM7},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parts, encoding := SMSParts(c.text)
			require.Equal(t, c.parts, parts)
			require.Equal(t, c.encoding, encoding)
		})
	}
}
