package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"clarion/backend/notify"
)

// rowDetail is what the detail of a row may say; nil is what it does not.
type rowDetail struct {
	Integration *scalar `json:"integration"`
	From        *scalar `json:"from"`
	Reason      *scalar `json:"reason"`
	Outcome     *scalar `json:"outcome"`
	Code        *scalar `json:"code"`
	Attempt     *scalar `json:"attempt"`
}

// scalar is a value of any type as text: vendors' codes are numbers here, words there.
type scalar string

// UnmarshalJSON takes text without its quotes and anything else as it stands.
func (s *scalar) UnmarshalJSON(raw []byte) error {
	if len(raw) == 0 || raw[0] != '"' {
		*s = scalar(raw)
		return nil
	}
	return json.Unmarshal(raw, (*string)(s))
}

// firstSaid is the first that was said.
func firstSaid(values ...*scalar) (string, bool) {
	for _, v := range values {
		if v != nil {
			return string(*v), true
		}
	}
	return "", false
}

// tell makes the flat row of a row of message_events. A message that is gone
// leaves what the row itself knows: whoever copies counts on a full batch.
func (about streamSubjects) tell(e *streamRow, out *notify.DeliveryEvent) error {
	var d rowDetail
	if len(bytes.TrimSpace(e.detail)) > 0 {
		if err := json.Unmarshal(e.detail, &d); err != nil {
			return fmt.Errorf("its detail: %w", err)
		}
	}
	m := about.messages[e.messageID]
	if m == nil {
		m = &streamMessage{told: notify.DeliveryEvent{Channel: e.channel, Source: e.source}, createdAt: e.at, acceptedAt: e.at}
	}
	*out = m.told
	out.Seq, out.At, out.Kind, out.First, out.MessageID = e.seq, e.at, e.kind, e.first, e.messageID
	t, err := m.attemptOf(e, d)
	if err != nil {
		return err
	}
	out.Attempt = t.number
	if named, ok := firstSaid(d.Integration, d.From); ok {
		out.Integration = named
	} else {
		out.Integration = t.integration
	}
	account, known := about.integrations[out.Integration]
	if out.Provider = account.provider; !known && t.integration == string(notify.InApp) {
		out.Provider = string(notify.InApp)
	}
	if streamStatuses[e.kind] {
		out.Status = e.kind
	}
	out.Reason, out.ErrorClass, out.ErrorCode = reasonOf(e, d, m), classOf(e, d, t), codeOf(e, d, t)
	out.LatencyUS = max(e.at-m.acceptedAt, 0)
	if e.kind == "sent" || e.kind == "delivered" && t.number > 0 && t.endedAt == e.at {
		out.QueueUS = max(m.firstCall()-m.createdAt, 0)
		out.CostMicros = account.cost * int64(max(m.told.Parts, 1))
	}
	return nil
}

// streamStatuses are the kinds of rows that are states of a message.
var streamStatuses = map[string]bool{
	"held": true, "queued": true, "sending": true, "sent": true, "delivered": true, "failed": true, "skipped": true, "expired": true,
	"cancelled": true, "unknown": true,
}

// attempted are the kinds of rows that are ends of an attempt which failed.
var attempted = map[string]bool{"retry": true, "failover": true, "deferred": true, "unknown": true, "resent": true}

// attemptOf is the one that the row names, or the last that had begun; one
// without a number when there was none.
func (m *streamMessage) attemptOf(e *streamRow, d rowDetail) (streamAttempt, error) {
	if e.first {
		return streamAttempt{}, nil
	}
	named, ok := firstSaid(d.Attempt)
	if !ok {
		for i := len(m.attempts) - 1; i >= 0; i-- {
			if m.attempts[i].startedAt <= e.at {
				return m.attempts[i], nil
			}
		}
		return streamAttempt{}, nil
	}
	number, err := strconv.Atoi(named)
	if err != nil {
		return streamAttempt{}, fmt.Errorf("its attempt: %w", err)
	}
	for _, a := range m.attempts {
		if a.number == number {
			return a, nil
		}
	}
	return streamAttempt{}, nil
}

// firstCall is when a vendor was called for the first time.
func (m *streamMessage) firstCall() int64 {
	if len(m.attempts) > 0 && m.attempts[0].number == 1 {
		return m.attempts[0].startedAt
	}
	return m.createdAt
}

func reasonOf(e *streamRow, d rowDetail, m *streamMessage) string {
	if reason, ok := firstSaid(d.Reason); ok {
		return reason
	}
	if e.kind == "skipped" {
		return m.skip
	}
	return ""
}

// classOf is how the row ended an attempt. A message that a vendor had taken and
// that failed after all did so by a receipt.
func classOf(e *streamRow, d rowDetail, t streamAttempt) string {
	if e.kind == "sent" || e.kind == "delivered" {
		return "ok"
	}
	if outcome, ok := firstSaid(d.Outcome); ok {
		return outcome
	}
	switch {
	case attempted[e.kind]:
		return t.outcome
	case e.kind != "failed" || t.number == 0:
		return ""
	case t.outcome == "" || t.outcome == "ok":
		return "receipt"
	}
	return t.outcome
}

func codeOf(e *streamRow, d rowDetail, t streamAttempt) string {
	if code, ok := firstSaid(d.Code); ok {
		return code
	}
	if attempted[e.kind] || e.kind == "failed" {
		return t.errorCode
	}
	return ""
}
