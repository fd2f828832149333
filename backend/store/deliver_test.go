package store

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/consent"
	"clarion/backend/delivery"
	"clarion/backend/notify"
	"clarion/backend/suppression"
	"clarion/backend/tracking"
)

func TestTwentyWorkersClaimEachMessageOnce(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		list := queued(t, db, 128)
		var all sync.WaitGroup
		var guard sync.Mutex
		winners := map[string]string{}
		for range 20 {
			all.Go(func() {
				got, err := db.ClaimMessages(t.Context(), claimOf(list))
				if err != nil {
					t.Error(err)
				}
				guard.Lock()
				defer guard.Unlock()
				for _, m := range got.Messages {
					if winners[m.ID] != "" {
						t.Errorf("%s was claimed twice", m.ID)
					}
					winners[m.ID] = m.AttemptID
				}
			})
		}
		all.Wait()
		require.Len(t, winners, 128)
		require.Equal(t, 128, count(t, db, "attempts"))
		for id, attempt := range winners {
			require.Equal(t, attempt, message(t, db, id).AttemptID)
		}
	})
}

func TestARedeliveredChunkClaimsNothing(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		list := queued(t, db, 3)
		first := claimed(t, db, list)
		require.Len(t, first, 3)
		require.Equal(t, 1, first[0].Attempts)
		require.Equal(t, 1, first[0].AttemptNumber)
		require.Equal(t, "int_mail", first[0].Integration)
		require.Equal(t, list[0].Content, first[0].Content)
		require.Empty(t, claimed(t, db, list))
		finished(t, db, finishes(first)...)
		require.Empty(t, claimed(t, db, list))
		require.Equal(t, 3, count(t, db, "attempts"))
	})
}

func TestAMessageNotDueIsNotClaimed(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		list := queued(t, db, 1)
		c := claimOf(list)
		c.Now = start.Add(-time.Second)
		got, err := db.ClaimMessages(t.Context(), c)
		require.NoError(t, err)
		require.Empty(t, got.Messages)
	})
}

func TestExpiryAndSuppressionAreCheckedAtTheClaim(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		list := queued(t, db, 3)
		_, err := db.w.ExecContext(t.Context(), "UPDATE messages SET expires_at = ? WHERE id = ?", micros(start), list[0].ID)
		require.NoError(t, err)
		_, err = db.AddSuppression(t.Context(), notify.Suppression{ID: "sup_1", Channel: notify.Email, Address: list[1].Address, Reason: notify.Bounce}, start)
		require.NoError(t, err)
		got, err := db.ClaimMessages(t.Context(), claimOf(list))
		require.NoError(t, err)
		require.Equal(t, 1, got.Expired)
		require.Equal(t, 1, got.Suppressed)
		require.Len(t, got.Messages, 1)
		require.Equal(t, []string{"created", "queued", "expired"}, kinds(t, db, list[0].ID))
		require.Equal(t, []string{"created", "queued", "skipped"}, kinds(t, db, list[1].ID))
		require.Equal(t, notify.Suppressed, message(t, db, list[1].ID).SkipReason)
		require.Equal(t, notify.Expired, message(t, db, list[0].ID).Status)
		require.Equal(t, 1, count(t, db, "attempts"))
	})
}

func TestWhatDispatchLetPassIsNotStoppedAtTheClaim(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		_, err := db.AddSuppression(t.Context(), notify.Suppression{ID: "sup_1", Channel: notify.Email, Address: "person-0@example.com", Reason: notify.Unsubscribe}, start.Add(-time.Hour))
		require.NoError(t, err)
		require.Len(t, claimed(t, db, queued(t, db, 1)), 1)
	})
}

func TestAFinishIsRecorded(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		m := claimed(t, db, queued(t, db, 1))[0]
		require.Equal(t, []string{m.ID}, finished(t, db, sent(m)))
		got := message(t, db, m.ID)
		require.Equal(t, notify.Sent, got.Status)
		require.Equal(t, notify.OK, got.Outcome)
		require.Equal(t, "vendor-"+m.ID, got.ProviderMessageID)
		require.Equal(t, start.Add(time.Second), got.SentAt)
		require.Empty(t, got.AttemptID)
		require.Equal(t, []string{"created", "queued", "attempt", "sent"}, kinds(t, db, m.ID))
		tries, err := db.Attempts(t.Context(), m.ID)
		require.NoError(t, err)
		require.Equal(t, notify.OK, tries[0].Outcome)
		require.Equal(t, start.Add(time.Second), tries[0].EndedAt)
	})
}

func TestALostAttemptChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		m := claimed(t, db, queued(t, db, 1))[0]
		late := sent(m)
		late.AttemptID, late.Suppress, late.InvalidAddress = notify.NewID(notify.AttemptID), notify.Bounce, true
		before := message(t, db, m.ID)
		require.Empty(t, finished(t, db, late))
		require.Equal(t, before, message(t, db, m.ID))
		require.Equal(t, []string{"created", "queued"}, kinds(t, db, m.ID))
		require.Zero(t, count(t, db, "suppressions"))
		require.Len(t, finished(t, db, sent(m)), 1)
		require.Empty(t, finished(t, db, sent(m)), "a result is written once")
	})
}

func TestARetryIsQueuedForItsTimeAndIntegration(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		m := claimed(t, db, queued(t, db, 1))[0]
		f := sent(m)
		f.Status, f.Result, f.Next = notify.Queued, notify.Result{Outcome: notify.Temporary, Code: "503", Detail: "busy"}, "int_other"
		f.DueAt, f.LeaseUntil = start.Add(time.Minute), start.Add(2*time.Minute)
		f.Changes = []delivery.Change{{Kind: "failover"}}
		finished(t, db, f)
		require.Empty(t, claimed(t, db, []notify.Message{m}), "it is not due")
		c := claimOf([]notify.Message{m})
		c.Now = start.Add(time.Minute)
		got, err := db.ClaimMessages(t.Context(), c)
		require.NoError(t, err)
		require.Equal(t, "int_other", got.Messages[0].Integration)
		require.Equal(t, 2, got.Messages[0].AttemptNumber)
		require.NoError(t, db.Defer(t.Context(), []delivery.Deferral{{MessageID: m.ID, AttemptID: c.AttemptIDs[0], DueAt: start.Add(time.Hour), Reason: "breaker_open"}}, start))
		back := message(t, db, m.ID)
		require.Equal(t, notify.Queued, back.Status)
		require.Equal(t, "int_mail", back.Integration)
		require.Equal(t, "int_other", back.Next)
		require.Equal(t, 1, back.Attempts)
		require.Zero(t, back.Deferrals, "the breaker's wait is none that the vendor asked for")
		require.Equal(t, start.Add(time.Hour), back.DueAt)
		require.Equal(t, 1, count(t, db, "attempts"))
		require.Equal(t, []string{"created", "queued", "failover", "deferred"}, kinds(t, db, m.ID))
	})
}

func TestADeferralOfALostClaimChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		m := claimed(t, db, queued(t, db, 1))[0]
		require.NoError(t, db.Defer(t.Context(), []delivery.Deferral{{MessageID: m.ID, AttemptID: "att_other", DueAt: start}}, start))
		require.Equal(t, notify.Sending, message(t, db, m.ID).Status)
		require.Equal(t, 1, count(t, db, "attempts"))
	})
}

func TestAReceiptBeforeTheAnswerIsNotLowered(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		list := claimed(t, db, queued(t, db, 2))
		for _, m := range list {
			_, err := db.ApplyReceipts(t.Context(), "int_mail", []notify.Receipt{{DedupKey: m.ID, MessageID: m.ID, Status: notify.Delivered, At: start}}, start)
			require.NoError(t, err)
		}
		unknown := sent(list[1])
		unknown.Status, unknown.Result = notify.Unknown, notify.Result{Outcome: notify.Ambiguous}
		unknown.Changes = []delivery.Change{{Kind: "unknown"}, {Kind: "attempt"}}
		require.Len(t, finished(t, db, sent(list[0]), unknown), 2)
		for _, m := range list {
			require.Equal(t, notify.Delivered, message(t, db, m.ID).Status)
			require.Equal(t, []string{"created", "queued", "delivered", "attempt"}, kinds(t, db, m.ID))
		}
		require.Equal(t, "vendor-"+list[0].ID, message(t, db, list[0].ID).ProviderMessageID)
		require.Equal(t, start, message(t, db, list[0].ID).SentAt)
	})
}

func TestABouncedAddressIsSuppressedAndMarked(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		m := claimed(t, db, queued(t, db, 1))[0]
		person := notify.Recipient{ID: m.Recipient.ID, Addresses: []notify.Address{{Channel: notify.Email, Address: m.Address}}}
		require.NoError(t, db.UpsertRecipients(t.Context(), []notify.Recipient{person}, true, start))
		f := sent(m)
		f.Status, f.Result = notify.Failed, notify.Result{Outcome: notify.InvalidRecipient, Code: "550", Detail: "no such mailbox"}
		f.Suppress, f.InvalidAddress = notify.Bounce, true
		finished(t, db, f)
		people, err := db.People(t.Context(), []string{m.Recipient.ID})
		require.NoError(t, err)
		require.True(t, people[0].Addresses[0].Invalid)
		require.Equal(t, notify.Bounce, people[0].Suppressions[0].Reason)
		require.Equal(t, m.ID, people[0].Suppressions[0].MessageID)
	})
}

// deadLetters fails n messages.
func deadLetters(t *testing.T, db *DB, n int) []notify.Message {
	list := claimed(t, db, queued(t, db, n))
	for _, m := range list {
		f := sent(m)
		f.Status, f.Result = notify.Failed, notify.Result{Outcome: notify.Temporary, Code: "503"}
		finished(t, db, f)
	}
	return list
}

func TestDeadLettersAreReplayedOnce(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		list := deadLetters(t, db, 4)
		_, err := db.w.ExecContext(ctx, "UPDATE messages SET expires_at = 1 WHERE id = ?", list[0].ID)
		require.NoError(t, err)
		_, err = db.AddSuppression(ctx, notify.Suppression{ID: "sup_1", Channel: notify.Email, Address: list[1].Address, Reason: notify.Manual}, start)
		require.NoError(t, err)
		for name, s := range map[string]delivery.Selection{
			"by id":     {IDs: []string{list[0].ID, list[1].ID, list[2].ID, list[3].ID}},
			"by filter": {Filter: notify.MessageFilter{Source: "shop", ErrorCode: "503"}},
		} {
			counts, err := db.ReplayCounts(ctx, s, start)
			require.NoError(t, err)
			require.Equal(t, delivery.ReplayCounts{Selected: 4, WouldSend: 2, Expired: 1, Suppressed: 1}, counts, name)
		}
		refs, err := db.Replay(ctx, delivery.Selection{Filter: notify.MessageFilter{Source: "shop"}, Limit: 1}, start, start.Add(time.Minute))
		require.NoError(t, err)
		require.Len(t, refs, 1)
		refs, err = db.Replay(ctx, delivery.Selection{IDs: []string{list[2].ID, list[3].ID}}, start, start.Add(time.Minute))
		require.NoError(t, err)
		require.Len(t, refs, 1, "the first was replayed already")
		again := claimed(t, db, list)
		require.Len(t, again, 2)
		require.Equal(t, 1, again[0].Attempts)
		require.Equal(t, 2, again[0].AttemptNumber)
		n, err := db.Discard(ctx, delivery.Selection{IDs: []string{list[0].ID, list[2].ID}}, "too late", start)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, notify.Cancelled, message(t, db, list[0].ID).Status)
	})
}

func TestReceiptsInAnyOrderGiveTheSameMessage(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		at := func(s int) time.Time { return start.Add(time.Duration(s)*time.Second + time.Millisecond) }
		receipts := []notify.Receipt{
			{DedupKey: "sent", Status: notify.Sent, At: at(1)},
			{DedupKey: "delivered", Status: notify.Delivered, At: at(2)},
			{DedupKey: "opened", Engagement: notify.EngagedOpened, At: at(3)},
			{DedupKey: "bounced", Status: notify.Failed, Suppress: notify.Bounce, Code: "550", Detail: "gone", At: at(4)},
		}
		orders := permutations(len(receipts))
		list := claimed(t, db, queued(t, db, len(orders)))
		var first notify.Message
		for i, order := range orders {
			m := list[i]
			for _, j := range append(order, order...) {
				r := receipts[j]
				r.DedupKey += m.ID
				r.MessageID = m.ID
				_, err := db.ApplyReceipts(t.Context(), "int_mail", []notify.Receipt{r}, at(9))
				require.NoError(t, err)
			}
			got := message(t, db, m.ID)
			got.ID, got.NotificationID, got.EventID, got.AttemptID, got.Recipient, got.Address = "", "", "", "", notify.RecipientRef{}, ""
			if i == 0 {
				first = got
			}
			require.Equal(t, first, got, "order %v", order)
		}
		require.Equal(t, notify.Failed, first.Status)
		require.Equal(t, at(1), first.SentAt)
		require.Equal(t, at(2), first.DeliveredAt)
		require.Equal(t, "550", first.ErrorCode)
		require.Equal(t, 4*len(orders), count(t, db, "receipts"))
		require.Equal(t, len(orders), count(t, db, "suppressions"))
	})
}

// permutations lists all orders of n things.
func permutations(n int) [][]int {
	if n == 0 {
		return [][]int{{}}
	}
	var out [][]int
	for _, shorter := range permutations(n - 1) {
		for i := range n {
			order := append(append(append([]int{}, shorter[:i]...), n-1), shorter[i:]...)
			out = append(out, order)
		}
	}
	return out
}

func TestAReceiptThatCameTooEarlyWaitsForItsMessage(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		m := claimed(t, db, queued(t, db, 1))[0]
		receipt := notify.Receipt{DedupKey: "d1", ProviderMessageID: "vendor-" + m.ID, Status: notify.Delivered, At: start}
		got, err := db.ApplyReceipts(ctx, "int_mail", []notify.Receipt{receipt, receipt}, start)
		require.NoError(t, err)
		require.Equal(t, tracking.Applied{Parked: 1, Duplicates: 1}, got)
		_, err = db.ApplyReceipts(ctx, "int_stranger", []notify.Receipt{receipt}, start)
		require.NoError(t, err)
		finished(t, db, sent(m))
		got, err = db.ApplyParked(ctx, start.Add(-time.Hour), start)
		require.NoError(t, err)
		require.Equal(t, tracking.Applied{Changed: []string{m.ID}, Applied: 1, Parked: 1}, got)
		require.Equal(t, notify.Delivered, message(t, db, m.ID).Status)
		got, err = db.ApplyParked(ctx, start.Add(-time.Hour), start)
		require.NoError(t, err)
		require.Equal(t, tracking.Applied{Parked: 1}, got, "the stranger's is still parked")
	})
}

func TestAWordAboutAnAddressNeedsNoMessage(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		say := func(key string, r notify.Receipt) tracking.Applied {
			r.DedupKey, r.Channel, r.At = key, notify.Telegram, start
			got, err := db.ApplyReceipts(ctx, "int_bot", []notify.Receipt{r}, start)
			require.NoError(t, err)
			return got
		}
		reasons := func() map[string]notify.SuppressionReason {
			list, _, err := db.Suppressions(ctx, suppression.Filter{Channel: notify.Telegram}, notify.Page{Limit: 10})
			require.NoError(t, err)
			out := map[string]notify.SuppressionReason{}
			for _, s := range list {
				out[s.Address] = s.Reason
			}
			return out
		}
		require.Equal(t, tracking.Applied{Applied: 1}, say("1", notify.Receipt{Address: "55", Suppress: notify.Unsubscribe}))
		require.Equal(t, tracking.Applied{Applied: 1}, say("2", notify.Receipt{Address: "66", Suppress: notify.Complaint}))
		require.Equal(t, map[string]notify.SuppressionReason{"55": notify.Unsubscribe, "66": notify.Complaint}, reasons())
		require.Equal(t, tracking.Applied{Duplicates: 1}, say("1", notify.Receipt{Address: "55", Suppress: notify.Unsubscribe}))
		say("3", notify.Receipt{Address: "55", Resubscribe: true})
		say("4", notify.Receipt{Address: "66", Resubscribe: true})
		require.Equal(t, map[string]notify.SuppressionReason{"66": notify.Complaint}, reasons(), "only an unsubscription is taken back")
		require.Equal(t, tracking.Applied{Duplicates: 1}, say("1", notify.Receipt{Address: "55", Suppress: notify.Unsubscribe}), "a late copy changes nothing")
		got, err := db.ApplyParked(ctx, start.Add(-time.Hour), start)
		require.NoError(t, err)
		require.Zero(t, got, "nothing waits")
	})
}

func TestAWordToAVendorIsKeptInTheConsentLog(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		same := []notify.Address{{Channel: notify.SMS, Address: "+447700900123"}}
		require.NoError(t, db.UpsertRecipients(ctx, []notify.Recipient{{ID: "ada", Addresses: same}, {ID: "wei", Addresses: same}}, false, start))
		_, err := db.ApplyReceipts(ctx, "int_texts", []notify.Receipt{
			{DedupKey: "1", Channel: notify.SMS, Address: "+447700900123", Suppress: notify.Unsubscribe, Words: "STOP", At: start},
			{DedupKey: "2", Channel: notify.SMS, Address: "+15005550006", Resubscribe: true, Words: "START", At: start},
			{DedupKey: "3", Channel: notify.SMS, Address: "+15005550007", Suppress: notify.Complaint, At: start},
		}, start)
		require.NoError(t, err)
		list, _, err := db.Consents(ctx, consent.Filter{}, notify.Page{Limit: 10})
		require.NoError(t, err)
		var said []string
		for _, c := range list {
			said = append(said, fmt.Sprint(c.Recipient, " ", c.Kind, " ", c.Source, " ", c.Wording))
		}
		require.ElementsMatch(t, []string{"ada stopped vendor STOP", "wei stopped vendor STOP", " started vendor START"}, said)
	})
}

func TestAVendorThatRefusesForThePersonIsAWordOfThePerson(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		var first notify.Message
		for round, m := range claimed(t, db, queued(t, db, 2)) {
			if round == 0 {
				first = m
			}
			f := sent(m)
			f.Address = first.Address
			f.Status, f.Suppress = notify.Failed, notify.Unsubscribe
			f.Result = notify.Result{Outcome: notify.RecipientBlocked, Detail: "replied STOP"}
			require.Equal(t, []string{m.ID}, finished(t, db, f))
			list, _, err := db.Consents(ctx, consent.Filter{Kind: notify.ConsentStopped}, notify.Page{Limit: 10})
			require.NoError(t, err)
			require.Len(t, list, 1, "said once, round %d", round)
			require.Equal(t, notify.ByVendor, list[0].Source)
			require.Equal(t, "replied STOP", list[0].Wording)
			require.Equal(t, first.Recipient.ID, list[0].Recipient)
			entries, _, err := db.Suppressions(ctx, suppression.Filter{Reason: notify.Unsubscribe}, notify.Page{})
			require.NoError(t, err)
			require.Len(t, entries, 1)
		}
		_, err := db.ApplyReceipts(ctx, "int_mail", []notify.Receipt{{DedupKey: "again", MessageID: first.ID, Resubscribe: true, At: start}}, start)
		require.NoError(t, err)
		ended, _, err := db.EndedSuppressions(ctx, suppression.Filter{How: notify.SuppressionResubscribed}, notify.Page{})
		require.NoError(t, err)
		require.Len(t, ended, 1)
		list, _, err := db.Consents(ctx, consent.Filter{Kind: notify.ConsentStarted}, notify.Page{Limit: 10})
		require.NoError(t, err)
		require.Len(t, list, 1)
	})
}

func TestAGroupThatIsLeftIsTheCategoryAndNotTheChannel(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		m := claimed(t, db, queued(t, db, 1))[0]
		require.NotEmpty(t, m.Category)
		say := func(key string, r notify.Receipt) {
			r.DedupKey, r.MessageID, r.At = key, m.ID, start
			_, err := db.ApplyReceipts(ctx, "int_mail", []notify.Receipt{r}, start)
			require.NoError(t, err)
		}
		scopes := func() []notify.SuppressionScope {
			list, _, err := db.Suppressions(ctx, suppression.Filter{Reason: notify.Unsubscribe}, notify.Page{Limit: 10})
			require.NoError(t, err)
			var out []notify.SuppressionScope
			for _, s := range list {
				out = append(out, s.Scope)
			}
			return out
		}
		group := notify.SuppressionScope("category:" + m.Category)
		say("1", notify.Receipt{Suppress: notify.Unsubscribe, Group: true})
		require.Equal(t, []notify.SuppressionScope{group}, scopes())
		said, _, err := db.Consents(ctx, consent.Filter{Kind: notify.ConsentStopped}, notify.Page{Limit: 10})
		require.NoError(t, err)
		require.Equal(t, m.Category, said[0].Category, "the consent log says which")
		say("2", notify.Receipt{Suppress: notify.Unsubscribe})
		require.ElementsMatch(t, []notify.SuppressionScope{group, notify.ScopeChannel}, scopes())
		say("3", notify.Receipt{Resubscribe: true, Group: true})
		require.Equal(t, []notify.SuppressionScope{notify.ScopeChannel}, scopes(), "who joins a group again has not joined all")
		say("4", notify.Receipt{Suppress: notify.Unsubscribe, Group: true})
		say("5", notify.Receipt{Resubscribe: true})
		require.Empty(t, scopes(), "who wants all wants the group")
	})
}

func TestTheSameCallbackTwentyTimesIsAppliedOnce(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		list := claimed(t, db, queued(t, db, 2))
		receipts := []notify.Receipt{
			{DedupKey: "b", MessageID: list[1].ID, Status: notify.Delivered}, {DedupKey: "a", MessageID: list[0].ID, Status: notify.Sent},
		}
		var all sync.WaitGroup
		var guard sync.Mutex
		total := tracking.Applied{}
		for range 20 {
			all.Go(func() {
				got, err := db.ApplyReceipts(t.Context(), "int_mail", receipts, start)
				if err != nil {
					t.Error(err)
				}
				guard.Lock()
				defer guard.Unlock()
				total.Applied += got.Applied
				total.Duplicates += got.Duplicates
			})
		}
		all.Wait()
		require.Equal(t, tracking.Applied{Applied: 2, Duplicates: 38}, total)
		require.Equal(t, []string{"created", "queued", "sent"}, kinds(t, db, list[0].ID))
	})
}

func TestWhatIsReplayableAndRewritten(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		letters := deadLetters(t, db, 3)
		found, err := db.Replayable(t.Context(), delivery.Selection{Limit: 2}, start)
		require.NoError(t, err)
		require.Len(t, found, 2, "a page of them")
		rest, err := db.Replayable(t.Context(), delivery.Selection{After: found[1].ID, Limit: 2}, start)
		require.NoError(t, err)
		require.Len(t, rest, 1, "and what comes after")
		require.ElementsMatch(t, []string{letters[0].ID, letters[1].ID, letters[2].ID}, []string{found[0].ID, found[1].ID, rest[0].ID})

		ref := notify.TemplateRef{Key: "shipped", Version: 9, Locale: "zh-CN"}
		require.NoError(t, db.Rewrite(t.Context(), found[0].ID, notify.Content{Text: "anew"}, ref))
		got := message(t, db, found[0].ID)
		require.Equal(t, "anew", got.Content.Text)
		require.Equal(t, ref, got.Template)
		require.Equal(t, 4, got.SizeBytes)
		alive := queued(t, db, 1)[0]
		require.ErrorIs(t, db.Rewrite(t.Context(), alive.ID, notify.Content{}, ref), notify.ErrNotFound, "only a dead letter is rewritten")
	})
}
