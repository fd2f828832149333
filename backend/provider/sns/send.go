package sns

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/amazon"
)

type sender struct {
	line   *provider.Line
	client *sns.Client
	// attributes are what every text carries; empty ones are left out.
	attributes map[string]string
}

// Send hands one text to SNS. SNS reports delivery to nobody but its own logs,
// so the id that travels along is for the account's logs only.
func (s *sender) Send(ctx context.Context, m notify.Outbound) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	call := s.line.Start(ctx)
	defer call.End()
	in := &sns.PublishInput{
		PhoneNumber: &m.To, Message: &m.Content.Text, MessageAttributes: map[string]types.MessageAttributeValue{
			"message_id": attribute("String", m.MessageID),
		},
	}
	for name, value := range s.attributes {
		if value != "" {
			in.MessageAttributes[name] = attribute(kinds[name], value)
		}
	}
	answer, err := s.client.Publish(call.Context(), in)
	return s.line.Settle(call, err, func(a provider.Answer) notify.Result {
		if a.Status == http.StatusOK && err == nil && answer.MessageId != nil && *answer.MessageId != "" {
			return notify.Result{Outcome: notify.OK, ProviderMessageID: *answer.MessageId}
		}
		return judge(a, err)
	})
}

// kinds are the types of the attributes.
var kinds = map[string]string{
	"AWS.SNS.SMS.SMSType": "String", "AWS.SNS.SMS.SenderID": "String", "AWS.SNS.SMS.MaxPrice": "Number",
}

func attribute(kind, value string) types.MessageAttributeValue {
	return types.MessageAttributeValue{DataType: &kind, StringValue: &value}
}

// judge reads a refusal of SNS. It has one code for everything that is wrong
// with a text, so the words decide.
func judge(a provider.Answer, err error) notify.Result {
	r := amazon.Judge(a, err, classes)
	text := strings.ToLower(r.Detail)
	if !strings.HasPrefix(r.Code, "InvalidParameter") && r.Code != "ParameterValueInvalid" {
		return r
	}
	switch {
	case strings.Contains(text, "opted out"):
		r.Outcome = notify.RecipientBlocked
	case strings.Contains(text, "phonenumber"), strings.Contains(text, "phone number"):
		r.Outcome = notify.InvalidRecipient
	case strings.Contains(text, "senderid"), strings.Contains(text, "maxprice"):
		r.Outcome = notify.AuthConfig
	}
	return r
}

var classes = map[string]notify.Outcome{
	"OptedOut":           notify.RecipientBlocked,
	"OptedOutException":  notify.RecipientBlocked,
	"EndpointDisabled":   notify.InvalidRecipient,
	"UserErrorException": notify.AuthConfig, // what the account may not do yet
}

// Probe asks whether the account may send texts.
func (s *sender) Probe(ctx context.Context) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	call := s.line.Start(ctx)
	defer call.End()
	account, err := s.client.GetSMSSandboxAccountStatus(call.Context(), &sns.GetSMSSandboxAccountStatusInput{})
	return s.line.Settle(call, err, func(a provider.Answer) notify.Result {
		switch {
		case a.Status != http.StatusOK || err != nil || !bytes.Contains(a.Body, []byte("<IsInSandbox>")):
			return amazon.Asked(judge(a, err))
		case account.IsInSandbox:
			return notify.Result{Outcome: notify.OK, Detail: "SNS takes the key. The account is in Amazon's SMS sandbox: it may write to verified numbers only."}
		}
		return notify.Result{Outcome: notify.OK, Detail: "SNS takes the key, and the account may send texts."}
	})
}
