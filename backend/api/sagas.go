package api

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
	"clarion/backend/saga"
)

// Sagas runs work of several steps that can be undone.
type Sagas interface {
	List(ctx context.Context, f saga.Filter, p notify.Page) ([]saga.Saga, string, error)
	Get(ctx context.Context, id string) (saga.View, error)
	Retry(ctx context.Context, id, by string) error
	Compensate(ctx context.Context, id, by string) error
}

func (s *Server) sagaRoutes() []route {
	return []route{
		get("/v1/sagas", access.Read, s.listSagas),
		get("/v1/sagas/:id", access.Read, s.getSaga),
		post("/v1/sagas/:id/retry", access.DeliveriesWrite, s.retrySaga).audited("saga.retry", noContent),
		post("/v1/sagas/:id/compensate", access.DeliveriesWrite, s.compensateSaga).audited("saga.compensate", noContent),
	}
}

func (s *Server) listSagas(c *fiber.Ctx) error {
	q := queryOf(c)
	return listed(s, c, q, saga.Filter{
		States: options(q, "state", saga.States), Name: q.text("name"), Q: q.text("q"), From: q.time("from"), To: q.time("to"),
	}, s.Sagas.List)
}

func (s *Server) getSaga(c *fiber.Ctx) error { return shown(s, c, "id", s.Sagas.Get) }

func (s *Server) retrySaga(c *fiber.Ctx) error { return s.moveSaga(c, s.Sagas.Retry) }

func (s *Server) compensateSaga(c *fiber.Ctx) error { return s.moveSaga(c, s.Sagas.Compensate) }

// moveSaga answers the saga as it is after somebody moved it.
func (s *Server) moveSaga(c *fiber.Ctx, move func(ctx context.Context, id, by string) error) error {
	by := callOf(c).actor().Name
	return shown(s, c, "id", func(ctx context.Context, id string) (saga.View, error) {
		if err := move(ctx, id, by); err != nil {
			return saga.View{}, err
		}
		return s.Sagas.Get(ctx, id)
	})
}
