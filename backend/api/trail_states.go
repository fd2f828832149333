package api

import (
	"encoding/json"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// statesOf is what the audit log keeps of before and after.
func statesOf(c *fiber.Ctx, r route, before json.RawMessage, view fiber.Handler) (any, any) {
	n := callOf(c).note
	if n.before != nil || n.after != nil {
		return n.before, n.after
	}
	if r.method == fiber.MethodDelete {
		return before, nil
	}
	after := look(c, view)
	if after == nil {
		after = stateIn(c.Response().Body(), targetOf(c, n))
	}
	return before, after
}

// viewOf finds the GET that shows what the route changes: at the same path, or
// one step up for paths such as /v1/templates/:key/publish, or the list.
func (s *Server) viewOf(r route) fiber.Handler {
	if r.trail.keeps&noContent != 0 || !strings.Contains(r.path, ":") {
		return nil
	}
	for path := r.path; path != ""; path = path[:strings.LastIndexByte(path, '/')] {
		if view, ok := s.views[path]; ok {
			return view
		}
	}
	return nil
}

// look asks a GET handler within another request and leaves no trace of it in
// the answer.
func look(c *fiber.Ctx, view fiber.Handler) json.RawMessage {
	if view == nil {
		return nil
	}
	response := c.Response()
	status, body := response.StatusCode(), append([]byte(nil), response.Body()...)
	defer func() {
		response.SetStatusCode(status)
		response.SetBodyRaw(body)
	}()
	if err := view(c); err != nil {
		return nil
	}
	return stateIn(response.Body(), targetOf(c, callOf(c).note))
}

// named is how things say who they are.
type named struct {
	ID  string `json:"id"`
	Key string `json:"key"`
}

// stateIn takes the state of a target out of an answer: its data, or the one
// row of a list that is about it.
func stateIn(body []byte, target string) json.RawMessage {
	var answer struct {
		Data json.RawMessage `json:"data"`
		Page json.RawMessage `json:"page"`
	}
	if json.Unmarshal(body, &answer) != nil || string(answer.Data) == "null" {
		return nil
	}
	if answer.Page == nil {
		return answer.Data
	}
	var rows []json.RawMessage
	if json.Unmarshal(answer.Data, &rows) != nil {
		return nil
	}
	for _, row := range rows {
		var n named
		if json.Unmarshal(row, &n) == nil && target != "" && (n.ID == target || n.Key == target) {
			return row
		}
	}
	return nil
}

func targetOf(c *fiber.Ctx, n note) string {
	if n.target != "" {
		return n.target
	}
	if names := c.Route().Params; len(names) > 0 {
		id, err := param(c, names[0])
		if err == nil {
			return id
		}
	}
	var made named
	if json.Unmarshal(stateIn(c.Response().Body(), ""), &made) != nil || made.ID == "" {
		return made.Key
	}
	return made.ID
}
