package delivery

import (
	"context"
	"fmt"

	"clarion/backend/notify"
)

// Target is what choosing an account needs to know of a message.
type Target struct {
	ID       string
	Category string
	Address  string
}

// Targets reads what choosing an account needs.
type Targets interface {
	Targets(ctx context.Context, messageIDs []string) ([]Target, error)
}

// share is a part of a chunk that the same accounts may carry.
type share struct {
	accounts []notify.Account
	work     chunk
}

// sorted splits a chunk by the accounts that may carry its messages. Where all
// accounts take everything, which is the rule, nothing needs to be read.
func (d *Deliverer) sorted(ctx context.Context, accounts []notify.Account, work chunk) ([]share, error) {
	if !choosy(accounts) {
		return []share{{accounts, work}}, nil
	}
	targets, err := d.Targets.Targets(ctx, work.ids)
	if err != nil {
		return nil, fmt.Errorf("read where %d %s messages go: %w", len(work.ids), work.channel, err)
	}
	var shares []share
	place := map[string]int{}
	for _, target := range targets {
		fit := fits(accounts, target.Category, target.Address)
		key := ""
		for i := range fit {
			key += fit[i].ID + " "
		}
		at, known := place[key]
		if !known {
			at, place[key] = len(shares), len(shares)
			shares = append(shares, share{fit, chunk{work.priority, work.channel, nil}})
		}
		shares[at].work.ids = append(shares[at].work.ids, target.ID)
	}
	return shares, nil
}

func choosy(accounts []notify.Account) bool {
	for i := range accounts {
		if accounts[i].Choosy() {
			return true
		}
	}
	return false
}

func fits(accounts []notify.Account, category, address string) []notify.Account {
	if !choosy(accounts) {
		return accounts
	}
	var fit []notify.Account
	for i := range accounts {
		if accounts[i].Fits(category, address) {
			fit = append(fit, accounts[i])
		}
	}
	return fit
}
