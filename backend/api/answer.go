package api

import (
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/gofiber/fiber/v2"
)

// page is the page object of a list.
type listPage struct {
	Next    *string `json:"next"`
	HasMore bool    `json:"has_more"`
}

// marshal writes JSON without HTML escapes, with [] for empty lists, and with
// maps in one order, so that equal answers are equal bytes.
func marshal(v any) ([]byte, error) { return json.Marshal(v, json.Deterministic(true)) }

// reply answers with data in the envelope.
func reply(c *fiber.Ctx, status int, data any) error {
	body, err := marshal(data)
	if err != nil {
		return err
	}
	return replyRaw(c, status, envelope{code: status, data: body, trace: callOf(c).trace})
}

// replyOK answers 200.
func replyOK(c *fiber.Ctx, data any) error { return reply(c, fiber.StatusOK, data) }

// replyPage answers a list; next is the cursor of the next page or "".
func replyPage(c *fiber.Ctx, items any, next string) error {
	body, err := marshal(items)
	if err != nil {
		return err
	}
	p := listPage{HasMore: next != ""}
	if next != "" {
		p.Next = &next
	}
	page, err := marshal(p)
	if err != nil {
		return err
	}
	return replyRaw(c, fiber.StatusOK, envelope{code: fiber.StatusOK, data: body, page: page, trace: callOf(c).trace})
}

// envelope is the one shape of every JSON answer. Its parts are JSON already;
// message and trace need no escapes: they are ours, and checked.
type envelope struct {
	code    int
	message string
	data    []byte
	page    []byte
	fault   []byte
	trace   string
}

func (e envelope) bytes() []byte {
	b := make([]byte, 0, 96+len(e.message)+len(e.data)+len(e.page)+len(e.fault)+len(e.trace))
	b = append(b, `{"code":`...)
	b = strconv.AppendInt(b, int64(e.code), 10)
	b = append(b, `,"message":"`...)
	if e.message == "" {
		b = append(b, "ok"...)
	}
	b = append(b, e.message...)
	b = append(b, `","data":`...)
	if e.data == nil {
		b = append(b, "null"...)
	}
	b = append(b, e.data...)
	if e.page != nil {
		b = append(append(b, `,"page":`...), e.page...)
	}
	if e.fault != nil {
		b = append(append(b, `,"error":`...), e.fault...)
	}
	b = append(b, `,"trace_id":"`...)
	b = append(b, e.trace...)
	return append(b, `"}`...)
}

func replyRaw(c *fiber.Ctx, status int, e envelope) error {
	return replyBytes(c, status, e.bytes())
}

func replyBytes(c *fiber.Ctx, status int, body []byte) error {
	response := c.Response()
	response.SetStatusCode(status)
	response.Header.SetContentType(fiber.MIMEApplicationJSONCharsetUTF8)
	response.SetBodyRaw(body)
	return nil
}
