package twilio

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

// desk is POST /2010-04-01/Accounts/{sid}/Messages.json.
type desk struct {
	box     wire.Box
	name    string
	channel notify.Channel
	// mark stands before every number; texts have none.
	mark string
}

// textError is Twilio's error body.
type textError struct {
	Code     int    `json:"code"`
	Message  string `json:"message"`
	MoreInfo string `json:"more_info"`
	Status   int    `json:"status"`
}

func fault(status, code int, message string) *wire.Answer {
	return &wire.Answer{Status: status, ContentType: "application/json", Body: wire.ToJSON(textError{
		code, message, "https://www.twilio.com/docs/errors/" + strconv.Itoa(code), status,
	})}
}

func (v desk) Refuse(status int) wire.Answer {
	code, message := 20000+status, http.StatusText(status)
	switch status {
	case http.StatusBadRequest:
		code, message = 20001, "Bad request"
	case http.StatusUnauthorized:
		code, message = 20003, "Authenticate"
	case http.StatusForbidden:
		code, message = 20006, "Access Denied"
	case http.StatusMethodNotAllowed:
		code, message = 20004, "Method not allowed"
	case http.StatusTooManyRequests:
		message = "Too Many Requests"
	case http.StatusInternalServerError:
		message = "An internal server error has occurred"
	}
	return *fault(status, code, message)
}

func (v desk) Spoil(kind wire.FaultKind, c *wire.Call) (string, *wire.Answer) {
	if kind == wire.Undelivered {
		return "30003", nil
	}
	return "", invalidTo(c.Parcels[0].Message.To)
}

func invalidTo(to string) *wire.Answer {
	return fault(http.StatusBadRequest, 21211, "Invalid 'To' Phone Number: "+masked(to))
}

// masked hides the end of a number, as Twilio's error texts do.
func masked(number string) string {
	if len(number) <= 6 {
		return number
	}
	return number[:len(number)-4] + "XXXX"
}

func (v desk) Read(r *http.Request, body []byte) wire.Call {
	form, broken := url.ParseQuery(string(body))
	callback, badCallback := url.Parse(form.Get("StatusCallback"))
	c := wire.Call{}
	if badCallback == nil {
		c.MessageID = callback.Query().Get("message_id")
	}
	if c.Refusal = v.checkDoor(r); c.Refusal != nil {
		return c
	}
	if broken != nil || wire.MediaType(r) != wire.AsForm {
		refusal := v.Refuse(http.StatusBadRequest)
		c.Refusal = &refusal
		return c
	}
	if c.Refusal = v.checkForm(form); c.Refusal != nil {
		return c
	}
	return v.take(c, v.accountOf(r.URL.Path), form)
}

// accountOf is the account in the path, empty when the path is another one.
func (v desk) accountOf(path string) string {
	account, ok := strings.CutPrefix(path, "/"+v.name+"/2010-04-01/Accounts/")
	if !ok {
		return ""
	}
	account, ok = strings.CutSuffix(account, "/Messages.json")
	if !ok || strings.Contains(account, "/") {
		return ""
	}
	return account
}

func (v desk) checkDoor(r *http.Request) *wire.Answer {
	account := v.accountOf(r.URL.Path)
	missing := func() *wire.Answer {
		return fault(http.StatusNotFound, 20404, "The requested resource "+strings.TrimPrefix(r.URL.Path, "/"+v.name)+" was not found")
	}
	if account == "" {
		return missing()
	}
	if v.box.Credentials == nil {
		return nil
	}
	user, token, given := r.BasicAuth()
	switch {
	case !given:
		return fault(http.StatusUnauthorized, 20003, "Authentication Error - No credentials provided")
	case !wire.SameSecret(user, v.box.Credentials["account_sid"]) || !wire.SameSecret(token, v.box.Credentials["auth_token"]):
		return fault(http.StatusUnauthorized, 20003, "Authenticate")
	case account != user:
		return missing()
	}
	return nil
}

// take accepts a checked message.
func (v desk) take(c wire.Call, account string, form url.Values) wire.Call {
	to, from, body := form.Get("To"), form.Get("From"), form.Get("Body")
	sid, status, segments := newSID(len(form["MediaUrl"]) > 0), "queued", strconv.Itoa(segments(body))
	service := form.Get("MessagingServiceSid")
	if service != "" {
		status, segments = "accepted", "0" // the sender is not picked yet
	}
	now := v.box.Clock().UTC().Format(time.RFC1123Z)
	path := "/2010-04-01/Accounts/" + account + "/Messages/" + sid
	c.Accepted = wire.Answer{Status: http.StatusCreated, ContentType: "application/json", Body: wire.ToJSON(resource{
		SID: sid, AccountSID: account, To: to, From: orNull(from), ServiceSID: orNull(service), Body: body, Status: status,
		Segments: segments, Media: strconv.Itoa(len(form["MediaUrl"])), Direction: "outbound-api", APIVersion: "2010-04-01",
		Created: now, Updated: now, URI: path + ".json", Sub: map[string]string{"media": path + "/Media.json"},
		PriceUnit: "USD",
	})}
	number := strings.TrimPrefix(to, v.mark)
	p := wire.Parcel{Fate: fateOf(number), Lost: fateOf(number) != "", Message: wire.Message{
		Provider: v.name, Channel: v.channel, To: number, Text: body, MessageID: c.MessageID,
		Headers: map[string]string{"From": strings.TrimPrefix(from, v.mark) + service},
	}}
	if sid := form.Get("ContentSid"); sid != "" {
		p.Message.Title, p.Message.Text = sid, form.Get("ContentVariables")
	}
	if callback := form.Get("StatusCallback"); callback != "" {
		callback, _, _ = strings.Cut(callback, "#") // what follows steers Twilio's retries and is not signed
		p.Origin = &wire.Origin{
			Provider: v.name, URL: callback, Account: account, To: to, From: from,
			Service: service, VendorID: sid, MessageID: c.MessageID,
		}
	}
	c.Parcels = []wire.Parcel{p}
	return c
}

// resource is the resource Twilio answers with.
type resource struct {
	SID        string            `json:"sid"`
	AccountSID string            `json:"account_sid"`
	ServiceSID *string           `json:"messaging_service_sid"`
	To         string            `json:"to"`
	From       *string           `json:"from"`
	Body       string            `json:"body"`
	Status     string            `json:"status"`
	Segments   string            `json:"num_segments"`
	Media      string            `json:"num_media"`
	Direction  string            `json:"direction"`
	APIVersion string            `json:"api_version"`
	Price      *string           `json:"price"`
	PriceUnit  string            `json:"price_unit"`
	ErrorCode  *int              `json:"error_code"`
	ErrorText  *string           `json:"error_message"`
	Created    string            `json:"date_created"`
	Updated    string            `json:"date_updated"`
	Sent       *string           `json:"date_sent"`
	URI        string            `json:"uri"`
	Sub        map[string]string `json:"subresource_uris"`
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func newSID(media bool) string {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // crypto/rand.Read never returns an error
	if media {
		return "MM" + hex.EncodeToString(raw[:])
	}
	return "SM" + hex.EncodeToString(raw[:])
}
