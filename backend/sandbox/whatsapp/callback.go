package whatsapp

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"

	"clarion/backend/sandbox/wire"
)

// callbacks writes statuses as Meta does, several in one post.
type callbacks struct{ secret string }

func (c callbacks) post(_ string, events []*wire.Event) (wire.Letter, error) {
	statuses := make([]map[string]any, len(events))
	for i, e := range events {
		statuses[i] = map[string]any{
			"id": e.Origin.VendorID, "status": e.Kind, "timestamp": strconv.FormatInt(e.At.Unix(), 10), "recipient_id": e.Origin.To,
			"biz_opaque_callback_data": e.Origin.MessageID,
		}
		e.Add(statuses[i])
		if code, err := strconv.Atoi(e.Code); err == nil {
			statuses[i]["errors"] = []map[string]any{{"code": code, "title": titles[e.Code], "error_data": map[string]string{"details": titles[e.Code] + "."}}}
		}
	}
	body := wire.ToJSON(map[string]any{"object": "whatsapp_business_account", "entry": []any{map[string]any{
		"id": "100000000000002", "changes": []any{map[string]any{"field": "messages", "value": map[string]any{
			"messaging_product": "whatsapp", "metadata": map[string]string{"display_phone_number": "15550000006"}, "statuses": statuses,
		}}},
	}}})
	mac := hmac.New(sha256.New, []byte(c.secret))
	mac.Write(body)
	return wire.Letter{Body: body, Header: http.Header{
		"Content-Type":        {"application/json"},
		"User-Agent":          {"facebookexternalua"},
		"X-Hub-Signature-256": {"sha256=" + hex.EncodeToString(mac.Sum(nil))},
	}}, nil
}
