package e2e_test

import (
	"bytes"
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/app"
	"clarion/backend/config"
	"clarion/backend/notify"
	"clarion/backend/testbed"
)

// bootstrap is the API key with all scopes that every house is born with.
const bootstrap = "ck_story_00000000000000000000"

// ground is what a house stands on.
type ground struct {
	name string
	lay  func(testing.TB) settings
}

// settings are the environment of a process.
type settings map[string]string

// grounds are the two a release must stand on.
var grounds = []ground{
	{"SQLite and the embedded queue", func(testing.TB) settings { return settings{} }},
	{"PostgreSQL and Redis", func(tb testing.TB) settings {
		return settings{"DATABASE_URL": testbed.Postgres(tb), "REDIS_URL": testbed.Redis(tb)}
	}},
}

// settings are those of a fresh house with the demo in it.
func (g ground) settings(tb testing.TB) settings {
	s := settings{
		"CLARION_LISTEN": "127.0.0.1:0", "CLARION_DATA_DIR": tb.TempDir(), "CLARION_BOOTSTRAP_KEY": bootstrap,
		"CLARION_ADMIN_PASSWORD": "a password for stories", "CLARION_SECRET_KEY": "the master key of a story",
		"CLARION_LOG_LEVEL": "warn",
	}
	maps.Copy(s, g.lay(tb))
	return s
}

// with returns a copy with some settings changed.
func (s settings) with(changes settings) settings {
	s = maps.Clone(s)
	maps.Copy(s, changes)
	return s
}

func (s settings) environ() []string {
	var lines []string
	for name, value := range s {
		lines = append(lines, name+"="+value)
	}
	slices.Sort(lines)
	return lines
}

// onEachGround tells a story on both grounds, side by side.
func onEachGround(t *testing.T, story func(t *testing.T, g ground)) {
	t.Helper()
	for _, g := range grounds {
		t.Run(g.name, func(t *testing.T) {
			t.Parallel()
			story(t, g)
		})
	}
}

// A house with nothing to do waits for nobody when it stops. One that waited for a
// caller would until that one's connection is given up, which is after two minutes.
const (
	quickStop = 100 * time.Second
	fullStop  = 2 * patience
)

// open starts a whole house in this process and returns an administrator of it.
func (g ground) open(t *testing.T) *caller {
	t.Helper()
	return g.openWith(t, nil)
}

// openWith is open with some settings changed.
func (g ground) openWith(t *testing.T, changes settings) *caller {
	t.Helper()
	return g.start(t, changes, nil)
}

// openAt is open with a clock of its own.
func (g ground) openAt(t *testing.T, clock notify.Clock) *caller {
	t.Helper()
	return g.start(t, nil, clock)
}

func (g ground) start(t *testing.T, changes settings, clock notify.Clock) *caller {
	t.Helper()
	c, err := config.Load(g.settings(t).with(changes).environ())
	require.NoError(t, err)
	journal := &journal{}
	log := slog.New(slog.NewTextHandler(journal, &slog.HandlerOptions{Level: slog.LevelWarn}))
	house, err := app.Start(t.Context(), app.Options{Config: c, Clock: clock, Log: log, Version: "story"})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), fullStop)
		defer cancel()
		start := time.Now()
		if err := house.Stop(ctx); err != nil {
			t.Errorf("stop the house: %v", err)
		}
		if took := time.Since(start); took > quickStop {
			t.Errorf("an idle house took %s to stop", took)
		}
		journal.tell(t)
	})
	return &caller{TB: t, url: house.URL(), bearer: bootstrap}
}

// journal keeps what a house logged, for stories that fail.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write adds to the journal.
func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(line)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// told is how much of a journal a failing story shows.
const told = 8000

func (j *journal) tell(tb testing.TB) {
	if text := j.String(); tb.Failed() && text != "" {
		tb.Logf("the house logged:\n%s", text[max(0, len(text)-told):])
	}
}
