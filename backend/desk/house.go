package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"clarion/backend/fresh"
	"clarion/backend/notify"
)

// The settings of the house, as the store keeps them.
const (
	nameSetting     = "instance_name"
	localeSetting   = "default_locale"
	timezoneSetting = "default_timezone"
	softSetting     = "soft_bounces"
	spanSetting     = "soft_bounce_span_seconds"
	restSetting     = "soft_bounce_rest_seconds"
	digestAtSetting = "digest_at"
	digestOnSetting = "digest_on"
	capSetting      = "frequency_cap"
	bulkDaySetting  = "bulk_per_day"
	bulkMonSetting  = "bulk_per_month"
)

// settingKeys are all of them.
var settingKeys = []string{nameSetting, localeSetting, timezoneSetting, softSetting, spanSetting, restSetting, digestAtSetting, digestOnSetting, capSetting, bulkDaySetting, bulkMonSetting}

// The most that the rule of soft bounces and the quota of broadcasts take.
const (
	mostBounces = 100
	longestRule = 90 * 24 * time.Hour
	mostBulk    = 1_000_000_000
)

// staleAfter is how long another process may still go by the settings before.
const staleAfter = 5 * time.Second

// HouseStore keeps settings of the house.
type HouseStore interface {
	// Settings returns those of the keys that were ever set.
	Settings(ctx context.Context, keys []string) (map[string]string, error)
	// PutSettings stores all of them or none.
	PutSettings(ctx context.Context, values map[string]string) error
}

// Settings are what can be set of this Clarion in its pages. What the
// environment sets is not among it.
type Settings struct {
	// Name is what this Clarion is called in its pages; empty when it has no name.
	Name string
	// Locale and Timezone stand in for what a recipient or a member has not said;
	// empty leaves it to the template, and to UTC.
	Locale   string
	Timezone string
	// DigestAt is the time of day at which daily and weekly digests leave, and
	// DigestOn the day of weekly ones; empty means 09:00 and mon.
	DigestAt string
	DigestOn string
	// FrequencyCap bounds the messages to everybody who has set no cap; nil bounds
	// nobody.
	FrequencyCap *notify.Cap
	// BulkDay and BulkMonth are how many messages broadcasts may send in a day and
	// in a month; zero is as many as there are.
	BulkDay, BulkMonth int
	// Soft says when an address rests. What was never set in the pages is as the
	// environment has it.
	Soft SoftBounces
}

// SoftBounces is after how many soft bounces within what time an address rests,
// and how long. A Count of zero means never.
type SoftBounces struct {
	Count      int
	Span, Rest time.Duration
}

// Change is what is to be set; nil stays as it is.
type Change struct {
	Name, Locale, Timezone, DigestAt, DigestOn *string
	// FrequencyCap is a cap; one of zero takes it away.
	FrequencyCap *notify.Cap
	// BulkDay and BulkMonth bound broadcasts; zero takes the bound away.
	BulkDay, BulkMonth *int
	SoftBounces        *int
	// SoftSpan and SoftRest are seconds.
	SoftSpan, SoftRest *int
}

// House keeps the settings.
type House struct {
	store HouseStore
	given Settings
	fresh *fresh.Value[Settings]
}

// NewHouse makes a House. What is read on every message is kept for a moment.
// Given is how things are that were never set.
func NewHouse(store HouseStore, clock notify.Clock, given Settings) *House {
	h := &House{store: store, given: given}
	h.fresh = fresh.New(staleAfter, clock.Now, h.Settings)
	return h
}

// Settings reads the settings as they are now.
func (h *House) Settings(ctx context.Context) (Settings, error) {
	values, err := h.store.Settings(ctx, settingKeys)
	if err != nil {
		return Settings{}, fmt.Errorf("read the settings of the house: %w", err)
	}
	set := Settings{Name: values[nameSetting], Locale: values[localeSetting], Timezone: values[timezoneSetting], Soft: h.given.Soft, DigestAt: values[digestAtSetting], DigestOn: values[digestOnSetting]}
	for key, take := range map[string]func(n int){
		bulkDaySetting: func(n int) { set.BulkDay = n },
		bulkMonSetting: func(n int) { set.BulkMonth = n },
		softSetting:    func(n int) { set.Soft.Count = n },
		spanSetting:    func(n int) { set.Soft.Span = time.Duration(n) * time.Second },
		restSetting:    func(n int) { set.Soft.Rest = time.Duration(n) * time.Second },
	} {
		if values[key] == "" {
			continue
		}
		n, err := strconv.Atoi(values[key])
		if err != nil {
			return Settings{}, fmt.Errorf("read the setting %s: %w", key, err)
		}
		take(n)
	}
	if text := values[capSetting]; text != "" {
		if err := json.Unmarshal([]byte(text), &set.FrequencyCap); err != nil {
			return Settings{}, fmt.Errorf("read the frequency cap of the house: %w", err)
		}
	}
	return set, nil
}

// Recent is Settings, at most a few seconds old; after a change in this process
// it is the change.
func (h *House) Recent(ctx context.Context) (Settings, error) { return h.fresh.Get(ctx) }

// Save checks what is to be set, sets it and returns all settings.
func (h *House) Save(ctx context.Context, c Change) (Settings, error) {
	values := map[string]string{}
	for key, value := range map[string]*string{
		nameSetting: c.Name, localeSetting: c.Locale, timezoneSetting: c.Timezone, digestAtSetting: c.DigestAt, digestOnSetting: c.DigestOn,
	} {
		if value != nil {
			values[key] = strings.TrimSpace(*value)
		}
	}
	var faults notify.Invalid
	checkDigests(&faults, values)
	if err := putCap(&faults, values, c.FrequencyCap); err != nil {
		return Settings{}, err
	}
	if len([]rune(values[nameSetting])) > maxName {
		faults.Add(nameSetting, "out_of_range", "must be at most 80 characters")
	}
	if locale := values[localeSetting]; locale != "" && !notify.ValidLocale(locale) {
		faults.Add(localeSetting, "invalid_locale", "must be a language tag such as en or zh-CN")
	}
	if zone := values[timezoneSetting]; zone != "" && !notify.ValidTimezone(zone) {
		faults.Add(timezoneSetting, "invalid_timezone", "must be a time zone name such as Europe/London")
	}
	c.softBounces(values, &faults)
	c.bulk(values, &faults)
	if err := faults.Err(); err != nil {
		return Settings{}, err
	}
	if len(values) > 0 {
		if err := h.store.PutSettings(ctx, values); err != nil {
			return Settings{}, fmt.Errorf("save the settings of the house: %w", err)
		}
	}
	return h.fresh.Reload(ctx)
}

// softBounces adds what is to be set of the rule of soft bounces.
func (c Change) softBounces(values map[string]string, faults *notify.Invalid) {
	if n := c.SoftBounces; n != nil {
		if *n < 0 || *n > mostBounces {
			faults.Add(softSetting, "out_of_range", fmt.Sprintf("must be at least 0 and at most %d", mostBounces))
		}
		values[softSetting] = strconv.Itoa(*n)
	}
	for key, n := range map[string]*int{spanSetting: c.SoftSpan, restSetting: c.SoftRest} {
		if n == nil {
			continue
		}
		if *n < 60 || *n > int(longestRule/time.Second) {
			faults.Add(key, "out_of_range", "must be at least a minute and at most 90 days")
		}
		values[key] = strconv.Itoa(*n)
	}
}

// bulk adds what is to be set of the quota of broadcasts.
func (c Change) bulk(values map[string]string, faults *notify.Invalid) {
	for key, n := range map[string]*int{bulkDaySetting: c.BulkDay, bulkMonSetting: c.BulkMonth} {
		if n == nil {
			continue
		}
		if *n < 0 || *n > mostBulk {
			faults.Add(key, "out_of_range", fmt.Sprintf("must be at least 0 and at most %d", mostBulk))
		}
		values[key] = strconv.Itoa(*n)
	}
}

// checkDigests adds what is wrong with when digests leave.
func checkDigests(faults *notify.Invalid, values map[string]string) {
	if at := values[digestAtSetting]; at != "" {
		if _, err := time.Parse("15:04", at); err != nil || len(at) != len("15:04") {
			faults.Add(digestAtSetting, "invalid_time", "must be a time of day such as 09:00")
		}
	}
	if day := values[digestOnSetting]; day != "" && !slices.Contains(notify.Weekdays, day) {
		faults.Add(digestOnSetting, "not_an_option", "must be one of mon, tue, wed, thu, fri, sat, sun")
	}
}

// putCap adds the cap to the values.
func putCap(faults *notify.Invalid, values map[string]string, c *notify.Cap) error {
	switch {
	case c == nil:
	case *c == notify.Cap{}:
		values[capSetting] = ""
	default:
		c.Check(faults, capSetting)
		text, err := json.Marshal(c)
		if err != nil {
			return fmt.Errorf("write the frequency cap of the house: %w", err)
		}
		values[capSetting] = string(text)
	}
	return nil
}
