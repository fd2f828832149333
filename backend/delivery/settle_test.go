package delivery

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func answered(o notify.Outcome, policy notify.AmbiguityPolicy, attempts int) *attempted {
	acc := account("a", nil)
	return &attempted{
		message: notify.Message{
			ID: "m", AttemptID: "att", Attempts: attempts, AttemptNumber: attempts + 3, Ambiguity: policy, Address: "x@example.com",
			Recipient: notify.RecipientRef{ID: "ada"}, Channel: notify.Email, Priority: notify.Low, Source: "shop",
		},
		account: &acc, ended: noon, result: notify.Result{Outcome: o, Code: "c", Detail: "d", ProviderMessageID: "p"},
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	policies := []notify.AmbiguityPolicy{notify.Resend, notify.HoldForReceipt, notify.FailUnknown, ""}
	// want says what follows from an outcome, a policy and the number of the try.
	want := func(o notify.Outcome, policy notify.AmbiguityPolicy, attempt int) (notify.Status, []string) {
		switch o {
		case notify.OK:
			return notify.Sent, []string{"sent"}
		case notify.RateLimited:
			return notify.Queued, []string{"deferred"}
		case notify.Temporary:
			if attempt < 10 {
				return notify.Queued, []string{"retry"}
			}
			return notify.Failed, []string{"failed"}
		case notify.Ambiguous, notify.Interrupted:
			switch {
			case policy == notify.FailUnknown:
				return notify.Failed, []string{"unknown", "failed"}
			case policy == notify.Resend && attempt <= 2:
				return notify.Queued, []string{"unknown", "resent"}
			default:
				return notify.Unknown, []string{"unknown"}
			}
		default:
			return notify.Failed, []string{"failed"}
		}
	}
	for _, o := range append([]notify.Outcome{notify.Interrupted, "an outcome nobody knows"}, notify.Outcomes...) {
		for _, policy := range policies {
			for attempt := 1; attempt <= 11; attempt++ {
				t.Run(fmt.Sprintf("%s, policy %s, try %d", o, policy, attempt), func(t *testing.T) {
					t.Parallel()
					f := verdict(answered(o, policy, attempt), noon)
					status, kinds := want(o, policy, attempt)
					require.Equal(t, status, f.Status)
					var got []string
					for _, c := range f.Changes {
						got = append(got, c.Kind)
						require.True(t, json.Valid(c.Detail))
					}
					require.Equal(t, kinds, got)
					require.Equal(t, status == notify.Queued, !f.DueAt.IsZero(), "only what is tried again has a due time")
					require.Equal(t, f.DueAt, f.LeaseUntil)
					require.False(t, f.InvalidAddress, "a mailbox is suppressed, where it can be taken back")
					require.Equal(t, o == notify.InvalidRecipient, f.Suppress == notify.Bounce)
					require.Equal(t, o == notify.RecipientBlocked, f.Suppress == notify.Unsubscribe)
					if o == notify.RateLimited {
						require.Equal(t, attempt-1, f.Attempts, "a wait the vendor asked for costs no try")
						require.Equal(t, 1, f.Deferrals)
					} else {
						require.Equal(t, attempt, f.Attempts)
					}
					require.Equal(t, []any{"m", "att", "a", notify.Email, notify.Low, "shop", "ada", "x@example.com", noon},
						[]any{f.MessageID, f.AttemptID, f.Integration, f.Channel, f.Priority, f.Source, f.RecipientID, f.Address, f.EndedAt})
				})
			}
		}
	}
	t.Run("an answer that proves arrival is delivered", func(t *testing.T) {
		t.Parallel()
		a := answered(notify.OK, "", 1)
		a.result.Delivered = true
		require.Equal(t, notify.Delivered, verdict(a, noon).Status)
	})
	t.Run("an ambiguous answer is sent again after a while, an interrupted one at once", func(t *testing.T) {
		t.Parallel()
		require.True(t, verdict(answered(notify.Ambiguous, notify.Resend, 1), noon).DueAt.After(noon))
		require.Equal(t, noon, verdict(answered(notify.Interrupted, notify.Resend, 1), noon).DueAt)
	})
	t.Run("a vendor that never lets a message through ends in a dead letter", func(t *testing.T) {
		t.Parallel()
		a := answered(notify.RateLimited, "", 1)
		a.message.Deferrals = maxDeferrals - 1
		require.Equal(t, notify.Queued, verdict(a, noon).Status)
		a.message.Deferrals = maxDeferrals
		require.Equal(t, notify.Failed, verdict(a, noon).Status)
	})
}

func TestADeviceThatIsGoneIsRetiredAndAMailboxIsSuppressed(t *testing.T) {
	t.Parallel()
	for channel, want := range map[notify.Channel][]any{
		notify.Email: {notify.Bounce, false}, notify.Push: {notify.SuppressionReason(""), true}, notify.SMS: {notify.SuppressionReason(""), true},
	} {
		a := answered(notify.InvalidRecipient, "", 1)
		a.message.Channel = channel
		f := verdict(a, noon)
		require.Equal(t, want, []any{f.Suppress, f.InvalidAddress}, channel)
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	for _, o := range []notify.Outcome{notify.Temporary, notify.RateLimited} {
		a := answered(o, "", 1)
		a.result.RetryAfter = time.Hour
		require.Equal(t, noon.Add(time.Hour), verdict(a, noon).DueAt, o)
	}
}

func TestExpiryLimitsRetry(t *testing.T) {
	t.Parallel()
	a := answered(notify.Temporary, "", 1)
	a.result.RetryAfter = time.Hour
	a.message.ExpiresAt = noon.Add(time.Minute)
	require.Equal(t, a.message.ExpiresAt, verdict(a, noon).DueAt, "it waits no longer than it lives")
	a.message.ExpiresAt = noon.Add(2 * time.Hour)
	require.Equal(t, noon.Add(time.Hour), verdict(a, noon).DueAt)
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	for attempt, limit := range map[int]time.Duration{
		-1: time.Second, 0: time.Second, 1: time.Second, 2: 2 * time.Second, 3: 4 * time.Second, 10: 512 * time.Second,
		11: 15 * time.Minute, 50: 15 * time.Minute, 1 << 30: 15 * time.Minute,
	} {
		t.Run(fmt.Sprintf("try %d waits anything up to %s", attempt, limit), func(t *testing.T) {
			t.Parallel()
			low, high := false, false
			for range 500 {
				wait := jitter(attempt)
				require.Positive(t, wait)
				require.LessOrEqual(t, wait, limit+time.Millisecond)
				low, high = low || wait < limit/4, high || wait > limit*3/4
			}
			require.True(t, low && high, "the jitter is full: waits are spread over the whole range")
		})
	}
}
