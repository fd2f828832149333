package queue

import (
	"context"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// benchmarks opens a fresh Queue of each kind; pid is the real server's.
func benchmarks(b *testing.B, run func(b *testing.B, q *Queue, pid int)) {
	b.Run("embedded", func(b *testing.B) {
		q, err := Open(b.Context(), Config{Log: slog.New(slog.DiscardHandler)})
		require.NoError(b, err)
		b.Cleanup(func() { _ = q.Close() })
		run(b, q, 0)
	})
	b.Run("real", func(b *testing.B) {
		server := startRedis(b)
		run(b, openQueue(b, Config{URL: server.url}, nil), server.pid)
	})
}

// BenchmarkIdle measures what three servers with nothing to do cost; run it
// with -benchtime=5s or so: an operation is 100 ms.
func BenchmarkIdle(b *testing.B) {
	benchmarks(b, func(b *testing.B, q *Queue, pid int) {
		running(b, q, (&ledger{}).handlers())
		b.ResetTimer()
		start, own, server := time.Now(), ownCPU(b), cpuOf(b, pid)
		for range b.N {
			<-time.After(100 * time.Millisecond)
		}
		took := time.Since(start)
		b.ReportMetric(100*float64(ownCPU(b)-own)/float64(took), "%cpu")
		b.ReportMetric(100*float64(cpuOf(b, pid)-server)/float64(took), "%cpu-redis")
	})
}

func BenchmarkLocalPickup(b *testing.B) {
	benchmarks(b, func(b *testing.B, q *Queue, _ int) { reportPickups(b, q, q) })
}

func BenchmarkRemotePickup(b *testing.B) {
	server := startRedis(b)
	worker, sender := openQueue(b, Config{URL: server.url}, nil), openQueue(b, Config{URL: server.url}, nil)
	reportPickups(b, worker, sender)
}

func reportPickups(b *testing.B, worker, sender *Queue) {
	took := pickups(b, worker, pickupRun{sender: sender, priority: notify.High, times: b.N})
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs-p99")
}

// BenchmarkChunks sends b.N ids through chunk tasks and a handler that does
// nothing; compare with BenchmarkStock.
func BenchmarkChunks(b *testing.B) {
	benchmarks(b, func(b *testing.B, q *Queue, _ int) {
		var seen atomic.Int64
		done := make(chan struct{})
		running(b, q, Handlers{Deliver: func(_ context.Context, _ notify.Priority, _ notify.Channel, ids []string) error {
			if seen.Add(int64(len(ids))) == int64(b.N) {
				close(done)
			}
			return nil
		}})
		ids := idList(b.N)
		b.ResetTimer()
		require.NoError(b, q.EnqueueDeliver(b.Context(), notify.Medium, notify.Email, ids))
		<-done
	})
}

// BenchmarkStock is Asynq as it comes: one task per message.
func BenchmarkStock(b *testing.B) {
	q := openQueue(b, Config{URL: startRedis(b).url}, nil)
	var seen atomic.Int64
	done := make(chan struct{})
	server := asynq.NewServerFromRedisClient(q.plain, asynq.Config{Concurrency: 16, LogLevel: asynq.ErrorLevel})
	require.NoError(b, server.Start(asynq.HandlerFunc(func(context.Context, *asynq.Task) error {
		if seen.Add(1) == int64(b.N) {
			close(done)
		}
		return nil
	})))
	b.Cleanup(server.Shutdown)
	b.ResetTimer()
	for range b.N {
		_, err := q.tasks.Enqueue(asynq.NewTask("noop", []byte(notify.MessageID)))
		require.NoError(b, err)
	}
	<-done
}

func ownCPU(b *testing.B) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// cpuOf reads a process's time from /proc, in ticks of 10 ms.
func cpuOf(b *testing.B, pid int) time.Duration {
	if pid == 0 {
		return 0
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	require.NoError(b, err)
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')'):]))
	user, err := strconv.Atoi(fields[12])
	require.NoError(b, err)
	system, err := strconv.Atoi(fields[13])
	require.NoError(b, err)
	return time.Duration(user+system) * 10 * time.Millisecond
}
