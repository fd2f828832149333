package approval

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheHashIsOfTheWordsAndNotOfHowTheyAreWritten(t *testing.T) {
	t.Parallel()
	hash := func(document string, pins ...Pin) string {
		h, err := hashOf(Snapshot{Document: json.RawMessage(document), Pins: pins})
		require.NoError(t, err)
		return h
	}
	base := hash(`{"a":1.10,"b":["x",{"c":null}]}`)
	layout, other := Pin{Layout, "house", 3}, Pin{Layout, "attic", 1}
	require.Equal(t, base, hash(` { "b" : ["x", {"c":null}], "a" : 1.10 }`), "order and space are not words")
	require.NotEqual(t, base, hash(`{"a":1.1,"b":["x",{"c":null}]}`), "numbers are as they were written")
	require.NotEqual(t, base, hash(`{"a":1.10,"b":[{"c":null},"x"]}`))
	require.NotEqual(t, base, hash(`{"a":1.10,"b":["x",{"c":null}]}`, layout), "the layout goes out too")
	require.NotEqual(t, hash(`{}`, layout), hash(`{}`, Pin{Layout, "house", 4}))
	require.Equal(t, hash(`{}`, layout, other), hash(`{}`, other, layout))
	_, err := hashOf(Snapshot{Document: json.RawMessage(`{`)})
	require.Error(t, err)
}

func TestSectionsArePairedByPath(t *testing.T) {
	t.Parallel()
	require.Equal(t, []Difference{
		{"subject", "Old", "New", true}, {"body", "Same", "Same", false}, {"new", "", "+", true}, {"gone", "-", "", true},
	}, differences(
		[]Section{{"body", "Same"}, {"gone", "-"}, {"subject", "Old"}},
		[]Section{{"subject", "New"}, {"body", "Same"}, {"new", "+"}},
	))
	require.Equal(t, []Difference{}, differences(nil, nil))
}

func TestNobodyDecidesOnTheirOwnWords(t *testing.T) {
	t.Parallel()
	a := Approval{Authors: []string{"ed", "ann"}, SubmittedBy: "sue"}
	for id, allowed := range map[string]bool{"ed": false, "ann": false, "sue": false, "bo": true} {
		require.Equal(t, allowed, Bar(a, Actor{ID: id, MayApprove: true}) == "", id)
		require.NotEmpty(t, Bar(a, Actor{ID: id}), "without the right: %s", id)
	}
}
