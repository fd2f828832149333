package notify

import "fmt"

// MaxDepth bounds how deep a JSON document may nest: deeper input serves nobody
// and costs stack.
const MaxDepth = 32

// Malformed is an input that cannot be read at all, with the place it went
// wrong: ErrMalformed and the fault.
func Malformed(path, code, detail string) error {
	return fmt.Errorf("%w: %w", ErrMalformed, InvalidField(path, code, detail))
}

// CheckDepth refuses brackets nested deeper than MaxDepth before any parser
// recurses into them.
func CheckDepth(body []byte) error {
	depth, quoted := 0, false
	for i := 0; i < len(body); i++ {
		switch b := body[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '{' || b == '[':
			if depth++; depth > MaxDepth {
				return Malformed("", "too_deep", fmt.Sprintf("nested deeper than %d levels", MaxDepth))
			}
		case b == '}' || b == ']':
			depth--
		}
	}
	return nil
}
