package e2e_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/app"
	"clarion/backend/config"
)

// workflow stores a workflow of a type that is live at once.
func (c *caller) workflow(key string, more map[string]any, steps ...map[string]any) {
	c.Helper()
	body := map[string]any{"name": key, "category": "orders", "steps": steps}
	for name, value := range more {
		body[name] = value
	}
	c.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/workflows/" + key, body: body})
}

func sends(channel string) map[string]any {
	return map[string]any{"key": channel, "kind": "channel", "channel": channel, "template": "order.shipped"}
}

func waits(key, step, signal string) map[string]any {
	return map[string]any{"key": key, "kind": "wait", "wait": map[string]any{"step": step, "for": []string{signal}, "seconds": 900}}
}

// stopped reports whether an event's run ended by the given step.
func (c *caller) stopped(event, step string) bool {
	c.Helper()
	for _, n := range list[struct {
		Decisions []struct{ Step, Outcome string }
	}](c, "/v1/notifications?event="+event) {
		for _, d := range n.Decisions {
			if d.Step == step && d.Outcome == "stop" {
				return true
			}
		}
	}
	return false
}

func parcel(kind string) fact {
	return fact{Type: kind, To: []any{"ada"}, Data: map[string]any{"order_id": "1001"}}
}

func TestWhoDoesNotReadIsToldByTheNextChannel(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		clock := clockAt("2026-03-02T09:00:00Z")
		house := g.openAt(t, clock)
		house.workflow("ticket.new", nil, sends("in_app"), waits("unread", "in_app", "read"), sends("push"), waits("still", "push", "opened"), sends("sms"))
		silent := house.report(parcel("ticket.new"))
		house.settled(silent, 1, time.Minute, arrived)
		read := house.report(parcel("ticket.new"))
		item := house.settled(read, 1, time.Minute, arrived)[0]
		reader := &caller{TB: t, url: house.url, bearer: house.token("ada")}
		for _, each := range list[struct {
			ID        string
			MessageID string `json:"message_id"`
		}](reader, "/v1/inbox") {
			if each.MessageID == item.ID {
				reader.must(http.StatusOK, ask{method: http.MethodPost, path: "/v1/inbox/mark", body: map[string]any{"ids": []string{each.ID}, "as": "read"}})
			}
		}
		await(t, time.Minute, "the reader's run to end", func() bool { return house.stopped(read, "wait") })
		clock.set("2026-03-02T09:16:00Z")
		house.settled(silent, 2, time.Minute, arrived)
		clock.set("2026-03-02T09:32:00Z")
		channels := map[string]bool{}
		for _, m := range house.settled(silent, 3, time.Minute, arrived) {
			channels[m.Channel] = true
		}
		require.Equal(t, map[string]bool{"in_app": true, "push": true, "sms": true}, channels)
		require.Len(t, house.messagesOf(read), 1, "who has read it is told nothing more")
		house.balanced()
	})
}

func TestWhatWaitsCanBeEnded(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		clock := clockAt("2026-03-02T09:00:00Z")
		house := g.openAt(t, clock)
		pause := map[string]any{"key": "pause", "kind": "delay", "delay": map[string]any{"seconds": 3600}}
		house.workflow("cart.left", map[string]any{"cancel_on": []any{map[string]any{"event_type": "cart.bought", "match": "data.order_id"}}}, pause, sends("sms"))
		left := func(order, key string) string {
			f := parcel("cart.left")
			f.Data, f.CancelKey = map[string]any{"order_id": order}, key
			return house.report(f)
		}
		byKey, bought, kept := left("1", "cart-1"), left("2", ""), left("3", "")
		for _, id := range []string{byKey, bought, kept} {
			await(t, time.Minute, "the run to wait", func() bool { return get[event](house, "/v1/events/"+id).Status == "dispatched" })
		}
		require.Equal(t, 1, read[struct{ Runs int }](t, house.must(http.StatusOK, ask{
			method: http.MethodPost, path: "/v1/cancel", body: map[string]any{"cancel_key": "cart-1"},
		})).Runs)
		paid := parcel("cart.bought")
		paid.Data = map[string]any{"order_id": "2"}
		house.report(paid)
		await(t, time.Minute, "the bought one to end", func() bool { return house.stopped(bought, "cancel") })
		clock.set("2026-03-02T10:01:00Z")
		house.settled(kept, 1, time.Minute, arrived)
		require.Empty(t, house.messagesOf(byKey))
		require.Empty(t, house.messagesOf(bought))
	})
}

// TestAStormOfEventsIsOneDigest tells it with a restart, and a Redis that forgets,
// in the middle.
func TestAStormOfEventsIsOneDigest(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		lasting := g.lasting(t)
		clock := clockAt("2026-03-02T09:00:00Z")
		stop := opened(t, lasting, clock)
		house := &caller{TB: t, url: "http://" + lasting["CLARION_LISTEN"], bearer: bootstrap}
		house.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/templates/storm", body: map[string]any{
			"name": "Storm", "default_locale": "en", "channels": map[string]any{"sms": map[string]any{"en": map[string]any{"text": "{{ digest.total }} alarms, {{ digest.items.size }} told"}}},
		}})
		step := sends("sms")
		step["template"] = "storm"
		house.workflow("alarm", nil, map[string]any{"key": "gather", "kind": "digest", "digest": map[string]any{"seconds": 3600, "keep": 10}}, step)
		const writers, each = 20, 10
		var all sync.WaitGroup
		half := make(chan struct{}, writers)
		for n := range writers {
			all.Go(func() {
				for i := range each {
					await(t, time.Minute, "an answer", func() bool {
						_, ok := house.reportOnce(fmt.Sprintf("alarm-%d-%d", n, i), fact{Type: "alarm", To: []any{"ada"}})
						return ok
					})
					if i == each/2 {
						half <- struct{}{}
					}
				}
			})
		}
		for range writers {
			<-half
		}
		stop()
		if address := lasting["REDIS_URL"]; address != "" {
			flush(t, address)
		}
		opened(t, lasting, clock)
		all.Wait()
		await(t, time.Minute, "all gathered", func() bool { return len(list[event](house, "/v1/events?type=alarm&status=dispatched")) == writers*each })
		clock.set("2026-03-02T10:01:00Z")
		await(t, time.Minute, "the digest", func() bool { return house.books().Delivered == 1 })
		found := list[message](house, "/v1/messages")
		require.Len(t, found, 1)
		require.Equal(t, "200 alarms, 10 told", house.message(found[0].ID).Content["text"])
		house.balanced()
	})
}

// opened starts a house that another may follow, and returns what stops it.
func opened(t *testing.T, s settings, clock *hands) (stop func()) {
	t.Helper()
	c, err := config.Load(s.environ())
	require.NoError(t, err)
	house, err := app.Start(t.Context(), app.Options{Config: c, Clock: clock, Log: slog.New(slog.DiscardHandler), Version: "story"})
	require.NoError(t, err)
	var once sync.Once
	stop = func() {
		once.Do(func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			if err := house.Stop(ctx); err != nil {
				t.Errorf("stop the house: %v", err)
			}
		})
	}
	t.Cleanup(stop)
	return stop
}
