package template

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"clarion/backend/notify"
)

var schemas = newLRU[[32]byte, *jsonschema.Schema](512)

// noRemote keeps the compiler from loading any schema but the one given.
type noRemote struct{}

func (noRemote) Load(url string) (any, error) {
	return nil, fmt.Errorf("the schema refers to %s; references to other documents are not followed", url)
}

func compileSchema(schema json.RawMessage) (*jsonschema.Schema, error) {
	return schemas.get(sha256.Sum256(schema), func() (*jsonschema.Schema, error) {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
		if err != nil {
			return nil, fmt.Errorf("read the schema: %w", err)
		}
		c := jsonschema.NewCompiler()
		c.DefaultDraft(jsonschema.Draft2020)
		c.AssertFormat()
		c.UseLoader(noRemote{})
		const name = "schema:data"
		if err := c.AddResource(name, doc); err != nil {
			return nil, fmt.Errorf("add the schema: %w", err)
		}
		return c.Compile(name)
	})
}

// ValidateData checks the data of an event against a schema. What does not fit
// is reported at paths such as data.order_id. An empty schema allows any data.
func ValidateData(schema, data json.RawMessage) error {
	if len(schema) == 0 {
		return nil
	}
	s, err := compileSchema(schema)
	if err != nil {
		return fmt.Errorf("compile a schema: %w", err)
	}
	if len(data) == 0 {
		data = json.RawMessage("{}")
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return notify.InvalidField("data", "malformed", "data is not valid JSON")
	}
	var wrong *jsonschema.ValidationError
	switch err := s.Validate(value); {
	case err == nil:
		return nil
	case !errors.As(err, &wrong):
		return fmt.Errorf("validate data: %w", err)
	}
	var out notify.Invalid
	collect(wrong, &out)
	return out.Err()
}

var english = message.NewPrinter(language.English)

// collect keeps the innermost faults, at most fifty of them.
func collect(e *jsonschema.ValidationError, out *notify.Invalid) {
	for _, inner := range e.Causes {
		collect(inner, out)
	}
	if len(e.Causes) > 0 || len(out.Fields) >= 50 {
		return
	}
	path := dataPath(e.InstanceLocation)
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		for _, name := range k.Missing {
			out.Add(path+"."+name, "required", "is required")
		}
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			out.Add(path+"."+name, "unknown", "is not in the schema")
		}
	case *kind.Type:
		out.Add(path, "type", fmt.Sprintf("must be %s, not %s", strings.Join(k.Want, " or "), k.Got))
	default:
		out.Add(path, codeOf(e.ErrorKind), e.ErrorKind.LocalizedString(english))
	}
}

// codeOf is the keyword of the schema that did not hold.
func codeOf(k jsonschema.ErrorKind) string {
	words := k.KeywordPath()
	if len(words) == 0 {
		return "invalid"
	}
	return words[len(words)-1]
}

func dataPath(location []string) string {
	var b strings.Builder
	b.WriteString("data")
	for _, part := range location {
		if _, err := strconv.Atoi(part); err == nil {
			b.WriteString("[" + part + "]")
			continue
		}
		b.WriteString("." + part)
	}
	return b.String()
}

// CheckSchema reports what is wrong with a JSON Schema.
func CheckSchema(schema json.RawMessage) error {
	_, err := compileSchema(schema)
	return err
}
