package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/broadcast"
	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

// knownFrom is the size of an audience that PostgreSQL must know of before its
// pages are read: for one it takes for small it sorts all of it for each page.
const knownFrom = 2000

// TakeAudience writes down who is in the audience now. One statement reads it, so
// that it is of one moment however long it takes.
func (db *DB) TakeAudience(ctx context.Context, b broadcast.Broadcast, now time.Time) (broadcast.Roll, error) {
	text, args, err := db.takeText(ctx, b, now)
	if err != nil {
		return broadcast.Roll{}, err
	}
	var roll broadcast.Roll
	err = db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var now struct {
			Revision    int
			State, Hash string
			Taken       int
		}
		hold := tx.NewSelect().Table("broadcasts").Column("revision", "state", "hash", "taken").Where("id = ?", b.ID)
		if err := db.lock(hold, "UPDATE").Scan(ctx, &now); err != nil {
			return err
		}
		// What was looked at as a draft may have been submitted, and frozen, since.
		if now.Revision != b.Revision || now.State != string(b.State) || now.Hash != "" {
			return notify.ErrConflict
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM broadcast_people WHERE broadcast_id = ?", b.ID); err != nil {
			return err
		}
		if db.postgres() {
			if _, err := tx.Tx.ExecContext(ctx, fitting); err != nil {
				return err
			}
		}
		if _, err := tx.Tx.ExecContext(ctx, text, args...); err != nil {
			return err
		}
		roll.Turn = now.Taken + 1
		if _, err := tx.ExecContext(ctx, "UPDATE broadcasts SET taken = ? WHERE id = ?", roll.Turn, b.ID); err != nil {
			return err
		}
		roll.People, roll.Digest, err = digestPeople(ctx, tx, b.ID)
		return err
	})
	if err == nil && roll.People >= knownFrom && db.postgres() {
		_, err = db.w.ExecContext(ctx, "ANALYZE broadcast_people")
	}
	return roll, during(err, "take down the audience of broadcast %s", b.ID)
}

// takeText is the statement that writes down the audience of a plan.
func (db *DB) takeText(ctx context.Context, b broadcast.Broadcast, now time.Time) (string, []any, error) {
	c := db.ruler(now)
	id := c.textArg(b.ID)
	rows, err := db.audienceText(ctx, c, b)
	return "INSERT INTO broadcast_people (broadcast_id, recipient_id, chosen_by, data) SELECT " + id +
		", q.id, min(q.chosen), max(q.data) FROM (" + rows + ") AS q GROUP BY q.id", c.args, err
}

// audienceText finds the audience of a plan, a row for each list that a person is
// on. Who is named stands in it even when there is no such recipient: their outcome
// says so.
func (db *DB) audienceText(ctx context.Context, c *ruler, b broadcast.Broadcast) (string, error) {
	type list struct{ by, fits string }
	var lists []list
	for _, key := range sortedSet(b.Audience.Groups) {
		lists = append(lists, list{c.textArg("group:" + key),
			"EXISTS (SELECT 1 FROM group_members AS gm WHERE gm.recipient_id = r.id AND " + c.among("gm.group_key", []string{key}) + ")"})
	}
	for _, key := range sortedSet(b.Audience.Segments) {
		one, err := db.Segment(ctx, key)
		if err == nil {
			err = db.inform(ctx, c, one.Rule)
		}
		if err != nil {
			return "", err
		}
		lists = append(lists, list{c.textArg("segment:" + key), c.rule(one.Rule, false)})
	}
	by, fits := "''", []string{}
	if !b.Audience.Everybody && len(lists) > 0 {
		by = "CASE"
		for _, l := range lists {
			by += " WHEN " + l.fits + " THEN " + l.by
			fits = append(fits, l.fits)
		}
		by += " ELSE '' END"
	}
	if b.Audience.Everybody {
		fits = []string{"TRUE"}
	}
	parts := []string{}
	if file := b.Audience.File; file != "" {
		// Who was merged since is meant by the old id as well.
		parts = append(parts, "SELECT CASE WHEN coalesce(m.merged_into, '') <> '' THEN m.merged_into ELSE ir.recipient_id END AS id, '' AS chosen, ir.data AS data"+
			" FROM import_rows AS ir LEFT JOIN recipients AS m ON m.id = ir.recipient_id WHERE ir.import_id = "+c.textArg(file))
	}
	if len(fits) > 0 {
		parts = append(parts, "SELECT r.id AS id, "+by+" AS chosen, '' AS data FROM recipients AS r WHERE r.erased_at = 0 AND r.merged_into = '' AND ("+strings.Join(fits, " OR ")+")")
	}
	if named := sortedSet(b.Audience.Recipients); len(named) > 0 {
		parts = append(parts, "SELECT v.value AS id, '' AS chosen, '' AS data FROM "+c.listed(named))
	}
	return strings.Join(parts, " UNION ALL "), nil
}

// AudiencePerson finds one of the audience: among those written down once it is
// frozen, among those it would have now before that.
func (db *DB) AudiencePerson(ctx context.Context, b broadcast.Broadcast, recipient string, now time.Time) (broadcast.Person, error) {
	data, err := "", error(nil)
	if b.Hash != "" {
		err = db.latest().NewSelect().Table("broadcast_people").Column("data").
			Where("broadcast_id = ?", b.ID).Where("recipient_id = ?", recipient).Scan(ctx, &data)
	} else {
		data, err = db.audienceData(ctx, b, recipient, now)
	}
	return broadcast.Person{ID: recipient, Data: raw(data)}, during(err, "find %s in the audience of broadcast %s", recipient, b.ID)
}

func (db *DB) audienceData(ctx context.Context, b broadcast.Broadcast, recipient string, now time.Time) (string, error) {
	c := db.ruler(now)
	rows, err := db.audienceText(ctx, c, b)
	if err != nil {
		return "", err
	}
	text := "SELECT max(q.data) FROM (" + rows + ") AS q WHERE q.id = " + c.textArg(recipient) + " GROUP BY q.id"
	data, in := "", false
	err = db.ruled(ctx, text, c.args, func(s scanner) error {
		in = true
		return s.Scan(&data)
	})
	if err == nil && !in {
		err = notify.ErrNotFound
	}
	return data, err
}

// digestPeople counts the audience and makes one hash of everybody in it and of
// what is said to them alone.
func digestPeople(ctx context.Context, tx bun.Tx, id string) (int, string, error) {
	rows, err := tx.QueryContext(ctx, "SELECT recipient_id, data FROM broadcast_people WHERE broadcast_id = ? ORDER BY recipient_id", id)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = rows.Close() }()
	n, sum := 0, sha256.New()
	for rows.Next() {
		var recipient, data string
		if err := rows.Scan(&recipient, &data); err != nil {
			return 0, "", err
		}
		n++
		if err := addTo(sum, recipient, data); err != nil {
			return 0, "", err
		}
	}
	return n, hex.EncodeToString(sum.Sum(nil)), rows.Err()
}

func addTo(sum hash.Hash, texts ...string) error {
	for _, text := range texts {
		if _, err := fmt.Fprintf(sum, "%d:%s", len(text), text); err != nil {
			return err
		}
	}
	return nil
}

// SampleAudience returns some of the audience, spread over all of it.
func (db *DB) SampleAudience(ctx context.Context, id string, most int) ([]broadcast.Person, error) {
	var rows []struct{ RecipientID, Data string }
	err := db.latest().NewRaw(`SELECT recipient_id, data FROM (SELECT recipient_id, data, row_number() OVER (ORDER BY recipient_id) - 1 AS place,
			count(*) OVER () AS n FROM broadcast_people WHERE broadcast_id = ?) AS q
		WHERE q.n <= ? OR q.place % (q.n / ?) = 0 ORDER BY recipient_id LIMIT ?`, id, most, most, most).Scan(ctx, &rows)
	list := make([]broadcast.Person, len(rows))
	for i, row := range rows {
		list[i] = broadcast.Person{ID: row.RecipientID, Data: raw(row.Data)}
	}
	return list, during(err, "sample the audience of broadcast %s", id)
}

const frozenText = `SELECT recipient_id, chosen_by, data FROM broadcast_people WHERE broadcast_id = $1 AND recipient_id > $2
	ORDER BY recipient_id LIMIT $3`

// frozenPage is the next page of a broadcast's audience.
func (db *DB) frozenPage(ctx context.Context, q dispatch.AudienceQuery) ([]dispatch.Selected, error) {
	page := make([]dispatch.Selected, 0, q.Limit)
	err := db.read(ctx, frozenText, []any{q.Broadcast, q.After, q.Limit}, func(s scanner) error {
		var one dispatch.Selected
		var data string
		err := s.Scan(&one.ID, &one.By, &data)
		one.Data = raw(data)
		page = append(page, one)
		return err
	})
	return page, during(err, "read the audience of broadcast %s", q.Broadcast)
}
