package notify

import "time"

// AccessToken is what a vendor gave for a short time in place of a secret.
type AccessToken struct {
	Value string
	// ExpiresAt is when it is to be used no more: before the vendor's own end.
	ExpiresAt time.Time
}

// String keeps the value out of logs and errors.
func (AccessToken) String() string { return "[access token]" }
