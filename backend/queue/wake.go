package queue

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"clarion/backend/notify"
)

// wakeChannel tells the other processes that there is work: "<sender> <priority>".
const wakeChannel = "clarion:queue:wake"

// tellTimeout bounds one announcement; a lost one costs a poll interval.
const tellTimeout = time.Second

// announcer tells other processes of work enqueued here. Announcements of one
// priority that come while another is under way become one.
type announcer struct {
	client redis.UniversalClient
	self   string
	// within bounds one announcement.
	within time.Duration
	told   map[notify.Priority]chan struct{}
	stop   chan struct{}
	done   chan struct{}
}

func startAnnouncer(client redis.UniversalClient) *announcer {
	a := &announcer{client: client, self: rand.Text(), within: tellTimeout, told: map[notify.Priority]chan struct{}{},
		stop: make(chan struct{}), done: make(chan struct{})}
	for _, p := range notify.Priorities {
		a.told[p] = make(chan struct{}, 1)
	}
	go a.run()
	return a
}

// tell never blocks.
func (a *announcer) tell(p notify.Priority) {
	select {
	case a.told[p] <- struct{}{}:
	default:
	}
}

func (a *announcer) run() {
	defer close(a.done)
	for {
		select {
		case <-a.told[notify.High]:
			a.publish(notify.High)
		case <-a.told[notify.Medium]:
			a.publish(notify.Medium)
		case <-a.told[notify.Low]:
			a.publish(notify.Low)
		case <-a.stop:
			return
		}
	}
}

// publish lets errors go: the work is queued, and the others poll as well.
func (a *announcer) publish(p notify.Priority) {
	ctx, cancel := context.WithTimeout(context.Background(), a.within)
	defer cancel()
	a.client.Publish(ctx, wakeChannel, a.self+" "+string(p))
}

func (a *announcer) close() {
	close(a.stop)
	<-a.done
}

// listen wakes the lanes on announcements of other processes until ctx is done.
func (q *Queue) listen(ctx context.Context) {
	sub := q.plain.Subscribe(ctx, wakeChannel)
	messages := sub.ChannelWithSubscriptions()
	for {
		select {
		case m := <-messages:
			q.hear(m)
		case <-ctx.Done():
			_ = sub.Close()
			for range messages { // until the reader has ended too
			}
			return
		}
	}
}

func (q *Queue) hear(message any) {
	switch m := message.(type) {
	case *redis.Subscription:
		q.fetcher.listening.Store(true)
	case *redis.Message:
		sender, p, _ := strings.Cut(m.Payload, " ")
		if priority := notify.Priority(p); priority.Known() && sender != q.announcer.self {
			q.turns.heard(priority)
			q.fetcher.wake(priority)
		}
	}
}
