package ses

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/amazon"
)

type sender struct {
	line         *provider.Line
	client       *sesv2.Client
	from         string
	set          string
	unsubscribe  provider.Unsubscribe
	topic        string
	certificates certificates
}

// tag is the name under which our message id travels and comes back.
const tag = "message_id"

// Send hands one email to SES.
func (s *sender) Send(ctx context.Context, m notify.Outbound) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	if refused, ok := provider.RefuseMail(m); ok {
		return refused
	}
	call := s.line.Start(ctx)
	defer call.End()
	answer, err := s.client.SendEmail(call.Context(), s.input(m))
	return s.line.Settle(call, err, func(a provider.Answer) notify.Result {
		if a.Status == http.StatusOK && err == nil && answer.MessageId != nil && *answer.MessageId != "" {
			return notify.Result{Outcome: notify.OK, ProviderMessageID: *answer.MessageId}
		}
		return judge(a, err)
	})
}

func (s *sender) input(m notify.Outbound) *sesv2.SendEmailInput {
	to, _ := provider.Mailbox(m.To) // RefuseMail has seen it
	utf8, name := "UTF-8", tag
	body := &types.Body{}
	if m.Content.Text != "" {
		body.Text = &types.Content{Data: &m.Content.Text, Charset: &utf8}
	}
	if m.Content.HTML != "" {
		body.Html = &types.Content{Data: &m.Content.HTML, Charset: &utf8}
	}
	mail := &types.Message{Subject: &types.Content{Data: &m.Content.Subject, Charset: &utf8}, Body: body}
	for _, h := range s.unsubscribe.Headers(m) {
		mail.Headers = append(mail.Headers, types.MessageHeader{Name: &h.Name, Value: &h.Value})
	}
	in := &sesv2.SendEmailInput{
		FromEmailAddress: &s.from,
		Destination:      &types.Destination{ToAddresses: []string{named(m.RecipientName, to)}},
		Content:          &types.EmailContent{Simple: mail},
		EmailTags:        []types.MessageTag{{Name: &name, Value: &m.MessageID}},
	}
	if s.set != "" {
		in.ConfigurationSetName = &s.set
	}
	return in
}

// quotaPause is how long to wait when the day's quota is used up: its window
// moves by the minute.
const quotaPause = 30 * time.Minute

// judge reads a refusal of SES.
func judge(a provider.Answer, err error) notify.Result {
	r := amazon.Judge(a, err, classes)
	text := strings.ToLower(r.Detail)
	switch {
	case r.Code == "MessageRejected" && strings.Contains(text, "not verified"):
		r.Outcome = notify.AuthConfig // the sender's identity, or an account still in Amazon's sandbox
	case r.Code == "BadRequestException" && badAddress(text):
		r.Outcome = notify.InvalidRecipient
	case r.Outcome == notify.RateLimited && strings.Contains(text, "daily"):
		r.RetryAfter = quotaPause
	}
	return r
}

// badAddress finds the words with which SES refuses an address. Ours as the
// sender has been checked.
func badAddress(text string) bool {
	for _, words := range []string{"missing final '@domain'", "illegal address", "domain contains", "domain starts with", "domain ends with",
		"local address contains", "invalid domain", "missing '@'", "user name is missing"} {
		if strings.Contains(text, words) {
			return true
		}
	}
	return false
}

var classes = map[string]notify.Outcome{
	"AccountSuspendedException":          notify.AuthConfig,
	"SendingPausedException":             notify.AuthConfig,
	"MailFromDomainNotVerifiedException": notify.AuthConfig,
	"NotFoundException":                  notify.AuthConfig, // the configuration set
	"MessageRejected":                    notify.ContentRejected,
	"BadRequestException":                notify.ContentRejected,
	"InvalidParameterValue":              notify.ContentRejected,
}
