package sandbox_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/sandbox"
)

func sesTo(to, id string) ask {
	return ask{path: "/ses/v2/email/outbound-emails", kind: jsonKind, body: `{
		"FromEmailAddress":"Shop <shop@example.com>","Destination":{"ToAddresses":["Ada <` + to + `>"]},
		"Content":{"Simple":{"Subject":{"Data":"Shipped"},"Body":{"Text":{"Data":"on its way"},"Html":{"Data":"<p>on its way</p>"}},
			"Headers":[{"Name":"List-Unsubscribe","Value":"<mailto:u@example.com>"}]}},
		"EmailTags":[{"Name":"message_id","Value":"` + id + `"}],"ConfigurationSetName":"clarion-sandbox"}`}
}

// amazonKeys are those of a box that knows whom it lets in.
var amazonKeys = map[string]map[string]string{
	"ses": {"access_key_id": "AKIA1", "secret_access_key": "secret+1"}, "sns": {"access_key_id": "AKIA1", "secret_access_key": "secret+1"},
}

func keys(id, secret string) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: id, SecretAccessKey: secret}, nil
	})
}

func TestAmazonsOwnLibraryIsLetInByItsSignatureAlone(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{Credentials: amazonKeys})
	subject, text, to := "Shipped — 你好", "on its way", "ada@example.com"
	mail := &sesv2.SendEmailInput{
		FromEmailAddress: &to, Destination: &types.Destination{ToAddresses: []string{to}},
		Content: &types.EmailContent{Simple: &types.Message{
			Subject: &types.Content{Data: &subject}, Body: &types.Body{Text: &types.Content{Data: &text}},
		}},
	}
	number := "+447700900123"
	texting := &sns.PublishInput{PhoneNumber: &number, Message: &text}
	for name, c := range map[string]struct{ id, secret, ses, sns string }{
		"the right keys": {"AKIA1", "secret+1", "", ""},
		"another secret": {"AKIA1", "secret+2", "InvalidSignatureException", "SignatureDoesNotMatch"},
		"another key":    {"AKIA2", "secret+1", "UnrecognizedClientException", "InvalidClientTokenId"},
	} {
		base, sns2 := b.url+"/ses", b.url+"/sns"
		mails := sesv2.New(sesv2.Options{Region: "eu-west-1", BaseEndpoint: &base, RetryMaxAttempts: 1, Credentials: keys(c.id, c.secret)})
		texts := sns.New(sns.Options{Region: "eu-west-1", BaseEndpoint: &sns2, RetryMaxAttempts: 1, Credentials: keys(c.id, c.secret)})
		_, mailed := mails.SendEmail(t.Context(), mail)
		_, texted := texts.Publish(t.Context(), texting)
		_, account := mails.GetAccount(t.Context(), &sesv2.GetAccountInput{})
		status, asked := texts.GetSMSSandboxAccountStatus(t.Context(), &sns.GetSMSSandboxAccountStatusInput{})
		if c.ses == "" {
			require.NoError(t, mailed, name)
			require.NoError(t, texted, name)
			require.NoError(t, account, name)
			require.NoError(t, asked, name)
			require.False(t, status.IsInSandbox)
			continue
		}
		for err, want := range map[error]string{mailed: c.ses, account: c.ses, texted: c.sns, asked: c.sns} {
			var refusal smithy.APIError
			require.ErrorAs(t, err, &refusal, name)
			require.Equal(t, want, refusal.ErrorCode(), name)
		}
	}
	require.Len(t, b.messages(), 2, "questions write to nobody")
	require.Equal(t, subject, b.messages()[1].Subject)
	require.Len(t, b.requests(), 6, "questions are not in the books")
	require.Equal(t, 403, b.must(sesTo("ada@example.com", "msg_1")).status, "no signature at all")
}

func TestSESAnswersLikeSES(t *testing.T) {
	t.Parallel()
	good := sesTo("ada@example.com", "msg_1")
	refuses(t, []refusal{
		{"another path", good.at("/ses/v2/email/templates"), 404, nil},
		{"GET", good.via(http.MethodGet), 405, nil},
		{"broken JSON", good.saying(`{`), 400, []string{`"message"`}},
		{"an unverified sender", good.but("shop@", "unverified@"), 400, []string{"Email address is not verified."}},
		{"another configuration set", good.but("clarion-sandbox", "other"), 404, []string{"Configuration set <other> does not exist."}},
		{"no recipient", good.but(`"Ada <ada@example.com>"`, ""), 400, []string{"recipients"}},
		{"not an address", good.but("ada@example.com", "ada"), 400, []string{"Missing final '@domain'"}},
		{"a domain that is not ASCII", good.but("ada@example.com", "ada@bücher.example"), 400, []string{"Domain contains illegal character"}},
		{"no body", good.but(`"Text":{"Data":"on its way"},"Html":{"Data":"<p>on its way</p>"}`, ""), 400, []string{"neither"}},
		{"a line break in the subject", good.but("Shipped", `a\r\nBcc: x`), 400, []string{"line break"}},
		{"a header that is not ASCII", good.but("mailto:u", "mailto:ü"), 400, []string{"ASCII"}},
	})
}

// snsLetters unpacks what SNS posted.
func snsLetters(t *testing.T, receipts []receipt) []map[string]string {
	t.Helper()
	var all []map[string]string
	for _, r := range receipts {
		var letter map[string]string
		require.NoError(t, json.Unmarshal(r.body, &letter))
		require.Equal(t, letter["Type"], r.header.Get("X-Amz-Sns-Message-Type"))
		all = append(all, letter)
	}
	return all
}

func TestSESWritesOnceItsTopicIsConfirmed(t *testing.T) {
	t.Parallel()
	c := collect(t)
	b := open(t, sandbox.Config{Callbacks: map[string]string{"ses": c.URL + "/callbacks/int_1"}})
	b.must(sesTo("bounce@sandbox.test", "msg_1"))
	first := snsLetters(t, c.until(t, func(got []receipt) bool { return len(got) > 0 }))[0]
	require.Equal(t, "SubscriptionConfirmation", first["Type"])
	require.True(t, strings.HasPrefix(first["SubscribeURL"], b.url+"/ses/sns/?Action=ConfirmSubscription"))
	require.Equal(t, 400, b.must(ask{method: http.MethodGet, path: "/ses/sns/?Action=ConfirmSubscription&Token=guess"}).status)
	require.Equal(t, 200, b.must(ask{method: http.MethodGet, path: strings.TrimPrefix(first["SubscribeURL"], b.url)}).status)
	require.Contains(t, b.must(ask{method: http.MethodGet, path: strings.TrimPrefix(first["SigningCertURL"], b.url)}).body, "BEGIN CERTIFICATE")

	kinds := map[string]bool{}
	c.until(t, func(got []receipt) bool {
		for _, letter := range snsLetters(t, got) {
			if letter["Type"] != "Notification" {
				continue
			}
			var event struct {
				EventType string
				Mail      struct{ Tags map[string][]string }
			}
			require.NoError(t, json.Unmarshal([]byte(letter["Message"]), &event))
			require.Equal(t, []string{"msg_1"}, event.Mail.Tags["message_id"])
			kinds[event.EventType] = true
		}
		return kinds["Send"] && kinds["Bounce"]
	})
	require.Empty(t, b.messages(), "nobody received it")
	require.Equal(t, notify.Email, b.arrives(sesTo("ada@example.com", "msg_2")).Channel)
}

// arrives sends and returns the newest message.
func (b *box) arrives(a ask) sandbox.Message {
	b.t.Helper()
	require.Equal(b.t, 200, b.must(a).status)
	return b.messages()[0]
}

func TestSNSAnswersLikeSNS(t *testing.T) {
	t.Parallel()
	good := snsTo("+447700900123", "msg_1")
	code := func(word string) []string { return []string{"<Code>" + word + "</Code>"} }
	refuses(t, []refusal{
		{"another path", good.at("/sns/x"), 404, code("InvalidAction")},
		{"JSON", good.in(jsonKind), 400, code("InvalidParameter")},
		{"another action", good.but("Action=Publish", "Action=DeleteTopic"), 404, code("InvalidAction")},
		{"no number", snsTo("", "msg_1"), 400, code("InvalidParameter")},
		{"an invalid number by magic", snsTo("%2B15005550001", "msg_1"), 400, []string{"PhoneNumber Reason: +15005550001"}},
		{"opted out by magic", snsTo("%2B15005550004", "msg_1"), 400, code("OptedOut")},
		{"no text", good.but("Message=on+its+way", "Message="), 400, []string{"Empty message"}},
		{"1601 characters", good.but("on+its+way", strings.Repeat("x", 1601)), 400, []string{"too long"}},
	})
}

func snsTo(to, id string) ask {
	if strings.HasPrefix(to, "+") {
		to = "%2B" + to[1:]
	}
	return ask{path: "/sns/", kind: "application/x-www-form-urlencoded", body: "Action=Publish&Version=2010-03-31&PhoneNumber=" + to + "&Message=on+its+way" +
		"&MessageAttributes.entry.1.Name=message_id&MessageAttributes.entry.1.Value.DataType=String&MessageAttributes.entry.1.Value.StringValue=" + id +
		"&MessageAttributes.entry.2.Name=AWS.SNS.SMS.SenderID&MessageAttributes.entry.2.Value.DataType=String&MessageAttributes.entry.2.Value.StringValue=Shop"}
}
