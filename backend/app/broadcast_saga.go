package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"clarion/backend/broadcast"
	"clarion/backend/notify"
	"clarion/backend/saga"
)

// The sagas of broadcasts: one for each submission, and one for taking back what
// had gone out of a broadcast that had ended.
const (
	broadcastSaga = "broadcast"
	recallSaga    = "broadcast_recall"
)

// broadcastTimeout is how long one call of a step may take: taking down an
// audience of millions, or a page of vendors' calls.
const broadcastTimeout = 5 * time.Minute

// broadcastDefinitions are the sagas of broadcasts.
func broadcastDefinitions(l *broadcast.Lifecycle) []saga.Definition {
	retry := saga.Retry{Tries: 8, First: 250 * time.Millisecond, Most: 30 * time.Second}
	step := func(s broadcast.Step) saga.StepDefinition {
		return saga.StepDefinition{Name: string(s), Timeout: broadcastTimeout, Retry: retry, UndoRetry: retry, Do: broadcastAction(s, l.Do)}
	}
	whole := saga.Definition{Name: broadcastSaga}
	for _, stage := range broadcast.Stages {
		one := step(stage.Step)
		if stage.Undoes {
			one.Undo = broadcastAction(stage.Step, l.Undo)
		}
		whole.Steps = append(whole.Steps, one)
	}
	return []saga.Definition{whole, {Name: recallSaga, Steps: []saga.StepDefinition{step(broadcast.RecallStep)}}}
}

// broadcastAction says a step of a broadcast in the words of the engine.
func broadcastAction(step broadcast.Step, do func(context.Context, broadcast.Step, broadcast.Ask) (broadcast.Answer, error)) saga.Action {
	return func(ctx context.Context, c saga.Call) (saga.Answer, error) {
		var ask broadcast.Ask
		if err := json.Unmarshal(c.Input, &ask); err != nil {
			return saga.Answer{}, fmt.Errorf("read which broadcast it is: %w", err)
		}
		ask.Checkpoint, ask.Why = c.Checkpoint, reasonOf(c.Why)
		answer, err := do(ctx, step, ask)
		var no broadcast.Refusal
		switch {
		case errors.As(err, &no):
			return saga.Answer{}, saga.Refusal{Reason: no.Reason}
		case err != nil:
			return saga.Answer{}, err
		case answer.Signal == broadcast.ApprovedSignal:
			return saga.Await(saga.Wait{Kind: saga.ForApproval, Signal: answer.Signal}), nil
		case answer.Signal != "":
			return saga.Await(saga.Wait{Kind: saga.ForEvent, Signal: answer.Signal}), nil
		case !answer.Until.IsZero():
			return saga.Await(saga.Wait{Kind: saga.ForTime, Until: answer.Until}), nil
		case answer.Checkpoint != nil:
			return saga.More(answer.Checkpoint), nil
		}
		return saga.Finish(answer.Output), nil
	}
}

// broadcastSagas runs them.
type broadcastSagas struct{ *house }

// Begin starts the saga of a submission once.
func (s broadcastSagas) Begin(ctx context.Context, b broadcast.Broadcast) (string, error) {
	return s.start(ctx, broadcastSaga, b, fmt.Sprintf("%s/%d", b.ID, b.Revision))
}

// Recall starts the saga that takes back what went out, once.
func (s broadcastSagas) Recall(ctx context.Context, b broadcast.Broadcast) (string, error) {
	ref := b.ID
	if b.RecallRound > 0 {
		ref = fmt.Sprintf("%s/%d", b.ID, b.RecallRound)
	}
	return s.start(ctx, recallSaga, b, ref)
}

func (s broadcastSagas) start(ctx context.Context, name string, b broadcast.Broadcast, ref string) (string, error) {
	by := b.SubmittedBy
	if name == recallSaga {
		by = b.EndedBy
	}
	begun, err := s.sagas.Start(ctx, saga.New{
		Name: name, Ref: ref, Title: b.Name, Input: broadcast.Ask{ID: b.ID, Revision: b.Revision}, TraceID: b.Trace(), By: by,
	})
	return begun.ID, err
}

// Tell gives a saga a signal.
func (s broadcastSagas) Tell(ctx context.Context, id, signal, by string) error {
	return s.sagas.Signal(ctx, id, saga.Signal{Name: signal, By: by})
}

// TakeBack asks for everything to be undone; one that ended stays as it is.
func (s broadcastSagas) TakeBack(ctx context.Context, id, by string) (bool, error) {
	err := s.sagas.Compensate(ctx, id, by)
	if err == nil {
		return false, nil
	}
	if !errors.Is(err, notify.ErrConflict) {
		return false, err
	}
	view, err := s.sagas.Get(ctx, id)
	return !view.State.Open(), err
}

// posts takes messages back from where they went.
type posts struct{ *house }

// Withdraw removes in-app items.
func (p posts) Withdraw(ctx context.Context, messages []string) error {
	return p.inbox.Withdraw(ctx, messages)
}

// Delete asks the vendor of a message to delete it.
func (p posts) Delete(ctx context.Context, s broadcast.Sent) (notify.Result, bool, error) {
	account, err := p.integrations.Account(ctx, s.Integration)
	if errors.Is(err, notify.ErrNotFound) {
		return notify.Result{Detail: "The account it went through is there no more."}, false, nil
	}
	if err != nil {
		return notify.Result{}, false, err
	}
	recaller, able := account.Sender.(notify.Recaller)
	if !able {
		return notify.Result{}, false, nil
	}
	if s.ProviderMessageID == "" {
		return notify.Result{Detail: "Its vendor gave it no id by which it could be found again."}, false, nil
	}
	return recaller.Recall(ctx, notify.Inquiry{MessageID: s.MessageID, ProviderMessageID: s.ProviderMessageID}), true, nil
}
