package store

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/integration"
	"clarion/backend/notify"
)

var _ integration.Store = (*DB)(nil)

type integrationRow struct {
	bun.BaseModel `bun:"table:integrations,alias:i"`

	ID           string `bun:",pk"`
	Provider     string
	Name         string
	Channel      string
	Position     int
	Weight       int
	Enabled      bool
	PausedReason string
	Sandbox      bool
	Settings     string
	PerSecond    int
	Concurrency  int
	PerDay       int
	Categories   string
	Countries    string
	// ReceiptWithin is in seconds.
	ReceiptWithin  int
	UnitCostMicros int64
	CreatedAt      int64
	UpdatedAt      int64
}

func (r integrationRow) word() (integration.Row, error) {
	return integration.Row{
		Integration: notify.Integration{
			ID: r.ID, Provider: r.Provider, Name: r.Name, Channel: notify.Channel(r.Channel), Order: r.Position,
			Weight: r.Weight, Enabled: r.Enabled, PausedReason: r.PausedReason, Sandbox: r.Sandbox, PerSecond: r.PerSecond,
			Concurrency: r.Concurrency, PerDay: r.PerDay, Categories: wordsOf(r.Categories), Countries: wordsOf(r.Countries),
			ReceiptWithin: r.ReceiptWithin, UnitCostMicros: r.UnitCostMicros, CreatedAt: fromMicros(r.CreatedAt), UpdatedAt: fromMicros(r.UpdatedAt),
		},
		Sealed: r.Settings,
	}, nil
}

// wordsOf splits what was joined by blanks; nothing is nil.
func wordsOf(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Fields(text)
}

// Integrations returns all of them in the order of each channel's failover.
func (db *DB) Integrations(ctx context.Context) ([]integration.Row, error) {
	var rows []integrationRow
	err := db.latest().NewSelect().Model(&rows).Order("i.channel", "i.position", "i.id").Scan(ctx)
	if err != nil {
		return nil, during(err, "load integrations")
	}
	return listed(rows, integrationRow.word)
}

// PutIntegration adds or replaces one; its age stays.
func (db *DB) PutIntegration(ctx context.Context, r integration.Row, now time.Time) error {
	row := integrationRow{
		ID: r.ID, Provider: r.Provider, Name: r.Name, Channel: string(r.Channel), Position: r.Order, Weight: r.Weight,
		Enabled: r.Enabled, PausedReason: r.PausedReason, Sandbox: r.Sandbox, Settings: r.Sealed, PerSecond: r.PerSecond,
		Concurrency: r.Concurrency, PerDay: r.PerDay, Categories: strings.Join(r.Categories, " "), Countries: strings.Join(r.Countries, " "),
		ReceiptWithin: r.ReceiptWithin, UnitCostMicros: r.UnitCostMicros, CreatedAt: micros(now), UpdatedAt: micros(now),
	}
	insert := db.w.NewInsert().Model(&row).On("CONFLICT (id) DO UPDATE")
	for _, column := range []bun.Ident{
		"provider", "name", "channel", "position", "weight", "enabled", "paused_reason", "sandbox",
		"settings", "per_second", "concurrency", "per_day", "categories", "countries", "receipt_within", "unit_cost_micros", "updated_at",
	} {
		insert.Set("? = EXCLUDED.?", column, column)
	}
	_, err := insert.Exec(ctx)
	return during(err, "store integration %s", r.ID)
}

// ArrangeIntegrations sets order, weight and enabled in one statement.
func (db *DB) ArrangeIntegrations(ctx context.Context, places []integration.Place, now time.Time) error {
	if len(places) == 0 {
		return nil
	}
	ids := make([]string, len(places))
	columns := []struct {
		name  string
		value func(integration.Place) any
	}{
		{"position", func(p integration.Place) any { return p.Order }},
		{"weight", func(p integration.Place) any { return p.Weight }},
		{"enabled", func(p integration.Place) any { return p.Enabled }},
	}
	update := db.w.NewUpdate().Model((*integrationRow)(nil)).Set("updated_at = ?", micros(now))
	for _, column := range columns {
		var cases strings.Builder
		args := []any{bun.Ident(column.name)}
		for i, place := range places {
			ids[i] = place.ID
			cases.WriteString(" WHEN ? THEN ?")
			args = append(args, place.ID, column.value(place))
		}
		update.Set("? = CASE id"+cases.String()+" END", args...)
	}
	_, err := update.Where("id IN (?)", bun.List(ids)).Exec(ctx)
	return during(err, "arrange integrations")
}

// DeleteIntegration removes one; attempts keep its id.
func (db *DB) DeleteIntegration(ctx context.Context, id string) error {
	result, err := db.w.NewDelete().Model((*integrationRow)(nil)).Where("id = ?", id).Exec(ctx)
	return mustTouch(result, err, "delete integration %s", id)
}

// PauseIntegration sets the reason; an empty reason resumes it.
func (db *DB) PauseIntegration(ctx context.Context, id, reason string, now time.Time) error {
	result, err := db.w.ExecContext(ctx, "UPDATE integrations SET paused_reason = ?, updated_at = ? WHERE id = ?",
		reason, micros(now), id)
	return mustTouch(result, err, "pause integration %s", id)
}
