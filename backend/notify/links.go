package notify

// Links are where the person who got a message can answer for themselves.
// Empty means that the message has no such place.
type Links struct {
	// Unsubscribe ends what the message is of, with one click; only where the
	// person may refuse it.
	Unsubscribe string
	// Preferences is the person's own page.
	Preferences string
}
