package app

import (
	"context"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"strings"

	"clarion/backend/access"
	"clarion/backend/approval"
	"clarion/backend/audience"
	"clarion/backend/desk"
	"clarion/backend/ingest"
	"clarion/backend/notify"
	"clarion/backend/workflow"
)

// noticeCategory is that of what Clarion tells its own members. It is made when
// the first notice is sent.
const noticeCategory = "clarion"

// notices tells members about approvals through the line that everything else
// walks. What cannot be told is logged: the queue of approvals shows it anyway.
type notices struct {
	accept     func(context.Context, []ingest.Request) []ingest.Answer
	people     approval.People
	recipients interface {
		Recipient(context.Context, string) (notify.Recipient, error)
	}
	audience  *audience.Audience
	workflows *workflow.Catalog
	settings  *desk.House
	url       string
	log       *slog.Logger
}

// notice is one thing to be told to one person.
type notice struct {
	key string // what makes it the same notice again
	to  approval.Person
	notify.Content
}

// Submitted tells those who may decide.
func (n *notices) Submitted(ctx context.Context, a approval.Approval, to []approval.Person) {
	names, err := n.people.Names(ctx, []string{a.SubmittedBy})
	if err != nil {
		n.log.Warn("find who submitted an approval", "approval", a.ID, "error", err)
	}
	for _, person := range to {
		say := n.phrases(ctx, person)
		n.send(ctx, notice{key: a.ID + " submitted", to: person, Content: n.content(a, wording{
			title: fmt.Sprintf(say.submitted, say.kinds[a.Kind], a.Title, a.Version),
			body:  strings.TrimSpace(fmt.Sprintf(say.by, names[a.SubmittedBy]) + "\n" + a.Note),
			open:  say.open,
		})})
	}
}

// Decided tells who submitted it, if that is a member.
func (n *notices) Decided(ctx context.Context, a approval.Approval, comment string) {
	person, err := n.people.Person(ctx, a.SubmittedBy)
	if errors.Is(err, notify.ErrNotFound) {
		return
	}
	if err != nil {
		n.log.Warn("find who submitted an approval", "approval", a.ID, "error", err)
		return
	}
	say := n.phrases(ctx, person)
	title := say.approved
	if a.State == approval.Rejected {
		title = say.rejected
	}
	n.send(ctx, notice{key: a.ID + " decided", to: person, Content: n.content(a, wording{
		title: fmt.Sprintf(title, say.kinds[a.Kind], a.Title, a.Version), body: comment, open: say.open,
	})})
}

type wording struct{ title, body, open string }

func (n *notices) content(a approval.Approval, c wording) notify.Content {
	return n.linked(n.url+"/approvals/"+a.ID, c)
}

func (n *notices) linked(link string, c wording) notify.Content {
	body := html.EscapeString(c.body)
	return notify.Content{
		Subject: c.title, Title: c.title, Body: c.body, URL: link,
		Text: strings.TrimSpace(c.title + "\n\n" + c.body + "\n\n" + link),
		HTML: `<div style="font-family:sans-serif;font-size:15px;line-height:1.6"><p><strong>` + html.EscapeString(c.title) + `</strong></p><p>` +
			strings.ReplaceAll(body, "\n", "<br>") + `</p><p><a href="` + html.EscapeString(link) + `">` + html.EscapeString(c.open) + `</a></p></div>`,
	}
}

func (n *notices) send(ctx context.Context, m notice) {
	if err := n.deliver(ctx, m); err != nil {
		n.log.Warn("tell a member about an approval", "member", m.to.ID, "notice", m.key, "error", err)
	}
}

func (n *notices) deliver(ctx context.Context, m notice) error {
	if err := n.ensureCategory(ctx); err != nil {
		return err
	}
	if err := n.ensureRecipient(ctx, m.to); err != nil {
		return err
	}
	answers := n.accept(ctx, []ingest.Request{{
		Source: access.BootstrapSource, Type: ingest.DirectType, To: []ingest.To{{ID: m.to.Recipient}},
		IdempotencyKey: m.key + " " + m.to.ID, Fingerprint: m.key,
		Direct: &notify.Direct{Content: &m.Content, Channels: []notify.Channel{notify.InApp, notify.Email}, Category: noticeCategory},
	}})
	return answers[0].Err
}

func (n *notices) ensureCategory(ctx context.Context) error {
	known, err := n.workflows.Categories(ctx)
	if err != nil {
		return err
	}
	if _, ok := known[noticeCategory]; ok {
		return nil
	}
	return n.workflows.PutCategory(ctx, notify.Category{
		Key: noticeCategory, Name: "Clarion", Names: map[string]string{"zh-CN": "Clarion 系统通知"}, Mandatory: true,
	})
}

// ensureRecipient makes a member somebody who can be notified. One who is
// already keeps the addresses they have.
func (n *notices) ensureRecipient(ctx context.Context, p approval.Person) error {
	_, err := n.recipients.Recipient(ctx, p.Recipient)
	if !errors.Is(err, notify.ErrNotFound) {
		return err
	}
	r := notify.Recipient{ID: p.Recipient, Name: p.Name, Locale: p.Locale, Addresses: []notify.Address{
		{Channel: notify.Email, Address: p.Email}, {Channel: notify.InApp, Address: p.Recipient},
	}}
	return n.audience.Put(ctx, []notify.Recipient{r}, false)
}

// phrases are a language's sentences about approvals.
type phrases struct {
	submitted, by, approved, rejected, open string
	// Those of broadcasts: the name, how many people and how many messages.
	waits, size, released, sentBack string
	kinds                           map[approval.Kind]string
}

var sentences = map[string]phrases{
	"en": {
		submitted: "%s %s, version %d, waits for your approval", by: "Submitted by %s.",
		approved: "%s %s, version %d, was approved", rejected: "%s %s, version %d, needs changes", open: "Open in Clarion",
		waits: "Broadcast %s waits for your approval", size: "%d people, about %d messages.",
		released: "Broadcast %s was approved", sentBack: "Broadcast %s was sent back",
		kinds: map[approval.Kind]string{
			approval.Template: "Template", approval.Workflow: "Workflow", approval.Layout: "Layout", approval.Partial: "Partial",
		},
	},
	"zh": {
		submitted: "%s %s 第 %d 版等待您审批", by: "由 %s 提交。",
		approved: "%s %s 第 %d 版已通过审批", rejected: "%s %s 第 %d 版需要修改", open: "在 Clarion 中打开",
		waits: "群发“%s”等待您审批", size: "%d 人，约 %d 条消息。",
		released: "群发“%s”已通过审批", sentBack: "群发“%s”已被退回",
		kinds: map[approval.Kind]string{
			approval.Template: "模板", approval.Workflow: "工作流", approval.Layout: "布局", approval.Partial: "片段",
		},
	},
}

// phrases are those of the language somebody has said, or of the house.
func (n *notices) phrases(ctx context.Context, p approval.Person) phrases {
	if p.Locale != "" {
		return sentences[language(p.Locale)]
	}
	set, err := n.settings.Recent(ctx)
	if err != nil {
		n.log.Warn("find the language of the house", "error", err)
	}
	return sentences[language(set.Locale)]
}

func language(locale string) string {
	if strings.HasPrefix(strings.ToLower(locale), "zh") {
		return "zh"
	}
	return "en"
}
