package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"clarion/backend/app"
	"clarion/backend/config"
)

type serveCommand struct{}

// Run serves until SIGINT or SIGTERM; a second signal ends at once.
func (serveCommand) Run() error {
	c, err := config.Load(os.Environ())
	if err != nil {
		return err
	}
	log := app.Logger(c, os.Stderr)
	slog.SetDefault(log)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	go app.Collect(ctx)
	running, err := app.Start(ctx, app.Options{Config: c, Log: log, Say: os.Stdout, Version: version, Commit: commit()})
	if err != nil {
		return err
	}
	log.Info("clarion is ready", "url", running.URL(), "roles", c.Roles, "version", version)
	var failure error
	select {
	case <-ctx.Done():
	case failure = <-running.Failed():
	}
	stop() // from here on a second signal kills
	log.Info("stopping")
	last, cancel := context.WithTimeout(context.Background(), c.ShutdownTimeout)
	defer cancel()
	return errors.Join(failure, running.Stop(last))
}

type migrateCommand struct{}

// Run migrates and exits.
func (migrateCommand) Run() error {
	c, err := config.Load(os.Environ())
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return fmt.Errorf("make the data directory: %w", err)
	}
	return app.Migrate(context.Background(), c)
}
