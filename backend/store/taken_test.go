package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/tracking"
)

func TestWhatAVendorHasTakenIsFoundByItsAge(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		var list []messageView
		add := func(name, integration string, status notify.Status, age time.Duration) {
			m := aMessage("ada")
			m.ID, m.Address, m.Integration, m.Status = "msg_"+name, name, integration, string(status)
			m.ProviderMessageID, m.CreatedAt = "task "+name, micros(start.Add(-age))
			list = append(list, m)
		}
		add("young", "int_1", notify.Sent, 20*time.Second)
		add("due", "int_1", notify.Sent, 30*time.Second)
		add("between", "int_1", notify.Sent, 45*time.Second)
		add("again", "int_1", notify.Delivered, time.Hour)
		add("failed", "int_1", notify.Failed, time.Hour)
		add("elsewhere", "int_2", notify.Sent, time.Hour)
		nameless := aMessage("ada")
		nameless.ID, nameless.Integration, nameless.Status, nameless.CreatedAt = "msg_nameless", "int_1", "sent", micros(start.Add(-time.Hour))
		seed(t, db, append(list, nameless)...)
		span := func(age time.Duration) tracking.Span {
			return tracking.Span{From: start.Add(-age - 5*time.Second), To: start.Add(-age)}
		}
		spans := []tracking.Span{span(30 * time.Second), span(time.Hour)}
		found, err := db.Taken(t.Context(), "int_1", spans, 10)
		require.NoError(t, err)
		require.ElementsMatch(t, []notify.Inquiry{
			{MessageID: "msg_due", ProviderMessageID: "task due", Address: "due"},
			{MessageID: "msg_again", ProviderMessageID: "task again", Address: "again"},
		}, found)
		found, err = db.Taken(t.Context(), "int_1", spans, 1)
		require.NoError(t, err)
		require.Len(t, found, 1)
	})
}
