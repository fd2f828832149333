package webpush_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/webpush"
)

func TestKeysThatAreMadeOpenAnAccountAndArePublishedInHalf(t *testing.T) {
	t.Parallel()
	m := webpush.Manifest()
	made, err := m.Make()
	require.NoError(t, err)
	other, err := m.Make()
	require.NoError(t, err)
	require.NotEqual(t, made, other)
	made["subject"] = "mailto:ops@example.com"
	s, err := m.New(made, provider.Deps{HTTP: provider.NewHTTPClient(provider.ClientOptions{})})
	require.NoError(t, err)
	publisher, ok := s.(notify.Publisher)
	require.True(t, ok)
	require.Equal(t, []string{made["vapid_public_key"]}, publisher.PublicKeys())
	made["vapid_private_key"] = other["vapid_private_key"]
	_, err = m.New(made, provider.Deps{HTTP: provider.NewHTTPClient(provider.ClientOptions{})})
	require.ErrorContains(t, err, "vapid_public_key")
}
