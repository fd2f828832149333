package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
)

// usage is processor time, told apart by who used it. Own holds the hub, the
// load and the sink, which share a process.
type usage struct{ own, postgres, redis time.Duration }

func (u usage) total() time.Duration { return u.own + u.postgres + u.redis }

func (u usage) since(before usage) usage {
	return usage{u.own - before.own, u.postgres - before.postgres, u.redis - before.redis}
}

// meter reads the processor time of this process and of the servers it started.
type meter struct {
	postmaster string
	redis      *redis.Client
}

func (m meter) read(ctx context.Context) (usage, error) {
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		return usage{}, fmt.Errorf("read our processor time: %w", err)
	}
	u := usage{own: time.Duration(own.Utime.Nano() + own.Stime.Nano())}
	var err error
	if u.postgres, err = treeTime(m.postmaster); err != nil {
		return usage{}, err
	}
	if m.redis != nil {
		u.redis, err = redisTime(ctx, m.redis)
	}
	return u, err
}

// treeTime is the time of a process, of its living children and of those that
// have ended.
func treeTime(parent string) (time.Duration, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0, fmt.Errorf("read processor times: %w", err)
	}
	var total time.Duration
	for _, e := range entries {
		stat, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil {
			continue // no process, or one that has just ended
		}
		// Behind the name: state, parent and, nine further on, the ticks of the
		// process and of its ended children.
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+2:])
		ticks := fields[11:13]
		switch {
		case e.Name() == parent:
			ticks = fields[11:15]
		case string(fields[1]) != parent:
			continue
		}
		for _, f := range ticks {
			n, err := strconv.Atoi(string(f))
			if err != nil {
				return 0, fmt.Errorf("read processor times of %s: %w", e.Name(), err)
			}
			total += time.Duration(n) * 10 * time.Millisecond
		}
	}
	return total, nil
}

func redisTime(ctx context.Context, client *redis.Client) (time.Duration, error) {
	info, err := client.Info(ctx, "cpu").Result()
	if err != nil {
		return 0, fmt.Errorf("read Redis's processor time: %w", err)
	}
	var total time.Duration
	for line := range strings.Lines(info) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		if name == "used_cpu_sys" || name == "used_cpu_user" {
			seconds, err := strconv.ParseFloat(value, 64)
			if err != nil {
				return 0, fmt.Errorf("read Redis's processor time: %w", err)
			}
			total += time.Duration(seconds * float64(time.Second))
		}
	}
	return total, nil
}
