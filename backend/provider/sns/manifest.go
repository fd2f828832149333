// Package sns sends text messages through Amazon SNS. It speaks to SNS only
// through the AWS SDK, and it never retries, stores or logs.
package sns

import (
	"regexp"

	"github.com/aws/aws-sdk-go-v2/service/sns"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/amazon"
)

// Manifest describes Amazon SNS.
func Manifest() provider.Manifest {
	return provider.Manifest{
		Name: "sns", Label: "Amazon SNS", Channel: notify.SMS,
		Docs: "https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html",
		Settings: []provider.Setting{
			{Key: "region", Label: "Region", Required: true, Help: "Such as eu-west-1."},
			{Key: "access_key_id", Label: "Access key ID", Required: true, Help: "Of an IAM user that may do nothing else."},
			{Key: "secret_access_key", Label: "Secret access key", Secret: true, Required: true},
			{Key: "sender_id", Label: "Sender ID", Help: "Up to 11 letters and digits, where the country shows one."},
			{Key: "sms_type", Label: "Message type", Default: "Transactional", Options: []string{"Transactional", "Promotional"},
				Help: "Transactional is delivered with more care and may cost more."},
			{Key: "max_price", Label: "Highest price", Help: "In US dollars for one text, such as 0.50. A text that would cost more is not sent."},
		},
		New: open,
	}
}

var (
	senderShape = regexp.MustCompile(`^[A-Za-z0-9-]{1,11}$`)
	letter      = regexp.MustCompile(`[A-Za-z]`)
	priceShape  = regexp.MustCompile(`^[0-9]{1,3}(\.[0-9]{1,5})?$`)
)

func open(v provider.Values, d provider.Deps) (notify.Sender, error) {
	m := Manifest()
	v = m.With(v)
	if err := m.Check(v); err != nil {
		return nil, err
	}
	if err := amazon.CheckRegion(v["region"]); err != nil {
		return nil, err
	}
	if id := v["sender_id"]; id != "" && !(senderShape.MatchString(id) && letter.MatchString(id)) {
		return nil, notify.InvalidField("settings.sender_id", "not_a_sender_id", "Sender ID holds 1 to 11 letters, digits and hyphens, at least one of them a letter")
	}
	if price := v["max_price"]; price != "" && !priceShape.MatchString(price) {
		return nil, notify.InvalidField("settings.max_price", "not_a_price", "Highest price must be a number of US dollars such as 0.50")
	}
	s := &sender{line: provider.NewLine(d, m.SecretsOf(v)...), attributes: map[string]string{
		"AWS.SNS.SMS.SMSType": v["sms_type"], "AWS.SNS.SMS.SenderID": v["sender_id"], "AWS.SNS.SMS.MaxPrice": v["max_price"],
	}}
	s.client = sns.New(sns.Options{
		Region: v["region"], Credentials: amazon.Credentials(v), HTTPClient: s.line.HTTP(),
		BaseEndpoint: amazon.Endpoint(d.BaseURL), RetryMaxAttempts: 1,
	})
	return s, nil
}
