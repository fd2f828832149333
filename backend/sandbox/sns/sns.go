// Package sns is the text messages of Amazon SNS in the box: Publish to a
// number, in the query protocol. It knows the vendor's protocol and nothing of
// our provider.
package sns

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/sandbox/amazon"
	"clarion/backend/sandbox/wire"
)

// Name is the vendor's name in paths, books and faults.
const Name = "sns"

// Keys are what the box accepts unless told otherwise. They open nothing else.
var Keys = amazon.Keys

// Open sets the vendor up in its box.
func Open(b wire.Box) (wire.Vendor, error) {
	return wire.Vendor{
		Name: Name, Doors: []wire.Door{{Prefix: "/sns", Desk: desk{b}}}, Silent: true,
		Account: amazon.Account(b.Credentials),
	}, nil
}

// desk is POST / of the query protocol.
type desk struct{ box wire.Box }

const asXML = "text/xml"

// fault is SNS's refusal.
func fault(status int, code, message string) wire.Answer {
	side := "Sender"
	if status >= http.StatusInternalServerError {
		side = "Receiver"
	}
	return wire.Answer{Status: status, ContentType: asXML, Body: []byte(
		`<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>` + side + "</Type><Code>" + code +
			"</Code><Message>" + escape(message) + "</Message></Error><RequestId>" + wire.RandomWord() + "</RequestId></ErrorResponse>")}
}

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

func yes(action, result string) wire.Answer {
	return wire.Answer{Status: http.StatusOK, ContentType: asXML, Body: []byte(
		"<" + action + `Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><` + action + "Result>" + result + "</" + action +
			"Result><ResponseMetadata><RequestId>" + wire.RandomWord() + "</RequestId></ResponseMetadata></" + action + "Response>")}
}

func (v desk) Refuse(status int) wire.Answer {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return fault(status, "AuthorizationError", "User is not authorized to perform: SNS:Publish")
	case http.StatusNotFound:
		return fault(status, "InvalidAction", "Could not find operation")
	case http.StatusTooManyRequests:
		return fault(status, "Throttled", "Rate exceeded")
	case http.StatusServiceUnavailable:
		return fault(status, "ServiceUnavailable", "Service Unavailable")
	}
	if status >= http.StatusInternalServerError {
		return fault(status, "InternalError", "Internal error")
	}
	return fault(status, "InvalidParameter", "Invalid parameter")
}

func (v desk) Spoil(_ wire.FaultKind, c *wire.Call) (string, *wire.Answer) {
	return "", invalidNumber(c.Parcels[0].Message.To)
}

func invalidNumber(to string) *wire.Answer {
	a := fault(http.StatusBadRequest, "InvalidParameter", "Invalid parameter: PhoneNumber Reason: "+to+" is not valid to publish to")
	return &a
}

// question is the one call that writes to nobody.
const question = "GetSMSSandboxAccountStatus"

// Ask answers the question whether the account may text strangers. It shares its
// path with Publish, which is never as short.
func (v desk) Ask(r *http.Request) *wire.Answer {
	if r.Method != http.MethodPost || !atDoor(r) || r.ContentLength > 64 {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 64))
	r.Body = io.NopCloser(bytes.NewReader(body)) // Read looks at it if it was another one
	form, broken := url.ParseQuery(string(body))
	if err != nil || broken != nil || form.Get("Action") != question {
		return nil
	}
	if refusal := v.letIn(r, body); refusal != nil {
		return refusal
	}
	a := yes(question, "<IsInSandbox>false</IsInSandbox>")
	return &a
}

// atDoor is true for the one path there is; Amazon's library leaves the last
// slash out.
func atDoor(r *http.Request) bool { return strings.TrimSuffix(r.URL.Path, "/") == "/sns" }

// letIn answers a request whose signature is not good.
func (v desk) letIn(r *http.Request, body []byte) *wire.Answer {
	var a wire.Answer
	switch amazon.Check(r, body, v.box.Credentials) {
	case amazon.Unsigned:
		a = fault(http.StatusForbidden, "MissingAuthenticationToken", "Missing Authentication Token")
	case amazon.Stranger:
		a = fault(http.StatusForbidden, "InvalidClientTokenId", "The security token included in the request is invalid.")
	case amazon.Mismatched:
		a = fault(http.StatusForbidden, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided.")
	default:
		return nil
	}
	return &a
}

func (v desk) Read(r *http.Request, body []byte) wire.Call {
	form, broken := url.ParseQuery(string(body))
	attributes := attributesOf(form)
	c := wire.Call{MessageID: attributes["message_id"]}
	switch {
	case !atDoor(r):
		return c.Refused(v.Refuse(http.StatusNotFound))
	case broken != nil || wire.MediaType(r) != wire.AsForm:
		return c.Refused(v.Refuse(http.StatusBadRequest))
	}
	if refusal := v.letIn(r, body); refusal != nil {
		return c.Refused(*refusal)
	}
	if form.Get("Action") != "Publish" {
		return c.Refused(v.Refuse(http.StatusNotFound))
	}
	return take(c, form, attributes)
}

// attributesOf are the message's attributes, which the protocol numbers.
func attributesOf(form url.Values) map[string]string {
	list := map[string]string{}
	for n := 1; ; n++ {
		entry := "MessageAttributes.entry." + strconv.Itoa(n) + "."
		name := form.Get(entry + "Name")
		if name == "" {
			return list
		}
		list[name] = form.Get(entry + "Value.StringValue")
	}
}

func take(c wire.Call, form url.Values, attributes map[string]string) wire.Call {
	to, text := form.Get("PhoneNumber"), form.Get("Message")
	if refusal := check(to, text); refusal != nil {
		return c.Refused(*refusal)
	}
	headers := map[string]string{}
	for name, value := range attributes {
		if short, ok := strings.CutPrefix(name, "AWS.SNS.SMS."); ok {
			headers[short] = value
		}
	}
	c.Accepted = yes("Publish", "<MessageId>"+wire.RandomWord()+"</MessageId>")
	c.Parcels = []wire.Parcel{{Message: wire.Message{
		Provider: Name, Channel: notify.SMS, To: to, Text: text, MessageID: c.MessageID, Headers: headers,
	}}}
	return c
}

// check answers the first thing SNS would not take, or nil. The numbers that
// end a text in a known way are Twilio's published ones.
func check(to, text string) *wire.Answer {
	refuse := func(code, message string) *wire.Answer {
		a := fault(http.StatusBadRequest, code, message)
		return &a
	}
	switch {
	case text == "":
		return refuse("InvalidParameter", "Invalid parameter: Empty message")
	case wire.UTF16Length(text) > 1600:
		return refuse("InvalidParameter", "Invalid parameter: Message too long")
	case to == "+15005550004":
		return refuse("OptedOut", "Phone number is opted out")
	case to == "+15005550001" || !strings.HasPrefix(to, "+") || len(to) < 8 || len(to) > 16:
		return invalidNumber(to)
	}
	return nil
}
