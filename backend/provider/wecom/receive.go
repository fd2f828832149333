package wecom

import (
	"context"
	"net/http"

	"clarion/backend/notify"
	"clarion/backend/provider/envelope"
)

// Receive answers WeCom's check of the address with what is sealed in it, and
// takes events, which say nothing of our messages: WeCom reports no delivery.
func (s *sender) Receive(_ context.Context, r notify.CallbackRequest) ([]notify.Receipt, notify.CallbackAnswer, error) {
	none := notify.CallbackAnswer{}
	q, err := envelope.Query(r.Query)
	if err != nil {
		return nil, none, err
	}
	sealed := q.Get("echostr")
	if r.Method != http.MethodGet {
		var p envelope.Parcel
		if envelope.XML(r.Body, &p) != nil {
			return nil, none, envelope.Refused()
		}
		sealed = p.Encrypt
	}
	if s.opener == nil || !envelope.Fresh(q.Get("timestamp"), r.Now) {
		return nil, none, envelope.Refused()
	}
	text, err := s.opener.Open(envelope.Proof{
		Signature: q.Get("msg_signature"), Timestamp: q.Get("timestamp"), Nonce: q.Get("nonce"),
	}, sealed)
	if err != nil {
		return nil, none, err
	}
	if r.Method != http.MethodGet {
		text = []byte("success")
	}
	return nil, notify.CallbackAnswer{Status: http.StatusOK, ContentType: "text/plain; charset=utf-8", Body: string(text)}, nil
}
