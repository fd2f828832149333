package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/approval"
	"clarion/backend/notify"
	templates "clarion/backend/template"
	"clarion/backend/workflow"
)

// reviewDesk is a review of text messages on a real database.
type reviewDesk struct {
	*approval.Desk
	t     *testing.T
	db    *DB
	told  []string
	mu    sync.Mutex
	fault error
}

var order = approval.Target{Kind: approval.Template, Key: "order"}

func newDesk(t *testing.T, db *DB, roles ...access.Role) *reviewDesk {
	t.Helper()
	d := &reviewDesk{t: t, db: db}
	d.Desk = &approval.Desk{
		Store: db, People: db, Teller: d, Clock: at(later), Subjects: map[approval.Kind]approval.Subject{approval.Template: d, approval.Layout: d},
	}
	for i, role := range roles {
		id := fmt.Sprintf("mem_%s%d", role, i)
		require.NoError(t, db.AddMember(t.Context(), access.Member{ID: id, Email: id + "@example.com", Name: id, Role: role, RecipientID: id, CreatedAt: start}))
	}
	return d
}

type at time.Time

func (a at) Now() time.Time { return time.Time(a) }

func (d *reviewDesk) Snapshot(ctx context.Context, key string, version int) (approval.Snapshot, error) {
	v, err := d.db.TemplateVersion(ctx, key, version)
	if err != nil {
		return approval.Snapshot{}, err
	}
	document, err := json.Marshal(v)
	s := approval.Snapshot{Title: key, Document: document, Sections: []approval.Section{{Path: "text", Text: v.Channels[notify.SMS]["en"].Text}}}
	if v.Layout != "" {
		l, err := d.db.Part(ctx, templates.PartRef{Kind: templates.LayoutPart, Key: v.Layout})
		if err != nil {
			return s, err
		}
		s.Pins = []approval.Pin{{Kind: approval.Layout, Key: v.Layout, Version: l.Version}}
	}
	return s, err
}

func (d *reviewDesk) Ready(context.Context, string, int) error { return d.fault }
func (d *reviewDesk) Published(string)                         {}

func (d *reviewDesk) Submitted(_ context.Context, a approval.Approval, to []approval.Person) {
	for _, p := range to {
		d.tell("submitted " + p.ID)
	}
}

func (d *reviewDesk) Decided(_ context.Context, a approval.Approval, comment string) {
	d.tell(string(a.State) + " " + a.SubmittedBy + " " + comment)
}

func (d *reviewDesk) tell(s string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.told = append(d.told, s)
}

func (d *reviewDesk) write(by, text string) {
	d.t.Helper()
	_, err := d.db.KeepTemplate(d.t.Context(), templates.Draft{Version: words(text), By: by}, start)
	require.NoError(d.t, err)
}

func words(text string) templates.Version {
	return templates.Version{Key: "order", DefaultLocale: "en", Channels: map[notify.Channel]map[string]templates.Source{
		notify.SMS: {"en": {Text: text}},
	}}
}

func (d *reviewDesk) submit(by string) approval.Approval {
	d.t.Helper()
	head, err := d.Submit(d.t.Context(), approval.Submission{Target: order, Actor: approval.Actor{ID: by, Member: true}})
	require.NoError(d.t, err)
	require.Equal(d.t, approval.InReview, head.State)
	return *head.Approval
}

func (d *reviewDesk) live() string {
	d.t.Helper()
	list, err := d.db.LiveTemplates(d.t.Context())
	require.NoError(d.t, err)
	if len(list) == 0 {
		return ""
	}
	return list[0].Channels[notify.SMS]["en"].Text
}

func (d *reviewDesk) present(id string) string {
	d.t.Helper()
	view, err := d.View(d.t.Context(), id, approver)
	require.NoError(d.t, err)
	return view.Present
}

var (
	approver = approval.Actor{ID: "mem_approver1", Member: true, MayApprove: true}
	machine  = approval.Actor{ID: "key_1", MayPublish: true}
)

func TestADraftGoesLiveWhenSomebodyElseApprovesIt(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		d := newDesk(t, db, access.Editor, access.Approver, access.Owner)
		_, err := db.SaveTemplate(t.Context(), words("Old"), "Order", "key_1", start)
		require.NoError(t, err)
		d.write("mem_editor0", "New")
		d.write("mem_owner2", "Newer")
		require.Equal(t, "Old", d.live(), "an edit changes nothing that is live")
		a := d.submit("mem_editor0")
		require.Equal(t, []string{"submitted mem_approver1"}, d.told, "the owner wrote some of it")

		view, err := d.View(t.Context(), a.ID, approver)
		require.NoError(t, err)
		require.Equal(t, []approval.Difference{{Path: "text", Before: "Old", After: "Newer", Changed: true}}, view.Sections)
		require.Equal(t, []any{a.Hash, 1, ""}, []any{view.Present, view.Base, view.Bar})
		require.Equal(t, "mem_editor0", view.Names["mem_editor0"])

		for name, actor := range map[string]approval.Actor{
			"who submitted it":  {ID: "mem_editor0", Member: true, MayApprove: true},
			"who wrote a word":  {ID: "mem_owner2", Member: true, Owner: true, MayApprove: true},
			"without the right": {ID: "mem_viewer", Member: true},
		} {
			_, err := d.Approve(t.Context(), a.ID, approval.Verdict{Actor: actor, Hash: a.Hash})
			require.ErrorIs(t, err, notify.ErrForbidden, name)
		}
		decided, err := d.Approve(t.Context(), a.ID, approval.Verdict{Actor: approver, Hash: a.Hash, Comment: "Good"})
		require.NoError(t, err)
		require.Equal(t, []any{approval.Approved, "mem_approver1", later}, []any{decided.State, decided.DecidedBy, decided.PublishedAt})
		require.Equal(t, "Newer", d.live())
		require.Equal(t, "approved mem_editor0 Good", d.told[1])

		history, err := d.History(t.Context(), order)
		require.NoError(t, err)
		require.Equal(t, []approval.Stage{approval.Live, approval.Retired}, []approval.Stage{history.Versions[0].Stage, history.Versions[1].Stage})
		require.Equal(t, []approval.How{approval.ByApproval, approval.Pushed}, []approval.How{history.Publications[0].How, history.Publications[1].How})
		require.Equal(t, a.ID, history.Publications[0].ApprovalID)
		after, err := d.View(t.Context(), a.ID, approver)
		require.NoError(t, err)
		require.Equal(t, "Old", after.Sections[0].Before, "the difference stays the one that was decided on")
	})
}

func TestWhatIsRejectedOrTakenBackIsADraftAgain(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		d := newDesk(t, db, access.Editor, access.Approver)
		d.write("mem_editor0", "New")
		a := d.submit("mem_editor0")
		_, err := d.Reject(t.Context(), a.ID, approval.Verdict{Actor: approver})
		var invalid *notify.Invalid
		require.ErrorAs(t, err, &invalid, "a rejection says why")
		rejected, err := d.Reject(t.Context(), a.ID, approval.Verdict{Actor: approver, Comment: "Too short"})
		require.NoError(t, err)
		require.Equal(t, approval.Rejected, rejected.State)
		head, err := d.Head(t.Context(), order)
		require.NoError(t, err)
		require.Equal(t, []any{approval.Draft, approval.Rejected}, []any{head.State, head.Approval.State})
		comments, err := db.Comments(t.Context(), a.ID)
		require.NoError(t, err)
		require.Equal(t, "Too short", comments[0].Body)

		second := d.submit("mem_editor0")
		_, err = d.Withdraw(t.Context(), order, approval.Actor{ID: "mem_other", Member: true})
		require.ErrorIs(t, err, notify.ErrForbidden)
		head, err = d.Withdraw(t.Context(), order, approval.Actor{ID: "mem_editor0", Member: true})
		require.NoError(t, err)
		require.Equal(t, []any{approval.Draft, approval.Withdrawn}, []any{head.State, head.Approval.State})
		_, err = d.Approve(t.Context(), second.ID, approval.Verdict{Actor: approver, Hash: second.Hash})
		require.ErrorIs(t, err, notify.ErrConflict)
		require.Empty(t, d.live())
	})
}

func TestAnEditMakesAnApprovalVoid(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		d := newDesk(t, db, access.Editor, access.Approver)
		d.write("mem_editor0", "One")
		waiting := d.submit("mem_editor0")
		d.write("mem_editor0", "One")
		got, err := db.Approval(t.Context(), waiting.ID)
		require.NoError(t, err)
		require.Equal(t, approval.Waiting, got.State, "saving the same words is no edit")
		d.write("mem_editor0", "Two")
		_, err = d.Approve(t.Context(), waiting.ID, approval.Verdict{Actor: approver, Hash: waiting.Hash})
		require.ErrorIs(t, err, notify.ErrConflict)

		held := d.submit("mem_editor0")
		_, err = d.Approve(t.Context(), held.ID, approval.Verdict{Actor: approver, Hash: held.Hash, Hold: true})
		require.NoError(t, err)
		head, err := d.Head(t.Context(), order)
		require.NoError(t, err)
		require.Equal(t, []any{approval.StageApproved, 0}, []any{head.State, head.LiveVersion}, "approved and not yet live")
		d.write("mem_editor0", "Three")
		for _, id := range []string{waiting.ID, held.ID} {
			a, err := db.Approval(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, approval.Voided, a.State)
		}
		_, err = d.Publish(t.Context(), order, approver)
		require.ErrorIs(t, err, notify.ErrForbidden)
		require.Empty(t, d.live())
	})
}

func TestApprovingIsBoundToWhatWasSeen(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		d := newDesk(t, db, access.Editor, access.Approver)
		_, err := db.SavePart(t.Context(), templates.Part{Kind: templates.LayoutPart, Key: "house", MJML: "1"}, "", start)
		require.NoError(t, err)
		v := words("New")
		v.Layout = "house"
		_, err = db.KeepTemplate(t.Context(), templates.Draft{Version: v, By: "mem_editor0"}, start)
		require.NoError(t, err)
		a := d.submit("mem_editor0")
		_, err = db.SavePart(t.Context(), templates.Part{Kind: templates.LayoutPart, Key: "house", MJML: "2"}, "", later)
		require.NoError(t, err)
		_, err = d.Approve(t.Context(), a.ID, approval.Verdict{Actor: approver, Hash: a.Hash})
		var changed *approval.ChangedError
		require.ErrorAs(t, err, &changed, "the layout is another one by now")
		require.ErrorIs(t, err, notify.ErrConflict)
		require.Equal(t, changed.Hash, d.present(a.ID))

		_, err = d.Approve(t.Context(), a.ID, approval.Verdict{Actor: approver, Hash: changed.Hash, Hold: true})
		require.NoError(t, err)
		_, err = db.SavePart(t.Context(), templates.Part{Kind: templates.LayoutPart, Key: "house", MJML: "3"}, "", later)
		require.NoError(t, err)
		_, err = d.Publish(t.Context(), order, approver)
		require.ErrorAs(t, err, &changed, "what was approved is not what would go live")
		err = db.Publish(t.Context(), approval.Move{
			Publication: approval.Publication{ID: "pub_x", Kind: approval.Template, Key: "order", Version: 1, How: approval.ByApproval, At: later},
			From:        approval.StageApproved, Revision: 1, Pins: []approval.Pin{{Kind: approval.Layout, Key: "house", Version: 2}},
		})
		require.ErrorIs(t, err, notify.ErrConflict, "and the transaction looks once more")
		require.Empty(t, d.live())
	})
}

func TestOfTwentyWhoDecideAtOnceOneDoes(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		d := newDesk(t, db, access.Editor)
		d.write("mem_editor0", "New")
		a := d.submit("mem_editor0")
		var won, lost atomic.Int32
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				actor := approval.Actor{ID: fmt.Sprintf("mem_%d", i), Member: true, MayApprove: true}
				var err error
				if i%2 == 0 {
					_, err = d.Approve(t.Context(), a.ID, approval.Verdict{Actor: actor, Hash: a.Hash})
				} else {
					_, err = d.Reject(t.Context(), a.ID, approval.Verdict{Actor: actor, Comment: "No"})
				}
				switch {
				case err == nil:
					won.Add(1)
				case errors.Is(err, notify.ErrConflict):
					lost.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		require.Equal(t, []int32{1, 19}, []int32{won.Load(), lost.Load()})
		decided, err := db.Approval(t.Context(), a.ID)
		require.NoError(t, err)
		require.Equal(t, decided.State == approval.Approved, d.live() == "New")
	})
}

func TestOfTwentyWhoSaveTheSameDraftOneDoes(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		d := newDesk(t, db)
		d.write("mem_1", "First")
		var won atomic.Int32
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				one := 1
				_, err := db.KeepTemplate(t.Context(), templates.Draft{Version: words(fmt.Sprint(i)), By: "mem_1", Revision: &one}, later)
				if err == nil {
					won.Add(1)
				} else if !errors.Is(err, notify.ErrConflict) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		require.Equal(t, int32(1), won.Load())
		none := 0
		_, err := db.KeepTemplate(t.Context(), templates.Draft{Version: words("x"), Revision: &none}, later)
		require.ErrorIs(t, err, notify.ErrConflict, "who saw no draft does not overwrite one")
	})
}

func TestPublishingWithoutReview(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		d := newDesk(t, db, access.Owner)
		owner := approval.Actor{ID: "mem_owner0", Member: true, Owner: true, MayApprove: true, MayPublish: true}
		d.write(owner.ID, "Mine")
		done, err := d.Publish(t.Context(), order, owner)
		require.NoError(t, err, "nobody else may approve")
		require.Equal(t, approval.NobodyElse, done.Note)
		history, err := d.History(t.Context(), order)
		require.NoError(t, err)
		require.Equal(t, []any{approval.WithoutReview, approval.NobodyElse}, []any{history.Publications[0].How, history.Publications[0].Note})

		require.NoError(t, db.AddMember(t.Context(), access.Member{ID: "mem_gone", Email: "gone@example.com", Role: access.Approver, CreatedAt: start, DeactivatedAt: start}))
		people, err := db.Approvers(t.Context())
		require.NoError(t, err)
		require.Len(t, people, 1, "who was deactivated decides nothing")

		d = newDesk(t, db, access.Viewer, access.Approver)
		d.write(owner.ID, "Mine again")
		_, err = d.Publish(t.Context(), order, owner)
		require.ErrorIs(t, err, notify.ErrForbidden, "now somebody else may")
		waiting := d.submit(owner.ID)
		_, err = d.Publish(t.Context(), order, machine)
		require.NoError(t, err, "a deployment may")
		require.Equal(t, "Mine again", d.live())
		a, err := db.Approval(t.Context(), waiting.ID)
		require.NoError(t, err)
		require.Equal(t, approval.Voided, a.State, "nobody has to decide on what is live")

		d.write("mem_x", "Broken")
		d.fault = notify.InvalidField("text", "syntax", "is broken")
		_, err = d.Publish(t.Context(), order, machine)
		var invalid *notify.Invalid
		require.ErrorAs(t, err, &invalid, "nothing with faults goes live")
		_, err = d.Submit(t.Context(), approval.Submission{Target: order, Actor: approver})
		require.ErrorAs(t, err, &invalid)
	})
}

func TestGoingBackAndOutOfUse(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		d := newDesk(t, db)
		for _, text := range []string{"One", "Two"} {
			_, err := db.SaveTemplate(t.Context(), words(text), "", "key_1", start)
			require.NoError(t, err)
		}
		d.write("mem_1", "Draft")
		change := approval.Change{Actor: approver, Note: "Two was wrong"}
		done, err := d.Rollback(t.Context(), order, 1, change)
		require.NoError(t, err)
		require.Equal(t, []any{1, "Two was wrong", "One"}, []any{done.LiveVersion, done.Note, d.live()})
		require.Equal(t, 3, done.Open.Version, "the draft stays")
		for version, kind := range map[int]error{1: notify.ErrConflict, 3: nil, 9: nil} {
			_, err = d.Rollback(t.Context(), order, version, change)
			require.Error(t, err, version)
			if kind != nil {
				require.ErrorIs(t, err, kind)
			}
		}
		_, err = d.Retire(t.Context(), order, change)
		require.NoError(t, err)
		require.Empty(t, d.live())
		_, err = d.Retire(t.Context(), order, change)
		require.ErrorIs(t, err, notify.ErrConflict)
		_, err = d.Unretire(t.Context(), order, change)
		require.NoError(t, err)
		require.Equal(t, "One", d.live())

		_, err = d.Discard(t.Context(), order)
		require.NoError(t, err)
		versions, err := db.TemplateVersions(t.Context(), "order")
		require.NoError(t, err)
		require.Len(t, versions, 2)
		d.write("mem_1", "Again")
		head, err := d.Head(t.Context(), order)
		require.NoError(t, err)
		require.Equal(t, 4, head.Open.Version, "a number that was given is not given again")
	})
}

func TestADraftOfAWorkflowChangesNothingUntilItIsPublished(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		live, err := db.SaveWorkflow(ctx, aWorkflow(), "key_1", start)
		require.NoError(t, err)
		next := aWorkflow()
		next.EventType, next.Enabled = "order.sent", false
		_, err = db.KeepWorkflow(ctx, workflow.Draft{Workflow: next, By: "mem_1"}, later)
		require.NoError(t, err)
		list, err := db.LiveWorkflows(ctx)
		require.NoError(t, err)
		require.Equal(t, []notify.Workflow{live}, list)
		open, err := db.OpenWorkflows(ctx)
		require.NoError(t, err)
		require.Equal(t, []any{1, 2, "order.sent", false}, []any{len(open), open[0].Version, open[0].EventType, open[0].Enabled})

		err = db.Publish(ctx, approval.Move{
			Publication: approval.Publication{ID: "pub_1", Kind: approval.Workflow, Key: live.Key, Version: 2, How: approval.Pushed, By: "key_1", At: later},
			From:        approval.Draft, Revision: 1,
		})
		require.NoError(t, err)
		list, err = db.LiveWorkflows(ctx)
		require.NoError(t, err)
		require.Equal(t, []any{1, 2, "order.sent", false}, []any{len(list), list[0].Version, list[0].EventType, list[0].Enabled})
		require.NoError(t, db.DeleteWorkflow(ctx, live.Key))
		_, err = db.HeadOf(ctx, approval.Workflow, live.Key)
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}

func TestApprovalsAreListedAndCounted(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		d := newDesk(t, db, access.Approver)
		require.NoError(t, db.AddKey(t.Context(), access.Key{ID: "key_1", Name: "deploy", Hash: "h", Source: "shop"}))
		d.write("key_1", "New")
		a := d.submit("key_1")
		rows, next, err := d.List(t.Context(), approval.Filter{State: []approval.State{approval.Waiting}, Kind: []approval.Kind{approval.Template}}, notify.Page{})
		require.NoError(t, err)
		require.Equal(t, []any{1, "", a.ID, "deploy"}, []any{len(rows), next, rows[0].ID, rows[0].SubmittedByName})
		for _, f := range []approval.Filter{{State: []approval.State{approval.Rejected}}, {Kind: []approval.Kind{approval.Layout}}, {Key: "other"}} {
			rows, _, err := d.List(t.Context(), f, notify.Page{})
			require.NoError(t, err)
			require.Empty(t, rows)
		}
		counts, err := d.Counts(t.Context())
		require.NoError(t, err)
		require.Equal(t, approval.Counts{Waiting: 1, Kinds: map[approval.Kind]int{approval.Template: 1}}, counts)
		_, err = d.Comment(t.Context(), a.ID, approval.Comment{Section: "text", Body: "Why?", By: "mem_approver0"})
		require.NoError(t, err)
		view, err := d.View(t.Context(), a.ID, approver)
		require.NoError(t, err)
		require.Equal(t, []any{"text", "Why?", later}, []any{view.Comments[0].Section, view.Comments[0].Body, view.Comments[0].At})
	})
}

func TestTemplatesAreFoundByWordFolderAndState(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		for _, key := range []string{"order.late", "order.shipped", "welcome"} {
			v := words("Hi")
			v.Key = key
			_, err := db.SaveTemplate(ctx, v, "Name of "+key, "key_1", start)
			require.NoError(t, err)
		}
		draft := words("Hi")
		draft.Key = "order.new"
		_, err := db.KeepTemplate(ctx, templates.Draft{Version: draft, By: "mem_1"}, start)
		require.NoError(t, err)
		push := words("Hi")
		push.Key, push.Channels = "order.shipped", map[notify.Channel]map[string]templates.Source{notify.Push: {"en": {Title: "Hi"}}}
		_, err = db.KeepTemplate(ctx, templates.Draft{Version: push, By: "mem_1"}, start)
		require.NoError(t, err)
		require.NoError(t, db.DiscardDraft(ctx, approval.Template, "order.shipped", start))
		push.Key = "welcome"
		_, err = db.KeepTemplate(ctx, templates.Draft{Version: push, By: "mem_1"}, start)
		require.NoError(t, err)
		require.NoError(t, db.FileTemplate(ctx, "order.late", "shop/orders", later))
		require.NoError(t, db.FileTemplate(ctx, "welcome", "shop", later))
		for name, test := range map[string]struct {
			filter templates.Filter
			want   []string
		}{
			"all":                    {templates.Filter{}, []string{"order.late", "order.new", "order.shipped", "welcome"}},
			"part of a key":          {templates.Filter{Q: "ORDER.S"}, []string{"order.shipped"}},
			"part of a name":         {templates.Filter{Q: "name of w"}, []string{"welcome"}},
			"a sign of LIKE":         {templates.Filter{Q: "%"}, []string{}},
			"a folder and below":     {templates.Filter{Folder: "shop"}, []string{"order.late", "welcome"}},
			"only the folder":        {templates.Filter{Folder: "shop/orders"}, []string{"order.late"}},
			"the start of no folder": {templates.Filter{Folder: "sho"}, []string{}},
			"drafts":                 {templates.Filter{State: []string{"draft"}}, []string{"order.new", "welcome"}},
			"live or retired":        {templates.Filter{State: []string{"live", "retired"}}, []string{"order.late", "order.shipped"}},
			"a channel":              {templates.Filter{Channel: notify.SMS}, []string{"order.late", "order.new", "order.shipped"}},
			"a channel of a draft":   {templates.Filter{Channel: notify.Push}, []string{"welcome"}},
			"a channel of none":      {templates.Filter{Channel: notify.Slack}, []string{}},
		} {
			list, _, err := db.Templates(ctx, test.filter, notify.Page{})
			require.NoError(t, err, name)
			keys := []string{}
			for _, item := range list {
				keys = append(keys, item.Key)
			}
			require.Equal(t, test.want, keys, name)
		}
		folders, err := db.Folders(ctx)
		require.NoError(t, err)
		require.Equal(t, []templates.Folder{{Path: "shop", Count: 1}, {Path: "shop/orders", Count: 1}}, folders)
	})
}
