package twilio

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	twclient "github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// The validity periods Twilio takes, in seconds.
const (
	minValidity = 1
	maxValidity = 36000
)

type sender struct {
	line        *provider.Line
	base        *url.URL
	callback    string
	channel     notify.Channel
	mark        string
	sid         string
	from        string
	service     string
	credentials *twclient.Credentials
	validator   twclient.RequestValidator
}

// Send hands one text to Twilio.
func (s *sender) Send(ctx context.Context, m notify.Outbound) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	call := s.line.Start(ctx)
	defer call.End()
	client := &twclient.Client{Credentials: s.credentials, HTTPClient: s.leg(call)}
	client.SetAccountSid(s.sid)
	// A literal handler: the SDK's constructor lets the environment move the
	// host by TWILIO_EDGE and TWILIO_REGION.
	service := api.NewApiService(&twclient.RequestHandler{Client: client})
	answer, err := service.CreateMessage(s.params(m))
	return s.line.Settle(call, err, func(a provider.Answer) notify.Result {
		if a.Status == http.StatusCreated && err == nil && answer.Sid != nil && *answer.Sid != "" {
			return notify.Result{Outcome: notify.OK, ProviderMessageID: *answer.Sid}
		}
		return judge(a)
	})
}

// leg is the client for one call. CreateMessage takes no context and knows one
// host only, so the transport brings both.
func (s *sender) leg(call *provider.Call) *http.Client {
	return &http.Client{
		Transport:     leg{ctx: call.Context(), base: s.base, next: s.line.HTTP().Transport},
		CheckRedirect: s.line.HTTP().CheckRedirect,
	}
}

type leg struct {
	ctx  context.Context
	base *url.URL
	next http.RoundTripper
}

func (l leg) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.WithContext(l.ctx)
	there := *req.URL
	there.Scheme, there.Host = l.base.Scheme, l.base.Host
	there.Path = strings.TrimSuffix(l.base.Path, "/") + there.Path
	there.RawPath = ""
	req.URL, req.Host = &there, there.Host
	return l.next.RoundTrip(req)
}

func (s *sender) params(m notify.Outbound) *api.CreateMessageParams {
	to := s.mark + m.To
	p := &api.CreateMessageParams{To: &to}
	s.words(p, m)
	if s.from != "" {
		from := s.from
		if !strings.HasPrefix(from, s.mark) {
			from = s.mark + from
		}
		p.From = &from
	}
	if s.service != "" {
		p.MessagingServiceSid = &s.service
	}
	if s.callback != "" {
		// Part of the URL and so part of the signature: Twilio has no other
		// field that comes back.
		mark := "?"
		if strings.Contains(s.callback, "?") {
			mark = "&"
		}
		p.SetStatusCallback(s.callback + mark + "message_id=" + url.QueryEscape(m.MessageID))
	}
	if !m.ExpiresAt.IsZero() {
		seconds := int(m.ExpiresAt.Sub(s.line.Now()) / time.Second)
		p.SetValidityPeriod(min(max(seconds, minValidity), maxValidity))
	}
	return p
}

// contentSID is the key of a message's data that names an approved template of
// Twilio's; all other data are its variables.
const contentSID = "content_sid"

// reserved are data that other accounts of the channel read, and no variables.
var reserved = map[string]bool{contentSID: true, "template": true, "language": true}

// words puts what the message says into the call: its text, or a template with
// its variables.
func (s *sender) words(p *api.CreateMessageParams, m notify.Outbound) {
	sid := m.Content.Data[contentSID]
	if s.mark == "" || sid == "" {
		p.Body = &m.Content.Text
		return
	}
	variables := map[string]string{}
	for key, value := range m.Content.Data {
		if !reserved[key] {
			variables[key] = value
		}
	}
	text, _ := json.Marshal(variables) // strings always have a JSON form
	p.SetContentSid(sid)
	p.SetContentVariables(string(text))
}

type fault struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Status  int    `json:"status"`
}

// judge reads an answer that is not Twilio's yes.
func judge(a provider.Answer) notify.Result {
	var f fault
	if a.Status < 400 || !a.JSON(&f) || (f.Code == 0 && f.Message == "") || a.Gateway() {
		return a.ByStatus()
	}
	r := a.ByStatus()
	r.Detail = f.Message
	if f.Code != 0 {
		r.Code = strconv.Itoa(f.Code)
	}
	if class, ok := classes[f.Code]; ok {
		r.Outcome = class
		return r
	}
	switch {
	case a.Status >= 500:
		r.Outcome = notify.Temporary
	case r.Outcome == notify.Ambiguous && a.Status != http.StatusRequestTimeout:
		// A refusal in Twilio's own words that we know no better class for.
		r.Outcome = notify.ContentRejected
	}
	return r
}

var classes = map[int]notify.Outcome{
	21211: notify.InvalidRecipient, // To is not a valid number
	21217: notify.InvalidRecipient, // not a valid number
	21614: notify.InvalidRecipient, // To cannot take texts
	21610: notify.RecipientBlocked, // replied STOP
	21408: notify.AuthConfig,       // region not enabled
	21606: notify.AuthConfig,       // From cannot send texts
	21608: notify.AuthConfig,       // trial account, unverified number
	21612: notify.AuthConfig,       // To not reachable from this sender
	21659: notify.AuthConfig,       // From is not a Twilio number
	21660: notify.AuthConfig,       // From belongs to another account
	20003: notify.AuthConfig,       // credentials refused
	20008: notify.AuthConfig,       // test credentials
	21602: notify.ContentRejected,  // no body
	21617: notify.ContentRejected,  // body too long
	21619: notify.ContentRejected,  // media
	21620: notify.ContentRejected,  // media URL
	20429: notify.RateLimited,      // too many requests
	21611: notify.RateLimited,      // queue of From is full
	14107: notify.RateLimited,      // send rate exceeded
	63016: notify.ContentRejected,  // WhatsApp: outside the window only a template may be sent
	63018: notify.RateLimited,      // WhatsApp: send rate exceeded
	63024: notify.InvalidRecipient, // WhatsApp: the number has no account
}
