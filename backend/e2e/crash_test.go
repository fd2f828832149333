package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// reportOnce sends an event under a key. It returns false when no answer came: the
// caller of a real house would ask again.
func (c *caller) reportOnce(key string, f fact) (string, bool) {
	r, err := c.try(ask{method: http.MethodPost, path: "/v1/events", body: f, header: map[string]string{"Idempotency-Key": key}})
	if err != nil || r.status == http.StatusServiceUnavailable {
		return "", false
	}
	if r.status != http.StatusAccepted {
		c.Errorf("event %s: %d %s", key, r.status, r.raw)
		return "", true
	}
	return read[struct {
		EventID string `json:"event_id"`
	}](c, r).EventID, true
}

// struck tells what the vendors must have seen when a kill point struck.
type struck struct {
	point string
	// once: no message may have reached its vendor twice or not at all. Where
	// events came before, what they had on the wire in that moment may be in
	// doubt, and each such message says so.
	once, first bool
}

var killPoints = []struck{
	{"before_commit", true, true}, {"before_commit:3", true, false}, {"after_commit", true, true}, {"after_commit:3", true, false},
	{"before_call:6", false, false}, {"after_call:4", false, false}, {"after_result:5", false, false},
}

func TestNothingIsLostWhereverTheProcessDies(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		for _, s := range killPoints {
			t.Run(s.point, func(t *testing.T) {
				t.Parallel()
				dieAt(t, g, s)
			})
		}
	})
}

func dieAt(t *testing.T, g ground, s struck) {
	lasting := g.lasting(t)
	doomed := start(t, lasting.with(settings{"CLARION_KILL_POINT": s.point}))
	facts := map[string]fact{}
	for i := range 6 {
		facts[fmt.Sprint("order-", i)] = fact{Type: "order.shipped", To: []any{"ada", "wei"}, Data: map[string]any{"order_id": i}}
	}
	accepted := map[string]string{}
	for key, f := range facts {
		if id, ok := doomed.admin().reportOnce(key, f); ok {
			accepted[key] = id
		}
	}
	doomed.diesByItself(time.Minute)

	revived := start(t, lasting)
	house := revived.admin()
	kept := promises{}
	for key, f := range facts {
		id, ok := house.reportOnce(key, f)
		require.True(t, ok)
		if before, was := accepted[key]; was {
			require.Equal(t, before, id, "what was accepted is known again")
		}
		kept[key] = promise{id, f}
	}
	house.finished(kept, time.Minute)
	took := time.Since(revived.begun)
	f := house.audit(kept)
	t.Logf("%d accepted before the end; ready in %s, all done %s after the restart; %+v", len(accepted), revived.readyIn, took, f)
	if s.once {
		require.LessOrEqual(t, f.calls, f.messages*4/5+f.explained, "a message reached its vendor again only with its reason")
		require.GreaterOrEqual(t, f.calls+f.unknown, f.messages*4/5, "each message reached its vendor, or is in doubt")
		if s.first {
			require.Equal(t, f.messages*4/5, f.calls, "each message reached its vendor once")
			require.Zero(t, f.unknown)
		}
	}
}

func TestTheOneMessageOnTheWireIsSettledByItsPolicy(t *testing.T) {
	t.Parallel()
	// A text is not sent again without a receipt; a push is, with its reason.
	// When a receipt comes before the dead worker is missed, it is the answer.
	tests := []struct {
		point, channel, status string
		outcomes               []string // any of them
		calls                  int
	}{
		{"before_call", "sms", "unknown", []string{"interrupted"}, 0},
		{"before_call", "push", "sent", []string{"interrupted ok"}, 1},
		{"after_call", "sms", "delivered", []string{"ok", "interrupted"}, 1},
		{"after_call", "push", "sent", []string{"interrupted ok"}, 2},
		{"after_result", "sms", "delivered", []string{"ok"}, 1},
		{"after_result", "push", "sent", []string{"ok"}, 1},
	}
	onEachGround(t, func(t *testing.T, g ground) {
		for _, tt := range tests {
			t.Run(tt.channel+" "+tt.point, func(t *testing.T) {
				t.Parallel()
				lasting := g.lasting(t)
				doomed := start(t, lasting.with(settings{"CLARION_KILL_POINT": tt.point}))
				n := text(tt.channel, "On the wire")
				if tt.channel == "push" {
					n["content"] = map[string]any{"title": "On the wire", "body": "On the wire"}
				}
				id, _ := doomed.admin().notify(n)
				doomed.diesByItself(time.Minute)

				revived := start(t, lasting)
				house := revived.admin()
				m := house.settled(id, 1, time.Minute, func(m message) bool { return m.Status == tt.status })[0]
				t.Logf("settled %s after the restart", time.Since(revived.begun))
				require.Contains(t, tt.outcomes, strings.Join(house.message(m.ID).outcomes(), " "))
				calls := house.calls()
				require.Len(t, calls, tt.calls)
				if tt.calls > 1 {
					house.explain(m.ID, calls)
				}
				house.balanced()
			})
		}
	})
}

// The run of many events.
const (
	manyEvents = 2000
	reporters  = 8
	kills      = 5
)

// chaos is a house that is killed and restarted while callers report to it.
type chaos struct {
	t       *testing.T
	lasting settings
	dice    *rand.Rand
	now     *process

	mu   sync.Mutex
	kept promises
	// alive is closed when the house is up; replaced when it is killed.
	alive chan struct{}
}

func TestTwoThousandEventsSurviveKillsAtAnyMoment(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		seed := seedOfTheStory(t)
		c := &chaos{t: t, lasting: g.lasting(t), dice: rand.New(rand.NewPCG(seed, seed)), kept: promises{}, alive: make(chan struct{})}
		c.now = start(t, c.lasting)
		close(c.alive)
		var work sync.WaitGroup
		next := make(chan int, manyEvents)
		for i := range manyEvents {
			next <- i
		}
		close(next)
		for range reporters {
			work.Go(func() { c.reportAll(next) })
		}
		slowest := c.killAndRestart()
		work.Wait()
		house := c.now.admin()
		house.finished(c.kept, 2*time.Minute)
		f := house.audit(c.kept)
		t.Logf("all done %s after the last restart; work moved again within %s; %+v", time.Since(c.now.begun), slowest, f)
	})
}

// seedOfTheStory is the one CLARION_STORY_SEED names, to strike at the same
// counts again, or a new one.
func seedOfTheStory(t *testing.T) uint64 {
	t.Helper()
	seed := rand.Uint64()
	if given := os.Getenv("CLARION_STORY_SEED"); given != "" {
		var err error
		seed, err = strconv.ParseUint(given, 10, 64)
		require.NoError(t, err)
	}
	t.Logf("seed %d", seed)
	return seed
}

// reportAll reports each event under its key until it is accepted.
func (c *chaos) reportAll(next <-chan int) {
	types := []string{"payment.failed", "system.down", "account.created", "account.created"}
	for i := range next {
		f := fact{Type: types[i%len(types)], To: []any{[]string{"ada", "wei", "sam", "ops"}[i%4]}}
		key := fmt.Sprint("key-", i)
		for {
			c.mu.Lock()
			alive, house := c.alive, c.now.admin()
			c.mu.Unlock()
			<-alive
			if id, ok := house.reportOnce(key, f); ok {
				c.mu.Lock()
				c.kept[key] = promise{id, f}
				c.mu.Unlock()
				break
			}
			if c.t.Failed() {
				return
			}
		}
	}
}

func (c *chaos) accepted() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.kept)
}

// killAndRestart kills the house while events come in and once more while the
// last of them are on their way, makes Redis forget in between, and returns the
// longest it took until work moved again.
func (c *chaos) killAndRestart() (slowest time.Duration) {
	c.t.Helper()
	for n := range kills {
		if n == kills/2 && c.lasting["REDIS_URL"] != "" {
			flush(c.t, c.lasting["REDIS_URL"])
		}
		from := manyEvents * n / kills
		until := from + c.dice.IntN(manyEvents/kills) + 1
		await(c.t, time.Minute, "more events accepted", func() bool { return c.accepted() >= until })
		slowest = max(slowest, c.strike())
	}
	await(c.t, time.Minute, "all events accepted", func() bool { return c.accepted() == manyEvents })
	return max(slowest, c.strike())
}

// strike kills and restarts once, and waits until a vendor is called again or
// nothing is left to do.
func (c *chaos) strike() time.Duration {
	c.t.Helper()
	alive := make(chan struct{})
	c.mu.Lock()
	c.alive = alive
	c.mu.Unlock()
	c.now.kill()
	revived := start(c.t, c.lasting)
	c.mu.Lock()
	c.now = revived
	close(alive)
	c.mu.Unlock()
	house := revived.admin()
	await(c.t, time.Minute, "work to move again", func() bool {
		latest := read[[]vendorCall](c.t, house.must(http.StatusOK, ask{method: http.MethodGet, path: "/v1/sandbox/requests?limit=1"}))
		return len(latest) == 1 && latest[0].ReceivedAt.After(revived.begun) || house.books().InProgress == 0
	})
	return time.Since(revived.begun)
}
