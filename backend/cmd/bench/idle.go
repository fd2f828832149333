package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"clarion/backend/testbed"
)

// What a house with nothing to do has to keep to.
const (
	restartLimit = time.Second
	memoryLimit  = 150 // MB
	shareLimit   = 2   // percent of one core
)

// idleBench says how soon a house is ready, what it costs while nothing happens,
// and how soon one event has become ten messages; beside it, what a bare Fiber
// with Asynq costs at the same time.
func idleBench(ctx context.Context, b *bench) error {
	dir, err := b.build(ctx, "clarion/backend/cmd/clarion", "clarion/backend/cmd/bench/bare")
	if err != nil {
		return err
	}
	bare, err := b.startBare(ctx, filepath.Join(dir, "bare"))
	if err != nil {
		return err
	}
	for _, serve := range []*ground{b.embeddedGround(), b.serverGround()} {
		b.say("%s\n", serve.name)
		serve.binary = filepath.Join(dir, "clarion")
		if err := b.idleOn(ctx, serve, bare); err != nil {
			return fmt.Errorf("%s: %w", serve.name, err)
		}
	}
	return nil
}

// ground is what a house stands on.
type ground struct {
	name, binary string
	// settings are those of a house on a database nobody has used.
	settings func() []string
	servers  servers
}

func (b *bench) embeddedGround() *ground {
	return &ground{name: "SQLite and the embedded queue", settings: func() []string { return nil }}
}

func (b *bench) serverGround() *ground {
	g := &ground{name: "PostgreSQL and Redis"}
	g.settings = func() []string {
		g.servers = servers{database: testbed.Postgres(b.stage), queue: testbed.Redis(b.stage)}
		return []string{"DATABASE_URL=" + g.servers.database, "REDIS_URL=" + g.servers.queue}
	}
	return g
}

// idleOn measures one house beside the bare process.
func (b *bench) idleOn(ctx context.Context, g *ground, bare *bareProcess) error {
	house, err := b.startsOn(ctx, g)
	if err != nil {
		return err
	}
	defer house.kill()
	if err := g.servers.connect(ctx); err != nil {
		return err
	}
	defer g.servers.close(ctx)
	if err := b.atRest(ctx, house, g, bare); err != nil {
		return err
	}
	return b.tenMessages(ctx, house)
}

// startsOn starts houses on new ground, then the last one again, which it leaves
// running.
func (b *bench) startsOn(ctx context.Context, g *ground) (*program, error) {
	var house *program
	var first, again []time.Duration
	times := b.size(3, 1)
	address := testbed.Address(b.stage)
	var settings []string
	start := func(took *[]time.Duration) (err error) {
		if house != nil {
			house.kill()
		}
		if house, err = b.launch(ctx, address, settings, g.binary, "serve"); err == nil {
			*took = append(*took, house.readyIn)
		}
		return err
	}
	for range times {
		home := b.stage.TempDir()
		settings = append(g.settings(), "HOME="+home, "CLARION_DATA_DIR="+home, "CLARION_LISTEN="+address, "CLARION_SECRET_KEY="+masterKey,
			"CLARION_BOOTSTRAP_KEY="+bootstrapKey, "CLARION_ADMIN_PASSWORD=not-used-by-anybody", "CLARION_LOG_LEVEL=warn")
		if err := start(&first); err != nil {
			return nil, err
		}
	}
	for range times {
		if err := start(&again); err != nil {
			return nil, err
		}
	}
	best := slices.Min(again)
	b.say("  first start to ready, with the demo  %s, best of %d\n", round(slices.Min(first)), times)
	b.say("  restart to ready                     %s, best of %d; limit %s: %s\n", round(best), times, restartLimit, kept(best <= restartLimit))
	return house, nil
}

// atRest measures a house, the bare process and the servers of each at the same
// time, over several windows.
func (b *bench) atRest(ctx context.Context, house *program, g *ground, bare *bareProcess) error {
	if err := pause(ctx, time.Duration(b.size(20_000, 0))*time.Millisecond); err != nil {
		return err // what a start leaves to do is not idleness
	}
	var ours, theirs, postgres, queue, asked, ratios []float64
	windows, long := b.size(6, 2), time.Duration(b.size(20_000, 300))*time.Millisecond
	before, err := readIdle(ctx, house, g, bare)
	if err != nil {
		return err
	}
	for range windows {
		if err := pause(ctx, long); err != nil {
			return err
		}
		after, err := readIdle(ctx, house, g, bare)
		if err != nil {
			return err
		}
		percent := func(d time.Duration) float64 { return 100 * d.Seconds() / after.at.Sub(before.at).Seconds() }
		ours, theirs = append(ours, percent(after.house-before.house)), append(theirs, percent(after.bare-before.bare))
		postgres, queue = append(postgres, percent(after.postgres-before.postgres)), append(queue, percent(after.redis-before.redis))
		asked = append(asked, float64(after.transactions-before.transactions)/after.at.Sub(before.at).Seconds())
		ratios = append(ratios, ours[len(ours)-1]/max(theirs[len(theirs)-1], 0.01))
		before = after
	}
	mine, err := house.resident()
	if err != nil {
		return err
	}
	other, err := bare.resident()
	if err != nil {
		return err
	}
	b.say("  resident memory                      %.0f MB; limit %d MB: %s; bare Fiber and Asynq %.0f MB, ratio %.1f\n", mine, memoryLimit, kept(mine <= memoryLimit), other, mine/other)
	s, r := spreadOf(ours), spreadOf(ratios)
	b.say("  share of one core                    %.2f %% (%.2f to %.2f), %d windows of %s; limit %d %%: %s; bare Fiber, Asynq and its Redis %.2f %%, ratio %.1f (%.1f to %.1f)\n",
		s.median, s.least, s.most, windows, long, shareLimit, kept(s.median <= shareLimit), spreadOf(theirs).median, r.median, r.least, r.most)
	if g.servers.sql != nil {
		b.say("  its servers                          PostgreSQL %.2f %%, with %.1f transactions a second; Redis %.2f %%\n",
			spreadOf(postgres).median, spreadOf(asked).median, spreadOf(queue).median)
	}
	return nil
}

func kept(yes bool) string {
	if yes {
		return "kept"
	}
	return "NOT KEPT"
}

// bareProcess is the bare program with its Redis.
type bareProcess struct {
	*program
	redis *redis.Client
}

func (b *bench) startBare(ctx context.Context, name string) (*bareProcess, error) {
	queue, address := testbed.Redis(b.stage), testbed.Address(b.stage)
	where, err := redis.ParseURL(queue)
	if err != nil {
		return nil, fmt.Errorf("connect to Redis: %w", err)
	}
	bare := &bareProcess{redis: redis.NewClient(where)}
	b.stage.Cleanup(func() { _ = bare.redis.Close() })
	bare.program, err = b.launch(ctx, address, nil, name, address, queue)
	return bare, err
}

// servers are what a house stands on, when that is not inside it.
type servers struct {
	database, queue string
	sql             *pgx.Conn
	meter           meter
}

func (s *servers) connect(ctx context.Context) (err error) {
	if s.database == "" {
		return nil
	}
	if s.sql, err = pgx.Connect(ctx, s.database); err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	if s.meter.postmaster, err = postmaster(ctx, s.sql); err != nil {
		return err
	}
	where, err := redis.ParseURL(s.queue)
	if err != nil {
		return fmt.Errorf("connect to Redis: %w", err)
	}
	s.meter.redis = redis.NewClient(where)
	return nil
}

func (s *servers) close(ctx context.Context) {
	if s.sql != nil {
		_ = s.sql.Close(ctx)
		_ = s.meter.redis.Close()
	}
}

// idleReading is what everybody has used so far.
type idleReading struct {
	at                           time.Time
	house, bare, postgres, redis time.Duration
	transactions                 int64
}

func readIdle(ctx context.Context, house *program, g *ground, bare *bareProcess) (r idleReading, err error) {
	if r.house, err = house.used(); err != nil {
		return r, err
	}
	if r.bare, err = bare.used(); err != nil {
		return r, err
	}
	itsRedis, err := redisTime(ctx, bare.redis)
	if err != nil {
		return r, err
	}
	r.bare += itsRedis
	if g.servers.sql != nil {
		u, err := g.servers.meter.read(ctx)
		if err != nil {
			return r, err
		}
		r.postgres, r.redis = u.postgres, u.redis
		// What a session did is counted within a second after it fell silent.
		const text = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"
		if err := g.servers.sql.QueryRow(ctx, text).Scan(&r.transactions); err != nil {
			return r, fmt.Errorf("count PostgreSQL's transactions: %w", err)
		}
	}
	r.at = time.Now()
	return r, nil
}
