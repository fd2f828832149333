package api

import (
	"embed"
	"fmt"
	"path"
	"sync"

	"github.com/gofiber/fiber/v2"
	"gopkg.in/yaml.v3"

	"clarion/backend/notify"
)

//go:embed openapi.yaml
var document []byte

//go:embed docs
var docsFiles embed.FS

// documentJSON is the document as JSON, made once.
var documentJSON = sync.OnceValues(func() ([]byte, error) {
	var tree map[string]any
	if err := yaml.Unmarshal(document, &tree); err != nil {
		return nil, fmt.Errorf("read openapi.yaml: %w", err)
	}
	return marshal(tree)
})

func (s *Server) document(c *fiber.Ctx) error {
	body, err := documentJSON()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-cache")
	return replyBytes(c, fiber.StatusOK, body)
}

// docs is the document as a page. It is our own and needs no network.
func (s *Server) docs(c *fiber.Ctx) error {
	name := c.Params("file", "docs.html")
	body, err := docsFiles.ReadFile(path.Join("docs", path.Base("/"+name)))
	if err != nil {
		return notify.ErrNotFound
	}
	c.Set("Content-Security-Policy",
		"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	c.Set(fiber.HeaderCacheControl, "no-cache")
	c.Type(path.Ext(name), "utf-8")
	return c.Send(body)
}
