package api

import (
	"bufio"
	"context"
	"io"
	"time"

	"github.com/gofiber/fiber/v2"
)

// streamTime bounds an answer that is written while it is read.
const streamTime = 5 * time.Minute

// stream answers with what write writes, as a file. When it fails half way the
// answer ends early, which a reader of JSON or of the last line notices; the
// cause is in the log.
func (s *Server) stream(c *fiber.Ctx, name string, write func(ctx context.Context, w io.Writer) error) error {
	trace, path := callOf(c).trace, c.Path()
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		// The request is over by now as far as its own context is concerned.
		ctx, cancel := context.WithTimeout(s.life, streamTime)
		defer cancel()
		if err := write(ctx, w); err != nil {
			s.log.Error("answer ended early", "path", path, "trace_id", trace, "error", err)
		}
	})
	return nil
}
