package store

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/approval"
	"clarion/backend/broadcast"
	"clarion/backend/notify"
)

func TestTheQueueOfApprovalsFollowsBroadcasts(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		frozen := func(hash string) func(*broadcast.Broadcast) {
			return func(b *broadcast.Broadcast) {
				b.State, b.Hash, b.Note, b.SubmittedBy, b.SubmittedAt = broadcast.Submitted, hash, "by noon", "Bo", start
				b.Frozen = &broadcast.Frozen{}
			}
		}
		to := func(state broadcast.State) func(*broadcast.Broadcast) {
			return func(b *broadcast.Broadcast) {
				b.State = state
				switch state {
				case broadcast.Approved, broadcast.Rejected:
					b.DecidedBy, b.DecidedAt = "Ann", later
				case broadcast.Sending:
					b.StartedAt = later
				case broadcast.Draft:
					b.Hash, b.Frozen, b.DecidedBy = "", nil, ""
				}
			}
		}
		for name, tt := range map[string]struct {
			moves []func(*broadcast.Broadcast)
			want  []approval.State // newest first
		}{
			"a draft is nobody's to decide":          {[]func(*broadcast.Broadcast){to(broadcast.Draft)}, nil},
			"what is not frozen yet does not wait":   {[]func(*broadcast.Broadcast){to(broadcast.Submitted)}, nil},
			"what is frozen waits":                   {[]func(*broadcast.Broadcast){frozen("a"), frozen("a")}, []approval.State{approval.Waiting}},
			"approved, and still when it goes out":   {[]func(*broadcast.Broadcast){frozen("a"), to(broadcast.Approved), to(broadcast.Sending), to(broadcast.Cancelled)}, []approval.State{approval.Approved}},
			"rejected, and submitted again":          {[]func(*broadcast.Broadcast){frozen("a"), to(broadcast.Rejected), frozen("b")}, []approval.State{approval.Waiting, approval.Rejected}},
			"an edit voids what waits":               {[]func(*broadcast.Broadcast){frozen("a"), to(broadcast.Draft)}, []approval.State{approval.Voided}},
			"an edit voids what was approved":        {[]func(*broadcast.Broadcast){frozen("a"), to(broadcast.Approved), to(broadcast.Scheduled), to(broadcast.Draft), frozen("b")}, []approval.State{approval.Waiting, approval.Voided}},
			"what is cancelled before is withdrawn":  {[]func(*broadcast.Broadcast){frozen("a"), to(broadcast.Cancelled)}, []approval.State{approval.Withdrawn}},
			"what fails before it began is as well":  {[]func(*broadcast.Broadcast){frozen("a"), to(broadcast.Approved), to(broadcast.Failed)}, []approval.State{approval.Withdrawn}},
			"pausing and ending change no decision":  {[]func(*broadcast.Broadcast){frozen("a"), to(broadcast.Approved), to(broadcast.Sending), to(broadcast.Paused), to(broadcast.Sending), to(broadcast.Completed)}, []approval.State{approval.Approved}},
			"one that was never approved by anybody": {[]func(*broadcast.Broadcast){to(broadcast.Sending)}, nil},
		} {
			t.Run(name, func(t *testing.T) {
				b := newBroadcast(t, db, broadcast.Audience{Everybody: true})
				for _, move := range tt.moves {
					_, err := db.ChangeBroadcast(ctx, b.ID, start, func(b *broadcast.Broadcast) (broadcast.Change, error) {
						move(b)
						return broadcast.Change{}, nil
					})
					require.NoError(t, err)
				}
				list, _, err := db.Approvals(ctx, approval.Filter{Kind: []approval.Kind{approval.Broadcast}, Key: b.ID}, notify.Page{})
				require.NoError(t, err)
				var got []approval.State
				for _, a := range list {
					got = append(got, a.State)
					require.Equal(t, []any{"News", "Bo", []string{"mem_1"}}, []any{a.Title, a.SubmittedBy, a.Authors})
				}
				require.Equal(t, tt.want, got)
			})
		}
		counts, err := db.CountApprovals(ctx)
		require.NoError(t, err)
		require.Equal(t, map[approval.Kind]int{approval.Broadcast: 3}, counts)
	})
}
