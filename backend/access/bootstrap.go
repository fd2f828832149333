package access

import (
	"context"
	"fmt"
	"slices"

	"clarion/backend/notify"
)

// BootstrapSource owns the bootstrap key and everything members send by hand.
const BootstrapSource = "admin"

// Bootstrap gives an operator the first key: on a database without keys it
// stores the secret with all scopes but BulkAuto, which nobody has who did not
// ask for it. It reports whether it did.
func Bootstrap(ctx context.Context, keys *Keys, secret string) (bool, error) {
	if secret == "" {
		return false, nil
	}
	existing, _, err := keys.store.Keys(ctx, KeyFilter{}, notify.Page{Limit: 1})
	if err != nil {
		return false, fmt.Errorf("look for API keys: %w", err)
	}
	if len(existing) > 0 {
		return false, nil
	}
	source := Source{Key: BootstrapSource, Name: "Administration"}
	if err := keys.sources.PutSource(ctx, source, keys.clock.Now()); err != nil {
		return false, fmt.Errorf("put source %s: %w", source.Key, err)
	}
	scopes := slices.DeleteFunc(slices.Clone(Permissions), func(p Permission) bool { return p == BulkAuto })
	_, err = keys.Ensure(ctx, NewKey{Name: "bootstrap", Source: BootstrapSource, Scopes: scopes}, secret)
	return err == nil, err
}
