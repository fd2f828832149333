package whatsapp

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
)

// Receive answers Meta's question for the verify token, and reads callbacks. It
// signs the bytes it sent: reading and writing them anew would change them.
func (s *sender) Receive(_ context.Context, r notify.CallbackRequest) ([]notify.Receipt, notify.CallbackAnswer, error) {
	if r.Method == http.MethodGet {
		return s.verify(r)
	}
	if !s.signed(r.Header.Get("X-Hub-Signature-256"), r.Body) {
		return nil, notify.CallbackAnswer{}, fmt.Errorf("whatsapp callback: the signature is missing or wrong: %w", notify.ErrUnauthenticated)
	}
	var c callback
	if err := json.Unmarshal(r.Body, &c); err != nil {
		return nil, notify.CallbackAnswer{}, fmt.Errorf("reading a whatsapp callback: %w", notify.ErrMalformed)
	}
	var receipts []notify.Receipt
	for _, entry := range c.Entries {
		for _, change := range entry.Changes {
			for _, status := range change.Value.Statuses {
				receipts = append(receipts, s.receipt(status))
			}
			for _, said := range change.Value.Messages {
				if receipt, ok := said.receipt(); ok {
					receipts = append(receipts, receipt)
				}
			}
		}
	}
	return receipts, notify.CallbackAnswer{Status: http.StatusOK}, nil
}

func (s *sender) verify(r notify.CallbackRequest) ([]notify.Receipt, notify.CallbackAnswer, error) {
	query, err := url.ParseQuery(r.Query)
	if err != nil || query.Get("hub.mode") != "subscribe" || s.verifyToken == "" ||
		subtle.ConstantTimeCompare([]byte(query.Get("hub.verify_token")), []byte(s.verifyToken)) != 1 {
		return nil, notify.CallbackAnswer{}, fmt.Errorf("whatsapp verification: the verify token is missing or wrong: %w", notify.ErrUnauthenticated)
	}
	return nil, notify.CallbackAnswer{Status: http.StatusOK, ContentType: "text/plain", Body: query.Get("hub.challenge")}, nil
}

func (s *sender) signed(header string, body []byte) bool {
	given, ok := strings.CutPrefix(header, "sha256=")
	proof, err := hex.DecodeString(given)
	if !ok || err != nil || s.appSecret == "" {
		return false
	}
	mac := hmac.New(sha256.New, []byte(s.appSecret))
	mac.Write(body)
	return hmac.Equal(proof, mac.Sum(nil))
}

type callback struct {
	Entries []struct {
		Changes []struct {
			Value struct {
				Statuses []status `json:"statuses"`
				Messages []said   `json:"messages"`
			} `json:"value"`
		} `json:"changes"`
	} `json:"entry"`
}

type status struct {
	ID        string       `json:"id"`
	Status    string       `json:"status"`
	Timestamp string       `json:"timestamp"`
	To        string       `json:"recipient_id"`
	Errors    []graphError `json:"errors"`
	Echo      string       `json:"biz_opaque_callback_data"`
}

// states maps Meta's statuses; read counts as delivered and as read.
var states = map[string]notify.Status{
	"sent": notify.Sent, "delivered": notify.Delivered, "read": notify.Delivered, "failed": notify.Failed,
}

func (s *sender) receipt(st status) notify.Receipt {
	r := notify.Receipt{
		DedupKey: st.ID + ":" + st.Status, ProviderMessageID: st.ID, MessageID: st.Echo, Status: states[st.Status], At: unix(st.Timestamp),
	}
	if st.To != "" {
		r.Address = "+" + strings.TrimPrefix(st.To, "+")
	}
	if len(st.Errors) > 0 {
		r.Code, r.Detail = strconv.Itoa(st.Errors[0].Code), s.line.Clean(st.Errors[0].sentence())
		if class(st.Errors[0].Code) == notify.RecipientBlocked {
			r.Suppress = notify.Unsubscribe
		}
	}
	if r.Code == "" && (r.Status == "" || r.Status == notify.Failed) {
		r.Code = st.Status
	}
	if st.Status == "read" {
		r.Engagement = notify.EngagedRead
	}
	return r
}

func unix(text string) time.Time {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

// said is what a person wrote to the number, as far as it matters here.
type said struct {
	ID        string `json:"id"`
	From      string `json:"from"`
	Timestamp string `json:"timestamp"`
	Text      struct {
		Body string `json:"body"`
	} `json:"text"`
}

// receipt is what a person's word says about their number: STOP and START, as in
// texts.
func (m said) receipt() (notify.Receipt, bool) {
	r := notify.Receipt{
		DedupKey: "in:" + m.ID, Address: "+" + strings.TrimPrefix(m.From, "+"), Channel: notify.WhatsApp, At: unix(m.Timestamp),
		Words: strings.ToUpper(strings.TrimSpace(m.Text.Body)),
	}
	switch strings.ToLower(strings.TrimSpace(m.Text.Body)) {
	case "stop", "unsubscribe":
		r.Suppress, r.Detail = notify.Unsubscribe, "The person wrote STOP."
	case "start", "subscribe":
		r.Resubscribe = true
	default:
		return r, false
	}
	return r, m.ID != "" && m.From != ""
}
