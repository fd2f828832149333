package store

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/roster/syncs"
)

// membershipsOf are the groups of people by who they are after a merge.
func membershipsOf(read []syncs.Person, lead func(string) string) map[string][]string {
	out := make(map[string][]string, len(read))
	for _, p := range read {
		out[lead(p.ID)] = append(out[lead(p.ID)], p.Groups...)
	}
	return out
}

// dropAddresses takes away the addresses of those who have none any more on a
// channel that the sync fills.
func dropAddresses(ctx context.Context, tx bun.Tx, channels []notify.Channel, people []notify.Recipient) error {
	var empty [][]any
	for _, p := range people {
		for _, channel := range channels {
			if !slices.ContainsFunc(p.Addresses, func(a notify.Address) bool { return a.Channel == channel }) {
				empty = append(empty, []any{p.ID, string(channel)})
			}
		}
	}
	for part := range slices.Chunk(empty, upsertAtOnce) {
		places, args := tuples(part)
		var former []formerRow
		_, err := tx.NewDelete().Model((*addressRow)(nil)).Where("(recipient_id, channel) IN (VALUES "+places+")", args...).
			Returning("address, recipient_id").Exec(ctx, &former)
		if err != nil {
			return err
		}
		if err := keepFormer(ctx, tx, former); err != nil {
			return err
		}
	}
	return nil
}

// leads tells who an id is after a merge.
func leads(ctx context.Context, tx bun.Tx, people []syncs.Person) (func(id string) string, error) {
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	return leadsOf(ctx, tx, ids)
}

func leadsOf(ctx context.Context, tx bun.Tx, ids []string) (func(id string) string, error) {
	lead := map[string]string{}
	for part := range slices.Chunk(ids, upsertAtOnce) {
		found, err := successors(ctx, tx, part)
		if err != nil {
			return nil, err
		}
		for from, to := range found {
			lead[from] = to
		}
	}
	return func(id string) string {
		if to := lead[id]; to != "" {
			return to
		}
		return id
	}, nil
}

// putMemberships makes people members of exactly those of the sync's groups that
// they are in.
func putMemberships(ctx context.Context, tx bun.Tx, p syncs.Progress, people map[string][]string) error {
	for _, group := range p.Sync.Managed() {
		var in, out []string
		for id, groups := range people {
			if slices.Contains(groups, group) {
				in = append(in, id)
			} else {
				out = append(out, id)
			}
		}
		if _, err := joinGroup(ctx, tx, membership{group, p.Now}, in); err != nil {
			return err
		}
		if err := leaveGroup(ctx, tx, membership{group, p.Now}, out); err != nil {
			return err
		}
	}
	return nil
}
