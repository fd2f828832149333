package audience_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/audience"
	"clarion/backend/notify"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

type clock struct{ at time.Time }

func (c *clock) Now() time.Time { return c.at }

// memory is the writing half of a Store; what only reads is left out, because
// Audience hands it through.
type memory struct {
	audience.Store
	list    []notify.Recipient
	replace bool
	group   notify.Group
	erased  string
	at      time.Time
	err     error
	uses    []audience.Use
	deleted string
}

func (m *memory) GroupUses(context.Context, string, int) ([]audience.Use, error) {
	return m.uses, m.err
}

func (m *memory) DeleteGroup(_ context.Context, key string, _ time.Time) error {
	m.deleted = key
	return m.err
}

func (m *memory) UpsertRecipients(_ context.Context, list []notify.Recipient, replace bool, now time.Time) error {
	m.list, m.replace, m.at = list, replace, now
	return m.err
}

func (m *memory) PutGroup(_ context.Context, g notify.Group, now time.Time) error {
	m.group, m.at = g, now
	return m.err
}

func (m *memory) EraseRecipient(_ context.Context, id string, now time.Time) error {
	m.erased, m.at = id, now
	return m.err
}

func paths(t *testing.T, err error) []string {
	t.Helper()
	var invalid *notify.Invalid
	require.ErrorAs(t, err, &invalid)
	var list []string
	for _, f := range invalid.Fields {
		list = append(list, f.Path+" "+f.Code)
	}
	return list
}

func TestAGroupThatSomethingNeedsIsNotDeleted(t *testing.T) {
	t.Parallel()
	m := &memory{uses: []audience.Use{{Kind: "segment", ID: "gold", Name: "Gold"}, {Kind: "broadcast", ID: "bct_1", Name: "News"}, {Kind: "schedule", ID: "sch_1", Name: "Weekly"}}}
	a := &audience.Audience{Store: m, Clock: &clock{noon}}
	err := a.DeleteGroup(t.Context(), "ops")
	require.ErrorIs(t, err, notify.ErrConflict)
	var named *notify.Invalid
	require.ErrorAs(t, err, &named)
	require.Equal(t, []notify.FieldError{
		{Path: "segments", Code: "in_use", Detail: "segment Gold (gold) uses it"},
		{Path: "broadcasts", Code: "in_use", Detail: "broadcast News (bct_1) uses it"},
		{Path: "schedules", Code: "in_use", Detail: "schedule Weekly (sch_1) uses it"},
	}, named.Fields)
	require.Empty(t, m.deleted)
	m.uses = nil
	require.NoError(t, a.DeleteGroup(t.Context(), "ops"))
	require.Equal(t, "ops", m.deleted)
}

func TestRecipientsAreCheckedAndStored(t *testing.T) {
	t.Parallel()
	m := &memory{}
	a := &audience.Audience{Store: m, Clock: &clock{noon}}
	ada, broken := notify.Recipient{ID: "ada"}, notify.Recipient{ID: "a b"}
	for _, replace := range []bool{true, false} {
		require.NoError(t, a.Put(t.Context(), []notify.Recipient{ada}, replace))
		require.Equal(t, []any{[]notify.Recipient{ada}, replace, noon}, []any{m.list, m.replace, m.at})
	}
	m.list = nil
	require.Equal(t, []string{"id invalid_id"}, paths(t, a.Put(t.Context(), []notify.Recipient{broken}, true)), "a path of one recipient is its own")
	require.Equal(t, []string{"recipients[1].id invalid_id", "recipients[2].id invalid_id"},
		paths(t, a.Put(t.Context(), []notify.Recipient{ada, broken, broken}, true)), "of several it says which")
	require.Nil(t, m.list, "one wrong recipient stops the list")
	m.err = errors.New("broken")
	require.ErrorIs(t, a.Put(t.Context(), nil, true), m.err)
}

func TestGroups(t *testing.T) {
	t.Parallel()
	m := &memory{}
	a := &audience.Audience{Store: m, Clock: &clock{noon}}
	require.NoError(t, a.Create(t.Context(), notify.Group{Key: "ops"}))
	require.Equal(t, notify.Group{Key: "ops", Name: "ops"}, m.group, "a group without a name is called by its key")
	require.NoError(t, a.Create(t.Context(), notify.Group{Key: "ops", Name: "Operations"}))
	require.Equal(t, "Operations", m.group.Name)
	require.Equal(t, []string{"key invalid_key"}, paths(t, a.Create(t.Context(), notify.Group{Key: "a b"})))
}

func TestErasing(t *testing.T) {
	t.Parallel()
	m := &memory{}
	a := &audience.Audience{Store: m, Clock: &clock{noon}}
	require.NoError(t, a.Erase(t.Context(), "ada"))
	require.Equal(t, []any{"ada", noon}, []any{m.erased, m.at})
}
