package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// chainPage is how many records Verify reads at a time.
const chainPage = 500

// Log records and reads.
type Log struct {
	Store     Store
	Announced Announcements
	Clock     notify.Clock
}

// Record appends an entry, without its secrets.
func (l *Log) Record(ctx context.Context, e Entry) error {
	r, err := l.record(e)
	if err != nil {
		return err
	}
	if err := l.Store.AppendAudit(ctx, r, r.seal); err != nil {
		return fmt.Errorf("record %s of %s %s: %w", e.Action, e.Target.Kind, e.Target.ID, err)
	}
	return nil
}

// record makes the record of an entry as of now.
func (l *Log) record(e Entry) (Record, error) {
	before, err := document(e.Before)
	if err != nil {
		return Record{}, fmt.Errorf("record %s: before: %w", e.Action, err)
	}
	after, err := document(e.After)
	if err != nil {
		return Record{}, fmt.Errorf("record %s: after: %w", e.Action, err)
	}
	id := e.Begun
	if id == "" {
		id = notify.NewID(notify.AuditID)
	}
	return Record{
		ID: id, At: l.Clock.Now().UTC().Truncate(time.Microsecond), Actor: e.Actor, Outcome: e.Outcome,
		Action: e.Action, Target: e.Target, Before: before, After: after, TraceID: e.TraceID, IP: e.IP,
	}, nil
}

// List returns a page, newest first.
func (l *Log) List(ctx context.Context, f Filter, p notify.Page) ([]Record, string, error) {
	return l.Store.AuditRecords(ctx, f, p)
}

// Find returns one record whole.
func (l *Log) Find(ctx context.Context, id string) (Record, error) {
	return l.Store.AuditRecord(ctx, id)
}

// Verdict is what checking the chain found. BrokenAt is the first record whose
// seal is not the one its content makes; empty when all is well.
type Verdict struct {
	Checked  int    `json:"checked"`
	Intact   bool   `json:"intact"`
	BrokenAt string `json:"broken_at,omitempty"`
	// Seal is the newest seal. Whoever writes it down elsewhere can tell later
	// that nothing up to it was taken away.
	Seal string `json:"seal"`
}

// Verify walks the whole chain.
func (l *Log) Verify(ctx context.Context) (Verdict, error) {
	v := Verdict{Intact: true}
	var place int64
	for {
		page, err := l.Store.AuditChain(ctx, place, chainPage)
		if err != nil {
			return v, fmt.Errorf("walk the audit log: %w", err)
		}
		for _, s := range page {
			if s.Record.seal(v.Seal) != s.Seal {
				v.Intact, v.BrokenAt = false, s.ID
				return v, nil
			}
			v.Checked, v.Seal, place = v.Checked+1, s.Seal, s.Place
		}
		if len(page) < chainPage {
			return v, nil
		}
	}
}

// seal is the hash of a record and of the seal before it: a record that is
// changed, or taken out of the middle, breaks the chain from there on.
func (r Record) seal(previous string) string {
	parts := []string{
		previous, r.ID, fmt.Sprint(r.At.UnixMicro()), string(r.Actor.Kind), r.Actor.ID, r.Actor.Name, r.Action,
		r.Target.Kind, r.Target.ID, string(r.Before), string(r.After), r.TraceID, r.IP,
	}
	if r.Outcome != Done { // seals from before there were outcomes stay true
		parts = append(parts, string(r.Outcome))
	}
	text, err := json.Marshal(parts)
	if err != nil {
		panic("texts can always be written as JSON: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
