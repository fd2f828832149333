package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

// Audience returns the next page of the recipients an event is for. Each list of
// people gives its own next page in the order of its index; merged and cut they
// are the next page of all, however large the lists are. Who is on several is
// there by the first: named, then by group, then by segment.
func (db *DB) Audience(ctx context.Context, q dispatch.AudienceQuery) ([]dispatch.Selected, error) {
	if q.Broadcast != "" {
		return db.frozenPage(ctx, q)
	}
	var page []dispatch.Selected
	for _, id := range q.Recipients {
		if id > q.After {
			page = append(page, dispatch.Selected{ID: id})
		}
	}
	for _, group := range sortedSet(q.Groups) {
		var members []string
		err := db.latest().NewRaw(`SELECT recipient_id FROM group_members
			WHERE group_key = ? AND recipient_id > ? ORDER BY recipient_id LIMIT ?`, group, q.After, q.Limit).Scan(ctx, &members)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, fmt.Errorf("members of %s: %w", group, classify(err))
		}
		for _, id := range members {
			page = append(page, dispatch.Selected{ID: id, By: "group:" + group})
		}
	}
	for _, key := range sortedSet(q.Segments) {
		members, err := db.membersOfSegment(ctx, key, q)
		if err != nil {
			return nil, fmt.Errorf("members of segment %s: %w", key, err)
		}
		for _, one := range members {
			page = append(page, dispatch.Selected{ID: one.ID, By: "segment:" + key})
		}
	}
	slices.SortStableFunc(page, func(a, b dispatch.Selected) int { return cmp.Compare(a.ID, b.ID) })
	page = slices.CompactFunc(page, func(a, b dispatch.Selected) bool { return a.ID == b.ID })
	return page[:min(len(page), q.Limit)], nil
}

// membersOfSegment are the next who fit a segment. One that was deleted after the
// event was accepted has no members, as a deleted group has none.
func (db *DB) membersOfSegment(ctx context.Context, key string, q dispatch.AudienceQuery) ([]notify.RecipientRef, error) {
	one, err := db.Segment(ctx, key)
	if errors.Is(err, notify.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return db.walkFitting(ctx, walked{rule: one.Rule, now: q.Now, after: q.After, most: q.Limit})
}

const (
	peopleText = `SELECT r.id, r.name, r.locale, r.timezone, r.data, r.created_at, r.updated_at, r.erased_at, r.merged_into, COALESCE(p.document, ''), COALESCE(p.consent_place, 0)
		FROM recipients AS r LEFT JOIN preferences AS p ON p.recipient_id = r.id WHERE r.id {ids}`
	placesText = `SELECT a.recipient_id, a.channel, a.address, a.label, a.invalid, a.preferred, a.verification,
		COALESCE(s.id, ''), COALESCE(s.reason, ''), COALESCE(s.detail, ''), COALESCE(s.recipient_id, ''), COALESCE(s.message_id, ''), COALESCE(s.created_at, 0), COALESCE(s.scope, ''), COALESCE(s.channel, '')
		FROM addresses AS a LEFT JOIN suppressions AS s ON ` + suppressesPlace + `
		WHERE a.recipient_id {ids} ORDER BY a.recipient_id, a.created_at, a.channel, a.address`
)

// People loads recipients with all that decides about them, ordered by id.
func (db *DB) People(ctx context.Context, ids []string) ([]dispatch.Person, error) {
	ids = sortedSet(ids)
	if len(ids) == 0 {
		return nil, nil
	}
	people := make(map[string]*dispatch.Person, len(ids))
	if err := db.byIDs(ctx, peopleText, ids, func(s scanner) error { return readPerson(s, people) }); err != nil {
		return nil, fmt.Errorf("load %d recipients: %w", len(ids), err)
	}
	if err := db.byIDs(ctx, placesText, ids, func(s scanner) error { return readPlace(s, people) }); err != nil {
		return nil, fmt.Errorf("load the addresses of %d recipients: %w", len(ids), err)
	}
	if err := db.succeed(ctx, people); err != nil {
		return nil, err
	}
	out := make([]dispatch.Person, 0, len(people))
	for _, id := range ids {
		if p := people[id]; p != nil {
			out = append(out, *p)
		}
	}
	return slices.Clip(out), nil
}

// succeed puts in the place of those who were merged who they became. Asked
// comes from the database as the id that one leads to.
func (db *DB) succeed(ctx context.Context, people map[string]*dispatch.Person) error {
	var ids []string
	for _, p := range people {
		if p.Asked != "" {
			ids = append(ids, p.Asked)
		}
	}
	successors, err := db.People(ctx, ids)
	if err != nil {
		return err
	}
	for asked, p := range people {
		for _, s := range successors {
			if p.Asked == s.ID {
				s.Asked = asked
				people[asked] = &s
			}
		}
	}
	return nil
}

func readPerson(s scanner, people map[string]*dispatch.Person) error {
	p := new(dispatch.Person)
	var data, preferences string
	var created, updated, erased int64
	if err := s.Scan(&p.ID, &p.Name, &p.Locale, &p.Timezone, &data, &created, &updated, &erased, &p.Asked, &preferences, &p.Consent); err != nil {
		return fmt.Errorf("read a recipient: %w", err)
	}
	p.Data = raw(data)
	p.CreatedAt, p.UpdatedAt, p.ErasedAt = fromMicros(created), fromMicros(updated), fromMicros(erased)
	people[p.ID] = p
	return readDocument(preferences, &p.Preferences)
}

func readPlace(s scanner, people map[string]*dispatch.Person) error {
	var id string
	var a notify.Address
	var u notify.Suppression
	var created int64
	err := s.Scan(&id, &a.Channel, &a.Address, &a.Label, &a.Invalid, &a.Preferred, &a.Verification,
		&u.ID, &u.Reason, &u.Detail, &u.RecipientID, &u.MessageID, &created, &u.Scope, &u.Channel)
	if err != nil {
		return fmt.Errorf("read an address: %w", err)
	}
	p := people[id]
	if p == nil { // erased between the two reads
		return nil
	}
	// An address comes once for each of its suppressions.
	if last := len(p.Addresses) - 1; last < 0 || p.Addresses[last].Channel != a.Channel || p.Addresses[last].Address != a.Address {
		p.Addresses = append(p.Addresses, a)
	}
	if u.ID != "" {
		u.Address, u.CreatedAt, u.Scope = a.Address, fromMicros(created), cmp.Or(u.Scope, notify.ScopeChannel)
		p.Suppressions = append(p.Suppressions, u)
	}
	return nil
}
