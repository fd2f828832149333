package testbed

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// cluster is the one PostgreSQL of this process.
type cluster struct {
	once sync.Once
	err  error
	as   *syscall.Credential
	dir  string
	port int
	last atomic.Int64
}

var shared cluster

// PostgresSettings are further settings of the server, as name=value. They
// count when they are set before the first database is asked for.
var PostgresSettings []string

// Postgres returns the URL of a fresh, empty database, dropped when the test
// ends. CLARION_TEST_FSYNC=off trades durability for speed.
func Postgres(tb testing.TB) string { return PostgresFrom(tb, "") }

// PostgresFrom returns the URL of a fresh copy of the database at the given
// URL, to which nobody may be connected at the moment.
func PostgresFrom(tb testing.TB, template string) string {
	tb.Helper()
	address := create(tb, template)
	tb.Cleanup(func() {
		if err := shared.client("dropdb", "--force", databaseOf(address)); err != nil {
			tb.Error(err)
		}
	})
	return address
}

// PostgresKept is Postgres for a template: the database lives as long as the
// process.
func PostgresKept(tb testing.TB) string {
	tb.Helper()
	return create(tb, "")
}

func create(tb testing.TB, template string) string {
	tb.Helper()
	shared.once.Do(func() { shared.err = shared.start() })
	if shared.err != nil {
		tb.Fatal(shared.err)
	}
	name := fmt.Sprintf("t%d", shared.last.Add(1))
	source := "template0"
	if template != "" {
		source = databaseOf(template)
	}
	if err := shared.client("createdb", "-T", source, name); err != nil {
		tb.Fatal(err)
	}
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s", shared.port, name)
}

func databaseOf(address string) string { return address[strings.LastIndex(address, "/")+1:] }

// client runs one of PostgreSQL's small programs against the cluster.
func (c *cluster) client(program string, args ...string) error {
	path, err := find(program, "postgresql-client")
	if err != nil {
		return err
	}
	args = append([]string{"-h", "127.0.0.1", "-p", fmt.Sprint(c.port), "-U", "postgres"}, args...)
	if out, err := exec.Command(path, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %v: %w: %s", program, args, err, out)
	}
	return nil
}

func (c *cluster) start() error {
	initdb, err := find("initdb", "postgresql")
	if err != nil {
		return err
	}
	control, err := find("pg_ctl", "postgresql")
	if err != nil {
		return err
	}
	if c.as, err = owner(); err != nil {
		return err
	}
	if c.dir, err = os.MkdirTemp("", "clarion-postgres-*"); err != nil {
		return fmt.Errorf("make a folder for PostgreSQL: %w", err)
	}
	if c.as != nil {
		if err := os.Chown(c.dir, int(c.as.Uid), int(c.as.Gid)); err != nil {
			return fmt.Errorf("give the folder to postgres: %w", err)
		}
	}
	data := filepath.Join(c.dir, "data")
	// The watcher runs as whoever owns the parent, to remove the folder too.
	stop := `"$1" -D "$2" -m immediate -w stop; rm -rf "$3"`
	if err := atEnd(c.as, stop, control, data, c.dir); err != nil {
		return err
	}
	args := []string{"-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--no-locale"}
	if out, err := command(c.as, c.dir, initdb, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	return c.listen(control, data)
}

// listen starts the server; who does not ask for ports here may take one in
// between, so it tries a few.
func (c *cluster) listen(control, data string) error {
	fsync := "on"
	if os.Getenv("CLARION_TEST_FSYNC") == "off" {
		fsync = "off"
	}
	var out []byte
	for range 5 {
		port, err := takePort()
		if err != nil {
			return err
		}
		options := fmt.Sprintf("-p %d -h 127.0.0.1 -k %s -c fsync=%s -c max_connections=200 -c shared_buffers=128MB -c max_wal_size=2GB",
			port, c.dir, fsync)
		for _, setting := range PostgresSettings {
			options += " -c " + setting
		}
		args := []string{"-D", data, "-l", filepath.Join(c.dir, "log"), "-o", options, "-w", "-t", "60", "start"}
		run := command(c.as, c.dir, control, args...)
		if err = run.Run(); err == nil {
			c.port = port
			return nil
		}
		out, _ = os.ReadFile(filepath.Join(c.dir, "log"))
	}
	return fmt.Errorf("PostgreSQL did not start: %s", out)
}
