// Package amazon is what Amazon's services have in common: the credentials, the
// region and the words in which every one of them refuses. It makes no call and
// is no vendor by itself.
package amazon

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

var regionShape = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$`)

// CheckRegion refuses what is no region: it becomes part of a host name.
func CheckRegion(region string) error {
	if !regionShape.MatchString(region) {
		return notify.InvalidField("settings.region", "not_a_region", "Region must look like eu-west-1")
	}
	return nil
}

// Credentials are the ones in v.
func Credentials(v provider.Values) aws.CredentialsProviderFunc {
	fixed := aws.Credentials{AccessKeyID: v["access_key_id"], SecretAccessKey: v["secret_access_key"], Source: "settings"}
	return func(context.Context) (aws.Credentials, error) { return fixed, nil }
}

// Endpoint is base for the libraries, nil when the region decides.
func Endpoint(base string) *string {
	if base == "" {
		return nil
	}
	return &base
}

// Judge reads an answer that is not the service's yes; err is what its library
// made of it, classes are the codes that only this service knows.
func Judge(a provider.Answer, err error, classes map[string]notify.Outcome) notify.Result {
	r := a.ByStatus()
	refusal, ok := errors.AsType[smithy.APIError](err)
	if !ok || a.Status < 400 || a.Gateway() {
		return r
	}
	code := refusal.ErrorCode()
	if code == "" || code == "UnknownError" {
		return r
	}
	r.Code, r.Detail = code, signature.ReplaceAllString(refusal.ErrorMessage(), "${1}[secret]")
	if class, known := classes[code]; known {
		r.Outcome = class
		return r
	}
	if class, known := everywhere[strings.TrimSuffix(code, "Exception")]; known {
		r.Outcome = class
		return r
	}
	switch {
	case a.Status == http.StatusServiceUnavailable:
		r.Outcome = notify.Temporary
	case a.Status < 500 && r.Outcome == notify.Ambiguous && a.Status != http.StatusRequestTimeout:
		// A refusal in Amazon's own words that we know no better class for.
		r.Outcome = notify.ContentRejected
	}
	return r
}

// Asked is what the answer to a probe tells: an access policy may allow a key to
// send and not to ask.
func Asked(r notify.Result) notify.Result {
	if r.Code == "AccessDenied" || r.Code == "AccessDeniedException" || r.Code == "AuthorizationError" {
		return provider.MayNotAsk()
	}
	return r
}

// signature is what Amazon may repeat of a signed request.
var signature = regexp.MustCompile(`((?:Signature=|Signature: ?))[0-9a-fA-F]{16,}`)

// everywhere are the codes of all services, without the ending Exception.
var everywhere = map[string]notify.Outcome{
	"AccessDenied": notify.AuthConfig, "AuthorizationError": notify.AuthConfig, "NotAuthorized": notify.AuthConfig,
	"UnrecognizedClient": notify.AuthConfig, "InvalidClientTokenId": notify.AuthConfig, "InvalidAccessKeyId": notify.AuthConfig,
	"InvalidSignature": notify.AuthConfig, "SignatureDoesNotMatch": notify.AuthConfig, "IncompleteSignature": notify.AuthConfig,
	"MissingAuthenticationToken": notify.AuthConfig, "ExpiredToken": notify.AuthConfig, "RequestExpired": notify.AuthConfig,
	"OptInRequired": notify.AuthConfig, "InvalidAction": notify.AuthConfig,
	"Throttling": notify.RateLimited, "Throttled": notify.RateLimited, "TooManyRequests": notify.RateLimited,
	"RequestLimitExceeded": notify.RateLimited, "LimitExceeded": notify.RateLimited,
	// Amazon does not say whether its own failure came before or after the send.
	"InternalFailure": notify.Ambiguous, "InternalError": notify.Ambiguous, "InternalServerError": notify.Ambiguous,
	"InternalServiceError": notify.Ambiguous,
	"ServiceUnavailable":   notify.Temporary,
}
