// Package migrations holds every schema change, one history per database, as SQL
// files named by the time they were written. A file that has been released is
// never edited; the next change is the next file. It imports nothing of ours.
package migrations

import "embed"

// Postgres and SQLite are the two histories of the truth; ClickHouse is that of
// the copy for reports, whose files have places for what differs by house.
var (
	//go:embed clickhouse/*.sql
	ClickHouse embed.FS
	//go:embed postgres/*.sql
	Postgres embed.FS
	//go:embed sqlite/*.sql
	SQLite embed.FS
)
