package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clarion/backend/broadcast"
	"clarion/backend/notify"
)

// broadcastNotices tells members about broadcasts as they are told of approvals.
type broadcastNotices struct{ *notices }

// Waits tells those who may decide about it; an author may not.
func (n broadcastNotices) Waits(ctx context.Context, b broadcast.Broadcast) {
	people, err := n.people.Approvers(ctx)
	if err != nil {
		n.log.Warn("find who may approve a broadcast", "broadcast", b.ID, "error", err)
		return
	}
	messages := 0
	for _, c := range b.Frozen.Estimate.Channels {
		messages += c.Messages
	}
	for _, person := range people {
		if slices.Contains(b.Authors, person.ID) {
			continue
		}
		say := n.phrases(ctx, person)
		body := fmt.Sprintf(say.by, b.SubmittedBy) + "\n" + fmt.Sprintf(say.size, b.People, messages) + "\n" + b.Note
		n.send(ctx, notice{key: n.key(b, "submitted"), to: person, Content: n.about(b, wording{
			title: fmt.Sprintf(say.waits, b.Name), body: strings.TrimSpace(body), open: say.open,
		})})
	}
}

// Decided tells its authors, as far as they are members.
func (n broadcastNotices) Decided(ctx context.Context, b broadcast.Broadcast, comment string) {
	for _, author := range b.Authors {
		person, err := n.people.Person(ctx, author)
		if errors.Is(err, notify.ErrNotFound) {
			continue
		}
		if err != nil {
			n.log.Warn("find who wrote a broadcast", "broadcast", b.ID, "error", err)
			continue
		}
		say := n.phrases(ctx, person)
		title := say.released
		if b.State == broadcast.Rejected {
			title = say.sentBack
		}
		n.send(ctx, notice{key: n.key(b, "decided"), to: person, Content: n.about(b, wording{
			title: fmt.Sprintf(title, b.Name), body: comment, open: say.open,
		})})
	}
}

func (n broadcastNotices) key(b broadcast.Broadcast, what string) string {
	return fmt.Sprintf("%s/%d %s", b.ID, b.Revision, what)
}

func (n broadcastNotices) about(b broadcast.Broadcast, c wording) notify.Content {
	return n.linked(n.url+"/broadcasts/"+b.ID, c)
}
