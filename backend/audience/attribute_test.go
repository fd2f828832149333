package audience_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/audience"
)

func TestKindsAreReadFromWhatIsHeld(t *testing.T) {
	t.Parallel()
	got := audience.KindsIn(json.RawMessage(`{"tier":"gold","age":41.5,"vip":false,"born":"1985-03-09",
		"seen":"2026-11-21T09:00:00+08:00","tags":["a"],"home":{"city":"x"},"none":null,"almost":"2026-11-21 at nine","":1}`))
	require.Equal(t, map[string]audience.Kind{
		"tier": audience.Text, "age": audience.Number, "vip": audience.Boolean, "born": audience.Date,
		"seen": audience.Date, "tags": audience.List, "home": audience.Object, "almost": audience.Text,
	}, got)
	for _, data := range []string{"", "null", "[1]", `{"broken`} {
		require.Empty(t, audience.KindsIn(json.RawMessage(data)))
	}
}

func TestKindsOfManyPeopleAreOne(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		kinds []audience.Kind
		want  audience.Kind
	}{
		"one kind":                 {[]audience.Kind{audience.Number}, audience.Number},
		"a date and a text":        {[]audience.Kind{audience.Date, audience.Text}, audience.Text},
		"a text and a date":        {[]audience.Kind{audience.Text, audience.Date}, audience.Text},
		"a number and a text":      {[]audience.Kind{audience.Number, audience.Text}, audience.Mixed},
		"a date, a list, a text":   {[]audience.Kind{audience.Date, audience.List, audience.Text}, audience.Mixed},
		"what differs stays mixed": {[]audience.Kind{audience.Number, audience.Text, audience.Number}, audience.Mixed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, audience.Together(test.kinds))
		})
	}
}
