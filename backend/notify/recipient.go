package notify

import (
	"encoding/json"
	"time"
)

// Recipient is a person or system that can be notified.
type Recipient struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	Locale   string          `json:"locale"`
	Timezone string          `json:"timezone"`
	Data     json.RawMessage `json:"data,omitempty"`
	// Addresses are all the places where the recipient can be reached.
	Addresses []Address `json:"addresses"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	// ErasedAt is set once the person's data was erased; the id stays so that
	// the books balance.
	ErasedAt time.Time `json:"erased_at,omitzero"`
}

// Address is where a recipient is on one channel.
type Address struct {
	Channel Channel `json:"channel"`
	Address string  `json:"address"`
	Label   string  `json:"label,omitempty"`
	// Invalid is set when a vendor said the address can never work.
	Invalid bool `json:"invalid,omitempty"`
	// Preferred is the one to use where a channel uses one of several.
	Preferred bool `json:"preferred,omitempty"`
	// Verification says whether it was proved to be theirs; empty when nobody
	// looked.
	Verification Verification `json:"verification,omitempty"`
	// VerifiedAt and VerifiedBy are when and how that was found out.
	VerifiedAt time.Time `json:"verified_at,omitzero"`
	VerifiedBy string    `json:"verified_by,omitempty"`
	// LastUsedAt is when a message last went there, where that was looked up.
	LastUsedAt time.Time `json:"last_used_at,omitzero"`
}

// Verification is whether an address was proved to be its recipient's.
type Verification string

// Empty is unverified. A failed address is not written to.
const (
	Verified           Verification = "verified"
	VerificationFailed Verification = "failed"
)

// How an address was verified: by a code that was sent there, or because a
// caller or a member said so.
const (
	ByCode   = "code"
	ByCaller = "caller"
)

// CheckVerification reports a word that is no verification.
func CheckVerification(faults *Invalid, path string, v Verification) {
	if v != "" && v != Verified && v != VerificationFailed && v != "unverified" {
		faults.Add(path, "not_an_option", "must be unverified, verified or failed")
	}
}

// RecipientRef names a recipient in lists.
type RecipientRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Group is a list of recipients.
type Group struct {
	Key       string    `json:"key"`
	Name      string    `json:"name"`
	Members   int       `json:"members"`
	CreatedAt time.Time `json:"created_at"`
}

// Category is a group of workflows that a recipient can switch.
type Category struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	// Names holds the name by locale; Name is used where a locale is missing.
	Names map[string]string `json:"names,omitempty"`
	// Mandatory categories cannot be switched off.
	Mandatory bool `json:"mandatory"`
	// Ambiguity overrides the channel's policy for unknown messages; empty
	// leaves it.
	Ambiguity AmbiguityPolicy `json:"ambiguity,omitempty"`
	CategoryPolicy
	CreatedAt time.Time `json:"created_at"`
}

// Suppression is an address that must not be contacted.
type Suppression struct {
	ID          string            `json:"id"`
	Channel     Channel           `json:"channel"`
	Address     string            `json:"address"`
	Reason      SuppressionReason `json:"reason"`
	Detail      string            `json:"detail,omitempty"`
	RecipientID string            `json:"recipient_id,omitempty"`
	MessageID   string            `json:"message_id,omitempty"`
	CreatedAt   time.Time         `json:"created_at"`
	// Scope is what of the address is suppressed.
	Scope SuppressionScope `json:"scope"`
	// ExpiresAt is when the entry ends by itself; zero for one that stays. Ended
	// says that it has ended: the address is written to again.
	ExpiresAt time.Time         `json:"expires_at,omitzero"`
	Ended     bool              `json:"ended,omitempty"`
	Ending    *EndedSuppression `json:"ending,omitempty"`
}

// EndedSuppression is how an entry ended, when, by whom and why.
type EndedSuppression struct {
	How SuppressionEnd `json:"how"`
	At  time.Time      `json:"at"`
	By  string         `json:"by,omitempty"`
	Why string         `json:"why,omitempty"`
}
