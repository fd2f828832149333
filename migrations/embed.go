// Package migrations holds every schema change, one history per dialect, as SQL
// files named by the time they were written. A file that has been released is
// never edited; the next change is the next file. It imports nothing of ours.
package migrations

import "embed"

// Postgres and SQLite are the two histories.
var (
	//go:embed postgres/*.sql
	Postgres embed.FS
	//go:embed sqlite/*.sql
	SQLite embed.FS
)
