package analytics

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Config says where ClickHouse is and how the tables are to be.
type Config struct {
	// URL is clickhouse://host:9000/database or http://host:8123/database.
	URL string
	// Cluster is the one that statements run on and tables are spread over;
	// empty for a single node.
	Cluster string
	// KeepEvents, KeepMinutes and KeepHours are for how many days rows and counts
	// stay; zero is for ever. Counts per day always stay.
	KeepEvents, KeepMinutes, KeepHours int
}

// Warehouse is the copy in ClickHouse.
type Warehouse struct {
	config Config
	conn   driver.Conn
	// database is made when it is missing.
	database string
}

// Open prepares connections and does not wait for the server: it may be away.
func Open(c Config) (*Warehouse, error) {
	options, err := clickhouse.ParseDSN(c.URL)
	if err != nil {
		// The driver's words may repeat the URL, which holds a password.
		return nil, errors.New("CLICKHOUSE_URL: must be clickhouse://host:9000/database or http://host:8123/database")
	}
	if options.Auth.Database == "" {
		options.Auth.Database = "default"
	}
	options.DialTimeout, options.ReadTimeout = 5*time.Second, time.Minute
	options.MaxOpenConns, options.MaxIdleConns = 8, 4
	if options.Protocol == clickhouse.Native && options.Compression == nil {
		options.Compression = &clickhouse.Compression{Method: clickhouse.CompressionLZ4}
	}
	conn, err := clickhouse.Open(options)
	if err != nil {
		return nil, fmt.Errorf("open ClickHouse: %w", err)
	}
	return &Warehouse{config: c, conn: conn, database: options.Auth.Database}, nil
}

// Close lets go of the connections.
func (w *Warehouse) Close() error { return w.conn.Close() }

// Ping asks whether the server answers.
func (w *Warehouse) Ping(ctx context.Context) error {
	if err := w.conn.Ping(ctx); err != nil {
		return fmt.Errorf("ask ClickHouse: %w", err)
	}
	return nil
}

// Query runs a read-only query for the reports. The parameters are those that
// the text names as {name:Type}.
func (w *Warehouse) Query(ctx context.Context, text string, parameters map[string]string) (driver.Rows, error) {
	ctx = clickhouse.Context(ctx, clickhouse.WithParameters(clickhouse.Parameters(parameters)))
	rows, err := w.conn.Query(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("ask ClickHouse: %w", err)
	}
	return rows, nil
}

// makeDatabase makes the database when it is missing. The connections themselves
// ask for it by name, so it is made from another one.
func (w *Warehouse) makeDatabase(ctx context.Context) error {
	if w.database == "default" {
		return nil
	}
	options, err := clickhouse.ParseDSN(w.config.URL)
	if err != nil {
		return errors.New("CLICKHOUSE_URL cannot be parsed")
	}
	options.Auth.Database = "default"
	conn, err := clickhouse.Open(options)
	if err != nil {
		return fmt.Errorf("open ClickHouse: %w", err)
	}
	text := "CREATE DATABASE IF NOT EXISTS `" + strings.ReplaceAll(w.database, "`", "") + "`" + onCluster(w.config.Cluster)
	if err := conn.Exec(ctx, text); err != nil {
		err = fmt.Errorf("make the database %s in ClickHouse: %w", w.database, err)
		return errors.Join(err, conn.Close())
	}
	return conn.Close()
}
