package api

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// ours are the first path segments that are never a page of the SPA: a typo
// there deserves an honest 404.
var ours = map[string]bool{
	"v1": true, "callbacks": true, "healthz": true, "readyz": true, "metrics": true, "version": true,
	"openapi.json": true, "docs": true, "assets": true, "u": true, "p": true,
}

// inlineScript finds scripts written into index.html, to allow exactly those.
var inlineScript = regexp.MustCompile(`(?s)<script(?:\s[^>]*)?>(.*?)</script>`)

// pages serves the built SPA.
type pages struct {
	files  fs.FS
	index  []byte
	policy string
}

func newPages(files fs.FS) (*pages, error) {
	if files == nil {
		return nil, nil
	}
	index, err := fs.ReadFile(files, "index.html")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read index.html: %w", err)
	}
	scripts := "'self'"
	for _, found := range inlineScript.FindAllSubmatch(index, -1) {
		if len(found[1]) > 0 {
			sum := sha256.Sum256(found[1])
			scripts += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		}
	}
	// Styles may be inline: the component library writes them at run time, and
	// emails shown in a frame bring their own. Scripts may not.
	policy := "default-src 'self'; script-src " + scripts + "; style-src 'self' 'unsafe-inline'; " +
		"img-src 'self' data: blob: https:; font-src 'self' data:; connect-src 'self' ws: wss:; frame-src 'self' blob: data:; " +
		"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
	return &pages{files: files, index: index, policy: policy}, nil
}

// page answers what no route did: a file of the SPA, or the SPA itself for any
// address a browser opens. Everything else goes on to 404 or 405.
func (s *Server) page(c *fiber.Ctx) error {
	method := c.Method()
	if s.pages == nil || (method != fiber.MethodGet && method != fiber.MethodHead) {
		return c.Next()
	}
	name := strings.TrimPrefix(path.Clean("/"+c.Path()), "/")
	first, _, _ := strings.Cut(name, "/")
	if first != "assets" && ours[first] {
		return c.Next()
	}
	c.Set("Content-Security-Policy", s.pages.policy)
	c.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	if name != "" && name != "index.html" && fs.ValidPath(name) {
		if body, err := fs.ReadFile(s.pages.files, name); err == nil {
			return s.file(c, name, body)
		}
	}
	if first == "assets" {
		return c.Next()
	}
	c.Set(fiber.HeaderCacheControl, "no-cache")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Status(fiber.StatusOK).Send(s.pages.index)
}

// file answers one file. Names under assets carry a hash of their content, so a
// browser may keep them for ever.
func (s *Server) file(c *fiber.Ctx, name string, body []byte) error {
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if strings.HasPrefix(name, "assets/") {
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" {
		kind = fiber.MIMEOctetStream
	}
	c.Set(fiber.HeaderContentType, kind)
	return c.Status(fiber.StatusOK).Send(body)
}
