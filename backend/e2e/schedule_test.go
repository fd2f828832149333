package e2e_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func later(d time.Duration) string { return time.Now().Add(d).UTC().Format(time.RFC3339Nano) }

func TestAnEventForLaterIsHeldAndSentWhenDue(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		clock := clockAt("2026-11-21T12:00:00Z")
		house := g.openAt(t, clock)
		f := welcome("ada")
		f.SendAt = "2026-11-21T15:00:00Z"
		due, err := time.Parse(time.RFC3339, f.SendAt)
		require.NoError(t, err)
		id := house.report(f)
		require.Equal(t, "held", get[event](house, "/v1/events/"+id).Status)
		require.Empty(t, house.messagesOf(id))
		clock.set(f.SendAt)
		for _, m := range house.settled(id, 2, time.Minute, arrived) {
			started := house.message(m.ID).Attempts[0].StartedAt
			require.False(t, started.Before(due), "not before its time")
			t.Logf("%s was sent %s after it was due", m.Channel, started.Sub(due))
		}
	})
}

func TestWhatIsHeldCanBeCancelled(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		f := welcome("ada")
		f.SendAt, f.CancelKey = later(time.Hour), "order-1"
		byID, byKey, byKeyToo := house.report(f), "", ""
		house.must(http.StatusOK, ask{method: http.MethodPost, path: "/v1/events/" + byID + "/cancel"})
		byKey, byKeyToo = house.report(f), house.report(f)
		stopped := read[struct{ Events int }](t, house.must(http.StatusOK, ask{
			method: http.MethodPost, path: "/v1/cancel", body: map[string]any{"cancel_key": "order-1"},
		}))
		require.Equal(t, 2, stopped.Events)
		held := text("email", "Never")
		held["send_at"] = later(time.Hour)
		byNotification, notifications := house.notify(held)
		require.Len(t, notifications, 1)
		house.must(http.StatusOK, ask{method: http.MethodPost, path: "/v1/notifications/" + notifications[0] + "/cancel"})

		for _, id := range []string{byID, byKey, byKeyToo, byNotification} {
			require.Equal(t, "cancelled", get[event](house, "/v1/events/"+id).Status)
			require.Empty(t, house.messagesOf(id))
		}
		require.Empty(t, house.calls())
		house.balanced()
	})
}

func TestWhatCameTooLateExpiresAndSaysSo(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		f := welcome("ada")
		f.ExpiresAt = later(-time.Minute)
		for _, m := range house.settled(house.report(f), 2, time.Minute, isEnded) {
			require.Equal(t, "expired", m.Status)
			whole := house.message(m.ID)
			require.Empty(t, whole.Attempts)
			last := whole.Decisions[len(whole.Decisions)-1]
			require.Equal(t, []string{"expiry", "expired"}, []string{last.Step, last.Outcome})
			require.NotEmpty(t, last.Detail)
		}
		require.Empty(t, house.calls())
		require.Equal(t, 2, house.balanced().Expired)
	})
}

func TestADirectNotificationUsesATemplateOrItsOwnWords(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		byTemplate, ids := house.notify(notice{
			"to": []string{"wei"}, "template": "order.shipped", "channels": []string{"email", "in_app"},
			"category": "orders", "data": map[string]any{"order_id": "77"},
		})
		require.Len(t, ids, 1)
		for _, m := range house.settled(byTemplate, 2, time.Minute, arrived) {
			require.Equal(t, ids[0], m.NotificationID, "the id that was promised")
			whole := house.message(m.ID)
			require.Equal(t, "zh-CN", whole.Template.Locale)
			require.Contains(t, fmt.Sprint(whole.Content), "77")
		}
		byWords, _ := house.notify(text("sms", "Words of my own"))
		m := house.message(house.settled(byWords, 1, time.Minute, isDelivered)[0].ID)
		require.Equal(t, "Words of my own", m.Content["text"])
		require.Empty(t, m.Template.Key)
		received := list[struct {
			Text      string
			MessageID string `json:"message_id"`
		}](house, "/v1/sandbox/messages?channel=sms")
		require.Len(t, received, 1)
		require.Equal(t, m.ID, received[0].MessageID)
		require.Contains(t, received[0].Text, "Words of my own")
	})
}

func TestAnOptOutIsKeptExceptForACriticalAlarm(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		house.must(http.StatusOK, ask{
			method: http.MethodPut, path: "/v1/recipients/ada/preferences",
			body: map[string]any{"channels": map[string]bool{"sms": false}, "categories": map[string]any{"orders": map[string]any{"channels": map[string]bool{"email": false}}}},
		})
		order := fact{Type: "order.shipped", To: []any{"ada"}, Data: map[string]any{"order_id": 1}}
		for _, m := range house.settled(house.report(order), 5, time.Minute, isEnded) {
			if m.Channel == "sms" || m.Channel == "email" {
				require.Equal(t, []string{"skipped", "opted_out"}, []string{m.Status, m.SkipReason}, m.Channel)
				continue
			}
			require.True(t, arrived(m), "%s is %s", m.Channel, m.Status)
		}
		alarm := house.report(fact{Type: "system.down", To: []any{"ada"}})
		house.settled(alarm, 3, time.Minute, arrived)
		require.Equal(t, 2, house.balanced().Skipped)
	})
}

func TestAGroupAndAStrangerAreReachedAndTheOthersKnowWhyNot(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		id := house.report(fact{Type: "account.created", To: []any{
			map[string]any{"group": "ops"},
			map[string]any{"id": "new", "email": "new@example.com", "name": "New", "locale": "en"},
		}})
		by := map[string][]message{}
		for _, m := range house.settled(id, 4, time.Minute, isEnded) {
			by[m.Recipient.ID] = append(by[m.Recipient.ID], m)
		}
		require.Len(t, by, 2)
		for _, m := range append(by["ops"], by["new"]...) {
			require.True(t, arrived(m), "%s by %s is %s", m.Recipient.ID, m.Channel, m.Status)
		}
		why := get[struct {
			Selected bool
			Answer   string
		}](house, "/v1/decisions?event="+id+"&recipient=sam")
		require.False(t, why.Selected)
		require.NotEmpty(t, why.Answer)
	})
}

func TestABatchOfAThousandIsDeliveredToTheLast(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		events := make([]fact, 1000)
		for i := range events {
			events[i] = welcome([]string{"ada", "wei", "sam", "ops"}[i%4])
		}
		start := time.Now()
		r := house.must(http.StatusAccepted, ask{method: http.MethodPost, path: "/v1/events/batch", body: map[string]any{"events": events}})
		accepted := read[struct {
			Accepted int
			Events   []struct {
				EventID string `json:"event_id"`
			}
		}](t, r)
		require.Equal(t, 1000, accepted.Accepted)
		require.Len(t, accepted.Events, 1000)
		await(t, time.Minute, "two thousand messages delivered", func() bool { return house.books().Delivered == 2000 })
		t.Logf("a thousand events were delivered in %s", time.Since(start))
		require.Len(t, house.calls(), 1000)
		house.balanced()
	})
}

func TestCloudEventsAreTakenInEveryMode(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		one := `{"specversion":"1.0","id":"1","source":"/shop","type":"account.created","subject":"ada","data":{}}`
		two := `{"specversion":"1.0","id":"2","source":"/shop","type":"account.created","subject":"group:ops","data":{}}`
		as := func(kind string) map[string]string { return map[string]string{"Content-Type": kind} }
		binary := as("application/json")
		for name, value := range map[string]string{"specversion": "1.0", "id": "3", "source": "/shop", "type": "account.created", "subject": "wei"} {
			binary["ce-"+name] = value
		}
		post := ask{method: http.MethodPost, path: "/v1/events"}
		post.body, post.header = one, as("application/cloudevents+json")
		first := house.must(http.StatusAccepted, post)
		again := house.must(http.StatusAccepted, post)
		require.Equal(t, string(first.raw), string(again.raw), "id and source make it the same event")
		post.body, post.header = `{}`, binary
		house.must(http.StatusAccepted, post)
		post.body, post.header = "["+one+","+two+"]", as("application/cloudevents-batch+json")
		house.must(http.StatusAccepted, post)

		found := list[event](house, "/v1/events")
		require.Len(t, found, 3)
		for _, e := range found {
			house.settled(e.ID, 2, time.Minute, arrived)
		}
	})
}
