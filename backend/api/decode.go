package api

import (
	"errors"
	"fmt"
	"mime"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofiber/fiber/v2"

	"clarion/backend/notify"
)

// isJSON reports whether the body claims to be JSON, or claims nothing. What
// curl -d says when nobody tells it otherwise counts as nothing: the parser
// finds out what it is, and a page of another origin cannot use it against a
// session, which needs its CSRF header.
func isJSON(c *fiber.Ctx) bool {
	given := c.Get(fiber.HeaderContentType)
	if given == "" || given == fiber.MIMEApplicationJSON {
		return true
	}
	media, _, err := mime.ParseMediaType(given)
	return err == nil && (media == "application/json" || media == fiber.MIMEApplicationForm || strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json"))
}

func needJSON(c *fiber.Ctx) error {
	if isJSON(c) {
		return nil
	}
	return refuse(fiber.StatusUnsupportedMediaType, typeMedia, "send application/json")
}

// rawBody is a copy of the body as it came: Fiber's own accessor would unpack
// it without limit, and its buffer belongs to the next request.
func rawBody(c *fiber.Ctx) []byte {
	return append([]byte(nil), c.Request().Body()...)
}

// decode reads a JSON body strictly: no unknown or repeated names, no invalid
// UTF-8, no deep nesting, and every fault with its path.
func decode[T any](c *fiber.Ctx) (T, error) {
	var v T
	if err := needJSON(c); err != nil {
		return v, err
	}
	return v, decodeBytes(c.Request().Body(), &v)
}

func decodeBytes(body []byte, v any) error {
	if err := notify.CheckDepth(body); err != nil {
		return err
	}
	err := json.Unmarshal(body, v, json.RejectUnknownMembers(true))
	if err == nil {
		return nil
	}
	var syntax *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.As(err, &syntax):
		code := "malformed_json"
		if errors.Is(err, jsontext.ErrDuplicateName) {
			code = "duplicate_name"
		}
		return notify.Malformed(dotted(string(syntax.JSONPointer)), code, fmt.Sprintf("not JSON at byte %d", syntax.ByteOffset))
	case errors.As(err, &semantic):
		path := dotted(string(semantic.JSONPointer))
		if errors.Is(err, json.ErrUnknownName) {
			return notify.InvalidField(path, "unknown_field", "is not a field of this request")
		}
		return notify.InvalidField(path, "wrong_type", "has the wrong type")
	default:
		return notify.Malformed("", "malformed_json", "not JSON")
	}
}

// dotted writes a JSON pointer as our paths look: /to/0/email is to[0].email.
func dotted(pointer string) string {
	var path strings.Builder
	for _, part := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		if _, err := strconv.Atoi(part); err == nil && path.Len() > 0 {
			path.WriteString("[" + part + "]")
			continue
		}
		if path.Len() > 0 {
			path.WriteByte('.')
		}
		path.WriteString(part)
	}
	return path.String()
}

// isBatched reports whether a content type is that of a CloudEvents batch.
func isBatched(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && media == "application/cloudevents-batch+json"
}

// decodeMaybe reads a body that may be left out.
func decodeMaybe[T any](c *fiber.Ctx) (T, error) {
	if len(c.Request().Body()) == 0 {
		var zero T
		return zero, nil
	}
	return decode[T](c)
}
