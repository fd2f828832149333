package store

import (
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/approval"
	"clarion/backend/integration"
	"clarion/backend/notify"
	"clarion/backend/preference"
	"clarion/backend/suppression"
	templates "clarion/backend/template"
)

func aWorkflow() notify.Workflow {
	return notify.Workflow{
		Key: "order.shipped", EventType: "order.shipped", Name: "Shipped", Category: "orders", Priority: notify.High,
		Critical: true, ExpiresAfterSeconds: 60, Enabled: true, EventSchema: json.RawMessage(`{"type":"object"}`),
		Steps: []notify.Step{{
			Key: "email", Kind: notify.StepChannel, Channel: notify.Email, Template: "order",
			If: []notify.Condition{{Field: "data.total", Op: "gt", Value: json.RawMessage("10")}},
		}},
	}
}

func TestWorkflowsAreKeptInVersions(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		first, err := db.SaveWorkflow(ctx, aWorkflow(), "mem_1", start)
		require.NoError(t, err)
		want := aWorkflow()
		want.Version, want.CreatedAt, want.UpdatedAt = 1, start, start
		require.Equal(t, want, first)

		next := aWorkflow()
		next.Name, next.Enabled = "Sent off", false
		second, err := db.SaveWorkflow(ctx, next, "mem_1", later)
		require.NoError(t, err)
		require.Equal(t, 2, second.Version)
		require.Equal(t, start, second.CreatedAt)
		require.Equal(t, later, second.UpdatedAt)

		live, err := db.LiveWorkflows(ctx)
		require.NoError(t, err)
		require.Equal(t, []notify.Workflow{second}, live)
		old, err := db.WorkflowVersion(ctx, "order.shipped", 1)
		require.NoError(t, err)
		require.Equal(t, "Shipped", old.Name)
		versions, err := db.WorkflowVersions(ctx, "order.shipped")
		require.NoError(t, err)
		require.Equal(t, []int{2, 1}, []int{versions[0].Version, versions[1].Version})
	})
}

func TestADeletedWorkflowStaysReadableAndItsNumbersAreNotUsedAgain(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		_, err := db.SaveWorkflow(ctx, aWorkflow(), "", start)
		require.NoError(t, err)
		require.NoError(t, db.DeleteWorkflow(ctx, "order.shipped"))
		require.ErrorIs(t, db.DeleteWorkflow(ctx, "order.shipped"), notify.ErrNotFound)
		live, err := db.LiveWorkflows(ctx)
		require.NoError(t, err)
		require.Empty(t, live)
		old, err := db.WorkflowVersion(ctx, "order.shipped", 1)
		require.NoError(t, err)
		require.False(t, old.Enabled)
		again, err := db.SaveWorkflow(ctx, aWorkflow(), "", later)
		require.NoError(t, err)
		require.Equal(t, 2, again.Version)
		_, err = db.WorkflowVersion(ctx, "order.shipped", 9)
		require.ErrorIs(t, err, notify.ErrNotFound)
		_, err = db.WorkflowVersions(ctx, "none")
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}

// versionsOf collects what twenty who save at once are told.
type versionsOf struct {
	sync.Mutex
	seen map[int]bool
}

func (v *versionsOf) note(n int) {
	v.Lock()
	defer v.Unlock()
	if v.seen == nil {
		v.seen = map[int]bool{}
	}
	v.seen[n] = true
}

func TestTwentyWhoSaveAtOnceGetTwentyVersions(t *testing.T) {
	saves := map[string]func(t *testing.T, db *DB) (int, error){
		"workflow": func(t *testing.T, db *DB) (int, error) {
			w, err := db.SaveWorkflow(t.Context(), aWorkflow(), "", start)
			return w.Version, err
		},
		"template": func(t *testing.T, db *DB) (int, error) {
			v, err := db.SaveTemplate(t.Context(), templates.Version{Key: "order"}, "", "", start)
			return v.Version, err
		},
		"layout": func(t *testing.T, db *DB) (int, error) {
			l, err := db.SavePart(t.Context(), templates.Part{Kind: templates.LayoutPart, Key: "base"}, "", start)
			return l.Version, err
		},
	}
	each(t, func(t *testing.T, db *DB) {
		for name, save := range saves {
			var versions versionsOf
			race(t, 20, func(int) error {
				n, err := save(t, db)
				versions.note(n)
				return err
			})
			for n := 1; n <= 20; n++ {
				require.True(t, versions.seen[n], "%s version %d", name, n)
			}
		}
	})
}

func TestTemplatesAreKeptInVersions(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		v := templates.Version{
			Key: "order", Schema: json.RawMessage(`{"type":"object"}`), Layout: "base", DefaultLocale: "en",
			Channels: map[notify.Channel]map[string]templates.Source{
				notify.SMS: {"en": {Text: "It's here: {{ id }} ? 'quoted'"}, "zh-CN": {Text: "到了 {{ id }}"}},
			},
		}
		first, err := db.SaveTemplate(ctx, v, "", "mem_1", start)
		require.NoError(t, err)
		want := v
		want.Version, want.CreatedAt = 1, start
		require.Equal(t, want, first)
		got, err := db.TemplateVersion(ctx, "order", 1)
		require.NoError(t, err)
		require.Equal(t, want, got)

		second, err := db.SaveTemplate(ctx, v, "Order", "mem_1", later)
		require.NoError(t, err)
		live, err := db.LiveTemplates(ctx)
		require.NoError(t, err)
		require.Equal(t, []templates.Version{second}, live)
		_, err = db.SaveTemplate(ctx, v, "", "mem_1", later)
		require.NoError(t, err)
		list, _, err := db.Templates(ctx, templates.Filter{}, notify.Page{})
		require.NoError(t, err)
		require.Equal(t, []templates.Item{{
			Template: templates.Template{Key: "order", Name: "Order", LiveVersion: 3, CreatedAt: start, UpdatedAt: later}, State: "live",
			Channels: []notify.Channel{notify.SMS}, Languages: []templates.Language{{Locale: "en", Complete: true}, {Locale: "zh-CN", Complete: true}},
		}}, list)
		one, err := db.Template(ctx, "order")
		require.NoError(t, err)
		require.Equal(t, list[0].Template, one)
		_, err = db.Template(ctx, "none")
		require.ErrorIs(t, err, notify.ErrNotFound)

		require.NoError(t, db.DeleteTemplate(ctx, "order"))
		require.ErrorIs(t, db.DeleteTemplate(ctx, "order"), notify.ErrNotFound)
		versions, err := db.TemplateVersions(ctx, "order")
		require.NoError(t, err, "messages still name them")
		require.Equal(t, []int{3, 2, 1}, []int{versions[0].Version, versions[1].Version, versions[2].Version})
		again, err := db.SaveTemplate(ctx, v, "", "", later)
		require.NoError(t, err)
		require.Equal(t, 4, again.Version)
		_, err = db.TemplateVersion(ctx, "order", 9)
		require.ErrorIs(t, err, notify.ErrNotFound)
		_, err = db.TemplateVersions(ctx, "none")
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}

func TestLayoutsAreKeptInVersions(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		for _, mjml := range []string{"<mjml>1</mjml>", "<mjml>2</mjml>"} {
			_, err := db.SavePart(ctx, templates.Part{Kind: templates.LayoutPart, Key: "base", MJML: mjml, Text: "{{ content }}"}, "", start)
			require.NoError(t, err)
		}
		_, err := db.SavePart(ctx, templates.Part{Kind: templates.LayoutPart, Key: "other", MJML: "x"}, "", start)
		require.NoError(t, err)
		for version, mjml := range map[int]string{0: "<mjml>2</mjml>", 1: "<mjml>1</mjml>", 2: "<mjml>2</mjml>"} {
			l, err := db.Part(ctx, templates.PartRef{Kind: templates.LayoutPart, Key: "base", Version: version})
			require.NoError(t, err)
			require.Equal(t, mjml, l.MJML)
			require.Equal(t, "{{ content }}", l.Text)
		}
		list, err := db.Parts(ctx, templates.LayoutPart)
		require.NoError(t, err)
		require.Equal(t, []templates.Part{{Kind: templates.LayoutPart, Key: "base", MJML: "<mjml>2</mjml>", Text: "{{ content }}", Version: 2}, {Kind: templates.LayoutPart, Key: "other", MJML: "x", Version: 1}}, list)
		_, err = db.Part(ctx, templates.PartRef{Kind: templates.LayoutPart, Key: "none"})
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}

func TestPartialsAreKeptApartFromLayouts(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		partial := templates.Part{Kind: templates.PartialPart, Key: "base", Text: "One"}
		kept, err := db.KeepPart(ctx, templates.PartDraft{Part: partial, By: "mem_1"}, start)
		require.NoError(t, err)
		require.Equal(t, 1, kept.Version)
		list, err := db.Parts(ctx, templates.PartialPart)
		require.NoError(t, err)
		require.Equal(t, []templates.Part{{Kind: templates.PartialPart, Key: "base", Text: "One", Version: 1}}, list, "a draft is shown where nothing is live")
		live, err := db.LiveParts(ctx, templates.PartialPart)
		require.NoError(t, err)
		require.Empty(t, live, "but it is not live")
		_, err = db.Part(ctx, templates.PartRef{Kind: templates.PartialPart, Key: "base"})
		require.ErrorIs(t, err, notify.ErrNotFound)
		_, err = db.Part(ctx, templates.PartRef{Kind: templates.LayoutPart, Key: "base", Version: 1})
		require.ErrorIs(t, err, notify.ErrNotFound)

		partial.Text = "Two"
		saved, err := db.SavePart(ctx, partial, "key_1", later)
		require.NoError(t, err)
		require.Equal(t, 2, saved.Version)
		live, err = db.LiveParts(ctx, templates.PartialPart)
		require.NoError(t, err)
		require.Equal(t, []templates.Part{saved}, live)
		head, err := db.HeadOf(ctx, approval.Partial, "base")
		require.NoError(t, err)
		require.Equal(t, []any{2, 1}, []any{head.LiveVersion, head.Open.Version})
	})
}

func TestCategories(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		c := notify.Category{Key: "orders", Name: "Orders", Names: map[string]string{"zh-CN": "订单"}, Mandatory: true, Ambiguity: notify.HoldForReceipt}
		require.NoError(t, db.PutCategory(ctx, notify.Category{Key: "orders", Name: "Old"}, start))
		require.NoError(t, db.PutCategory(ctx, c, later))
		list, err := db.Categories(ctx)
		require.NoError(t, err)
		c.CreatedAt = start
		require.Equal(t, []notify.Category{c}, list)
		require.NoError(t, db.DeleteCategory(ctx, "orders"))
		require.ErrorIs(t, db.DeleteCategory(ctx, "orders"), notify.ErrNotFound)
	})
}

func TestIntegrations(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		row := integration.Row{
			Integration: notify.Integration{
				ID: "int_b", Provider: "sendgrid", Name: "Main", Channel: notify.Email, Order: 2, Weight: 3, Enabled: true, Sandbox: true,
				PerSecond: 10, Concurrency: 4, PerDay: 1000, Categories: []string{"orders", "alarms"}, Countries: []string{"+44"}, ReceiptWithin: 90, UnitCostMicros: 7500,
				CreatedAt: start, UpdatedAt: start,
			},
			Sealed: "sealed:1",
		}
		first := integration.Row{Integration: notify.Integration{ID: "int_z", Channel: notify.Email, Order: 1, CreatedAt: start, UpdatedAt: start}}
		require.NoError(t, db.PutIntegration(ctx, row, start))
		require.NoError(t, db.PutIntegration(ctx, first, start))
		list, err := db.Integrations(ctx)
		require.NoError(t, err)
		require.Equal(t, []integration.Row{first, row}, list, "in the order of failover")

		require.NoError(t, db.PauseIntegration(ctx, "int_b", "the credential was refused", later))
		list, err = db.Integrations(ctx)
		require.NoError(t, err)
		require.Equal(t, "the credential was refused", list[1].PausedReason)
		require.NoError(t, db.PauseIntegration(ctx, "int_b", "", later))
		row.Sealed, row.Name = "sealed:2", "Second"
		require.NoError(t, db.PutIntegration(ctx, row, later))
		row.UpdatedAt = later
		list, err = db.Integrations(ctx)
		require.NoError(t, err)
		require.Equal(t, row, list[1])

		require.NoError(t, db.DeleteIntegration(ctx, "int_b"))
		require.ErrorIs(t, db.DeleteIntegration(ctx, "int_b"), notify.ErrNotFound)
		require.ErrorIs(t, db.PauseIntegration(ctx, "int_b", "x", later), notify.ErrNotFound)
	})
}

// putChoices replaces a recipient's choices.
func putChoices(t *testing.T, db *DB, recipient string, choices notify.Preferences, at time.Time) {
	t.Helper()
	_, err := db.ChangePreferences(t.Context(), preference.Write{Recipient: recipient, Now: at, Edit: func(notify.Preferences) (notify.Preferences, error) {
		return choices, nil
	}})
	require.NoError(t, err)
}

func TestPreferences(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		p, err := db.Preferences(ctx, "ada")
		require.NoError(t, err)
		require.Zero(t, p, "no choice was made")
		off := false
		want := notify.Preferences{
			Channels:   map[notify.Channel]bool{notify.SMS: false},
			Categories: map[string]notify.CategoryPreference{"news": {Enabled: &off, Channels: map[notify.Channel]bool{notify.Email: true}}},
		}
		require.NoError(t, db.UpsertRecipients(ctx, []notify.Recipient{{ID: "ada"}}, true, start))
		putChoices(t, db, "ada", want, start)
		p, err = db.Preferences(ctx, "ada")
		require.NoError(t, err)
		require.Equal(t, want, p)
		putChoices(t, db, "ada", notify.Preferences{}, later)
		p, err = db.Preferences(ctx, "ada")
		require.NoError(t, err)
		require.Zero(t, p)
	})
}

func TestTheFirstSuppressionOfAnAddressStays(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		first := notify.Suppression{
			ID: notify.NewID(notify.SuppressionID), Channel: notify.Email, Address: "ada@example.com", Reason: notify.Bounce, Scope: notify.ScopeChannel,
			Detail: "550", RecipientID: "ada", MessageID: "msg_1", CreatedAt: start,
		}
		got, err := db.AddSuppression(ctx, first, start)
		require.NoError(t, err)
		require.Equal(t, first, got)
		second := first
		second.ID, second.Reason = notify.NewID(notify.SuppressionID), notify.Manual
		got, err = db.AddSuppression(ctx, second, later)
		require.NoError(t, err)
		require.Equal(t, first, got)
		third := second
		third.Channel = notify.SMS
		third, err = db.AddSuppression(ctx, third, later)
		require.NoError(t, err)
		require.Equal(t, second.ID, third.ID)

		for name, c := range map[string]struct {
			f    suppression.Filter
			want []notify.Suppression
		}{
			"all, newest first": {suppression.Filter{}, []notify.Suppression{third, first}},
			"by channel":        {suppression.Filter{Channel: notify.SMS}, []notify.Suppression{third}},
			"by reason":         {suppression.Filter{Reason: notify.Bounce}, []notify.Suppression{first}},
			"by address":        {suppression.Filter{Address: "x"}, []notify.Suppression{}},
		} {
			list, _, err := db.Suppressions(ctx, c.f, notify.Page{})
			require.NoError(t, err)
			require.Equal(t, c.want, list, name)
		}
		released, err := db.ReleaseSuppression(ctx, first.ID, notify.EndedSuppression{How: notify.SuppressionReleased, At: later}, notify.Consent{})
		require.NoError(t, err)
		require.Equal(t, first.Address, released.Address)
		_, err = db.ReleaseSuppression(ctx, first.ID, notify.EndedSuppression{}, notify.Consent{})
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}
