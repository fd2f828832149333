// Package fcm sends push notifications through Firebase Cloud Messaging. It
// speaks to it only through the Firebase Admin SDK, whose own retries it turns
// off, gets no receipts, and never retries, stores or logs.
package fcm

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	firebase "firebase.google.com/go/v4"
	"google.golang.org/api/option"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// Manifest describes Firebase Cloud Messaging.
func Manifest() provider.Manifest {
	return provider.Manifest{
		Name: "fcm", Label: "Firebase Cloud Messaging", Channel: notify.Push, Takes: takes,
		Docs: "https://firebase.google.com/docs/cloud-messaging/send/v1-api",
		Settings: []provider.Setting{
			{Key: "project_id", Label: "Project ID", Required: true},
			{Key: "credentials_json", Label: "Service account key", Secret: true,
				Help: "The JSON file of a service account that may send messages. Only the sandbox does without."},
		},
		New: open,
	}
}

// takes reports whether an address of the channel push is a device's token, and
// not the subscription of a browser.
func takes(address string) bool { return !strings.HasPrefix(strings.TrimSpace(address), "{") }

func open(v provider.Values, d provider.Deps) (notify.Sender, error) {
	m := Manifest()
	v = m.With(v)
	if err := m.Check(v); err != nil {
		return nil, err
	}
	// The SDK puts it into the path as it is.
	if url.PathEscape(v["project_id"]) != v["project_id"] {
		return nil, notify.InvalidField("settings.project_id", "not_a_project", "Project ID may hold only what a URL path may")
	}
	s := &sender{}
	secrets := m.SecretsOf(v)
	if v["credentials_json"] != "" {
		account, err := readAccount(v["credentials_json"])
		if err != nil {
			return nil, notify.InvalidField("settings.credentials_json", "not_a_service_account", err.Error())
		}
		secrets = append(secrets, account.secrets()...)
		s.tokens = newTokens(account, d)
	} else if d.BaseURL == "" {
		return nil, notify.InvalidField("settings.credentials_json", "required", "Service account key is required")
	}
	s.line = provider.NewLine(d, secrets...)
	return s, s.connect(v["project_id"], d.BaseURL)
}

// connect makes the SDK's client over our line.
func (s *sender) connect(project, base string) error {
	options := []option.ClientOption{option.WithHTTPClient(&http.Client{
		Transport: once{next: s.line.HTTP().Transport}, CheckRedirect: s.line.HTTP().CheckRedirect,
	})}
	if base != "" {
		options = append(options, option.WithEndpoint(base+"/v1"))
	}
	if s.tokens == nil {
		options = append(options, option.WithoutAuthentication())
	}
	ctx := context.Background()
	app, err := firebase.NewApp(ctx, &firebase.Config{ProjectID: project}, options...)
	if err != nil {
		return fmt.Errorf("making the firebase app of %s: %w", project, err)
	}
	if s.api, err = app.Messaging(ctx); err != nil {
		return fmt.Errorf("making the messaging client of %s: %w", project, err)
	}
	return nil
}
