package notify

import (
	"slices"
	"strings"
)

// Account is an integration with the sender made from its settings.
type Account struct {
	Integration
	Sender Sender
	// Takes says whether the vendor can serve an address; nil means all of the
	// channel's.
	Takes func(address string) bool
}

// Fits reports whether the account may carry a message of the category to the
// address.
func (a *Account) Fits(category, address string) bool {
	if len(a.Categories) > 0 && !slices.Contains(a.Categories, category) {
		return false
	}
	reaches := func(code string) bool { return strings.HasPrefix(address, code) }
	if len(a.Countries) > 0 && !slices.ContainsFunc(a.Countries, reaches) {
		return false
	}
	return a.Takes == nil || a.Takes(address)
}

// Choosy reports whether there is anything the account does not carry.
func (a *Account) Choosy() bool {
	return len(a.Categories) > 0 || len(a.Countries) > 0 || a.Takes != nil
}
