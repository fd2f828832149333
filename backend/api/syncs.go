package api

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
	"clarion/backend/roster"
	"clarion/backend/roster/syncs"
)

// Syncs keeps recipients in step with other systems.
type Syncs interface { //nolint:interfacebloat // the port of one resource: every method is one of its routes
	Get(ctx context.Context, key string) (syncs.Sync, error)
	List(ctx context.Context, f struct{}, p notify.Page) ([]syncs.Sync, string, error)
	Put(ctx context.Context, in syncs.Input) (syncs.Sync, error)
	Delete(ctx context.Context, key string) error
	// Preview connects and says what the first rows would become; nothing is stored.
	Preview(ctx context.Context, in syncs.Input) (syncs.Preview, error)
	Start(ctx context.Context, key, by string, acceptGone bool) (syncs.Sync, error)
	Cancel(ctx context.Context, key string) (syncs.Sync, error)
	Runs(ctx context.Context, key string, p notify.Page) ([]syncs.Run, string, error)
	Faulty(ctx context.Context, key string, p notify.Page) ([]roster.FaultyRow, string, error)
}

func (s *Server) syncRoutes() []route {
	// The inputs hold a secret: the store of answers must not keep them.
	save := put("/v1/syncs/:key", access.Admin, s.putSync).audited("sync.save")
	preview := post("/v1/syncs/preview", access.Admin, s.previewSync).unaudited("it stores nothing")
	save.once, preview.once = false, false
	return []route{
		get("/v1/syncs", access.Read, s.listSyncs),
		preview,
		get("/v1/syncs/:key", access.Read, s.getSync),
		save,
		remove("/v1/syncs/:key", access.Admin, s.deleteSync).audited("sync.delete"),
		post("/v1/syncs/:key/run", access.RecipientsWrite, s.runSync).audited("sync.run"),
		post("/v1/syncs/:key/cancel", access.RecipientsWrite, s.cancelSync).audited("sync.cancel"),
		get("/v1/syncs/:key/runs", access.Read, s.listSyncRuns),
		get("/v1/syncs/:key/faults", access.RecipientsWrite, s.listSyncFaults),
	}
}

func (s *Server) listSyncs(c *fiber.Ctx) error {
	return listed(s, c, queryOf(c), struct{}{}, s.Syncs.List)
}

func (s *Server) getSync(c *fiber.Ctx) error { return shown(s, c, "key", s.Syncs.Get) }

func (s *Server) putSync(c *fiber.Ctx) error {
	in, err := decode[syncs.Input](c)
	if err != nil {
		return err
	}
	return shown(s, c, "key", func(ctx context.Context, key string) (syncs.Sync, error) {
		in.Key = key
		return s.Syncs.Put(ctx, in)
	})
}

func (s *Server) deleteSync(c *fiber.Ctx) error { return s.done(c, "key", s.Syncs.Delete) }

func (s *Server) previewSync(c *fiber.Ctx) error {
	in, err := decode[syncs.Input](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	found, err := s.Syncs.Preview(ctx, in)
	if err != nil {
		return err
	}
	return replyOK(c, found)
}

func (s *Server) runSync(c *fiber.Ctx) error {
	in, err := decode[struct {
		AcceptGone bool `json:"accept_gone"`
	}](c)
	if err != nil {
		return err
	}
	by := callOf(c).actor().Name
	return shown(s, c, "key", func(ctx context.Context, key string) (syncs.Sync, error) {
		return s.Syncs.Start(ctx, key, by, in.AcceptGone)
	})
}

func (s *Server) cancelSync(c *fiber.Ctx) error { return shown(s, c, "key", s.Syncs.Cancel) }

func (s *Server) listSyncRuns(c *fiber.Ctx) error {
	key, err := param(c, "key")
	if err != nil {
		return err
	}
	return listed(s, c, queryOf(c), key, s.Syncs.Runs)
}

func (s *Server) listSyncFaults(c *fiber.Ctx) error {
	key, err := param(c, "key")
	if err != nil {
		return err
	}
	return listed(s, c, queryOf(c), key, s.Syncs.Faulty)
}
