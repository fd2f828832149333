package dingtalkwork

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// errTold stands for what DingTalk answered instead of a result.
var errTold = errors.New("DingTalk did not tell")

// result is what DingTalk has done with one task so far, by user ids.
type result struct {
	Invalid   []string `json:"invalid_user_id_list"`
	Forbidden []string `json:"forbidden_user_id_list"`
	Failed    []string `json:"failed_user_id_list"`
	Read      []string `json:"read_user_id_list"`
	Unread    []string `json:"unread_user_id_list"`
}

// Inquire asks task by task, the only way DingTalk tells. It stops at the first
// refusal: who is asked too often answers nobody.
func (s *sender) Inquire(ctx context.Context, about []notify.Inquiry) ([]notify.Receipt, error) {
	var receipts []notify.Receipt
	for _, q := range about {
		task, err := strconv.ParseInt(q.ProviderMessageID, 10, 64)
		if err != nil {
			continue // not a task of DingTalk
		}
		var said result
		r := s.pass.Use(ctx, func(token string) notify.Result {
			return s.line.Ask(ctx, provider.Request{
				Method: http.MethodPost, URL: s.at("/topapi/message/corpconversation/getsendresult", token), Hide: []string{token},
				Body: provider.RawJSON(map[string]any{"agent_id": s.agent, "task_id": task}),
			}, func(a provider.Answer) notify.Result { return readResult(a, &said) })
		})
		if r.Outcome != notify.OK {
			return receipts, fmt.Errorf("task %d: %s: %s: %w", task, r.Code, r.Detail, errTold)
		}
		if receipt, known := said.receipt(q); known {
			receipts = append(receipts, receipt)
		}
	}
	return receipts, nil
}

func readResult(a provider.Answer, into *result) notify.Result {
	var answer struct {
		Result *result `json:"send_result"`
	}
	if a.Yes(&answer) && answer.Result != nil {
		*into = *answer.Result
		return notify.Result{Outcome: notify.OK}
	}
	return refusal(a)
}

// receipt is what the lists say about the one person of a message.
func (r result) receipt(q notify.Inquiry) (notify.Receipt, bool) {
	of := notify.Receipt{MessageID: q.MessageID, ProviderMessageID: q.ProviderMessageID}
	switch {
	case slices.Contains(r.Read, q.Address):
		of.Status, of.Engagement, of.DedupKey = notify.Delivered, notify.EngagedRead, "read"
	case slices.Contains(r.Unread, q.Address):
		of.Status, of.DedupKey = notify.Delivered, "delivered"
	case slices.Contains(r.Invalid, q.Address):
		of.Status, of.Suppress, of.Code, of.Detail = notify.Failed, notify.Bounce, "invalid_user", "DingTalk knows no such person."
	case slices.Contains(r.Forbidden, q.Address):
		of.Status, of.Code, of.Detail = notify.Failed, "forbidden", "DingTalk held it back: the same words on one day, or too many."
	case slices.Contains(r.Failed, q.Address):
		of.Status, of.Code, of.Detail = notify.Failed, "failed", "DingTalk could not hand it over."
	default:
		return of, false
	}
	if of.DedupKey == "" {
		of.DedupKey = of.Code
	}
	of.DedupKey = q.ProviderMessageID + ":" + of.DedupKey
	return of, true
}
