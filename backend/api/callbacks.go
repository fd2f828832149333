package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/notify"
)

// Callbacks verifies and applies vendors' callbacks.
type Callbacks interface {
	Receive(ctx context.Context, integration string, r notify.CallbackRequest) (notify.CallbackAnswer, error)
}

func (s *Server) callbackRoutes() []route {
	report := open(fiber.MethodPost, "/callbacks/:integration", s.callback).unaudited("a receipt is in the message's timeline")
	report.large = true
	return []route{report, open(fiber.MethodGet, "/callbacks/:integration", s.callback)}
}

// callback passes a vendor's request on with its body untouched, as signatures
// need it, and answers in the vendor's terms.
func (s *Server) callback(c *fiber.Ctx) error {
	id, err := param(c, "integration")
	if err != nil {
		return err
	}
	header := http.Header{}
	c.Request().Header.VisitAll(func(key, value []byte) { header.Add(string(key), string(value)) })
	_, query, _ := strings.Cut(c.OriginalURL(), "?")
	ctx, cancel := s.deadline(c)
	defer cancel()
	answer, err := s.Callbacks.Receive(ctx, id, notify.CallbackRequest{
		Method: c.Method(), URL: s.PublicURL + c.OriginalURL(), Query: query, Header: header, Body: rawBody(c), Now: s.clock.Now(),
	})
	if err != nil {
		return err
	}
	if answer.Status == 0 {
		answer.Status = fiber.StatusOK
	}
	if answer.ContentType == "" {
		answer.ContentType = fiber.MIMETextPlainCharsetUTF8
	}
	c.Set(fiber.HeaderContentType, answer.ContentType)
	if answer.Location != "" {
		c.Set(fiber.HeaderLocation, answer.Location)
	}
	return c.Status(answer.Status).SendString(answer.Body)
}
