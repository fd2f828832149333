package delivery

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// silences names messages once.
type silences struct {
	list       []notify.Message
	redirected []Redirection
	heeded     []int64
}

func (s *silences) Silent(context.Context, time.Time, int) (Silence, error) {
	list := s.list
	s.list = nil
	return Silence{list, []int64{7}, []ReceiptCount{{Integration: "a", Due: 3, Missing: 2}}}, nil
}

func (s *silences) Redirect(_ context.Context, list []Redirection, _ time.Time) ([]Ref, error) {
	s.redirected = append(s.redirected, list...)
	var refs []Ref
	for _, r := range list {
		refs = append(refs, Ref{ID: r.MessageID, Channel: notify.Email, Priority: notify.High})
	}
	return refs, nil
}

func (s *silences) Heed(_ context.Context, lists []int64) error {
	s.heeded = append(s.heeded, lists...)
	return nil
}

func TestWhatStaysWithoutAReceiptGoesOutAnotherWay(t *testing.T) {
	t.Parallel()
	h := newHouse(says(notify.OK))
	second := account("b", says(notify.OK))
	second.Order = 1
	h.accounts.list = append(h.accounts.list, second)
	quiet := &silences{list: []notify.Message{
		{ID: "m1", Channel: notify.Email, Integration: "a", Attempts: 1, AttemptNumber: 1, Ambiguity: notify.HoldForReceipt},
		{ID: "m2", Channel: notify.Email, Integration: "a", Attempts: 1, AttemptNumber: 1, Ambiguity: notify.FailUnknown},
		{ID: "m3", Channel: notify.Email, Integration: "b", Attempts: 2, AttemptNumber: 2},
	}}
	h.Silences = quiet
	books := &ledger{}
	h.Lateness = books
	require.NoError(t, h.CheckSilence(t.Context()))
	require.Len(t, quiet.redirected, 1, "one must not be sent in doubt, one has been everywhere")
	require.Equal(t, "m1", quiet.redirected[0].MessageID)
	require.Equal(t, "b", quiet.redirected[0].Next)
	require.Contains(t, string(quiet.redirected[0].Detail), "no_receipt")
	require.Equal(t, []int64{7}, quiet.heeded)
	require.Equal(t, []ReceiptCount{{Integration: "a", At: noon, Due: 3, Missing: 2}}, books.counts, "and counts against the account")
	require.Equal(t, []chunk{{notify.High, notify.Email, []string{"m1"}}}, h.queue.chunks())
}

func TestTheTimeForAReceiptStartsWhenTheMessageIsSent(t *testing.T) {
	t.Parallel()
	h := newHouse(says(notify.OK))
	h.accounts.list[0].ReceiptWithin = 90
	require.NoError(t, h.deliver(t, h.messages(1)...))
	require.Equal(t, noon.Add(90*time.Second), h.store.finishes[0].ReceiptBy)
}
