package analytics

import (
	"context"
	"fmt"
	"io/fs"
	"strings"

	"clarion/migrations"
)

// keepHistory is the table that remembers which files were applied.
const keepHistory = `CREATE TABLE IF NOT EXISTS schema_migrations ${on_cluster} (name String, applied_at DateTime('UTC') DEFAULT now())
ENGINE = ${merge_tree} ORDER BY name`

// fresh is the end of the names of a set of tables that a rebuild fills.
const fresh = "_fresh"

// Migrate brings the tables to this release's schema and the settings' TTLs.
// Every statement may run twice, so that a process killed half way is no matter.
func (w *Warehouse) Migrate(ctx context.Context) error {
	if err := w.makeDatabase(ctx); err != nil {
		return err
	}
	if err := w.exec(ctx, w.config.fill(keepHistory, "")); err != nil {
		return err
	}
	applied, err := w.applied(ctx)
	if err != nil {
		return err
	}
	files, err := schemaFiles()
	if err != nil {
		return err
	}
	for _, f := range files {
		if applied[f.name] {
			continue
		}
		if err := w.apply(ctx, f, ""); err != nil {
			return err
		}
		if err := w.conn.Exec(ctx, "INSERT INTO schema_migrations (name) VALUES (?)", f.name); err != nil {
			return fmt.Errorf("remember migration %s in ClickHouse: %w", f.name, err)
		}
	}
	return w.keep(ctx)
}

func (w *Warehouse) applied(ctx context.Context) (map[string]bool, error) {
	rows, err := w.conn.Query(ctx, "SELECT name FROM schema_migrations")
	if err != nil {
		return nil, fmt.Errorf("read the migrations of ClickHouse: %w", err)
	}
	defer func() { _ = rows.Close() }()
	names := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("read the migrations of ClickHouse: %w", err)
		}
		names[name] = true
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the migrations of ClickHouse: %w", err)
	}
	return names, nil
}

// apply runs the statements of one file for the set of tables with the ending.
func (w *Warehouse) apply(ctx context.Context, f schemaFile, set string) error {
	for _, text := range w.config.statements(f, set) {
		if err := w.exec(ctx, text); err != nil {
			return fmt.Errorf("migration %s: %w", f.name, err)
		}
	}
	return nil
}

func (w *Warehouse) exec(ctx context.Context, text string) error {
	if err := w.conn.Exec(ctx, text); err != nil {
		first, _, _ := strings.Cut(text, "\n")
		return fmt.Errorf("run %q in ClickHouse: %w", first, err)
	}
	return nil
}

// schemaFile is one file of migrations/clickhouse.
type schemaFile struct{ name, text string }

func schemaFiles() ([]schemaFile, error) {
	names, err := fs.Glob(migrations.ClickHouse, "clickhouse/*.sql")
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	files := make([]schemaFile, len(names))
	for i, name := range names {
		text, err := fs.ReadFile(migrations.ClickHouse, name)
		if err != nil {
			return nil, fmt.Errorf("read the migrations: %w", err)
		}
		files[i] = schemaFile{strings.TrimSuffix(strings.TrimPrefix(name, "clickhouse/"), ".sql"), string(text)}
	}
	return files, nil
}

// Statements are all that make a set of tables for this house, to be read.
func (c Config) Statements() ([]string, error) {
	files, err := schemaFiles()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, f := range files {
		out = append(out, c.statements(f, "")...)
	}
	return out, nil
}

// statements are those of the file that this house needs, filled in.
func (c Config) statements(f schemaFile, set string) []string {
	var out []string
	for _, text := range strings.Split(f.text, ";\n") {
		if text = strings.TrimSpace(text); text == "" || c.Cluster == "" && strings.HasPrefix(text, "-- cluster only") {
			continue
		}
		out = append(out, c.fill(uncommented(text), set))
	}
	return out
}

func uncommented(text string) string {
	lines := strings.Split(text, "\n")
	for len(lines) > 0 && strings.HasPrefix(lines[0], "--") {
		lines = lines[1:]
	}
	return strings.Join(lines, "\n")
}

// keep gives the tables the TTLs of the settings, where they differ.
func (w *Warehouse) keep(ctx context.Context) error {
	for _, t := range []struct {
		table, column string
		days          int
	}{
		{"delivery_events", "at", w.config.KeepEvents},
		{"delivery_minutes", "bucket", w.config.KeepMinutes},
		{"delivery_hours", "bucket", w.config.KeepHours},
	} {
		table := t.table + w.config.fill("${local}", "")
		var now string
		err := w.conn.QueryRow(ctx, "SELECT create_table_query FROM system.tables WHERE database = currentDatabase() AND name = ?", table).Scan(&now)
		if err != nil {
			return fmt.Errorf("read the TTL of %s: %w", table, err)
		}
		has := strings.Contains(now, "\nTTL ") || strings.Contains(now, " TTL ")
		change := "MODIFY TTL " + ttlRule(t.column, t.days)
		switch {
		case t.days == 0 && !has, t.days > 0 && strings.Contains(now, ttlRule(t.column, t.days)):
			continue
		case t.days == 0:
			change = "REMOVE TTL"
		}
		if err := w.exec(ctx, "ALTER TABLE "+table+onCluster(w.config.Cluster)+" "+change); err != nil {
			return err
		}
	}
	return nil
}
