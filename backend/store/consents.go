package store

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/consent"
	"clarion/backend/notify"
)

var (
	_ consent.Store      = (*DB)(nil)
	_ consent.ChainStore = (*DB)(nil)
)

type consentRow struct {
	bun.BaseModel `bun:"table:consents,alias:c"`

	Place       int64  `bun:",pk"`
	ID          string `bun:"id"`
	At          int64
	RecipientID string
	Kind        string
	Source      string
	Actor       string
	MessageID   string
	Content     string
	ContentHash string
	Seal        string
}

func rowOfConsent(s consent.Sealed) consentRow {
	return consentRow{
		Place: s.Place, ID: s.ID, At: micros(s.At), RecipientID: s.Recipient, Kind: string(s.Kind), Source: string(s.Source),
		Actor: s.Actor, MessageID: s.MessageID, Content: s.Text, ContentHash: s.Hash, Seal: s.Seal,
	}
}

func (r consentRow) sealed() (consent.Sealed, error) {
	return consent.Sealed{Text: r.Content, Hash: r.ContentHash, Seal: r.Seal, Record: consent.Record{
		Place: r.Place, ID: r.ID, At: fromMicros(r.At), Recipient: r.RecipientID, Kind: notify.ConsentKind(r.Kind),
		Source: notify.ConsentSource(r.Source), Actor: r.Actor, MessageID: r.MessageID,
	}}, nil
}

func (r consentRow) word() (consent.Record, error) {
	s, err := r.sealed()
	if err == nil {
		err = s.Read()
	}
	return s.Record, err
}

// say appends what was said to the consent log, in the transaction that acts on
// it. It comes last there: the end of the chain is held until the commit, and
// who holds it must not wait for anything else. What is said for somebody who was
// erased meanwhile is not kept; a suppression stands without it.
func (db *DB) say(ctx context.Context, tx bun.Tx, list []notify.Consent, now time.Time) error {
	if len(list) == 0 {
		return nil
	}
	if err := db.holdChoices(ctx, tx, list, now); err != nil {
		return err
	}
	h, err := db.holdChain(ctx, tx)
	if err != nil {
		return err
	}
	gone, err := erasedOf(ctx, tx, list)
	if err != nil {
		return err
	}
	if err := dropChoices(ctx, tx, gone); err != nil {
		return err
	}
	list = slices.DeleteFunc(slices.Clone(list), func(c notify.Consent) bool { return gone[c.Recipient] && c.Kind != notify.ConsentErased })
	if len(list) == 0 {
		return nil
	}
	rows := make([]consentRow, len(list))
	for i, c := range list {
		sealed, next, err := consent.Next(h, c, now)
		if err != nil {
			return err
		}
		rows[i], h = rowOfConsent(sealed), next
	}
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return err
	}
	if _, err := tx.NewUpdate().Table("consent_head").Set("place = ?, seal = ?", h.Place, h.Seal).Where("id = 1").Exec(ctx); err != nil {
		return err
	}
	return pin(ctx, tx, rows)
}

// holdChain locks the end of the chain. An erasure empties what was said while it
// holds it, so whoever comes before is emptied and whoever comes after finds the
// person erased.
func (db *DB) holdChain(ctx context.Context, tx bun.Tx) (consent.Head, error) {
	var h consent.Head
	q := tx.NewSelect().Table("consent_head").Column("place", "seal").Where("id = 1")
	return h, db.lock(q, "UPDATE").Scan(ctx, &h)
}

// erasedOf are those of whom statements are who have been erased, by whatever id.
func erasedOf(ctx context.Context, tx bun.Tx, list []notify.Consent) (map[string]bool, error) {
	var ids, found []string
	for _, c := range list {
		if c.Recipient != "" {
			ids = append(ids, c.Recipient)
		}
	}
	gone := map[string]bool{}
	if len(ids) == 0 {
		return gone, nil
	}
	err := tx.NewRaw(`SELECT r.id FROM recipients AS r LEFT JOIN recipients AS t ON t.id = r.merged_into
		WHERE r.id IN (?) AND CASE WHEN r.merged_into = '' THEN r.erased_at ELSE t.erased_at END > 0`, bun.List(sortedSet(ids))).Scan(ctx, &found)
	for _, id := range found {
		gone[id] = true
	}
	return gone, err
}

// dropChoices removes what holdChoices made for people who have none any more.
func dropChoices(ctx context.Context, tx bun.Tx, gone map[string]bool) error {
	if len(gone) == 0 {
		return nil
	}
	ids := slices.Sorted(maps.Keys(gone))
	_, err := tx.NewDelete().Table("preferences").Where("recipient_id IN (?)", bun.List(ids)).Exec(ctx)
	return err
}

// spoken are the people whose choices a list of statements is about, in order.
func spoken(list []notify.Consent) []string {
	var ids []string
	for _, c := range list {
		if c.Recipient != "" && c.Kind.Stands() {
			ids = append(ids, c.Recipient)
		}
	}
	return sortedSet(ids)
}

// holdChoices locks the rows that pin will change, before the end of the chain
// is locked and in one order, so that nobody waits for each other.
func (db *DB) holdChoices(ctx context.Context, tx bun.Tx, list []notify.Consent, now time.Time) error {
	for _, id := range spoken(list) {
		if _, err := tx.ExecContext(ctx, `INSERT INTO preferences (recipient_id, document, updated_at) VALUES (?, '{}', ?)
			ON CONFLICT (recipient_id) DO UPDATE SET recipient_id = EXCLUDED.recipient_id`, id, micros(now)); err != nil {
			return err
		}
	}
	return nil
}

// pin keeps with a recipient's choices which record they stand at: it is what
// the next message is sent under.
func pin(ctx context.Context, tx bun.Tx, rows []consentRow) error {
	for _, r := range rows {
		if r.RecipientID == "" || !notify.ConsentKind(r.Kind).Stands() {
			continue
		}
		if _, err := tx.ExecContext(ctx, "UPDATE preferences SET consent_place = ? WHERE recipient_id = ?", r.Place, r.RecipientID); err != nil {
			return err
		}
	}
	return nil
}

// AppendConsent stores what was said without changing anything else. Who was
// erased meanwhile is not found.
func (db *DB) AppendConsent(ctx context.Context, c notify.Consent, now time.Time) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		said := []notify.Consent{c}
		if err := db.say(ctx, tx, said, now); err != nil {
			return err
		}
		// The end of the chain is held now: what is found here stays so.
		gone, err := erasedOf(ctx, tx, said)
		if err == nil && gone[c.Recipient] {
			err = errors.Join(notify.ErrNotFound, errErased)
		}
		return err
	})
	return during(err, "keep what %s said", c.Recipient)
}

// onceOrNow are the ids of a person: theirs, and those that were merged into it. It
// takes the id twice, and is a list that leads: with an OR the log itself would.
const onceOrNow = "SELECT ? UNION ALL SELECT id FROM recipients WHERE merged_into <> '' AND merged_into = ?"

// Consents returns a page of the log, newest first.
func (db *DB) Consents(ctx context.Context, f consent.Filter, p notify.Page) ([]consent.Record, string, error) {
	var rows []consentRow
	query := db.latest().NewSelect().Model(&rows)
	for _, c := range []condition{
		when(f.Recipient != "", "c.recipient_id IN ("+onceOrNow+")", f.Recipient, f.Recipient),
		when(f.Kind != "", "c.kind = ?", string(f.Kind)),
		when(f.Source != "", "c.source = ?", string(f.Source)),
		when(f.Channel != "", "(c.content LIKE ? ESCAPE '!' OR c.content LIKE ? ESCAPE '!')",
			contentHolds(`"channel":"`+string(f.Channel)+`"`), contentHolds(`channels.`+string(f.Channel)+`"`)),
		when(f.Category != "", "(c.content LIKE ? ESCAPE '!' OR c.content LIKE ? ESCAPE '!')",
			contentHolds(`"category":"`+f.Category+`"`), contentHolds(`"path":"categories.`+f.Category+`.`)),
		when(f.Message != "", "c.message_id = ?", f.Message),
		when(!f.From.IsZero(), "c.at >= ?", micros(f.From)),
		when(!f.To.IsZero(), "c.at < ?", micros(f.To)),
	} {
		c.on(query)
	}
	if err := paged(query, p, "c.id", "DESC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list the consent log")
	}
	rows, next := cut(rows, p, func(r consentRow) string { return r.ID })
	list, err := listed(rows, consentRow.word)
	return list, next, err
}

// contentHolds is the pattern of a content that holds a piece of JSON. What people
// read or wrote cannot look like one: quotes within a text are escaped.
func contentHolds(piece string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(piece) + "%"
}

// Said reports whether the log holds a record of a kind about a recipient.
func (db *DB) Said(ctx context.Context, recipient string, kind notify.ConsentKind) (bool, error) {
	found, err := db.latest().NewSelect().Table("consents").Where("recipient_id = ? AND kind = ?", recipient, string(kind)).Exists(ctx)
	return found, during(err, "find what %s said", recipient)
}

// ConsentChain returns records as they are stored, oldest first.
func (db *DB) ConsentChain(ctx context.Context, after int64, limit int) ([]consent.Sealed, error) {
	var rows []consentRow
	err := db.latest().NewSelect().Model(&rows).Where("c.place > ?", after).OrderExpr("c.place").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, during(err, "walk the consent log")
	}
	return listed(rows, consentRow.sealed)
}

// ConsentHead returns where the chain says that it ends.
func (db *DB) ConsentHead(ctx context.Context) (consent.Head, error) {
	var h consent.Head
	err := db.latest().NewSelect().Table("consent_head").Column("place", "seal").Where("id = 1").Scan(ctx, &h)
	return h, during(err, "find the end of the consent log")
}
