package api

import (
	"context"
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
)

// The error types: a closed list, also in openapi.yaml, which a test compares.
const (
	typeBadRequest      = "bad_request"
	typeMalformed       = "malformed_json"
	typeInvalid         = "validation_failed"
	typeUnauthenticated = "unauthenticated"
	typeCodeNeeded      = "code_required"
	typeForbidden       = "forbidden"
	typeCSRF            = "csrf_failed"
	typeNotFound        = "not_found"
	typeMethod          = "method_not_allowed"
	typeTimeout         = "request_timeout"
	typeConflict        = "conflict"
	typeKeyReused       = "idempotency_key_reused"
	typeInFlight        = "idempotency_in_flight"
	typeTooLarge        = "payload_too_large"
	typeMedia           = "unsupported_media_type"
	typeEncoding        = "content_encoding_refused"
	typeUpgrade         = "upgrade_required"
	typeRateLimited     = "rate_limited"
	typeLoginLimited    = "login_limited"
	typeHeaders         = "headers_too_large"
	typeSandboxOff      = "sandbox_off"
	typeUnavailable     = "unavailable"
	typeInternal        = "internal_error"
)

// errorTypes is the closed list.
var errorTypes = []string{
	typeBadRequest, typeMalformed, typeInvalid, typeUnauthenticated, typeCodeNeeded, typeForbidden, typeCSRF, typeNotFound, typeMethod,
	typeTimeout, typeConflict, typeKeyReused, typeInFlight, typeTooLarge, typeMedia, typeEncoding, typeUpgrade,
	typeRateLimited, typeLoginLimited, typeHeaders, typeSandboxOff, typeUnavailable, typeInternal,
}

// fault is an error as the caller sees it: nothing of the cause is in it.
type fault struct {
	status  int
	kind    string
	message string
	fields  []notify.FieldError
	// wait is what Retry-After says; zero leaves the header out.
	wait time.Duration
}

// Error is for our own log.
func (f *fault) Error() string { return f.kind + ": " + f.message }

func refuse(status int, kind, message string) error {
	return &fault{status: status, kind: kind, message: message}
}

// known translates the kinds of notify. The order is of no matter but for
// ErrMalformed, which comes with fields of its own.
var known = []struct {
	err   error
	fault fault
}{
	{notify.ErrNotFound, fault{status: 404, kind: typeNotFound, message: "there is no such thing"}},
	{notify.ErrConflict, fault{status: 409, kind: typeConflict, message: "it does not fit what is stored"}},
	{notify.ErrForbidden, fault{status: 403, kind: typeForbidden, message: "the credential does not allow this"}},
	{notify.ErrUnauthenticated, fault{status: 401, kind: typeUnauthenticated, message: "a valid credential is needed"}},
	{access.ErrCodeNeeded, fault{status: 401, kind: typeCodeNeeded, message: "the password is right; a code must follow"}},
	{notify.ErrKeyReused, fault{status: 422, kind: typeKeyReused, message: "this idempotency key came with another body before"}},
	{notify.ErrInFlight, fault{status: 409, kind: typeInFlight, message: "the first request with this idempotency key is under way", wait: time.Second}},
	{notify.ErrTooMany, fault{status: 429, kind: typeRateLimited, message: "this was asked for too often lately", wait: time.Minute}},
	{notify.ErrUnavailable, fault{status: 503, kind: typeUnavailable, message: "storage is not available; nothing was accepted", wait: time.Second}},
	{context.DeadlineExceeded, fault{status: 503, kind: typeUnavailable, message: "it took too long", wait: time.Second}},
	{context.Canceled, fault{status: 503, kind: typeUnavailable, message: "the server is stopping", wait: time.Second}},
}

// translate turns any error into a fault. ok is false for what we do not
// recognise: the caller hears "internal error", the log hears all of it.
func translate(err error) (f fault, ok bool) {
	var (
		ready   *fault
		limited *access.LimitedError
		invalid *notify.Invalid
		routing *fiber.Error
	)
	switch {
	case errors.As(err, &ready):
		return *ready, true
	case errors.As(err, &limited):
		return fault{status: 429, kind: typeLoginLimited, message: "too many attempts; wait before the next", wait: limited.RetryAfter}, true
	case errors.As(err, &routing):
		return ofFiber(routing.Code), true
	}
	errors.As(err, &invalid)
	if errors.Is(err, notify.ErrMalformed) {
		return withFields(fault{status: 400, kind: typeMalformed, message: "the body cannot be read"}, invalid), true
	}
	for _, k := range known {
		if errors.Is(err, k.err) {
			return withFields(k.fault, invalid), true
		}
	}
	if invalid != nil {
		return withFields(fault{status: 422, kind: typeInvalid, message: "the request has faults"}, invalid), true
	}
	return fault{status: 500, kind: typeInternal, message: "internal error"}, false
}

func withFields(f fault, invalid *notify.Invalid) fault {
	if invalid != nil {
		f.fields = invalid.Fields
	}
	return f
}

// ofFiber translates what the router and the HTTP parser refuse.
func ofFiber(code int) fault {
	switch code {
	case fiber.StatusNotFound:
		return fault{status: code, kind: typeNotFound, message: "there is no such address"}
	case fiber.StatusMethodNotAllowed:
		return fault{status: code, kind: typeMethod, message: "the address does not take this method"}
	case fiber.StatusRequestEntityTooLarge:
		return fault{status: code, kind: typeTooLarge, message: "the body is too large"}
	case fiber.StatusRequestHeaderFieldsTooLarge:
		return fault{status: code, kind: typeHeaders, message: "the headers are too large"}
	case fiber.StatusRequestTimeout, fiber.StatusBadGateway:
		return fault{status: fiber.StatusRequestTimeout, kind: typeTimeout, message: "the request did not arrive in time"}
	case fiber.StatusUpgradeRequired:
		return fault{status: code, kind: typeUpgrade, message: "this address speaks WebSocket"}
	case fiber.StatusNotImplemented:
		return fault{status: fiber.StatusMethodNotAllowed, kind: typeMethod, message: "the method is not known"}
	default:
		return fault{status: fiber.StatusBadRequest, kind: typeBadRequest, message: "the request cannot be read"}
	}
}

type faultBody struct {
	Type   string              `json:"type"`
	Fields []notify.FieldError `json:"fields"`
}

// fail answers with the envelope of an error and logs what we do not recognise,
// once, here.
func (s *Server) fail(c *fiber.Ctx, err error) {
	f, recognised := translate(err)
	call := callOf(c)
	if !recognised {
		s.log.Error("request failed", "method", c.Method(), "path", c.Path(), "trace_id", call.trace, "error", err)
	} else if f.status >= 500 {
		s.log.Warn("request refused", "method", c.Method(), "path", c.Path(), "trace_id", call.trace, "error", err)
	}
	body, encodeErr := marshal(faultBody{f.kind, f.fields})
	if encodeErr != nil {
		body = []byte(`{"type":"` + f.kind + `","fields":[]}`)
	}
	if f.status == fiber.StatusUnauthorized {
		c.Set(fiber.HeaderWWWAuthenticate, "Bearer")
	}
	if f.wait > 0 {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(wholeSeconds(f.wait)))
	}
	_ = replyRaw(c, f.status, envelope{code: f.status, message: f.message, fault: body, trace: call.trace})
}

// wholeSeconds rounds up, and never to zero.
func wholeSeconds(d time.Duration) int { return max(1, int(math.Ceil(d.Seconds()))) }
