package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/gofiber/fiber/v2"
)

// How often a link may be used, and how often a person's data downloaded: each
// download is a record that nobody can take out again.
const (
	visitBurst    = 30
	visitEvery    = 2 * time.Second
	downloadBurst = 10
	downloadEvery = time.Minute
)

// Uses counts how often things are used.
type Uses interface {
	// Use counts one use of what may be used most times at once and then once in
	// every, and returns zero; or how long to wait, and counts nothing.
	Use(ctx context.Context, name string, most int, every time.Duration) time.Duration
}

// admit counts one use of the link of a request. It counts links and not callers:
// behind a proxy all callers look the same, and a mailbox provider unsubscribes
// thousands of people from one address. What is no link of ours opens nothing and
// is not counted, or strangers could fill the books with names they made up.
func (s *Server) admit(c *fiber.Ctx) error {
	token := c.Params("token")
	if !s.Centre.Genuine(token) {
		return nil
	}
	return limited("this link was used too often", s.Uses.Use(c.UserContext(), useName("link", token), visitBurst, visitEvery))
}

// admitDownload counts one download by a person.
func (s *Server) admitDownload(ctx context.Context, recipient string) error {
	return limited("this was downloaded too often", s.Uses.Use(ctx, useName("download", recipient), downloadBurst, downloadEvery))
}

func limited(message string, wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	return &fault{status: fiber.StatusTooManyRequests, kind: typeRateLimited, message: message, wait: wait}
}

// useName is short, and says nothing of a link or a person.
func useName(kind, of string) string {
	sum := sha256.Sum256([]byte(of))
	return kind + ":" + hex.EncodeToString(sum[:16])
}
