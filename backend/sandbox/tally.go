package sandbox

import (
	"hash/maphash"
	"sync"
)

// Tally is what a sandbox with Discard has seen. When every message went out
// exactly once, Distinct is the number of messages and Repeated is zero.
type Tally struct {
	// Calls are all requests, Accepted those a vendor took.
	Calls    int64
	Accepted int64
	// Distinct is how many of our message ids were accepted, Repeated how many
	// accepted calls carried an id seen before, Unnamed how many carried none.
	Distinct int64
	Repeated int64
	Unnamed  int64
}

const tallyShards = 64

// tally counts in shards, so that callers rarely wait for each other.
type tally struct {
	seed   maphash.Seed
	shards [tallyShards]tallyShard
}

type tallyShard struct {
	mu   sync.Mutex
	sum  Tally
	seen map[string]struct{}
}

func newTally() *tally {
	t := &tally{seed: maphash.MakeSeed()}
	for i := range t.shards {
		t.shards[i].seen = map[string]struct{}{}
	}
	return t
}

func (t *tally) count(messageID string, accepted bool) {
	shard := &t.shards[maphash.String(t.seed, messageID)%tallyShards]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	shard.sum.Calls++
	if !accepted {
		return
	}
	shard.sum.Accepted++
	if messageID == "" {
		shard.sum.Unnamed++
		return
	}
	if _, again := shard.seen[messageID]; again {
		shard.sum.Repeated++
		return
	}
	shard.seen[messageID] = struct{}{}
	shard.sum.Distinct++
}

func (t *tally) read() Tally {
	var total Tally
	for i := range t.shards {
		shard := &t.shards[i]
		shard.mu.Lock()
		total.Calls += shard.sum.Calls
		total.Accepted += shard.sum.Accepted
		total.Distinct += shard.sum.Distinct
		total.Repeated += shard.sum.Repeated
		total.Unnamed += shard.sum.Unnamed
		shard.mu.Unlock()
	}
	return total
}
