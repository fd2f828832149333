package wechat

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
	"clarion/backend/provider/envelope"
)

// event is what WeChat tells about a follower or a message.
type event struct {
	From    string `xml:"FromUserName"`
	Created int64  `xml:"CreateTime"`
	Kind    string `xml:"MsgType"`
	Event   string `xml:"Event"`
	ID      string `xml:"MsgID"`
	Status  string `xml:"Status"`
}

const finished = "TEMPLATESENDJOBFINISH"

// Receive answers WeChat's check of the address and reads its events.
func (s *sender) Receive(_ context.Context, r notify.CallbackRequest) ([]notify.Receipt, notify.CallbackAnswer, error) {
	none := notify.CallbackAnswer{}
	q, err := envelope.Query(r.Query)
	if err != nil {
		return nil, none, err
	}
	if !envelope.Fresh(q.Get("timestamp"), r.Now) {
		return nil, none, envelope.Refused()
	}
	if r.Method == http.MethodGet {
		if !s.called(q) {
			return nil, none, envelope.Refused()
		}
		return nil, said(q.Get("echostr")), nil
	}
	text, err := s.unpack(q, r.Body)
	if err != nil {
		return nil, none, err
	}
	var e event
	if err := envelope.XML(text, &e); err != nil {
		return nil, none, err
	}
	receipts, err := s.read(e)
	return receipts, said("success"), err
}

func said(text string) notify.CallbackAnswer {
	return notify.CallbackAnswer{Status: http.StatusOK, ContentType: "text/plain; charset=utf-8", Body: text}
}

// called reports whether the address was called by somebody who knows the token.
func (s *sender) called(q url.Values) bool {
	return envelope.Signed(q.Get("signature"), s.token, q.Get("timestamp"), q.Get("nonce"))
}

// unpack returns the event, proven. In plain mode nothing proves the body, which
// is why it must have been allowed.
func (s *sender) unpack(q url.Values, body []byte) ([]byte, error) {
	if q.Get("encrypt_type") != "aes" {
		if !s.plain || !s.called(q) {
			return nil, envelope.Refused()
		}
		return body, nil
	}
	var p envelope.Parcel
	if s.opener == nil || envelope.XML(body, &p) != nil {
		return nil, envelope.Refused()
	}
	return s.opener.Open(envelope.Proof{
		Signature: q.Get("msg_signature"), Timestamp: q.Get("timestamp"), Nonce: q.Get("nonce"),
	}, p.Encrypt)
}

// read makes a receipt of the end of a message. Other events change nothing.
func (s *sender) read(e event) ([]notify.Receipt, error) {
	if e.Kind != "event" || e.Event != finished {
		return nil, nil
	}
	if _, err := strconv.ParseInt(e.ID, 10, 64); err != nil || e.Status == "" {
		return nil, fmt.Errorf("the end of a template message without MsgID or Status: %w", notify.ErrMalformed)
	}
	r := notify.Receipt{
		DedupKey:          strings.Join([]string{e.From, strconv.FormatInt(e.Created, 10), e.Event, e.ID}, ":"),
		ProviderMessageID: e.ID, Address: e.From, At: time.Unix(e.Created, 0).UTC(),
	}
	reason, failed := strings.CutPrefix(e.Status, "failed:")
	reason = strings.TrimSpace(reason)
	switch {
	case e.Status == "success":
		r.Status = notify.Delivered
		return []notify.Receipt{r}, nil
	case failed:
		r.Status = notify.Failed
	}
	r.Code = s.line.Clean(strings.ReplaceAll(reason, " ", "_"))
	r.Detail = s.line.Clean("WeChat reported: " + e.Status)
	if failed && reason == "user block" {
		r.Suppress = notify.Unsubscribe
	}
	return []notify.Receipt{r}, nil
}
