package consent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// keptAs is the setting that holds what the newest proof found.
const keptAs = "consent_proof"

// Kept keeps a text by its key.
type Kept interface {
	// Setting returns the text, or notify.ErrNotFound.
	Setting(ctx context.Context, key string) (string, error)
	PutSettings(ctx context.Context, values map[string]string) error
}

// Proven is what a proof found, and when.
type Proven struct {
	At time.Time `json:"at"`
	Verdict
}

// State is how the chain stands: where it ends, and what was proved of it last.
type State struct {
	Head   Head    `json:"head"`
	Proven *Proven `json:"proven"`
}

// Entry is a record with what proves it.
type Entry struct {
	Record

	Hash string `json:"hash"`
	Seal string `json:"seal"`
}

// State returns how the chain stands.
func (l *Log) State(ctx context.Context) (State, error) {
	head, err := l.Chain.ConsentHead(ctx)
	if err != nil {
		return State{}, fmt.Errorf("find the end of the consent log: %w", err)
	}
	text, err := l.Kept.Setting(ctx, keptAs)
	if errors.Is(err, notify.ErrNotFound) {
		return State{Head: head}, nil
	}
	if err != nil {
		return State{}, fmt.Errorf("find the newest proof of the consent log: %w", err)
	}
	var proven Proven
	if err := json.Unmarshal([]byte(text), &proven); err != nil {
		return State{}, fmt.Errorf("read the newest proof of the consent log: %w", err)
	}
	return State{head, &proven}, nil
}

// Prove walks the whole chain and keeps what it found. What was proved before is
// asked for again: a chain that was made anew from there does not pass.
func (l *Log) Prove(ctx context.Context) (State, error) {
	before, err := l.State(ctx)
	if err != nil {
		return State{}, err
	}
	var known Head
	if before.Proven != nil {
		known = before.Proven.Head
	}
	verdict, err := Verify(ctx, l.Chain, known)
	if err != nil {
		return State{}, err
	}
	proven := Proven{At: l.Clock.Now(), Verdict: verdict}
	if !verdict.Intact {
		verdict.Head = known // what held once is still asked for
	}
	text, err := json.Marshal(Proven{At: proven.At, Verdict: verdict})
	if err != nil {
		return State{}, fmt.Errorf("write a proof: %w", err)
	}
	if err := l.Kept.PutSettings(ctx, map[string]string{keptAs: string(text)}); err != nil {
		return State{}, fmt.Errorf("keep the proof of the consent log: %w", err)
	}
	return State{before.Head, &proven}, nil
}

// At returns the record at a place of the log.
func (l *Log) At(ctx context.Context, place int64) (Entry, error) {
	list, err := l.Chain.ConsentChain(ctx, place-1, 1)
	if err != nil {
		return Entry{}, fmt.Errorf("find consent record %d: %w", place, err)
	}
	if len(list) == 0 || list[0].Place != place {
		return Entry{}, fmt.Errorf("find consent record %d: %w", place, notify.ErrNotFound)
	}
	if err := list[0].Read(); err != nil {
		return Entry{}, err
	}
	found := []Record{list[0].Record}
	if err := l.name(ctx, found); err != nil {
		return Entry{}, err
	}
	return Entry{found[0], list[0].Hash, list[0].Seal}, nil
}
