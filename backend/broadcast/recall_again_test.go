package broadcast

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestWhatFailedIsTakenBackAgainAndNothingElse(t *testing.T) {
	t.Parallel()
	started := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		state  Recall
		ended  State
		failed int
		code   string
		forget bool
		kind   string
	}{
		"what was never asked for begins":     {"", Completed, 0, "", false, "recalled"},
		"what failed is tried once more":      {Recalled, Cancelled, 3, "", true, "recall_again"},
		"where nothing failed nothing is":     {Recalled, Cancelled, 0, "nothing_failed", false, ""},
		"one recall at a time":                {Recalling, Cancelled, 3, "running", false, ""},
		"what is being sent is cancelled":     {"", Sending, 0, "wrong_state", false, ""},
		"what never began has nothing to ask": {"", Cancelled, 0, "wrong_state", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			b := h.made(plan)
			b.State, b.Recall, b.StartedAt, b.EventID, b.Reason = tt.ended, tt.state, started, "evt_1", "wrong price"
			if name == "what never began has nothing to ask" {
				b.StartedAt = time.Time{}
			}
			h.store.all[b.ID] = b
			h.store.progress = Progress{Recalls: map[RecallOutcome]int{RecallMistaken: tt.failed, RecallDeleted: 5}}
			now, err := h.desk.Recall(t.Context(), b.ID, "", approver)
			if tt.code != "" {
				require.ErrorIs(t, err, notify.ErrConflict)
				var invalid *notify.Invalid
				require.ErrorAs(t, err, &invalid)
				require.Equal(t, tt.code, invalid.Fields[0].Code)
				return
			}
			require.NoError(t, err)
			require.Equal(t, []any{Cancelled, Recalling, "Bo"}, []any{now.State, now.Recall, now.EndedBy})
			require.Equal(t, tt.forget, h.store.forgotten)
			require.Equal(t, tt.forget, now.RecallRound == 1)
			require.Equal(t, tt.kind, h.store.history[len(h.store.history)-1].Kind)
		})
	}
}

// singles keeps one message, which stopping cancels when it has not gone out.
type singles struct {
	sent  Sent
	taken Taken
	stops int
}

func (s *singles) SentMessage(context.Context, string) (Sent, Taken, error) {
	if s.sent.MessageID == "" {
		return Sent{}, Taken{}, notify.ErrNotFound
	}
	return s.sent, s.taken, nil
}

func (s *singles) StopMessage(context.Context, string, time.Time) error {
	if s.stops++; s.sent.Status == notify.Queued {
		s.sent.Status = notify.Cancelled
	}
	return nil
}

func TestASingleMessageIsTakenBackOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	ok, refused := notify.Result{Outcome: notify.OK}, notify.Result{Outcome: notify.AuthConfig, Detail: "the token is revoked"}
	for name, tt := range map[string]struct {
		sent   Sent
		before RecallOutcome
		answer []notify.Result
		want   RecallOutcome
		detail string
		code   string
	}{
		"what waits is stopped":                   {went("m", notify.Email, notify.Queued), "", nil, RecallStopped, "", ""},
		"what is on its way is asked for again":   {went("m", notify.Email, notify.Sending), "", nil, "", "", "on_its_way"},
		"an item of an inbox is removed":          {went("m", notify.InApp, notify.Delivered), "", nil, RecallDeleted, "", ""},
		"a post is deleted by its vendor":         {went("m", notify.Slack, notify.Sent), "", []notify.Result{ok}, RecallDeleted, "", ""},
		"an email stays":                          {went("m", notify.Email, notify.Delivered), "", nil, RecallCannot, "What goes by this channel and vendor cannot be taken back.", ""},
		"what a vendor refused may be tried anew": {went("m", notify.Slack, notify.Sent), RecallMistaken, []notify.Result{refused}, RecallMistaken, "the token is revoked", ""},
		"what was taken back is not again":        {went("m", notify.InApp, notify.Delivered), RecallDeleted, nil, "", "", "recalled"},
		"what cannot be is not asked for again":   {went("m", notify.Email, notify.Delivered), RecallCannot, nil, "", "", "recalled"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			h.shelf.answers["m"] = tt.answer
			books := &singles{sent: tt.sent, taken: Taken{Outcome: tt.before}}
			one := &Single{Recaller: h.engine.life.Recaller, Books: books}
			taken, err := one.Recall(t.Context(), "m")
			if tt.code != "" {
				var invalid *notify.Invalid
				require.ErrorAs(t, err, &invalid)
				require.Equal(t, tt.code, invalid.Fields[0].Code)
				return
			}
			require.NoError(t, err)
			require.Equal(t, []any{tt.want, tt.detail}, []any{taken.Outcome, taken.Detail})
			require.True(t, h.shelf.taken["m"].Note, "its timeline says so")
		})
	}
	_, err := (&Single{Recaller: open(t).engine.life.Recaller, Books: &singles{}}).Recall(t.Context(), "m")
	require.ErrorIs(t, err, notify.ErrNotFound)
}
