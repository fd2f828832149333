package tracking_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/tracking"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

type clock struct{ at time.Time }

func (c *clock) Now() time.Time { return c.at }

// ledger is a Store and an Observer: receipts in, changes out.
type ledger struct {
	integration string
	receipts    []notify.Receipt
	times       []time.Time
	applied     tracking.Applied
	err         error
	changed     []string
	told        int
}

func (l *ledger) ApplyReceipts(_ context.Context, integration string, list []notify.Receipt, now time.Time) (tracking.Applied, error) {
	l.integration, l.receipts, l.times = integration, list, []time.Time{now}
	return l.applied, l.err
}

func (l *ledger) ApplyParked(_ context.Context, after, now time.Time) (tracking.Applied, error) {
	l.times = []time.Time{after, now}
	return l.applied, l.err
}

func (l *ledger) Changed(_ context.Context, ids []string) {
	l.told++
	l.changed = ids
}

// vendor is a sender that takes callbacks: the header X-Proof must be "ours".
type vendor struct{ receipts []notify.Receipt }

func (vendor) Send(context.Context, notify.Outbound) notify.Result { return notify.Result{} }

func (v vendor) Receive(_ context.Context, r notify.CallbackRequest) ([]notify.Receipt, notify.CallbackAnswer, error) {
	switch {
	case r.Header.Get("X-Proof") != "ours":
		return nil, notify.CallbackAnswer{Status: 401}, notify.ErrUnauthenticated
	case string(r.Body) == "junk":
		return nil, notify.CallbackAnswer{}, notify.ErrMalformed
	case !r.Now.Equal(noon):
		return nil, notify.CallbackAnswer{}, fmt.Errorf("the clock says %s", r.Now)
	}
	return v.receipts, notify.CallbackAnswer{Status: 200, Body: "thanks"}, nil
}

// deaf is a sender that takes no callbacks.
type deaf struct{}

func (deaf) Send(context.Context, notify.Outbound) notify.Result { return notify.Result{} }

type accounts map[string]notify.Sender

func (a accounts) Account(_ context.Context, id string) (notify.Account, error) {
	sender, ok := a[id]
	if !ok {
		return notify.Account{}, notify.ErrNotFound
	}
	return notify.Account{Integration: notify.Integration{ID: id}, Sender: sender}, nil
}

func callback(proof, body string) notify.CallbackRequest {
	return notify.CallbackRequest{Header: map[string][]string{"X-Proof": {proof}}, Body: []byte(body)}
}

func TestReceive(t *testing.T) {
	t.Parallel()
	receipts := []notify.Receipt{{DedupKey: "1", MessageID: "m", Status: notify.Delivered}}
	broken := errors.New("broken")
	for name, test := range map[string]struct {
		integration string
		request     notify.CallbackRequest
		sender      notify.Sender
		storeErr    error
		want        error
		applied     bool
	}{
		"receipts of a proven callback are applied":     {"a", callback("ours", ""), vendor{receipts}, nil, nil, true},
		"a callback without receipts changes nothing":   {"a", callback("ours", ""), vendor{}, nil, nil, false},
		"a callback without proof is refused":           {"a", callback("", ""), vendor{receipts}, nil, notify.ErrUnauthenticated, false},
		"a proven body that cannot be read is refused":  {"a", callback("ours", "junk"), vendor{receipts}, nil, notify.ErrMalformed, false},
		"an unknown integration is not found":           {"ghost", callback("ours", ""), vendor{}, nil, notify.ErrNotFound, false},
		"an integration without callbacks is not found": {"a", callback("ours", ""), deaf{}, nil, notify.ErrNotFound, false},
		"a store that fails lets the vendor try again":  {"a", callback("ours", ""), vendor{receipts}, broken, broken, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &ledger{applied: tracking.Applied{Changed: []string{"m"}, Applied: 1}, err: test.storeErr}
			tracker := &tracking.Tracker{Store: l, Observer: l, Accounts: accounts{"a": test.sender}, Clock: &clock{noon}}
			answer, err := tracker.Receive(t.Context(), test.integration, test.request)
			if test.want != nil {
				require.ErrorIs(t, err, test.want)
				require.Zero(t, l.told)
			} else {
				require.NoError(t, err)
				require.Equal(t, notify.CallbackAnswer{Status: 200, Body: "thanks"}, answer, "the vendor hears what it needs")
			}
			if test.applied {
				require.Equal(t, []any{"a", receipts, []time.Time{noon}}, []any{l.integration, l.receipts, l.times})
			} else {
				require.Nil(t, l.receipts)
			}
			if test.applied && test.want == nil {
				require.Equal(t, []string{"m"}, l.changed)
			}
		})
	}
}

func TestParkedReceiptsAreTriedAgain(t *testing.T) {
	t.Parallel()
	l := &ledger{applied: tracking.Applied{Changed: []string{"late"}}}
	tracker := &tracking.Tracker{Store: l, Observer: l, Clock: &clock{noon}}
	require.NoError(t, tracker.Unpark(t.Context(), noon.Add(-time.Hour)))
	require.Equal(t, []time.Time{noon.Add(-time.Hour), noon}, l.times)
	require.Equal(t, []string{"late"}, l.changed)
	l.err = errors.New("broken")
	require.ErrorIs(t, tracker.Unpark(t.Context(), noon), l.err)
	require.Equal(t, 1, l.told)
}
