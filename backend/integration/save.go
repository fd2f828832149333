package integration

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"

	"clarion/backend/notify"
)

// Save checks and stores an integration. A secret setting that is left out or
// empty keeps its stored value, because secrets are never given back to be sent
// again. The sender is made once before anything is stored, so that a setting
// that cannot work is refused here and not found at the first message.
func (c *Catalog) Save(ctx context.Context, i notify.Integration) (notify.Integration, error) {
	if i.ID == "" {
		i.ID = notify.NewID(notify.IntegrationID)
	}
	for _, account := range c.BuiltIn {
		if account.ID == i.ID {
			return i, notify.InvalidField("id", "reserved", "is built in and cannot be changed")
		}
	}
	channel, known := c.Vendors.Channel(i.Provider)
	if !known {
		return i, notify.InvalidField("provider", "unknown_provider", fmt.Sprintf("no provider %q", i.Provider))
	}
	i.Channel = channel
	if i.Name == "" {
		i.Name = i.Provider
	}
	if i.Weight <= 0 {
		i.Weight = 1
	}
	if err := checkLimits(i); err != nil {
		return i, err
	}
	if err := c.keepSecrets(ctx, &i); err != nil {
		return i, err
	}
	if _, err := c.Vendors.Build(i); err != nil {
		return i, err
	}
	plain, err := json.Marshal(i.Settings)
	if err != nil {
		return i, fmt.Errorf("write settings of integration %s: %w", i.ID, err)
	}
	sealed, err := c.Sealer.Seal(plain, i.ID)
	if err != nil {
		return i, fmt.Errorf("seal settings of integration %s: %w", i.ID, err)
	}
	if err := c.Store.PutIntegration(ctx, Row{Integration: i, Sealed: sealed}, c.Clock.Now()); err != nil {
		return i, fmt.Errorf("save integration %s: %w", i.ID, err)
	}
	return i, c.changed(ctx)
}

func checkLimits(i notify.Integration) error {
	var faults notify.Invalid
	if i.PerSecond < 0 || i.PerSecond > 1_000_000 {
		faults.Add("per_second", "out_of_range", "must be 0 (no limit) to 1000000")
	}
	if i.Concurrency < 0 || i.Concurrency > 1024 {
		faults.Add("concurrency", "out_of_range", "must be 0 (the default) to 1024")
	}
	if i.Weight > 1000 {
		faults.Add("weight", "out_of_range", "must be 1 to 1000")
	}
	if i.PerDay < 0 || i.PerDay > 1_000_000_000 {
		faults.Add("per_day", "out_of_range", "must be 0 (no limit) to 1000000000")
	}
	if i.ReceiptWithin < 0 || i.ReceiptWithin > maxReceiptWithin {
		faults.Add("receipt_within_seconds", "out_of_range", "must be 0 (never) to 86400")
	}
	if i.UnitCostMicros < 0 || i.UnitCostMicros > maxUnitCost {
		faults.Add("unit_cost_micros", "out_of_range", "must be 0 to 1000000000")
	}
	checkReach(i, &faults)
	return faults.Err()
}

// maxUnitCost is a thousand units of the currency.
const maxUnitCost = 1_000_000_000

// maxReceiptWithin is a day, in seconds.
const maxReceiptWithin = 86_400

var callingCode = regexp.MustCompile(`^\+[1-9][0-9]{0,6}$`)

// checkReach checks whom an integration may serve. Countries are for channels
// whose address is a phone number.
func checkReach(i notify.Integration, faults *notify.Invalid) {
	if info, _ := i.Channel.Info(); len(i.Countries) > 0 && info.AddressKind != "phone number" {
		faults.Add("countries", "not_for_channel", fmt.Sprintf("an address of %s has no country", i.Channel))
	}
	for n, code := range i.Countries {
		if !callingCode.MatchString(code) {
			faults.Add(fmt.Sprintf("countries[%d]", n), "not_a_calling_code", "must be a calling code such as +44")
		}
	}
	for n, category := range i.Categories {
		if category == "" || len(category) > 128 {
			faults.Add(fmt.Sprintf("categories[%d]", n), "not_a_key", "must be the key of a category")
		}
	}
}

// keepSecrets fills in the stored secrets that were not given anew.
func (c *Catalog) keepSecrets(ctx context.Context, i *notify.Integration) error {
	rows, err := c.Store.Integrations(ctx)
	if err != nil {
		return fmt.Errorf("load integrations: %w", err)
	}
	merged := map[string]string{}
	for key, value := range i.Settings {
		if value != "" {
			merged[key] = value
		}
	}
	for _, row := range rows {
		if row.ID != i.ID || row.Provider != i.Provider {
			continue
		}
		stored, err := c.open(row)
		if err != nil {
			break // Sealed with a key that is gone: everything must be given anew.
		}
		for key := range c.Vendors.Secrets(i.Provider) {
			if merged[key] == "" && stored[key] != "" {
				merged[key] = stored[key]
			}
		}
	}
	i.Settings = merged
	return nil //nolint:nilerr // settings that cannot be opened are not kept; the manifest's check then asks for them
}
