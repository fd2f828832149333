package saga

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

// fault is how a step of the world fails.
type fault string

const (
	none        fault = "none"
	refuses     fault = "refuses"
	fails       fault = "fails before it does anything, always"
	failsOnce   fault = "fails before it does anything, once"
	losesOnce   fault = "does it and loses the answer, once"
	losesAlways fault = "does it and loses the answer, always"
	hangs       fault = "does it and never answers"
	panicsOnce  fault = "panics after it did it, once"
)

var faults = []fault{none, refuses, fails, failsOnce, losesOnce, losesAlways, hangs, panicsOnce}

// world is where the steps have their effects: what stands, by key, and what may
// never stand again.
type world struct {
	mu     sync.Mutex
	step   string
	fault  fault
	undo   int // so often the compensation of step fails
	stands map[string]int
	closed map[string]bool
	used   bool
}

var errBroken = errors.New("connection reset")

// do applies an effect once per key, unless it was taken back before.
func (w *world) do(key string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed[key] {
		return Refusal{"it was taken back"}
	}
	if w.stands[key] == 0 {
		w.stands[key]++
	}
	return nil
}

// bites reports whether a step fails now.
func (w *world) bites(step string) fault {
	w.mu.Lock()
	defer w.mu.Unlock()
	if step != w.step {
		return none
	}
	once := w.fault == failsOnce || w.fault == losesOnce || w.fault == panicsOnce
	if once && w.used {
		return none
	}
	w.used = true
	return w.fault
}

func (w *world) act(ctx context.Context, c Call, key string) error {
	bite := w.bites(c.Step)
	switch bite {
	case refuses:
		return Refusal{"out of stock"}
	case fails, failsOnce:
		return errBroken
	}
	if err := w.do(key); err != nil {
		return err
	}
	switch bite {
	case losesOnce, losesAlways:
		return errBroken
	case hangs:
		<-ctx.Done()
		return ctx.Err()
	case panicsOnce:
		panic("a bug")
	}
	return nil
}

func (w *world) takeBack(c Call, keys ...string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.Step == w.step && w.undo > 0 {
		w.undo--
		return errBroken
	}
	for _, key := range keys {
		delete(w.stands, key)
		w.closed[key] = true
	}
	return nil
}

const pages = 3

func (w *world) plain(ctx context.Context, c Call) (Answer, error) {
	if err := w.act(ctx, c, c.Key); err != nil {
		return Answer{}, err
	}
	return Finish(map[string]string{"key": c.Key}), nil
}

func (w *world) plainBack(_ context.Context, c Call) (Answer, error) {
	return Finish(nil), w.takeBack(c, c.Key)
}

// paged does one page after the other.
func (w *world) paged(ctx context.Context, c Call) (Answer, error) {
	page := 0
	if c.Checkpoint != nil {
		if err := json.Unmarshal(c.Checkpoint, &page); err != nil {
			return Answer{}, err
		}
	}
	if page == pages {
		return Finish(page), nil
	}
	if err := w.act(ctx, c, fmt.Sprintf("%s %d", c.Key, page)); err != nil {
		return Answer{}, err
	}
	return More(page + 1), nil
}

func (w *world) pagedBack(_ context.Context, c Call) (Answer, error) {
	var keys []string
	for page := range pages {
		keys = append(keys, fmt.Sprintf("%s %d", c.Key, page))
	}
	return Finish(nil), w.takeBack(c, keys...)
}

// approved waits for a person before it does anything.
func (w *world) approved(ctx context.Context, c Call) (Answer, error) {
	if _, ok := c.Signals["decision"]; !ok {
		return Await(Wait{Kind: ForApproval, Signal: "decision"}), nil
	}
	return w.plain(ctx, c)
}

// sagaOfAll has a step of every sort, one of them without a compensation that has
// no effect either.
func (w *world) sagaOfAll(timeout time.Duration) Definition {
	retry := Retry{Tries: 3, First: time.Second, Most: time.Minute}
	step := func(name string, do, undo Action) StepDefinition {
		return StepDefinition{Name: name, Do: do, Undo: undo, Timeout: timeout, Retry: retry, UndoRetry: retry}
	}
	return Definition{Name: "all", Steps: []StepDefinition{
		step("first", w.plain, w.plainBack), step("approval", w.approved, w.plainBack),
		step("note", func(context.Context, Call) (Answer, error) { return Finish(nil), nil }, nil),
		step("pages", w.paged, w.pagedBack), step("last", w.plain, w.plainBack),
	}}
}

// effects are the keys that stand when all is done.
func effects(id string) []string {
	return []string{id + "/first", id + "/approval", id + "/pages 0", id + "/pages 1", id + "/pages 2", id + "/last"}
}
