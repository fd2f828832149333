package mailchimp

import (
	"net/http"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// verdict is what Mailchimp says about one recipient.
type verdict struct {
	ID     string `json:"_id"`
	Email  string `json:"email"`
	Status string `json:"status"`
	Reason string `json:"reject_reason"`
}

// judge reads an answer. Its yes is 200 with a list of one recipient, whose
// status may still be a no.
func judge(a provider.Answer) notify.Result {
	if a.Status != http.StatusOK {
		return refusal(a)
	}
	var list []verdict
	if !a.JSON(&list) || len(list) != 1 {
		return a.ByStatus()
	}
	v := list[0]
	switch v.Status {
	case "sent", "queued", "scheduled":
		if v.ID != "" {
			return notify.Result{Outcome: notify.OK, ProviderMessageID: v.ID}
		}
	case "invalid":
		return notify.Result{Outcome: notify.InvalidRecipient, Code: "invalid", Detail: "Mailchimp calls the address invalid."}
	case "rejected":
		class, known := rejections[v.Reason]
		if !known {
			class = notify.ContentRejected
		}
		code := v.Reason
		if code == "" {
			code = "rejected"
		}
		return notify.Result{Outcome: class, Code: code, Detail: "Mailchimp rejected the message: " + code + "."}
	}
	return a.ByStatus()
}

// rejections are why a message to one recipient is not even tried.
var rejections = map[string]notify.Outcome{
	"hard-bounce":     notify.InvalidRecipient,
	"invalid":         notify.InvalidRecipient,
	"soft-bounce":     notify.Temporary,
	"spam":            notify.RecipientBlocked,
	"unsub":           notify.RecipientBlocked,
	"custom":          notify.RecipientBlocked, // on the account's own list
	"invalid-sender":  notify.AuthConfig,
	"unsigned":        notify.AuthConfig,
	"test-mode-limit": notify.AuthConfig,
	"rule":            notify.ContentRejected,
}

// refusal reads an error of the whole call. Mailchimp answers most of them with
// 500, so the name decides and not the status.
func refusal(a provider.Answer) notify.Result {
	var f struct {
		Status  string `json:"status"`
		Name    string `json:"name"`
		Message string `json:"message"`
	}
	r := a.ByStatus()
	if a.Status < 400 || a.Gateway() || !a.JSON(&f) || f.Status != "error" || f.Name == "" {
		return r
	}
	r.Code, r.Detail = f.Name, f.Message
	if class, known := classes[f.Name]; known {
		r.Outcome = class
		return r
	}
	switch {
	case a.Status >= 500:
		// Something went wrong on their side, with no word on when.
		r.Outcome = notify.Ambiguous
	case r.Outcome == notify.Ambiguous && a.Status != http.StatusRequestTimeout:
		r.Outcome = notify.ContentRejected
	}
	return r
}

var classes = map[string]notify.Outcome{
	"Invalid_Key":        notify.AuthConfig,
	"PaymentRequired":    notify.AuthConfig,
	"Unknown_Subaccount": notify.AuthConfig,
	"UserDisabled":       notify.AuthConfig,
	"ValidationError":    notify.ContentRejected,
	"ServiceUnavailable": notify.Temporary,
	"TooManyRequests":    notify.RateLimited,
}
