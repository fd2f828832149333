package sandbox

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
)

// twilio is POST /2010-04-01/Accounts/{sid}/Messages.json.
type twilio struct {
	credentials map[string]string
	clock       func() time.Time
	// reachable says whether callbacks could be posted to a StatusCallback.
	reachable func(url string) bool
}

// twilioFault is Twilio's error body.
type twilioFault struct {
	Code     int    `json:"code"`
	Message  string `json:"message"`
	MoreInfo string `json:"more_info"`
	Status   int    `json:"status"`
}

func twilioError(status, code int, message string) *answer {
	return &answer{status: status, contentType: "application/json", body: toJSON(twilioFault{
		code, message, "https://www.twilio.com/docs/errors/" + strconv.Itoa(code), status,
	})}
}

func (v twilio) refuse(status int) answer {
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
	return *twilioError(status, code, message)
}

func (v twilio) spoil(kind FaultKind, c *call) (string, *answer) {
	if kind == Undelivered {
		return "30003", nil
	}
	return "", invalidTo(c.parcels[0].message.To)
}

func invalidTo(to string) *answer {
	return twilioError(http.StatusBadRequest, 21211, "Invalid 'To' Phone Number: "+masked(to))
}

// masked hides the end of a number, as Twilio's error texts do.
func masked(number string) string {
	if len(number) <= 6 {
		return number
	}
	return number[:len(number)-4] + "XXXX"
}

func (v twilio) read(r *http.Request, body []byte) call {
	form, broken := url.ParseQuery(string(body))
	callback, badCallback := url.Parse(form.Get("StatusCallback"))
	c := call{}
	if badCallback == nil {
		c.messageID = callback.Query().Get("message_id")
	}
	if c.refusal = v.checkDoor(r); c.refusal != nil {
		return c
	}
	if broken != nil || mediaType(r) != "application/x-www-form-urlencoded" {
		refusal := v.refuse(http.StatusBadRequest)
		c.refusal = &refusal
		return c
	}
	if c.refusal = v.checkForm(form); c.refusal != nil {
		return c
	}
	return v.take(c, accountOf(r.URL.Path), form)
}

// accountOf is the account in the path, empty when the path is another one.
func accountOf(path string) string {
	account, ok := strings.CutPrefix(path, "/twilio/2010-04-01/Accounts/")
	if !ok {
		return ""
	}
	account, ok = strings.CutSuffix(account, "/Messages.json")
	if !ok || strings.Contains(account, "/") {
		return ""
	}
	return account
}

func (v twilio) checkDoor(r *http.Request) *answer {
	account := accountOf(r.URL.Path)
	missing := func() *answer {
		return twilioError(http.StatusNotFound, 20404, "The requested resource "+strings.TrimPrefix(r.URL.Path, "/twilio")+" was not found")
	}
	if account == "" {
		return missing()
	}
	if v.credentials == nil {
		return nil
	}
	user, token, given := r.BasicAuth()
	switch {
	case !given:
		return twilioError(http.StatusUnauthorized, 20003, "Authentication Error - No credentials provided")
	case !sameSecret(user, v.credentials["account_sid"]) || !sameSecret(token, v.credentials["auth_token"]):
		return twilioError(http.StatusUnauthorized, 20003, "Authenticate")
	case account != user:
		return missing()
	}
	return nil
}

// take accepts a checked message.
func (v twilio) take(c call, account string, form url.Values) call {
	to, from, body := form.Get("To"), form.Get("From"), form.Get("Body")
	sid, status, segments := newSID(len(form["MediaUrl"]) > 0), "queued", strconv.Itoa(segments(body))
	service := form.Get("MessagingServiceSid")
	if service != "" {
		status, segments = "accepted", "0" // the sender is not picked yet
	}
	now := v.clock().UTC().Format(time.RFC1123Z)
	resource := "/2010-04-01/Accounts/" + account + "/Messages/" + sid
	c.accepted = answer{status: http.StatusCreated, contentType: "application/json", body: toJSON(twilioMessage{
		SID: sid, AccountSID: account, To: to, From: orNull(from), ServiceSID: orNull(service), Body: body, Status: status,
		Segments: segments, Media: strconv.Itoa(len(form["MediaUrl"])), Direction: "outbound-api", APIVersion: "2010-04-01",
		Created: now, Updated: now, URI: resource + ".json", Sub: map[string]string{"media": resource + "/Media.json"},
		PriceUnit: "USD",
	})}
	p := parcel{fate: smsFate(to), message: Message{
		Provider: Twilio, Channel: notify.SMS, To: to, Text: body, MessageID: c.messageID,
		Headers: map[string]string{"From": from + service},
	}}
	if callback := form.Get("StatusCallback"); callback != "" {
		callback, _, _ = strings.Cut(callback, "#") // what follows steers Twilio's retries and is not signed
		p.origin = &origin{
			Provider: Twilio, URL: callback, Account: account, To: to, From: from,
			Service: service, VendorID: sid, MessageID: c.messageID,
		}
	}
	c.parcels = []parcel{p}
	return c
}

// twilioMessage is the resource Twilio answers with.
type twilioMessage struct {
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
