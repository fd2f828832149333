package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTextsArriveAlthoughTheVendorRefusesAThirdOfTheCalls(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		// With a second account the texts would go out by that one instead.
		house.without("sms", "int_sandbox_twilio")
		house.fault(map[string]any{"provider": "twilio", "fault": "status", "status": 503, "rate": 0.3})
		const texts = 24
		var ids []string
		for i := range texts {
			id, _ := house.notify(text("sms", fmt.Sprintf("Text %d", i)))
			ids = append(ids, id)
		}
		tries, retried := map[string]int{}, 0
		for _, id := range ids {
			m := house.message(house.settled(id, 1, 150*time.Second, isDelivered)[0].ID)
			tries[m.ID] = len(m.Attempts)
			requireOneStoryPerTry(t, m)
			if len(m.Attempts) > 1 {
				retried++
			}
		}
		t.Logf("%d of %d texts were tried more than once", retried, texts)
		require.Positive(t, retried, "with a third of the calls refused, 24 texts cannot all pass at once")
		for _, call := range house.calls() {
			tries[call.MessageID]--
		}
		for id, left := range tries {
			require.Zero(t, left, "one attempt of %s is one call", id)
		}
		house.balanced()
	})
}

// requireOneStoryPerTry checks that each refused try says so and names the next.
func requireOneStoryPerTry(t *testing.T, m message) {
	t.Helper()
	last := len(m.Attempts) - 1
	for i, a := range m.Attempts {
		require.Equal(t, i+1, a.Number)
		if i == last {
			require.Equal(t, "ok", a.Outcome)
			break
		}
		require.Equal(t, "temporary", a.Outcome)
		require.NotEmpty(t, a.ErrorCode)
		require.NotNil(t, a.NextAttemptAt)
		require.False(t, m.Attempts[i+1].StartedAt.Before(*a.NextAttemptAt), "not before it was due")
	}
	retries := 0
	for _, kind := range m.kinds() {
		if kind == "retry" {
			retries++
		}
	}
	require.Equal(t, last, retries)
}

// TestAnEmailInDoubtStaysUnknownUntilItsReceiptSettlesIt takes as long as a
// vendor may be silent.
func TestAnEmailInDoubtStaysUnknownUntilItsReceiptSettlesIt(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		silent := map[string]any{"provider": "sendgrid", "fault": "timeout_after_accept"}
		silent["callback"] = map[string]any{"delay_ms": 12_000}
		house.fault(silent)
		settled, _ := house.notify(text("email", "The receipt comes late"))
		await(t, time.Minute, "the first call", func() bool { return len(house.calls()) == 1 })
		silent["callback"] = map[string]any{"drop": true}
		house.fault(silent)
		doubtful, _ := house.notify(text("email", "The receipt never comes"))

		unknown := func(m message) bool { return m.Status == "unknown" }
		left := house.message(house.settled(doubtful, 1, time.Minute, unknown)[0].ID)
		require.Equal(t, []string{"ambiguous"}, left.outcomes())
		require.Contains(t, left.kinds(), "unknown")

		m := house.message(house.settled(settled, 1, time.Minute, isDelivered)[0].ID)
		require.Equal(t, []string{"ambiguous"}, m.outcomes(), "the receipt is the answer, so it is not sent again")
		require.Less(t, slices.Index(m.kinds(), "unknown"), slices.Index(m.kinds(), "delivered"))

		require.Equal(t, "unknown", house.message(left.ID).Status)
		letters := list[message](house, "/v1/dead-letters")
		require.Len(t, letters, 1)
		require.Equal(t, left.ID, letters[0].ID)
		require.Len(t, house.calls(), 2)
		require.Equal(t, 1, house.balanced().Unknown)
	})
}

type replayCounts struct {
	Selected, Expired, Suppressed int
	WouldSend                     int `json:"would_send"`
	AlreadyDelivered              int `json:"already_delivered"`
}

func TestAPermanentFaultMakesDeadLettersThatAReplayDelivers(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		house.fault(map[string]any{"provider": "twilio", "fault": "status", "status": 400})
		var ids []string
		for i := range 3 {
			id, _ := house.notify(text("sms", fmt.Sprintf("Refused %d", i)))
			ids = append(ids, id)
		}
		for _, id := range ids {
			house.settled(id, 1, time.Minute, func(m message) bool { return m.Status == "failed" })
		}
		require.Len(t, list[message](house, "/v1/dead-letters"), 3)
		causes := get[[]struct {
			Channel string
			Count   int
		}](house, "/v1/dead-letters/causes")
		require.Len(t, causes, 1)
		require.Equal(t, 3, causes[0].Count)

		replay := ask{method: http.MethodPost, path: "/v1/dead-letters/replay"}
		replay.body = map[string]any{"filter": map[string]any{"channel": []string{"sms"}}, "preview": true}
		counts := read[replayCounts](t, house.must(http.StatusOK, replay))
		require.Equal(t, replayCounts{Selected: 3, WouldSend: 3}, counts)
		require.Len(t, house.calls(), 3, "a preview sends nothing")

		house.fault(map[string]any{"provider": "twilio", "fault": "none"})
		replay.body = map[string]any{"filter": map[string]any{"channel": []string{"sms"}}}
		require.Equal(t, 3, read[replayCounts](t, house.must(http.StatusOK, replay)).WouldSend)
		for _, id := range ids {
			m := house.message(house.settled(id, 1, time.Minute, isDelivered)[0].ID)
			require.Len(t, m.Attempts, 2)
			require.Equal(t, []int{1, 2}, []int{m.Attempts[0].Number, m.Attempts[1].Number})
			require.Contains(t, m.kinds(), "replayed")
		}
		require.Empty(t, list[message](house, "/v1/dead-letters"))
		require.Len(t, house.calls(), 6)
		house.balanced()
	})
}

func TestABouncedAddressIsNotWrittenToAgain(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		house.fault(map[string]any{"provider": "sendgrid", "fault": "bounce"})
		first, _ := house.notify(text("email", "This one bounces"))
		bounced := house.settled(first, 1, time.Minute, func(m message) bool { return m.Status == "failed" })[0]
		require.Contains(t, house.message(bounced.ID).kinds(), "failed")
		blocked := list[struct {
			Channel, Address, Reason string
			MessageID                string `json:"message_id"`
		}](house, "/v1/suppressions")
		require.Len(t, blocked, 1)
		require.Equal(t, "ada@example.com", blocked[0].Address)
		require.Equal(t, "bounce", blocked[0].Reason)
		require.Equal(t, bounced.ID, blocked[0].MessageID)

		house.fault(map[string]any{"provider": "sendgrid", "fault": "none"})
		next, _ := house.notify(text("email", "This one is not sent"))
		m := house.settled(next, 1, time.Minute, isEnded)[0]
		require.Equal(t, []string{"skipped", "suppressed"}, []string{m.Status, m.SkipReason})
		require.Len(t, house.calls(), 1)
		house.balanced()
	})
}

func TestReceiptsInAnyOrderAndNumberEndTheSame(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		upset := map[string]any{"delay_ms": 1, "duplicates": 4, "shuffle": true}
		var ids []string
		for channel, vendor := range map[string]string{"email": "sendgrid", "sms": "twilio"} {
			house.fault(map[string]any{"provider": vendor, "fault": "none", "callback": upset})
			for i := range 8 {
				id, _ := house.notify(text(channel, fmt.Sprintf("Message %d", i)))
				ids = append(ids, id)
			}
		}
		for _, id := range ids {
			house.settled(id, 1, time.Minute, isDelivered)
		}
		// Receipts keep their order of sending: when the last message's are in,
		// so are the earlier ones'.
		for _, channel := range []string{"email", "sms"} {
			last, _ := house.notify(text(channel, "The last"))
			ids = append(ids, last)
			house.settled(last, 1, time.Minute, isDelivered)
		}
		for _, id := range ids {
			m := house.message(house.messagesOf(id)[0].ID)
			require.Equal(t, "delivered", m.Status)
			require.NotNil(t, m.DeliveredAt)
			kinds := slices.DeleteFunc(m.kinds(), func(k string) bool { return k != "delivered" })
			require.Len(t, kinds, 1, "%s was delivered once: %v", m.ID, m.kinds())
			require.Len(t, m.Attempts, 1)
		}
		require.Equal(t, len(ids), house.balanced().Delivered)
	})
}
