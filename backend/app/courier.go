package app

import (
	"context"
	"embed"
	"fmt"
	"strings"
	"text/template"

	"clarion/backend/access"
	"clarion/backend/ingest"
	"clarion/backend/notify"
)

//go:embed letters
var letters embed.FS

var invitationLetter = template.Must(template.ParseFS(letters, "letters/invitation.txt"))

// courier takes word to people by the line that everybody's messages walk. It
// holds the house because the line is built after the members are.
type courier struct{ house *house }

// CanInvite reports whether an enabled account sends email.
func (k *courier) CanInvite(ctx context.Context) bool {
	has, err := k.house.integrations.HasRoute(ctx, notify.Email)
	return err == nil && has && k.house.acceptor != nil
}

// Invite sends the link as a direct notification that ends with the link.
func (k *courier) Invite(ctx context.Context, i access.Invitation, token string) error {
	content, err := letterOf(i, k.house.config.PublicURL+"/invite/"+token)
	if err != nil {
		return err
	}
	answers := k.house.acceptor.Accept(ctx, []ingest.Request{{
		Source: notify.ConfidentialSource, Priority: notify.High, ExpiresAt: i.ExpiresAt, TraceID: i.ID,
		To: []ingest.To{{Inline: &notify.Recipient{
			ID: i.MemberID, Addresses: []notify.Address{{Channel: notify.Email, Address: i.Email}},
		}}},
		Direct: &notify.Direct{Content: &content, Channels: []notify.Channel{notify.Email}},
	}})
	return answers[0].Err
}

// letterOf writes the letter in both languages of the pages: nobody knows yet
// which one the invited reads.
func letterOf(i access.Invitation, link string) (notify.Content, error) {
	var text strings.Builder
	facts := map[string]string{
		"Inviter": i.InviterName, "Role": string(i.Role), "Link": link, "Until": i.ExpiresAt.Format("2006-01-02 15:04 MST"),
	}
	if err := invitationLetter.Execute(&text, facts); err != nil {
		return notify.Content{}, fmt.Errorf("write the letter of invitation %s: %w", i.ID, err)
	}
	return notify.Content{Subject: "You are invited to Clarion · 邀请您加入 Clarion", Text: text.String()}, nil
}

// Welcome makes a member a recipient.
func (k *courier) Welcome(ctx context.Context, m access.Member) error {
	return k.house.audience.Put(ctx, []notify.Recipient{{
		ID: m.RecipientID, Name: m.Name, Locale: m.Locale,
		Addresses: []notify.Address{{Channel: notify.Email, Address: m.Email}},
	}}, false)
}
