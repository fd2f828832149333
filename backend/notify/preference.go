package notify

import "time"

// Preferences is what a recipient wants. What is not said follows the category.
type Preferences struct {
	// Timezone and Locale are the recipient's own; empty ones are left alone.
	Timezone string `json:"timezone,omitempty"`
	Locale   string `json:"locale,omitempty"`
	// PausedUntil stops everything until then; later nothing is made up for.
	PausedUntil time.Time    `json:"paused_until,omitzero"`
	QuietHours  *QuietWindow `json:"quiet_hours,omitempty"`
	// FrequencyCap counts the messages of all sources together.
	FrequencyCap *Cap `json:"frequency_cap,omitempty"`
	// Channels that are off are off for everything.
	Channels   map[Channel]bool              `json:"channels,omitempty"`
	Categories map[string]CategoryPreference `json:"categories,omitempty"`
	Workflows  map[string]WorkflowPreference `json:"workflows,omitempty"`
	// Locks are the places where only an operator may change the choice.
	Locks []Lock `json:"locks,omitempty"`
}

// CategoryPreference is a recipient's choice for one category. What is nil or
// empty follows the category's own default.
type CategoryPreference struct {
	Enabled  *bool            `json:"enabled,omitempty"`
	Channels map[Channel]bool `json:"channels,omitempty"`
	Cadence  Cadence          `json:"cadence,omitempty"`
}

// WorkflowPreference is a recipient's choice for one workflow. It is nearer than
// the choice for its category.
type WorkflowPreference struct {
	Enabled  *bool            `json:"enabled,omitempty"`
	Channels map[Channel]bool `json:"channels,omitempty"`
}

// QuietWindow is when a recipient is not to be disturbed, by the clock on the
// recipient's wall.
type QuietWindow struct {
	Enabled bool `json:"enabled"`
	// Start and End are times of day such as 22:00; an End before Start lies on
	// the next day.
	Start string `json:"start"`
	End   string `json:"end"`
	// Days are those on which it begins, from mon to sun; none means every day.
	Days []string `json:"days,omitempty"`
}

// Cap bounds how many messages somebody gets within any hour, day or week.
type Cap struct {
	Max int    `json:"max"`
	Per Period `json:"per"`
}

// Period is the length of time a cap counts over.
type Period string

// The periods.
const (
	PerHour Period = "hour"
	PerDay  Period = "day"
	PerWeek Period = "week"
)

// Periods lists them.
var Periods = []Period{PerHour, PerDay, PerWeek}

// Length is how long a period is; zero for one that is not known.
func (p Period) Length() time.Duration {
	return map[Period]time.Duration{PerHour: time.Hour, PerDay: 24 * time.Hour, PerWeek: 7 * 24 * time.Hour}[p]
}

// Lock keeps the recipient from changing one choice. Either Setting is set, or
// what says which switch it is.
type Lock struct {
	// Setting is paused_until, quiet_hours or frequency_cap.
	Setting  string  `json:"setting,omitempty"`
	Category string  `json:"category,omitempty"`
	Workflow string  `json:"workflow,omitempty"`
	Channel  Channel `json:"channel,omitempty"`
	// Reason is shown to whoever meets the lock.
	Reason string `json:"reason"`
}

// Place is the lock without its reason: what it locks.
func (l Lock) Place() Lock { l.Reason = ""; return l }

// Setting says whether something is sent.
type Setting string

// The settings. Required cannot be switched off by the recipient.
const (
	On       Setting = "on"
	Off      Setting = "off"
	Required Setting = "required"
)

// Cadence says how often the messages of a category come: each at once, or
// gathered.
type Cadence string

// The cadences.
const (
	Instant Cadence = "instant"
	Hourly  Cadence = "hourly"
	Daily   Cadence = "daily"
	Weekly  Cadence = "weekly"
	Never   Cadence = "off"
	// OnWake is not chosen: it is how often the messages come that quiet hours
	// gather.
	OnWake Cadence = "wake"
)

// Cadences lists those that can be chosen.
var Cadences = []Cadence{Instant, Hourly, Daily, Weekly, Never}

// HouseRules are what holds for people who have said nothing else.
type HouseRules struct {
	Timezone string
	// DigestAt is the time of day at which daily and weekly digests leave, such
	// as 09:00; DigestDay is the day of weekly ones, from mon to sun.
	DigestAt  string
	DigestDay string
	// FrequencyCap is nil where the house sets none.
	FrequencyCap *Cap
}

// QuietPolicy says what becomes of a category's messages in quiet hours.
type QuietPolicy string

// The policies. QuietHold sends each when the quiet hours end, QuietDigest all
// in one message.
const (
	QuietHold   QuietPolicy = "hold"
	QuietDrop   QuietPolicy = "drop"
	QuietDigest QuietPolicy = "digest"
	QuietPass   QuietPolicy = "pass"
)

// CategoryPolicy is what a category does unless the recipient says otherwise.
type CategoryPolicy struct {
	Defaults CategoryDefaults `json:"defaults,omitzero"`
	// QuietHours is empty for hold.
	QuietHours QuietPolicy `json:"quiet_hours,omitempty"`
	// Cadence is empty for instant.
	Cadence Cadence `json:"cadence,omitempty"`
	// FrequencyCap counts the category's messages to one person.
	FrequencyCap *Cap `json:"frequency_cap,omitempty"`
}

// CategoryDefaults are the settings that hold where nothing was chosen.
type CategoryDefaults struct {
	// Enabled is empty for on.
	Enabled  Setting             `json:"enabled,omitempty"`
	Channels map[Channel]Setting `json:"channels,omitempty"`
}

// IsZero reports whether nothing is said.
func (d CategoryDefaults) IsZero() bool { return d.Enabled == "" && len(d.Channels) == 0 }
