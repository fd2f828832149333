package integration

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Store is what keeping integrations needs of the database. Settings pass
// through it sealed: Sealed is opaque text.
type Store interface {
	Integrations(ctx context.Context) ([]Row, error)
	PutIntegration(ctx context.Context, r Row, now time.Time) error
	DeleteIntegration(ctx context.Context, id string) error
	// ArrangeIntegrations sets order, weight and enabled, all or none.
	ArrangeIntegrations(ctx context.Context, places []Place, now time.Time) error
	// PauseIntegration sets the reason; an empty reason resumes it.
	PauseIntegration(ctx context.Context, id, reason string, now time.Time) error
}

// Row is a stored integration: its plain part and its sealed settings.
type Row struct {
	notify.Integration
	Sealed string
}
