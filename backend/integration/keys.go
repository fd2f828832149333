package integration

import (
	"context"
	"fmt"

	"clarion/backend/notify"
)

// MakeKeys makes a provider's keys of one's own. Nothing is kept: they count once
// they are saved as settings.
func (c *Catalog) MakeKeys(_ context.Context, provider string) (map[string]string, error) {
	return c.Vendors.Make(provider)
}

// PublicKeys are the keys of an integration that everybody may know. One that has
// none, or is out of use, is not found.
func (c *Catalog) PublicKeys(ctx context.Context, id string) ([]string, error) {
	index, err := c.live.Get(ctx)
	if err != nil {
		return nil, err
	}
	account, ok := index.byID[id]
	publisher, has := account.Sender.(notify.Publisher)
	if !ok || !has || !account.Enabled || len(publisher.PublicKeys()) == 0 {
		return nil, fmt.Errorf("public keys of integration %s: %w", id, notify.ErrNotFound)
	}
	return publisher.PublicKeys(), nil
}
