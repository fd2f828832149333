// Package live carries in-app pushes from where they arise to the sockets that
// wait for them, in this process and, over Redis pub/sub, in the others. A
// frame is a hint: it is never stored and may be lost, and then the subscriber
// is told of the gap and reads the truth again from SQL.
package live

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// channel carries all frames of all topics. A process that has subscribers
// hears everything and drops what it does not need: that costs it little and
// leaves no moment between two SUBSCRIBEs in which a frame could slip by.
const channel = "clarion:live"

// firstWait is how long the first Subscribe waits for Redis, so that it does
// not begin with a gap.
const firstWait = 250 * time.Millisecond

// Frame is one push to all subscribers of a topic.
type Frame struct {
	Topic string
	Data  []byte
}

// Hub is one process's end of the exchange. It is safe for concurrent use.
type Hub struct {
	client redis.UniversalClient
	log    *slog.Logger
	// self marks our own frames when they come back from Redis.
	self string
	// firstWait is what its name says; tests wait longer, or not.
	firstWait time.Duration

	mu     sync.RWMutex
	topics map[string]map[*Subscription]struct{}
	closed bool

	// ready is closed by settle: Subscribe waits for it.
	listening, settled sync.Once
	ready              chan struct{}
	life               context.Context
	end                context.CancelFunc
	stopped            sync.WaitGroup
}

// New makes a Hub. A nil client means there are no other processes.
func New(client redis.UniversalClient, log *slog.Logger) *Hub {
	h := &Hub{client: client, log: log, self: rand.Text(), firstWait: firstWait,
		topics: map[string]map[*Subscription]struct{}{}, ready: make(chan struct{})}
	h.life, h.end = context.WithCancel(context.Background())
	return h
}

// Subscribe begins to collect the frames of topic. The caller must Close it,
// and must read the truth from SQL after Subscribe has returned, not before.
func (h *Hub) Subscribe(topic string) *Subscription {
	s := newSubscription(h, topic)
	h.mu.Lock()
	if h.closed {
		s.end(false)
	} else {
		if h.topics[topic] == nil {
			h.topics[topic] = map[*Subscription]struct{}{}
		}
		h.topics[topic][s] = struct{}{}
		h.listening.Do(h.listen)
	}
	h.mu.Unlock()
	h.awaitFirst()
	return s
}

// Publish pushes one frame; see PublishMany.
func (h *Hub) Publish(ctx context.Context, topic string, frame []byte) error {
	return h.PublishMany(ctx, []Frame{{Topic: topic, Data: frame}})
}

// PublishMany pushes frames to the subscribers here at once, and to those of
// other processes in one round trip. Frames of one publisher arrive in order;
// those of two may mix differently in each process. After an error the
// subscribers here have their frames. The data must not be changed afterwards.
func (h *Hub) PublishMany(ctx context.Context, frames []Frame) error {
	h.deliver(frames)
	if h.client == nil || len(frames) == 0 {
		return nil
	}
	packets := pack(h.self, frames)
	_, err := h.client.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for _, packet := range packets {
			pipe.Publish(ctx, channel, packet)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("publish %d live frames to other processes: %w", len(frames), err)
	}
	return nil
}

// Close ends all subscriptions and the Redis connection it opened; the client
// stays with its owner.
func (h *Hub) Close() {
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		return
	}
	h.closed = true
	all := h.topics
	h.topics = map[string]map[*Subscription]struct{}{}
	h.end()
	h.mu.Unlock()
	for _, subs := range all {
		for s := range subs {
			s.end(false)
		}
	}
	h.stopped.Wait()
}

// deliver hands frames to the subscribers here and cuts those that do not keep
// up.
func (h *Hub) deliver(frames []Frame) {
	var slow []*Subscription
	h.mu.RLock()
	for _, f := range frames {
		for s := range h.topics[f.Topic] {
			if !s.push(f.Data) {
				slow = append(slow, s)
			}
		}
	}
	h.mu.RUnlock()
	for _, s := range slow {
		h.drop(s)
	}
}

func (h *Hub) drop(s *Subscription) {
	h.mu.Lock()
	defer h.mu.Unlock()
	subs := h.topics[s.topic]
	delete(subs, s)
	if len(subs) == 0 {
		delete(h.topics, s.topic)
	}
}
