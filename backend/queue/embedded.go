package queue

import (
	"crypto/rand"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// embedded is a Redis server inside this process. What it holds dies with the
// process, which is harmless by design.
type embedded struct {
	server   *miniredis.Miniredis
	password string
}

// startEmbedded listens on a free loopback port. The password keeps other
// accounts of the machine out.
func startEmbedded() (*embedded, error) {
	e := &embedded{server: miniredis.NewMiniRedis(), password: rand.Text()}
	e.server.RequireAuth(e.password)
	if err := e.server.Start(); err != nil {
		return nil, err
	}
	// Without it keys would never expire. It follows the machine's clock on
	// each access, so an idle server costs nothing.
	e.server.ClockTTL(true)
	return e, nil
}

func (e *embedded) dial() redis.UniversalClient {
	return redis.NewClient(&redis.Options{
		Addr:            e.server.Addr(),
		Password:        e.password,
		DisableIdentity: true,
	})
}

// empty looks at the server's memory directly: no network and no Lua, which is
// slow here.
func (e *embedded) empty(key string) bool { return !e.server.Exists(key) }

func (e *embedded) close() { e.server.Close() }
