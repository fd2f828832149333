package store

import (
	"context"
	"errors"

	"clarion/backend/explain"
	"clarion/backend/notify"
)

// Run reads where a notification stands whose workflow acts over time; nil for one
// whose workflow does not.
func (db *DB) Run(ctx context.Context, notification string) (*explain.Run, error) {
	var row runRow
	err := classify(db.latest().NewSelect().Model(&row).Where("r.id = ?", notification).Scan(ctx))
	if errors.Is(err, notify.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, during(err, "read run %s", notification)
	}
	run, err := row.word()
	return &explain.Run{
		Status: run.Status, Step: run.Step, Kind: run.Kind, DueAt: run.ResumeAt, Since: fromMicros(row.ParkedAt),
		Awaits: run.Awaits, Digest: run.DigestID, Left: run.Rest,
	}, err
}
