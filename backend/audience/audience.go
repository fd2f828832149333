package audience

import (
	"context"
	"errors"
	"fmt"

	"clarion/backend/notify"
)

// Audience keeps recipients and groups.
type Audience struct {
	Store
	Clock notify.Clock
}

// Put checks and stores recipients: whole when replace is true, else merged
// into what is there.
func (a *Audience) Put(ctx context.Context, list []notify.Recipient, replace bool) error {
	var faults notify.Invalid
	for i, r := range list {
		path := ""
		if len(list) > 1 {
			path = fmt.Sprintf("recipients[%d].", i)
		}
		notify.CheckRecipient(&faults, path, r)
	}
	if err := faults.Err(); err != nil {
		return err
	}
	return a.UpsertRecipients(ctx, list, replace, a.Clock.Now())
}

// SetAddresses checks and replaces the addresses of one recipient.
func (a *Audience) SetAddresses(ctx context.Context, id string, list []AddressInput) error {
	var faults notify.Invalid
	seen := map[[2]string]bool{}
	for i, in := range list {
		path := fmt.Sprintf("addresses[%d]", i)
		if in.Verification != nil {
			notify.CheckVerification(&faults, path+".verification", *in.Verification)
		}
		place := [2]string{string(in.Channel), in.Address}
		code, detail := "", ""
		switch {
		case !in.Channel.Known():
			path, code, detail = path+".channel", "unknown_channel", fmt.Sprintf("no channel %q", in.Channel)
		case seen[place]:
			path, code, detail = path+".address", "duplicate", "is in the list already"
		default:
			path += ".address"
			code, detail = notify.CheckAddress(in.Channel, in.Address)
		}
		seen[place] = true
		if code != "" {
			faults.Add(path, code, detail)
		}
	}
	if err := faults.Err(); err != nil {
		return err
	}
	return a.PutAddresses(ctx, id, list, a.Clock.Now())
}

// Create stores a group.
func (a *Audience) Create(ctx context.Context, g notify.Group) error {
	if !notify.ValidKey(g.Key) {
		return notify.InvalidField("key", "invalid_key", "must be 1 to 255 characters without spaces")
	}
	if g.Name == "" {
		g.Name = g.Key
	}
	return a.PutGroup(ctx, g, a.Clock.Now())
}

// usesMost is how many uses of a kind a refusal names.
const usesMost = 5

// DeleteGroup removes a list that nothing still needs, not the people on it.
func (a *Audience) DeleteGroup(ctx context.Context, key string) error {
	uses, err := a.GroupUses(ctx, key, usesMost)
	if err != nil {
		return fmt.Errorf("look for what uses group %s: %w", key, err)
	}
	var named notify.Invalid
	for _, u := range uses {
		named.Add(u.Kind+"s", "in_use", fmt.Sprintf("%s %s (%s) uses it", u.Kind, u.Name, u.ID))
	}
	if err := named.Err(); err != nil {
		return fmt.Errorf("delete group %s: %w", key, errors.Join(notify.ErrConflict, err))
	}
	return a.Store.DeleteGroup(ctx, key, a.Clock.Now())
}

// AddMembers adds recipients to a group.
func (a *Audience) AddMembers(ctx context.Context, group string, recipients []string) error {
	return a.Store.AddMembers(ctx, group, recipients, a.Clock.Now())
}

// RemoveMembers takes recipients off a group.
func (a *Audience) RemoveMembers(ctx context.Context, group string, recipients []string) error {
	return a.Store.RemoveMembers(ctx, group, recipients, a.Clock.Now())
}

// Erase removes a recipient's personal data; the books keep the id.
func (a *Audience) Erase(ctx context.Context, id string) error {
	return a.EraseRecipient(ctx, id, a.Clock.Now())
}
