package template

import (
	"context"
	"errors"
	"fmt"

	"github.com/osteele/liquid/expressions"
)

// renderError is a fault met while rendering, at a line of a field.
type renderError struct {
	line  int
	code  string
	cause error
}

func (e *renderError) Error() string {
	if e.line > 0 {
		return fmt.Sprintf("line %d: %s", e.line, e.cause)
	}
	return e.cause.Error()
}

func (e *renderError) Unwrap() error { return e.cause }

func asError(r any) error {
	if err, ok := r.(error); ok {
		return err
	}
	return fmt.Errorf("%v", r)
}

// explain finds the first cause of a render error and gives it a code.
func explain(err error) *renderError {
	out := &renderError{code: "render", cause: cause(err)}
	var at interface{ LineNumber() int }
	if errors.As(err, &at) {
		out.line = at.LineNumber()
	}
	switch {
	case errors.Is(out.cause, errOutput), errors.Is(out.cause, errGrowth), errors.Is(out.cause, errList), errors.Is(out.cause, errSteps):
		out.code = "too_large"
	case errors.Is(out.cause, errMissing), out.cause.Error() == "undefined variable":
		out.code = "missing_variable"
	case errors.Is(out.cause, context.DeadlineExceeded), errors.Is(out.cause, context.Canceled):
		out.code = "too_slow"
	}
	return out
}

// cause follows the chains of the library's errors, which do not all unwrap.
func cause(err error) error {
	for {
		var inner error
		switch e := err.(type) { //nolint:errorlint // this walks the chain itself: half of these types do not unwrap
		case expressions.FilterError:
			inner = e.Err
		case interface{ Cause() error }:
			inner = e.Cause()
		case interface{ Unwrap() error }:
			inner = e.Unwrap()
		}
		if inner == nil {
			return err
		}
		err = inner
	}
}
