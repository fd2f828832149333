package api

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
)

// readyTime bounds asking a dependency.
const readyTime = 2 * time.Second

// Check asks one dependency whether it works.
type Check struct {
	Name string
	Ping func(ctx context.Context) error
	// Spare dependencies may fail without making the process unready: it says
	// degraded and goes on.
	Spare bool
	// Lag, where there is one, is how much of its work waits and since when.
	Lag func(ctx context.Context) (rows int64, since time.Time, err error)
}

func (s *Server) operationRoutes() []route {
	return []route{
		open(fiber.MethodGet, "/healthz", s.healthz),
		open(fiber.MethodGet, "/readyz", s.readyz),
		open(fiber.MethodGet, "/version", s.version),
		open(fiber.MethodGet, "/metrics", s.metrics.serve),
		open(fiber.MethodGet, "/openapi.json", s.document),
		open(fiber.MethodGet, "/docs", s.docs),
		open(fiber.MethodGet, "/docs/:file", s.docs),
	}
}

func (s *Server) healthz(c *fiber.Ctx) error {
	return replyOK(c, map[string]string{"status": "ok"})
}

type readiness struct {
	Ready  bool         `json:"ready"`
	Checks []checkState `json:"checks"`
}

type checkState struct {
	Name  string `json:"name"`
	State string `json:"state"`
	// Waiting and WaitingSince are of a dependency that is followed at a distance.
	Waiting      *int64     `json:"waiting,omitempty"`
	WaitingSince *time.Time `json:"waiting_since,omitempty"`
}

// lag fills in how far behind the dependency is; what cannot be read is left out.
func (s *Server) lag(ctx context.Context, check Check, view *checkState) {
	if check.Lag == nil {
		return
	}
	rows, since, err := check.Lag(ctx)
	if err != nil {
		s.log.Warn("see how far a dependency is behind", "name", check.Name, "error", err)
		return
	}
	view.Waiting = &rows
	if !since.IsZero() {
		view.WaitingSince = &since
	}
}

// readyz asks every dependency at once. What is wrong goes to the log: an error
// text may name hosts and users.
func (s *Server) readyz(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(s.life, readyTime)
	defer cancel()
	view := readiness{Ready: !s.isStopping(), Checks: make([]checkState, len(s.Checks))}
	errs := make([]error, len(s.Checks))
	var all sync.WaitGroup
	for i, check := range s.Checks {
		all.Go(func() { errs[i] = check.Ping(ctx) })
	}
	all.Wait()
	for i, check := range s.Checks {
		view.Checks[i] = checkState{Name: check.Name, State: "ok"}
		s.lag(ctx, check, &view.Checks[i])
		if errs[i] != nil {
			view.Checks[i].State = "degraded"
			if !check.Spare {
				view.Ready, view.Checks[i].State = false, "failing"
			}
			s.log.Warn("dependency is not ready", "name", check.Name, "error", errs[i])
		}
	}
	if !view.Ready {
		body, err := marshal(view)
		if err != nil {
			return err
		}
		return replyRaw(c, fiber.StatusServiceUnavailable, envelope{
			code: fiber.StatusServiceUnavailable, message: "not ready", data: body, trace: callOf(c).trace,
		})
	}
	return replyOK(c, view)
}

func (s *Server) version(c *fiber.Ctx) error {
	return replyOK(c, map[string]string{"version": s.Version, "commit": s.Commit, "go": runtime.Version()})
}
