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
	CreatedAt time.Time       `json:"created_at"`
}

// Preferences is what a recipient wants. Nil maps mean no choice was made.
type Preferences struct {
	Channels   map[Channel]bool              `json:"channels,omitempty"`
	Categories map[string]CategoryPreference `json:"categories,omitempty"`
}

// CategoryPreference is a recipient's choice for one category. A nil Enabled
// follows the default, which is on.
type CategoryPreference struct {
	Enabled  *bool            `json:"enabled,omitempty"`
	Channels map[Channel]bool `json:"channels,omitempty"`
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
}
