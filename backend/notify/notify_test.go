package notify_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"clarion/backend/notify"
)

func apply(from notify.Status, receipts []notify.Status) notify.Status {
	for _, next := range receipts {
		if from.Supersedes(next) {
			from = next
		}
	}
	return from
}

func TestReceiptsEndTheSameInAnyOrder(t *testing.T) {
	t.Parallel()
	words := []notify.Status{notify.Sent, notify.Delivered, notify.Failed}
	for _, start := range []notify.Status{notify.Sending, notify.Unknown, notify.Sent, notify.Delivered} {
		t.Run("from "+string(start), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				receipts := rapid.SliceOfN(rapid.SampledFrom(words), 0, 12).Draw(t, "receipts")
				want := apply(start, receipts)
				require.Equal(t, want, apply(start, rapid.Permutation(receipts).Draw(t, "order")))
				require.Equal(t, want, apply(start, append(slices.Clone(receipts), receipts...)), "duplicates change nothing")
				if slices.Contains(receipts, notify.Failed) {
					require.Equal(t, notify.Failed, want, "a bounce is the last word")
				}
			})
		})
	}
}

func TestSupersedes(t *testing.T) {
	t.Parallel()
	may := map[notify.Status][]notify.Status{
		notify.Queued: {notify.Sent, notify.Delivered}, notify.Sending: {notify.Sent, notify.Delivered, notify.Failed},
		notify.Unknown: {notify.Sent, notify.Delivered, notify.Failed}, notify.Sent: {notify.Delivered, notify.Failed},
		notify.Delivered: {notify.Failed},
	}
	for _, from := range notify.Statuses {
		for _, next := range notify.Statuses {
			require.Equal(t, slices.Contains(may[from], next), from.Supersedes(next), "%s → %s", from, next)
		}
		unfinished := from == notify.Held || from == notify.Queued || from == notify.Sending
		require.Equal(t, !unfinished, from.Ended(), from)
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	prefixes := []string{
		notify.EventID, notify.NotificationID, notify.MessageID, notify.AttemptID, notify.RecipientID, notify.IntegrationID,
		notify.KeyID, notify.MemberID, notify.SuppressionID, notify.InboxItemID, notify.ReceiptID, notify.WorkerID,
	}
	seen := map[string]bool{}
	for _, p := range prefixes {
		require.False(t, seen[p], "%s is taken", p)
		seen[p] = true
		id := notify.NewID(p)
		require.Regexp(t, "^"+p+"[0-9a-f]{12}7[0-9a-f]{19}$", id)
		require.True(t, notify.IsID(p, id))
	}
	list := make([]string, 10_000)
	for i := range list {
		list[i] = notify.NewID(notify.MessageID)
	}
	require.True(t, slices.IsSorted(list), "ids sort by the time they were made")
	require.Len(t, slices.Compact(slices.Clone(list)), len(list))

	var mu sync.Mutex
	var all sync.WaitGroup
	made := map[string]bool{}
	for range 20 {
		all.Go(func() {
			for range 500 {
				id := notify.NewID(notify.EventID)
				mu.Lock()
				made[id] = true
				mu.Unlock()
			}
		})
	}
	all.Wait()
	require.Len(t, made, 10_000, "no id is given twice")

	id := notify.NewID(notify.EventID)
	for name, wrong := range map[string]string{
		"nothing": "", "another kind": notify.NewID(notify.MessageID), "too short": id[:len(id)-1], "too long": id + "0",
		"no hex": notify.EventID + strings.Repeat("g", 32), "a prefix alone": notify.EventID,
	} {
		require.False(t, notify.IsID(notify.EventID, wrong), name)
	}
}

func TestCheckAddress(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		channel notify.Channel
		address string
		code    string
	}{
		{notify.Email, "ada@example.com", ""}, {notify.Email, "ada+tag@sub.example.com", ""}, {notify.Email, "", "invalid_address"},
		{notify.Email, "ada", "invalid_email"}, {notify.Email, "Ada <ada@example.com>", "invalid_email"}, {notify.Email, "a@b@c", "invalid_email"},
		{notify.Email, " ada@example.com", "invalid_email"}, {notify.Email, "ada@example.com\r\nBcc: x@example.com", "invalid_address"},
		{notify.Email, "ada@example.com, wei@example.com", "invalid_email"}, {notify.Email, strings.Repeat("a", 250) + "@example.com", "invalid_email"},
		{notify.SMS, "+447700900123", ""}, {notify.SMS, "447700900123", "invalid_phone"}, {notify.SMS, "+0447700900123", "invalid_phone"},
		{notify.SMS, "+44 7700 900123", "invalid_phone"}, {notify.SMS, "+123456", "invalid_phone"}, {notify.SMS, "+1234567890123456", "invalid_phone"},
		{notify.SMS, "+123456789012345", ""}, {notify.WhatsApp, "+447700900123", ""}, {notify.WhatsApp, "x", "invalid_phone"},
		{notify.Push, "any token: at-all", ""}, {notify.Push, "a\x00b", "invalid_address"}, {notify.Push, "a\nb", "invalid_address"},
		{notify.Push, strings.Repeat("x", 4096), ""}, {notify.Push, strings.Repeat("x", 4097), "invalid_address"}, {notify.Slack, "U123", ""},
		{notify.Push, `{"endpoint":"https://push.example.net/1","keys":{"p256dh":"B","auth":"A"}}`, ""},
		{notify.Push, `{"endpoint":"http://push.example.net/1","keys":{"p256dh":"B","auth":"A"}}`, "invalid_subscription"},
		{notify.Push, `{"endpoint":"https://push.example.net/1"}`, "invalid_subscription"}, {notify.Push, `{"endpoint":`, "invalid_subscription"},
	} {
		code, detail := notify.CheckAddress(test.channel, test.address)
		require.Equal(t, test.code, code, "%s %q", test.channel, test.address)
		require.Equal(t, code == "", detail == "", "a code comes with a sentence")
	}
}

func TestCheckRecipient(t *testing.T) {
	t.Parallel()
	check := func(r notify.Recipient) []string {
		var faults notify.Invalid
		notify.CheckRecipient(&faults, "r.", r)
		var list []string
		for _, f := range faults.Fields {
			list = append(list, f.Path+" "+f.Code)
		}
		return list
	}
	require.Empty(t, check(notify.Recipient{ID: "ada", Name: strings.Repeat("é", 255), Locale: "zh-Hant-HK", Timezone: "Asia/Shanghai",
		Addresses: []notify.Address{{Channel: notify.Email, Address: "ada@example.com"}}}))
	require.Equal(t, []string{
		"r.id invalid_id", "r.name too_long", "r.locale invalid_locale", "r.timezone invalid_timezone",
		"r.addresses[0].channel unknown_channel", "r.addresses[1].address invalid_phone",
	}, check(notify.Recipient{
		ID: "a b", Name: strings.Repeat("é", 256), Locale: "e", Timezone: "Nowhere/Land",
		Addresses: []notify.Address{{Channel: "fax", Address: "1"}, {Channel: notify.SMS, Address: "1"}},
	}))
	require.Equal(t, []string{"r.timezone invalid_timezone"}, check(notify.Recipient{ID: "a", Timezone: "Local"}), "the host's zone is nobody's")
}

func TestValidKey(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{
		"ada": true, "用户-1": true, "a@b.c": true, strings.Repeat("é", 255): true,
		"": false, "a b": false, "a\tb": false, "a\x00": false, "a\x7f": false, "\xff": false, strings.Repeat("x", 256): false,
	} {
		require.Equal(t, want, notify.ValidKey(key), "%q", key)
	}
}

func TestInvalid(t *testing.T) {
	t.Parallel()
	var faults notify.Invalid
	require.NoError(t, faults.Err())
	faults.Add("a.b", "wrong", "is wrong")
	faults.Add("c", "worse", "is worse")
	require.EqualError(t, faults.Err(), "invalid input: a.b: is wrong; c: is worse")
	var found *notify.Invalid
	require.True(t, errors.As(notify.InvalidField("x", "y", "z"), &found))
	require.Equal(t, []notify.FieldError{{Path: "x", Code: "y", Detail: "z"}}, found.Fields)
}

func TestChannelsAndPriorities(t *testing.T) {
	t.Parallel()
	for _, c := range notify.Channels {
		require.True(t, c.Channel.Known())
		info, ok := c.Channel.Info()
		require.True(t, ok)
		require.Equal(t, c, info)
		require.NotEmpty(t, c.ContentFields)
		require.Contains(t, []notify.AmbiguityPolicy{notify.Resend, notify.HoldForReceipt, notify.FailUnknown}, c.Ambiguity)
	}
	require.False(t, notify.Channel("fax").Known())
	for _, p := range notify.Priorities {
		require.True(t, p.Known())
	}
	require.False(t, notify.Priority("").Known())
}

func TestContentSizeCountsEveryText(t *testing.T) {
	t.Parallel()
	c := notify.Content{
		Subject: "1", HTML: "22", Text: "333", Title: "4", Body: "5", Image: "6", URL: "7", Blocks: json.RawMessage("[]"),
		Data: map[string]string{"k": "vv"}, Actions: []notify.Action{{ID: "i", Label: "ll", URL: "u"}},
	}
	require.Equal(t, 1+2+3+1+1+1+1+2+3+4, c.Size())
	require.Zero(t, notify.Content{}.Size())
}

func TestTheSystemClockKeepsWhatADatabaseKeeps(t *testing.T) {
	t.Parallel()
	now := notify.SystemClock{}.Now()
	require.Equal(t, time.UTC, now.Location())
	require.Equal(t, now, now.Truncate(time.Microsecond))
	require.WithinDuration(t, time.Now(), now, time.Minute)
}
