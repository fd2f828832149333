package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"slices"
	"time"

	"clarion/backend/app"
	"clarion/backend/config"
	"clarion/backend/testbed"
)

// listLimit is what every list has to keep to.
const listLimit = 100 * time.Millisecond

// listsBench times every list of the API through HTTP, on both databases.
func listsBench(ctx context.Context, b *bench) error {
	for _, driver := range []string{"pgx", "sqlite"} {
		d := &desk{bench: b, driver: driver}
		if err := d.open(ctx); err != nil {
			return fmt.Errorf("%s: %w", driver, err)
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
	sql    *sql.DB
	app    *app.App
	client http.Client
}

func (d *desk) open(ctx context.Context) error {
	const password = "lists-bench-password"
	c := config.Config{
		Listen: "127.0.0.1:0", PublicURL: "http://127.0.0.1:0", DataDir: d.stage.TempDir(), SecretKey: masterKey, BootstrapKey: bootstrapKey,
		Env: config.Development, Demo: true, Sandbox: true, AdminEmail: "bench@example.com", AdminPassword: password,
		Roles: []string{config.RoleAPI}, ShutdownTimeout: 20 * time.Second,
	}
	place := ""
	if d.driver == "pgx" {
		c.DatabaseURL, c.RedisURL = testbed.Postgres(d.stage), testbed.Redis(d.stage)
		place = c.DatabaseURL
	} else {
		file := filepath.Join(c.DataDir, "clarion.db")
		c.DatabaseURL, place = "sqlite://"+file, "file:"+file+"?_pragma=busy_timeout(60000)"
	}
	var err error
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if d.app, err = app.Start(ctx, app.Options{Config: c, Log: log}); err != nil {
		return err
	}
	// The driver is the one the product has registered.
	if d.sql, err = sql.Open(d.driver, place); err != nil {
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
	return d.signIn(ctx, password)
}

func (d *desk) close() error { return errors.Join(d.sql.Close(), stop(d.app)) }

func (d *desk) signIn(ctx context.Context, password string) error {
	body, err := json.Marshal(map[string]string{"email": "bench@example.com", "password": password})
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

// page is what all lists have in common.
type page struct {
	Data json.RawMessage
	Page struct{ Next string }
}

func (d *desk) get(ctx context.Context, path string) (page, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.app.URL()+path, http.NoBody)
	if err != nil {
		return page{}, fmt.Errorf("GET %s: %w", path, err)
	}
	return d.answer(request)
}

func (d *desk) answer(request *http.Request) (page, error) {
	response, err := d.client.Do(request)
	if err != nil {
		return page{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d: %s", response.StatusCode, text)
	}
	var got page
	if err == nil {
		err = json.Unmarshal(text, &got)
	}
	if err != nil {
		return page{}, fmt.Errorf("%s %s: %w", request.Method, request.URL.Path, err)
	}
	return got, nil
}

// timeAll times the first page of each list, and for the long ones a deep page.
func (d *desk) timeAll(ctx context.Context) error {
	d.say("| list, %s | median | worst of %d |\n|---|---|---|\n", d.driver, listTimes)
	slow := 0
	var faults []error
	for _, one := range listCalls(time.Now()) {
		paths := []string{one.path}
		if one.deep {
			deep, err := d.deepPage(ctx, one.path)
			if err != nil {
				return err
			}
			if deep != "" {
				paths = append(paths, deep)
			}
		}
		for i, path := range paths {
			took, err := d.time(ctx, path, one)
			if err != nil {
				faults = append(faults, err)
				continue
			}
			label, mark := one.path, ""
			if i > 0 {
				label += ", deep page"
			}
			if took[len(took)/2] > listLimit {
				slow++
				mark = " **above 100 ms**"
			}
			d.say("| `%s` | %s%s | %s |\n", label, round(took[len(took)/2]), mark, round(took[len(took)-1]))
		}
	}
	d.say("\nlists above 100 ms, %s: %d\n\n", d.driver, slow)
	return errors.Join(faults...)
}

const listTimes = 7

// time asks listTimes times, after once for the caches, and sorts.
func (d *desk) time(ctx context.Context, path string, c listCall) ([]time.Duration, error) {
	var took []time.Duration
	for i := range listTimes + 1 {
		began := time.Now()
		got, err := d.get(ctx, path)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			took = append(took, time.Since(began))
		}
		if empty := string(got.Data) == "[]"; empty != c.empty {
			return nil, fmt.Errorf("GET %s: an empty list: %t, not %t", path, empty, c.empty)
		}
	}
	slices.Sort(took)
	return took, nil
}

// deepPage walks up to a hundred pages of two hundred and returns where that ends;
// nothing when there is no second page in a smoke run.
func (d *desk) deepPage(ctx context.Context, path string) (string, error) {
	after, last := "", ""
	for range 100 {
		got, err := d.get(ctx, path+"&limit=200"+after)
		if err != nil {
			return "", err
		}
		if got.Page.Next == "" {
			break
		}
		after, last = "&after="+got.Page.Next, got.Page.Next
	}
	if last == "" && d.quick {
		return "", nil
	}
	if last == "" {
		return "", fmt.Errorf("GET %s: has no second page", path)
	}
	return path + "&after=" + last, nil
}
