package syncs

import (
	"time"

	"clarion/backend/roster"
)

// Kind is what a sync reads.
type Kind string

// The kinds.
const (
	KindLDAP Kind = "ldap"
	KindSQL  Kind = "sql"
)

// Settings say where people come from, what of them is taken, and when.
type Settings struct {
	Key     string `json:"key"`
	Name    string `json:"name"`
	Kind    Kind   `json:"kind"`
	Enabled bool   `json:"enabled"`
	// LDAP or SQL is set, as the kind says.
	LDAP *LDAP `json:"ldap,omitempty"`
	SQL  *SQL  `json:"sql,omitempty"`
	// Columns say what of a row fills what of a recipient.
	Columns []Column `json:"columns"`
	// Group is the one everybody joins who is read.
	Group string `json:"group"`
	// Memberships make members of groups of what stands in one column.
	Memberships Memberships `json:"memberships"`
	Gone        Gone        `json:"gone"`
	Schedule    Schedule    `json:"schedule"`
}

// Sync keeps people in step with one other system.
type Sync struct {
	Settings
	// SecretSet says that there is a secret; it is never given back.
	SecretSet bool      `json:"secret_set"`
	NextAt    time.Time `json:"next_at,omitzero"`
	UpdatedAt time.Time `json:"updated_at"`
	// Last is the newest run.
	Last *Run `json:"last,omitempty"`
}

// LDAP is a directory. The secret is the password of the bind DN.
type LDAP struct {
	Host string `json:"host"`
	// Port is 636 or 389 when it is zero.
	Port     int      `json:"port"`
	Security Security `json:"security"`
	// CA are certificates in PEM that are trusted beside those of the system.
	CA     string `json:"ca,omitempty"`
	BindDN string `json:"bind_dn"`
	Base   string `json:"base"`
	// Scope is sub or one.
	Scope    string `json:"scope"`
	Filter   string `json:"filter"`
	PageSize int    `json:"page_size"`
	// SkipDisabled takes accounts that Active Directory has disabled for gone.
	SkipDisabled bool `json:"skip_disabled"`
}

// Security is how a connection to a directory is kept private.
type Security string

// The ways.
const (
	TLS      Security = "tls"
	StartTLS Security = "starttls"
	Plain    Security = "none"
)

// SQL is a PostgreSQL database. The secret is its connection URL.
type SQL struct {
	Query string `json:"query"`
	CA    string `json:"ca,omitempty"`
	// TimeoutSeconds is how long the database may work on one page.
	TimeoutSeconds int `json:"timeout_seconds"`
	// Place is the URL without its password; it is only shown.
	Place string `json:"place"`
}

// Column is one column of the other system and what it fills.
type Column struct {
	From string `json:"from"`
	roster.Column
}

// Memberships say which values of a column mean which group. Groups named here
// are the sync's: who has the value is in, who has not is out.
type Memberships struct {
	From string       `json:"from"`
	Map  []Membership `json:"map"`
}

// Membership is one value, such as the DN of a directory's group.
type Membership struct {
	Value string `json:"value"`
	Group string `json:"group"`
}

// Gone is what becomes of people who were there the last time.
type Gone struct {
	// Policy is keep, mark or leave.
	Policy string `json:"policy"`
	// Attribute is set to true for who is gone and to false for everybody else,
	// when the policy is mark.
	Attribute string `json:"attribute,omitempty"`
	// MostPercent is how many of all may vanish in one run.
	MostPercent int `json:"most_percent"`
}

// The policies.
const (
	Keep  = "keep"
	Mark  = "mark"
	Leave = "leave"
)

// State is where a run is.
type State string

// The states; the last three are ends.
const (
	Waiting   State = "waiting"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Run is one reading of everybody.
type Run struct {
	ID    string `json:"id"`
	Sync  string `json:"sync"`
	State State  `json:"state"`
	// By is who started it; empty when the schedule did.
	By string `json:"by"`
	// AcceptGone lets it believe that more are gone than the sync allows.
	AcceptGone bool `json:"accept_gone"`
	// Read rows are those that were upserted, unchanged, faulty or of people
	// who are gone. Absent is how many were found gone, Known how many there
	// were before.
	Read      int `json:"read"`
	Upserted  int `json:"upserted"`
	Unchanged int `json:"unchanged"`
	Faulty    int `json:"faulty"`
	Absent    int `json:"absent"`
	Known     int `json:"known"`
	// Restarts is how often it was begun anew because its process ended.
	Restarts  int       `json:"restarts"`
	Code      string    `json:"code,omitempty"`
	Error     string    `json:"error,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	StartedAt time.Time `json:"started_at,omitzero"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
}

// Open reports whether a run has not ended.
func (r Run) Open() bool { return r.State == Waiting || r.State == Running }
