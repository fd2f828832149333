package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"clarion/backend/api"
	"clarion/backend/config"
	"clarion/backend/killpoint"
	"clarion/backend/notify"
	"clarion/backend/provider/registry"
	"clarion/backend/queue"
	"clarion/backend/store"
	"clarion/backend/suppression"
	"clarion/backend/tracking"
)

// Options are what a process is given besides its configuration.
type Options struct {
	Config config.Config
	// Clock is the machine's clock when nil.
	Clock notify.Clock
	// Log is the default logger when nil.
	Log *slog.Logger
	// Say is where the first member's generated password is printed; nowhere
	// when nil.
	Say io.Writer
	// Version and Commit are what /version answers.
	Version string
	Commit  string
}

// App is a running process.
type App struct {
	house    *house
	server   *api.Server
	listener net.Listener

	// stopWork ends the worker and scheduler roles.
	stopWork context.CancelFunc
	working  sync.WaitGroup
	stopBeat context.CancelFunc
	beating  sync.WaitGroup
	failed   chan error
	stopOnce sync.Once
	stopErr  error
}

// Start builds the house and starts its roles. When it returns, the process
// answers requests.
func Start(ctx context.Context, o Options) (*App, error) {
	if o.Clock == nil {
		o.Clock = notify.SystemClock{}
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Say == nil {
		o.Say = io.Discard
	}
	if err := registry.Check(); err != nil {
		return nil, fmt.Errorf("check the providers: %w", err)
	}
	if err := killpoint.Arm(o.Config.KillPoint); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", o.Config.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	settleAddress(&o.Config, listener)
	a, err := start(ctx, o, listener)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return a, nil
}

// settleAddress replaces a port that was left to the system by the one it gave.
func settleAddress(c *config.Config, listener net.Listener) {
	if _, port, err := net.SplitHostPort(c.Listen); err != nil || port != "0" {
		return
	}
	asked := "http://" + c.Listen
	c.Listen = listener.Addr().String()
	if c.PublicURL == asked {
		c.PublicURL = "http://" + c.Listen
	}
}

func start(ctx context.Context, o Options, listener net.Listener) (*App, error) {
	h, err := build(ctx, o.Config, o.Clock, o.Log)
	if err != nil {
		return nil, err
	}
	a := &App{house: h, listener: listener, failed: make(chan error, 3)}
	if err := h.first(ctx, o.Say); err != nil {
		return nil, errors.Join(err, h.close())
	}
	if a.server, err = h.door(o); err != nil {
		return nil, errors.Join(err, h.close())
	}
	if err := a.work(); err != nil {
		return nil, errors.Join(err, h.close())
	}
	go func() {
		if err := a.server.Serve(listener); err != nil {
			a.failed <- err
		}
	}()
	return a, nil
}

// work starts the worker and scheduler roles.
func (a *App) work() error {
	h := a.house
	beat, stopBeat := context.WithCancel(context.Background())
	a.stopBeat = stopBeat
	ctx, stop := context.WithCancel(context.Background())
	a.stopWork = stop
	if h.config.Has(config.RoleWorker) {
		if err := h.heart.Start(ctx); err != nil {
			stop()
			stopBeat()
			return err
		}
		a.beating.Go(func() { h.heart.Run(beat) })
		if h.config.Demo {
			a.working.Go(func() { h.postman.Run(ctx) })
		}
		a.working.Go(func() {
			err := h.queue.Run(ctx, queue.Handlers{Dispatch: h.dispatcher.Dispatch, Deliver: h.deliverer.Deliver, Resume: h.dispatcher.Resume, Saga: h.sagas.Handle})
			if err != nil {
				a.failed <- err
			}
		})
	}
	if h.config.Has(config.RoleScheduler) {
		a.working.Go(func() { h.sweeper.Run(ctx) })
		endpoints := &suppression.Endpoints{Store: h.db, Teller: h.endpoints(), Clock: h.clock, Log: h.log}
		a.working.Go(func() { endpoints.Run(ctx) })
		temporary := &suppression.Temporary{Store: h.db, Rule: h.softBounces, Clock: h.clock, Log: h.log}
		a.working.Go(func() { temporary.Run(ctx) })
		a.working.Go(func() { h.prune(ctx) })
		a.working.Go(func() { h.audit.Run(ctx, h.log) })
		inquiries := &tracking.Inquiries{Tracker: h.tracker, Fleet: h.integrations, Taken: h.db, Log: h.log}
		a.working.Go(func() { inquiries.Run(ctx) })
		a.working.Go(func() { h.bringIn(ctx) })
		a.working.Go(func() { h.keepInStep(ctx) })
		if h.exporter != nil {
			a.working.Go(func() { h.exporter.Run(ctx) })
		}
		a.working.Go(func() { h.broadcast(ctx) })
		a.working.Go(func() { h.fire(ctx) })
		a.working.Go(func() { h.count(ctx) })
		a.working.Go(func() { h.keeper().Run(ctx) })
	}
	return nil
}

// pruneEvery is how often what has served its time is removed.
const pruneEvery = 10 * time.Minute

// prune removes ended sessions, runs and sagas, old answers, old nonces and what
// schedules did long ago.
func (h *house) prune(ctx context.Context) {
	ticker := time.NewTicker(pruneEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			_, errSessions := h.members.Prune(ctx)
			_, errAnswers := h.answers.Prune(ctx)
			_, errNonces := h.signatures.Prune(ctx)
			ended := h.clock.Now().AddDate(0, 0, -max(1, h.config.KeepRuns))
			_, errRuns := h.db.PruneRuns(ctx, ended)
			_, errSagas := h.db.PruneSagas(ctx, ended)
			_, errFires := h.db.PruneFires(ctx, ended)
			if err := errors.Join(errSessions, errAnswers, errNonces, errRuns, errSagas, errFires); err != nil && ctx.Err() == nil {
				h.log.Warn("prune", "error", err)
			}
		}
	}
}

// URL is where this process answers.
func (a *App) URL() string { return "http://" + a.listener.Addr().String() }

// Failed yields the error of a role that ended by itself.
func (a *App) Failed() <-chan error { return a.failed }

// Stop stops gracefully: no new requests, then no new work, then what is under
// way is finished, then everything is let go. It may be called more than once.
func (a *App) Stop(ctx context.Context) error {
	a.stopOnce.Do(func() { a.stopErr = a.stop(ctx) })
	return a.stopErr
}

func (a *App) stop(ctx context.Context) error {
	// Slow callers may use half of the time: the work under way needs the rest.
	calls, cancel := halfOf(ctx)
	defer cancel()
	faults := []error{a.server.Shutdown(calls)}
	a.house.acceptor.Close()
	a.stopWork()
	done := make(chan struct{})
	go func() { a.working.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
		faults = append(faults, errors.New("work under way did not end in time; others will take it back"))
	}
	a.stopBeat()
	a.beating.Wait()
	return errors.Join(append(faults, a.house.close())...)
}

// halfOf ends when half of the time that is left has passed.
func halfOf(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	if !limited {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(deadline)/2)
}

// Migrate brings the database, and ClickHouse where there is one, to this
// release's schema and returns.
func Migrate(ctx context.Context, c config.Config) error {
	db, err := store.Open(ctx, store.Config{URL: c.DatabaseURL})
	if err != nil {
		return err
	}
	if err := errors.Join(db.Migrate(ctx), db.Close()); err != nil || c.ClickHouseURL == "" {
		return err
	}
	w, err := openWarehouse(c)
	if err != nil {
		return err
	}
	return errors.Join(w.Migrate(ctx), w.Close())
}

// Logger makes the process's logger.
func Logger(c config.Config, w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if strings.EqualFold(c.LogFormat, "json") {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
