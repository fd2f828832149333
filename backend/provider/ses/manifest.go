// Package ses sends email through Amazon SES and reads the events it publishes
// by SNS. It speaks to SES only through the AWS SDK, and it never retries,
// stores or logs.
package ses

import (
	"net/mail"
	"net/url"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/amazon"
)

// Manifest describes Amazon SES.
func Manifest() provider.Manifest {
	return provider.Manifest{
		Name: "ses", Label: "Amazon SES", Channel: notify.Email,
		Docs:     "https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html",
		Receipts: true,
		Settings: []provider.Setting{
			{Key: "region", Label: "Region", Required: true, Help: "Such as eu-west-1."},
			{Key: "access_key_id", Label: "Access key ID", Required: true, Help: "Of an IAM user that may do nothing else."},
			{Key: "secret_access_key", Label: "Secret access key", Secret: true, Required: true},
			{Key: "from", Label: "From address", Required: true,
				Help: "A verified identity, or an address in a verified domain."},
			{Key: "from_name", Label: "From name"},
			{Key: "configuration_set", Label: "Configuration set",
				Help: "The one whose events go to the SNS topic."},
			{Key: "topic_arn", Label: "SNS topic ARN",
				Help: "The topic that carries the events to the callback address. Without it every callback is refused."},
			{Key: "list_unsubscribe", Label: "Unsubscribe address",
				Help: "Empty: Clarion's own one-click link. A mailto: address is sent beside it; an https:// address instead of it, one-click if it holds {message_id}."},
		},
		New: open,
	}
}

var (
	topicShape = regexp.MustCompile(`^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$`)
	setShape   = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
)

func open(v provider.Values, d provider.Deps) (notify.Sender, error) {
	m := Manifest()
	v = m.With(v)
	if err := m.Check(v); err != nil {
		return nil, err
	}
	if err := check(v); err != nil {
		return nil, err
	}
	from, err := provider.MailboxSetting("from", "From address", v["from"])
	if err != nil {
		return nil, err
	}
	base, err := url.Parse(d.BaseURL)
	if err != nil {
		return nil, notify.InvalidField("base_url", "not_a_url", "The address of the vendor is not a URL")
	}
	s := &sender{
		line: provider.NewLine(d, m.SecretsOf(v)...), set: v["configuration_set"],
		from: named(v["from_name"], from), unsubscribe: provider.Unsubscribe(v["list_unsubscribe"]),
		topic: v["topic_arn"], certificates: certificates{client: d.HTTP, box: base, kept: map[string]kept{}},
	}
	s.client = sesv2.New(sesv2.Options{
		Region: v["region"], Credentials: amazon.Credentials(v), HTTPClient: s.line.HTTP(),
		BaseEndpoint: amazon.Endpoint(d.BaseURL), RetryMaxAttempts: 1,
	})
	return s, nil
}

func check(v provider.Values) error {
	if err := amazon.CheckRegion(v["region"]); err != nil {
		return err
	}
	if err := provider.NameSetting("from_name", "From name", v["from_name"]); err != nil {
		return err
	}
	if v["configuration_set"] != "" && !setShape.MatchString(v["configuration_set"]) {
		return notify.InvalidField("settings.configuration_set", "not_a_name", "Configuration set holds letters, digits, - and _ only")
	}
	if v["topic_arn"] != "" && !topicShape.MatchString(v["topic_arn"]) {
		return notify.InvalidField("settings.topic_arn", "not_an_arn", "SNS topic ARN must look like arn:aws:sns:eu-west-1:123456789012:clarion")
	}
	return provider.Unsubscribe(v["list_unsubscribe"]).Check()
}

// named is a mailbox with its display name, encoded as a header needs it.
func named(name, mailbox string) string {
	if strings.TrimSpace(name) == "" {
		return mailbox
	}
	// mail.Address would quote a domain's literal; the mailbox is one already.
	text := (&mail.Address{Name: name, Address: "a@b"}).String()
	return strings.TrimSuffix(text, "<a@b>") + "<" + mailbox + ">"
}
