package broadcast

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestACopyOfABroadcastIsMadeAndSubmittedOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	pattern := h.made(plan)
	r := Repetition{
		Of: pattern.ID, ID: notify.SameID(notify.BroadcastID, h.clock.at, "schedule:sch_1:7"), At: h.clock.at, Note: "Weekly news",
		By: Actor{ID: "sch_1", Name: "Weekly news"},
	}
	b, err := h.desk.Repeat(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, Submitted, b.State)
	require.Equal(t, pattern.Name+" · "+h.clock.at.Format(time.DateOnly), b.Name)
	require.Equal(t, pattern.Audience, b.Audience)
	require.Subset(t, b.Authors, pattern.Authors, "who wrote the pattern does not approve the copy")

	again, err := h.desk.Repeat(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, b.ID, again.ID)
	require.Len(t, h.store.all, 2, "one copy, however often it is asked for")
	require.Equal(t, b.Revision, again.Revision, "and submitted once")
	require.Equal(t, Draft, h.now(pattern.ID).State, "the pattern stays as it is")
}

func TestACopyThatWasLeftHalfwayIsSubmitted(t *testing.T) {
	t.Parallel()
	h := open(t)
	r := Repetition{Of: h.made(plan).ID, ID: "bct_copy", At: h.clock.at, By: Actor{ID: "sch_1", Name: "Weekly"}}
	_, err := h.desk.copyOf(t.Context(), r)
	require.NoError(t, err)
	b, err := h.desk.Repeat(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, Submitted, b.State)
}

func TestWhatCannotBeRepeatedSaysWhy(t *testing.T) {
	t.Parallel()
	h := open(t)
	ofFile := plan
	ofFile.Audience = Audience{File: notify.NewID(notify.ImportID)}
	nobody := plan
	nobody.Audience = Audience{}
	for want, p := range map[string]Plan{"not_repeatable": ofFile, "no_audience": nobody} {
		err := h.desk.Repeatable(t.Context(), h.made(p).ID)
		var invalid *notify.Invalid
		require.ErrorAs(t, err, &invalid)
		require.Equal(t, want, invalid.Fields[0].Code)
	}
	require.ErrorIs(t, h.desk.Repeatable(t.Context(), "bct_none"), notify.ErrNotFound)
}
