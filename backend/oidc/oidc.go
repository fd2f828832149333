// Package oidc asks an OpenID Connect issuer who somebody is: the code flow with
// PKCE, state and nonce. It decides nothing about members, keeps no session, and
// is the only package that speaks to an issuer.
package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// askTime bounds one question to the issuer.
const askTime = 10 * time.Second

// ErrRefused is every way in which an issuer's answer is not good enough.
var ErrRefused = errors.New("the sign-in is refused")

// Config is how this house is known to its issuer.
type Config struct {
	Issuer       string
	ClientID     string
	ClientSecret string
	// RedirectURL is where the issuer sends people back to.
	RedirectURL string
	// Domains are those of the addresses that may sign in; empty lets any.
	Domains []string
}

// Provider is one issuer. It is asked for its endpoints when they are first
// needed: a house must start while its issuer is down.
type Provider struct {
	config Config
	client *http.Client

	mu    sync.Mutex
	found *oidc.Provider
}

// New makes a Provider.
func New(c Config) *Provider {
	return &Provider{config: c, client: &http.Client{Timeout: askTime}}
}

// Flow is one sign-in under way. The browser keeps it until it comes back.
type Flow struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
}

// Identity is who the issuer says somebody is.
type Identity struct {
	Email string
	Name  string
}

// Begin returns where to send the browser, and the flow it must bring back.
func (p *Provider) Begin(ctx context.Context) (string, Flow, error) {
	issuer, err := p.issuer(ctx)
	if err != nil {
		return "", Flow{}, err
	}
	f := Flow{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	return p.oauth(issuer).AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), f, nil
}

// Finish turns a code into an identity. An answer that is wrong in any way is
// ErrRefused, with the way in the error for our own log.
func (p *Provider) Finish(ctx context.Context, f Flow, state, code string) (Identity, error) {
	if f.State == "" || subtle.ConstantTimeCompare([]byte(f.State), []byte(state)) != 1 {
		return Identity{}, fmt.Errorf("%w: the state is another flow's", ErrRefused)
	}
	issuer, err := p.issuer(ctx)
	if err != nil {
		return Identity{}, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := p.oauth(issuer).Exchange(ctx, code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		// The library's error may quote the issuer's answer; only its kind goes on.
		return Identity{}, fmt.Errorf("%w: the code was not taken", ErrRefused)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return Identity{}, fmt.Errorf("%w: the issuer gave no id token", ErrRefused)
	}
	verified, err := issuer.Verifier(&oidc.Config{ClientID: p.config.ClientID}).Verify(ctx, raw)
	if err != nil {
		return Identity{}, fmt.Errorf("%w: %s", ErrRefused, err.Error())
	}
	if subtle.ConstantTimeCompare([]byte(verified.Nonce), []byte(f.Nonce)) != 1 {
		return Identity{}, fmt.Errorf("%w: the nonce is another flow's", ErrRefused)
	}
	return p.identity(verified)
}

func (p *Provider) identity(token *oidc.IDToken) (Identity, error) {
	var claims struct {
		Email    string `json:"email"`
		Verified bool   `json:"email_verified"`
		Name     string `json:"name"`
	}
	if err := token.Claims(&claims); err != nil {
		return Identity{}, fmt.Errorf("%w: the claims cannot be read", ErrRefused)
	}
	_, domain, found := strings.Cut(strings.ToLower(claims.Email), "@")
	if !found || !claims.Verified {
		return Identity{}, fmt.Errorf("%w: the address is not verified", ErrRefused)
	}
	if len(p.config.Domains) > 0 && !slices.Contains(p.config.Domains, domain) {
		return Identity{}, fmt.Errorf("%w: the address is of another domain", ErrRefused)
	}
	return Identity{Email: claims.Email, Name: claims.Name}, nil
}

// issuer is the issuer with its endpoints and keys, found once.
func (p *Provider) issuer(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil {
		// Keys are fetched long after this request: its context must not end them.
		found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.config.Issuer)
		if err != nil {
			return nil, fmt.Errorf("ask the issuer %s: %w", p.config.Issuer, err)
		}
		p.found = found
	}
	return p.found, nil
}

func (p *Provider) oauth(issuer *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.config.ClientID, ClientSecret: p.config.ClientSecret, Endpoint: issuer.Endpoint(),
		RedirectURL: p.config.RedirectURL, Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
	}
}
