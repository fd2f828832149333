package live

import (
	"bytes"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

func next(t *testing.T, s *Subscription) string {
	t.Helper()
	select {
	case frame, open := <-s.C:
		require.True(t, open, "the subscription has ended")
		return string(frame)
	case <-time.After(patience):
		require.Fail(t, "no frame came")
		return ""
	}
}

func awaitGap(t *testing.T, s *Subscription) {
	t.Helper()
	select {
	case <-s.Gap:
	case <-time.After(patience):
		require.Fail(t, "no gap was told")
	}
}

func noGap(t *testing.T, s *Subscription) {
	t.Helper()
	select {
	case <-s.Gap:
		require.Fail(t, "a gap was told where none was")
	default:
	}
}

func TestTwoHubsExchangeFramesOnceAndInOrder(t *testing.T) {
	t.Parallel()
	server := startRedis(t)
	here, there := server.hub(), server.hub()
	mine, yours, other := here.Subscribe("ada"), there.Subscribe("ada"), there.Subscribe("wei")
	for i := range 20 {
		require.NoError(t, here.Publish(t.Context(), "ada", fmt.Append(nil, "here ", i)))
	}
	for i := range 20 {
		require.Equal(t, fmt.Sprint("here ", i), next(t, yours))
		require.Equal(t, fmt.Sprint("here ", i), next(t, mine))
	}
	require.NoError(t, there.PublishMany(t.Context(), []Frame{{"ada", []byte("there")}, {"wei", []byte("wei")}, {"ada", nil}}))
	require.Equal(t, "there", next(t, yours))
	require.Empty(t, next(t, yours))
	require.Equal(t, "there", next(t, mine))
	require.Empty(t, next(t, mine))
	require.Equal(t, "wei", next(t, other))
	// The mark comes last in both directions: what it is not preceded by was
	// not delivered twice.
	require.NoError(t, here.Publish(t.Context(), "wei", []byte("mark")))
	require.Equal(t, "mark", next(t, other))
	require.Empty(t, mine.C)
	require.Empty(t, other.C)
	noGap(t, mine)
	noGap(t, yours)
}

func TestASlowReaderIsCutAndOthersAreNot(t *testing.T) {
	t.Parallel()
	h := New(nil, slog.New(slog.DiscardHandler))
	defer h.Close()
	slow, quick := h.Subscribe("ada"), h.Subscribe("ada")
	for i := range buffer + 1 {
		require.NoError(t, h.Publish(t.Context(), "ada", fmt.Append(nil, i)))
		require.Equal(t, fmt.Sprint(i), next(t, quick))
	}
	require.True(t, slow.Overflowed())
	require.False(t, quick.Overflowed())
	kept := 0
	for range slow.C {
		kept++
	}
	require.Equal(t, buffer, kept, "what fitted can still be read, then C is closed")
	slow.Close()
	require.NoError(t, h.Publish(t.Context(), "ada", []byte("on")))
	require.Equal(t, "on", next(t, quick))
	quick.Close()
	quick.Close()
	require.False(t, quick.Overflowed(), "closing is not overflowing")
	require.Empty(t, h.topics, "a topic without subscribers is forgotten")
}

func TestARedisRestartIsAGapAndThenFramesFlowAgain(t *testing.T) {
	t.Parallel()
	server := startRedis(t)
	here, there := server.hub(), server.hub()
	mine, yours := here.Subscribe("ada"), there.Subscribe("ada")
	server.kill()
	require.Error(t, here.Publish(t.Context(), "ada", []byte("local")))
	require.Equal(t, "local", next(t, mine), "without Redis, frames still reach this process")
	server.start()
	awaitGap(t, mine)
	awaitGap(t, yours)
	require.NoError(t, here.Publish(t.Context(), "ada", []byte("again")))
	require.Equal(t, "again", next(t, yours))
}

func TestASubscriberFromBeforeRedisCameIsToldOfTheGap(t *testing.T) {
	t.Parallel()
	server := startRedis(t)
	server.kill()
	h := server.hub()
	h.firstWait = time.Millisecond
	s := h.Subscribe("ada")
	noGap(t, s)
	server.start()
	awaitGap(t, s)
	require.NoError(t, server.hub().Publish(t.Context(), "ada", []byte("hello")))
	require.Equal(t, "hello", next(t, s))
}

func TestManySubscribePublishAndCloseAtOnce(t *testing.T) {
	t.Parallel()
	server := startRedis(t)
	h := server.hub()
	var busy sync.WaitGroup
	failures := make(chan error, 20)
	for i := range 20 {
		busy.Go(func() {
			topic := fmt.Sprint("topic ", i%4)
			s := h.Subscribe(topic)
			defer s.Close()
			for range 20 {
				if err := h.Publish(t.Context(), topic, []byte("x")); err != nil {
					failures <- err
					return
				}
			}
			<-s.C
		})
	}
	busy.Wait()
	require.Empty(t, failures)
	require.Empty(t, h.topics)
}

func TestAClosedHubEndsSubscriptionsAndStartsNone(t *testing.T) {
	t.Parallel()
	server := startRedis(t)
	h := server.hub()
	s := h.Subscribe("ada")
	h.Close()
	h.Close()
	_, open := <-s.C
	require.False(t, open)
	late := h.Subscribe("ada")
	_, open = <-late.C
	require.False(t, open)
	late.Close()
}

// Not parallel: it looks at all goroutines of the process.
func TestACloseLeavesNoGoroutine(t *testing.T) {
	server := startRedis(t)
	client := redis.NewClient(&redis.Options{Addr: server.addr})
	defer func() { _ = client.Close() }()
	h := New(client, slog.New(slog.DiscardHandler))
	h.firstWait = patience
	s := h.Subscribe("ada")
	require.NoError(t, h.Publish(t.Context(), "ada", []byte("x")))
	next(t, s)
	require.True(t, goroutinesNaming("live.(*Hub)"), "the check sees what it looks for")
	h.Close()
	require.Eventually(t, func() bool {
		return !goroutinesNaming("live.(*Hub)") && !goroutinesNaming("redis/go-redis/v9.(*channel)")
	}, patience, time.Millisecond)
}

func goroutinesNaming(name string) bool {
	stacks := make([]byte, 1<<20)
	return strings.Contains(string(stacks[:runtime.Stack(stacks, true)]), name)
}

func TestPacketsSurviveTheJourneyAndStaySmall(t *testing.T) {
	t.Parallel()
	frames := []Frame{{"ada", []byte("a")}, {"", nil}, {"wei", bytes.Repeat([]byte("x"), maxPacket)}, {"ada", []byte("b")}}
	packets := pack("me", frames)
	require.Len(t, packets, 3, "the large frame travels alone")
	var got []Frame
	for _, p := range packets {
		sender, part, err := unpack(string(p))
		require.NoError(t, err)
		require.Equal(t, "me", sender)
		got = append(got, part...)
	}
	require.Len(t, got, len(frames))
	for i := range frames {
		require.Equal(t, frames[i].Topic, got[i].Topic)
		require.Equal(t, string(frames[i].Data), string(got[i].Data))
	}
}

func FuzzUnpackNeverPanics(f *testing.F) {
	f.Add(string(pack("me", []Frame{{"ada", []byte("a")}})[0]))
	f.Add("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")
	f.Add("")
	f.Fuzz(func(t *testing.T, packet string) {
		sender, frames, err := unpack(packet)
		if err == nil && len(frames) > 0 && len(packet) < maxPacket {
			again, back, err := unpack(string(pack(sender, frames)[0]))
			require.NoError(t, err)
			require.Equal(t, sender, again)
			require.Equal(t, frames, back)
		}
	})
}
