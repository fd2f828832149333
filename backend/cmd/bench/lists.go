package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"time"

	"clarion/backend/app"
	"clarion/backend/config"
	"clarion/backend/testbed"
)

// deskEmail and deskPassword are those of the owner of a house that lives as long
// as the program runs.
const deskEmail, deskPassword = "bench@example.com", "lists-bench-password"

// listsBench times every list of the API through HTTP, on both databases.
func listsBench(ctx context.Context, b *bench) error {
	for _, driver := range []string{"pgx", "sqlite"} {
		d := &desk{bench: b, driver: driver}
		if b.hold != "" && b.hold != driver {
			continue
		}
		if err := d.open(ctx); err != nil {
			return fmt.Errorf("%s: %w", driver, err)
		}
		if b.hold != "" {
			return d.wait(ctx)
		}
		if err := d.timeAll(ctx); err != nil {
			return fmt.Errorf("%s: %w", driver, err)
		}
		if err := d.close(); err != nil {
			return fmt.Errorf("%s: %w", driver, err)
		}
	}
	return nil
}

// desk is Clarion as somebody at the admin pages meets it: one process that only
// answers, with a full database behind it.
type desk struct {
	*bench
	driver string
	place  string
	// crowd, when it is set, is how many recipients there are, and little else.
	crowd  int
	sql    *sql.DB
	app    *app.App
	client http.Client
}

func (d *desk) open(ctx context.Context) error {
	c := config.Config{
		Listen: "127.0.0.1:0", PublicURL: "http://127.0.0.1:0", DataDir: d.stage.TempDir(), SecretKey: masterKey, BootstrapKey: bootstrapKey,
		Env: config.Development, Demo: true, Sandbox: true, AdminEmail: deskEmail, AdminPassword: deskPassword,
		Roles: []string{config.RoleAPI}, ShutdownTimeout: 20 * time.Second,
	}
	if d.driver == "pgx" {
		c.DatabaseURL, c.RedisURL = testbed.Postgres(d.stage), testbed.Redis(d.stage)
		d.place = c.DatabaseURL
	} else {
		file := filepath.Join(c.DataDir, "clarion.db")
		c.DatabaseURL, d.place = "sqlite://"+file, "file:"+file+"?_pragma=busy_timeout(60000)"
	}
	var err error
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if d.app, err = app.Start(ctx, app.Options{Config: c, Log: log}); err != nil {
		return err
	}
	// The driver is the one the product has registered.
	if d.sql, err = sql.Open(d.driver, d.place); err != nil {
		return errors.Join(fmt.Errorf("open the database: %w", err), stop(d.app))
	}
	began := time.Now()
	if err := d.fill(ctx); err != nil {
		return errors.Join(err, d.close())
	}
	d.say("%s: filled in %.0f s\n\n", d.driver, time.Since(began).Seconds())
	if d.client.Jar, err = cookiejar.New(nil); err != nil {
		return errors.Join(fmt.Errorf("make a cookie jar: %w", err), d.close())
	}
	return d.signIn(ctx)
}

// wait keeps the database for somebody who wants to look at it.
func (d *desk) wait(ctx context.Context) error {
	d.say("%s answers at %s, sign in as %s with %s\n", d.place, d.app.URL(), deskEmail, deskPassword)
	<-ctx.Done()
	return d.close()
}

func (d *desk) close() error { return errors.Join(d.sql.Close(), stop(d.app)) }

func (d *desk) signIn(ctx context.Context) error {
	body, err := json.Marshal(map[string]string{"email": deskEmail, "password": deskPassword})
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, d.app.URL()+"/v1/auth/login", bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	_, err = d.answer(request)
	return err
}
