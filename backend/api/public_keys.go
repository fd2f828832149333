package api

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
)

// PublicKeys makes keys and tells those that everybody may know.
type PublicKeys interface {
	// MakeKeys makes the settings of a provider that are keys of one's own.
	MakeKeys(ctx context.Context, provider string) (map[string]string, error)
	// PublicKeys are what an integration's receivers and subscribers need.
	PublicKeys(ctx context.Context, integration string) ([]string, error)
}

// keysFor is how long others may keep a public key: a new one is known in time.
const keysFor = "public, max-age=300"

func (s *Server) publicKeyRoutes() []route {
	making := post("/v1/providers/:provider/keys", access.Admin, s.makeKeys).unaudited("nothing changes until they are saved as settings")
	making.once = false // an answer that is kept would keep a secret
	return []route{making, open(fiber.MethodGet, "/v1/public-keys/:integration", s.publicKeys)}
}

func (s *Server) makeKeys(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return shown(s, c, "provider", func(ctx context.Context, provider string) (map[string]map[string]string, error) {
		made, err := s.PublicKeys.MakeKeys(ctx, provider)
		return map[string]map[string]string{"settings": made}, err
	})
}

// publicKeys tells any page of any site: a public key is no secret.
func (s *Server) publicKeys(c *fiber.Ctx) error {
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	return shown(s, c, "integration", func(ctx context.Context, id string) (map[string][]string, error) {
		keys, err := s.PublicKeys.PublicKeys(ctx, id)
		if err == nil {
			c.Set(fiber.HeaderCacheControl, keysFor)
		}
		return map[string][]string{"keys": keys}, err
	})
}
