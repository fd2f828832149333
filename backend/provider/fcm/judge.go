package fcm

import (
	"net/http"
	"strings"
	"time"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

const (
	codeUnauthenticated = "UNAUTHENTICATED"
	// quotaWait is how long to wait after a quota answer that names no time.
	quotaWait = time.Minute
)

type fault struct {
	Error struct {
		Message string `json:"message"`
		Status  string `json:"status"`
		Details []struct {
			Type       string `json:"@type"`
			ErrorCode  string `json:"errorCode"`
			Violations []struct {
				Field string `json:"field"`
			} `json:"fieldViolations"`
		} `json:"details"`
	} `json:"error"`
}

// judge reads an answer that is not Firebase's yes: first the FcmError among
// the details, then the status word, then the HTTP status.
func judge(a provider.Answer) notify.Result {
	var f fault
	if a.Status < 400 || !a.JSON(&f) || (f.Error.Status == "" && f.Error.Message == "") || a.Gateway() {
		return a.ByStatus()
	}
	fcm := f.fcmCode()
	r := notify.Result{Code: fcm, Detail: f.Error.Message}
	if r.Code == "" {
		r.Code = f.Error.Status
	}
	switch {
	case fcm == "UNREGISTERED":
		r.Outcome = notify.InvalidRecipient
	case fcm == "SENDER_ID_MISMATCH", fcm == "THIRD_PARTY_AUTH_ERROR", fcm == "APNS_AUTH_ERROR":
		r.Outcome = notify.AuthConfig
	case r.Code == "INVALID_ARGUMENT":
		r.Outcome = notify.ContentRejected
		if f.blamesToken() {
			r.Outcome = notify.InvalidRecipient
		}
	case r.Code == "QUOTA_EXCEEDED", r.Code == "RESOURCE_EXHAUSTED", a.Status == http.StatusTooManyRequests:
		r.Outcome = notify.RateLimited
	case r.Code == "UNAVAILABLE":
		r.Outcome = notify.Temporary
	case r.Code == "INTERNAL":
		r.Outcome = notify.Ambiguous
	default:
		byStatus := a.ByStatus()
		r.Outcome = byStatus.Outcome
		if a.Status < 500 && a.Status != http.StatusRequestTimeout && r.Outcome == notify.Ambiguous {
			// A refusal in Firebase's own words that we know no better class for.
			r.Outcome = notify.ContentRejected
		}
	}
	return r
}

func (f *fault) fcmCode() string {
	for _, d := range f.Error.Details {
		if strings.HasSuffix(d.Type, "google.firebase.fcm.v1.FcmError") {
			return d.ErrorCode
		}
	}
	return ""
}

// blamesToken tells a bad token from bad content, which share code and status.
// Only an FcmError may condemn a token; a list of field violations never does.
func (f *fault) blamesToken() bool {
	for _, d := range f.Error.Details {
		if len(d.Violations) > 0 {
			return false
		}
	}
	return f.fcmCode() != "" && strings.Contains(strings.ToLower(f.Error.Message), "registration token")
}
