package live

import "sync"

// buffer is how many frames a reader may lag behind.
const buffer = 64

// Subscription is one reader of one topic.
type Subscription struct {
	// C gives the frames, which are shared and must not be changed. It is
	// closed when the subscription ends, for whatever reason.
	C <-chan []byte
	// Gap tells that frames may have been missed since the last look.
	Gap <-chan struct{}

	hub    *Hub
	topic  string
	frames chan []byte
	gap    chan struct{}

	mu         sync.Mutex
	ended      bool
	overflowed bool
}

func newSubscription(h *Hub, topic string) *Subscription {
	s := &Subscription{hub: h, topic: topic, frames: make(chan []byte, buffer), gap: make(chan struct{}, 1)}
	s.C, s.Gap = s.frames, s.gap
	return s
}

// Close ends the subscription. It may be called more than once.
func (s *Subscription) Close() {
	s.hub.drop(s)
	s.end(false)
}

// Overflowed reports whether the subscription was ended because its reader was
// too slow.
func (s *Subscription) Overflowed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.overflowed
}

// push never blocks. It returns false when the subscription has ended, also
// by this very frame.
func (s *Subscription) push(frame []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return false
	}
	select {
	case s.frames <- frame:
		return true
	default:
		s.endLocked(true)
		return false
	}
}

func (s *Subscription) tellGap() {
	select {
	case s.gap <- struct{}{}:
	default:
	}
}

func (s *Subscription) end(overflowed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endLocked(overflowed)
}

func (s *Subscription) endLocked(overflowed bool) {
	if s.ended {
		return
	}
	s.ended, s.overflowed = true, overflowed
	close(s.frames)
}
