package app

import (
	"context"
	"encoding/json"
	"fmt"

	"clarion/backend/access"
	"clarion/backend/api"
	"clarion/backend/config"
	"clarion/backend/oidc"
)

// issuer lends the OpenID provider to the door.
type issuer struct {
	*oidc.Provider
	role access.Role
}

// issuerOf is nil where no issuer is set.
func issuerOf(c config.Config) api.Issuer {
	if c.OIDC.Issuer == "" {
		return nil
	}
	return issuer{oidc.New(oidc.Config{
		Issuer: c.OIDC.Issuer, ClientID: c.OIDC.ClientID, ClientSecret: c.OIDC.ClientSecret.Reveal(),
		RedirectURL: c.PublicURL + "/v1/auth/oidc/callback", Domains: c.OIDC.AllowedDomains,
	}), access.Role(c.OIDC.DefaultRole)}
}

// Begin starts a flow at the issuer.
func (i issuer) Begin(ctx context.Context) (string, []byte, error) {
	address, flow, err := i.Provider.Begin(ctx)
	if err != nil {
		return "", nil, err
	}
	kept, err := json.Marshal(flow)
	return address, kept, err
}

// Finish ends it.
func (i issuer) Finish(ctx context.Context, kept []byte, state, code string) (access.Vouched, error) {
	var flow oidc.Flow
	if err := json.Unmarshal(kept, &flow); err != nil {
		return access.Vouched{}, fmt.Errorf("read the flow: %w", err)
	}
	who, err := i.Provider.Finish(ctx, flow, state, code)
	return access.Vouched{Email: who.Email, Name: who.Name, Role: i.role}, err
}
