package tracking_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/tracking"
)

// oracle is a sender that tells when it is asked.
type oracle struct {
	deaf
	receipts []notify.Receipt
	err      error
}

func (o oracle) Inquire(context.Context, []notify.Inquiry) ([]notify.Receipt, error) {
	return o.receipts, o.err
}

// fleet is accounts that can be listed, and what they have taken.
type fleet struct {
	accounts
	spans map[string][]tracking.Span
	none  bool
}

func (f *fleet) List(context.Context) ([]notify.Integration, error) {
	return []notify.Integration{{ID: "deaf"}, {ID: "oracle"}}, nil
}

func (f *fleet) Taken(_ context.Context, integration string, spans []tracking.Span, _ int) ([]notify.Inquiry, error) {
	f.spans[integration] = spans
	if f.none {
		return nil, nil
	}
	return []notify.Inquiry{{MessageID: "m"}}, nil
}

func TestVendorsThatTellOnlyWhenAskedAreAsked(t *testing.T) {
	t.Parallel()
	receipts := []notify.Receipt{{DedupKey: "1", MessageID: "m", Status: notify.Delivered}}
	away := errors.New("away")
	for name, test := range map[string]struct {
		vendor  oracle
		none    bool
		applied bool
		want    error
	}{
		"what it tells is applied":         {oracle{receipts: receipts}, false, true, nil},
		"nothing told, nothing applied":    {oracle{}, false, false, nil},
		"nothing taken, nothing asked":     {oracle{receipts: receipts}, true, false, nil},
		"what it told before it failed is": {oracle{receipts: receipts, err: away}, false, true, away},
		"a refusal is told to the house":   {oracle{err: away}, false, false, away},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &ledger{applied: tracking.Applied{Changed: []string{"m"}}}
			f := &fleet{accounts: accounts{"deaf": deaf{}, "oracle": test.vendor}, spans: map[string][]tracking.Span{}, none: test.none}
			q := &tracking.Inquiries{
				Tracker: &tracking.Tracker{Store: l, Observer: l, Accounts: f, Clock: &clock{noon}}, Fleet: f, Taken: f, Log: slog.Default(),
			}
			require.ErrorIs(t, q.Ask(t.Context()), test.want)
			require.NotContains(t, f.spans, "deaf", "who cannot tell is not asked")
			if test.applied {
				require.Equal(t, []any{"oracle", receipts}, []any{l.integration, l.receipts})
				require.Equal(t, []string{"m"}, l.changed)
			} else {
				require.Nil(t, l.receipts)
			}
		})
	}
}

func TestEveryMessageIsAskedAboutAtEveryAgeOnce(t *testing.T) {
	t.Parallel()
	l, now := &ledger{}, &clock{noon}
	f := &fleet{accounts: accounts{"deaf": deaf{}, "oracle": oracle{}}, spans: map[string][]tracking.Span{}, none: true}
	q := &tracking.Inquiries{Tracker: &tracking.Tracker{Store: l, Observer: l, Accounts: f, Clock: now}, Fleet: f, Taken: f, Log: slog.Default()}
	require.NoError(t, q.Ask(t.Context()))
	first := f.spans["oracle"]
	now.at = noon.Add(7 * time.Second)
	require.NoError(t, q.Ask(t.Context()))
	second := f.spans["oracle"]
	require.Len(t, second, len(first))
	for i := range first {
		require.Equal(t, first[i].To, second[i].From, "no gap and no overlap between two rounds")
		require.Equal(t, 7*time.Second, second[i].To.Sub(second[i].From))
		if i > 0 {
			require.True(t, second[i].To.Before(second[i-1].From), "the ages do not overlap")
		}
	}
}
