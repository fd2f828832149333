package live

import (
	"time"

	"github.com/redis/go-redis/v9"
)

// listen starts the one reader of this process, with the first subscriber, so
// that a process without sockets hears nothing. Called with mu held.
func (h *Hub) listen() {
	if h.client == nil {
		h.settle()
		return
	}
	h.stopped.Go(func() { h.read(h.client.Subscribe(h.life, channel)) })
}

// read hears until the Hub is closed. go-redis tests a silent connection,
// connects again and tells us so with another Subscription.
func (h *Hub) read(sub *redis.PubSub) {
	messages := sub.ChannelWithSubscriptions()
	for {
		select {
		case m := <-messages:
			h.hear(m)
		case <-h.life.Done():
			if err := sub.Close(); err != nil {
				h.log.Debug("live: close the Redis connection", "error", err)
			}
			for range messages { // until go-redis's own reader has ended
			}
			return
		}
	}
}

func (h *Hub) hear(message any) {
	switch m := message.(type) {
	case *redis.Subscription:
		// Those who got in before this moment, or were here before the
		// connection was lost, may have missed frames.
		if !h.settle() {
			h.log.Warn("live: connected to Redis again, frames may have been missed")
			h.tellGap()
		}
	case *redis.Message:
		sender, frames, err := unpack(m.Payload)
		if err != nil {
			h.log.Warn("live: a packet cannot be read, frames are missed", "error", err)
			h.tellGap()
			return
		}
		if sender != h.self {
			h.deliver(frames)
		}
	}
}

func (h *Hub) tellGap() {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, subs := range h.topics {
		for s := range subs {
			s.tellGap()
		}
	}
}

// awaitFirst returns when frames of other processes are heard for the first
// time, or when that takes too long; then a gap will be told.
func (h *Hub) awaitFirst() {
	timer := time.NewTimer(h.firstWait)
	defer timer.Stop()
	select {
	case <-h.ready:
	case <-h.life.Done():
	case <-timer.C:
		h.settle()
	}
}

// settle ends the wait of awaitFirst for good; true for the call that did it.
func (h *Hub) settle() bool {
	first := false
	h.settled.Do(func() {
		close(h.ready)
		first = true
	})
	return first
}
