package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"clarion/backend/app"
	"clarion/backend/config"
)

type analyticsCommand struct {
	Rebuild rebuildCommand `cmd:"" help:"Fill ClickHouse's tables anew from the database, beside those that reports read, and swap them."`
}

type rebuildCommand struct{}

// Run rebuilds; an interrupt leaves the old tables as they were.
func (rebuildCommand) Run() error {
	c, err := config.Load(os.Environ())
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	return app.RebuildAnalytics(ctx, c, app.Logger(c, os.Stderr), func(format string, args ...any) {
		_, _ = fmt.Printf(format, args...)
	})
}
