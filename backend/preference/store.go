package preference

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Store is what keeping preferences needs of the database.
type Store interface {
	// Preferences returns a recipient's choices with time zone and locale; no
	// choices for a recipient who made none.
	Preferences(ctx context.Context, recipient string) (notify.Preferences, error)
	// PreferencesOf returns the choices of many, with time zones.
	PreferencesOf(ctx context.Context, recipients []string) (map[string]notify.Preferences, error)
	// CapCounts counts what people got within the periods that end now.
	CapCounts(ctx context.Context, keys []notify.CapKey, now time.Time) (map[notify.CapKey]int, error)
	// ChangePreferences runs the edit on the choices and stores what it returns,
	// in one transaction that no other change of the same recipient comes
	// between, together with the proof of what was said. An error of the edit
	// stores nothing; an edit that changes nothing leaves no proof.
	ChangePreferences(ctx context.Context, w Write) (notify.Preferences, error)
}

// Write is a checked change on its way into the database.
type Write struct {
	Recipient string
	Said      notify.Consent
	Edit      func(notify.Preferences) (notify.Preferences, error)
	Now       time.Time
}
