package feishu

import (
	"context"
	"net/http"
	"net/url"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/lark"
)

// withdrawn is Feishu's word for a message that was recalled before.
const withdrawn = "230011"

// Recall takes a message back, which Feishu allows for a day, or as long as the
// administrators of the company say.
func (s *sender) Recall(ctx context.Context, about notify.Inquiry) notify.Result {
	return s.ask(ctx, provider.Request{
		Method: http.MethodDelete, URL: s.base + "/open-apis/im/v1/messages/" + url.PathEscape(about.ProviderMessageID),
		Header: http.Header{provider.MessageHeader: {about.MessageID}},
	}, func(a provider.Answer) notify.Result {
		if lark.Yes(a, &struct{}{}) {
			return notify.Result{Outcome: notify.OK}
		}
		no := lark.Refusal(a)
		if no.Code == withdrawn {
			return notify.Result{Outcome: notify.OK, Code: no.Code, Detail: "It was not there any more."}
		}
		return no
	})
}
