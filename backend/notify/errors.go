package notify

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// The kinds of error that doors translate: into status codes by api, into
// retries by queue. Everything else is an internal error.
var (
	ErrNotFound        = errors.New("not found")
	ErrConflict        = errors.New("conflict")
	ErrForbidden       = errors.New("forbidden")
	ErrUnauthenticated = errors.New("unauthenticated")
	ErrMalformed       = errors.New("malformed")
	// ErrUnavailable means storage is full or down; the caller may try again.
	ErrUnavailable = errors.New("storage unavailable")
	// ErrTooMany means that the same was asked for too often lately.
	ErrTooMany = errors.New("asked for too often")
	// ErrKeyReused is an idempotency key that came with another body.
	ErrKeyReused = errors.New("idempotency key reused with another body")
	// ErrInFlight is an idempotency key whose first request has not ended.
	ErrInFlight = errors.New("a request with this idempotency key is in flight")
)

// FieldError is one fault of an input, at a path such as to[0].email.
type FieldError struct {
	Path   string `json:"path"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	// Line and Column count from one and are zero where the input has none.
	Line   int `json:"line,omitzero"`
	Column int `json:"column,omitzero"`
}

// Invalid is an input with one or more faults.
type Invalid struct {
	Fields []FieldError
}

// Error lists the faults in one line.
func (e *Invalid) Error() string {
	parts := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		parts[i] = fmt.Sprintf("%s: %s", f.Path, f.Detail)
	}
	return "invalid input: " + strings.Join(parts, "; ")
}

// Add records a fault.
func (e *Invalid) Add(path, code, detail string) {
	e.Fields = append(e.Fields, FieldError{Path: path, Code: code, Detail: detail})
}

// Err returns e, or nil when it holds no fault.
func (e *Invalid) Err() error {
	if len(e.Fields) == 0 {
		return nil
	}
	return e
}

// InvalidField is an Invalid with a single fault.
func InvalidField(path, code, detail string) error {
	return &Invalid{Fields: []FieldError{{Path: path, Code: code, Detail: detail}}}
}

// Clock tells the time; tests move it by hand.
type Clock interface {
	Now() time.Time
}

// SystemClock is the machine's clock, in UTC and cut to microseconds, which is
// what PostgreSQL keeps, so that a time read back equals the time written.
type SystemClock struct{}

// Now returns the present.
func (SystemClock) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
