package store

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/consent"
	"clarion/backend/delivery"
	"clarion/backend/notify"
	"clarion/backend/preference"
)

// TestOfTwentyWhoSpeakWhileAPersonIsErasedNothingSaidIsLeft has downloads, wishes
// to be erased, choices and vendors' words come in the moment of the erasure.
func TestOfTwentyWhoSpeakWhileAPersonIsErasedNothingSaidIsLeft(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		late := func(err error) error { // who comes too late is told so
			if errors.Is(err, notify.ErrNotFound) || errors.Is(err, notify.ErrConflict) {
				return nil
			}
			return err
		}
		for round := range 5 {
			who, old := fmt.Sprint("ada-", round), fmt.Sprint("old-", round)
			put(t, db, true, start, notify.Recipient{ID: who, Name: "Ada"}, notify.Recipient{ID: old})
			_, err := db.w.ExecContext(ctx, "UPDATE recipients SET merged_into = ?, erased_at = 1 WHERE id = ?", who, old)
			require.NoError(t, err)
			work := []func() error{func() error { return db.EraseRecipient(ctx, who, later) }}
			for i := range 19 {
				c := said(who)
				c.Wording, c.Device = fmt.Sprint("words of ", who, i), "Firefox, Linux"
				switch i % 4 {
				case 0:
					c.Kind = notify.ConsentDownloaded
				case 1:
					c.Kind = notify.ConsentAsksErasure
				case 2:
					c.Recipient = old
				case 3:
					work = append(work, func() error {
						edit := func(p notify.Preferences) (notify.Preferences, error) {
							p.Channels = map[notify.Channel]bool{notify.Channel(fmt.Sprint("channel-", i)): false}
							return p, nil
						}
						_, err := db.ChangePreferences(ctx, preference.Write{Recipient: who, Said: c, Edit: edit, Now: start})
						return late(err)
					})
					refused := delivery.Finish{
						Suppress: notify.Unsubscribe, Channel: notify.SMS, Address: fmt.Sprintf("+4477009001%d%02d", round, i), RecipientID: who,
						Result: notify.Result{Detail: c.Wording},
					}
					work = append(work, func() error { return db.keepRefusals(ctx, []delivery.Finish{refused}, start) })
					continue
				}
				work = append(work, func() error { return late(db.AppendConsent(ctx, c, start)) })
			}
			allAtOnce(t, work)
			require.Zero(t, count(t, db, "consents WHERE recipient_id IN (?, ?) AND kind <> 'erased' AND content <> ''", who, old))
			require.Zero(t, count(t, db, "preferences WHERE recipient_id IN (?, ?)", who, old))
			require.Equal(t, 4, count(t, db, "suppressions WHERE recipient_id = ?", who), "the promise not to write again stands")
		}
		require.True(t, proven(t, db, consent.Head{}).Intact)
	})
}

func TestWhoWasErasedCanSayNothing(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		put(t, db, true, start, notify.Recipient{ID: "ada", Name: "Ada"})
		require.NoError(t, db.EraseRecipient(ctx, "ada", later))
		require.ErrorIs(t, db.AppendConsent(ctx, said("ada"), later), notify.ErrNotFound)
		edit := func(p notify.Preferences) (notify.Preferences, error) {
			p.Channels = map[notify.Channel]bool{notify.SMS: false}
			return p, nil
		}
		_, err := db.ChangePreferences(ctx, preference.Write{Recipient: "ada", Said: said("ada"), Edit: edit, Now: later})
		require.ErrorIs(t, err, notify.ErrConflict)
		require.Zero(t, count(t, db, "preferences"))

		put(t, db, true, later, notify.Recipient{ID: "ada", Name: "Ada"}) // the caller knows them again
		require.NoError(t, db.AppendConsent(ctx, said("ada"), later))
		require.Equal(t, 1, count(t, db, "consents WHERE recipient_id = 'ada' AND kind = 'unsubscribed' AND content <> ''"))
	})
}
