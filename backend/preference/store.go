package preference

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Store is what keeping preferences needs of the database.
type Store interface {
	// Preferences returns the zero value for a recipient who made no choice.
	Preferences(ctx context.Context, recipient string) (notify.Preferences, error)
	PutPreferences(ctx context.Context, recipient string, p notify.Preferences, now time.Time) error
}
