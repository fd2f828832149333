package integration_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// PublicKeys are what the setting public says.
func (s *sender) PublicKeys() []string {
	if key := s.settings["public"]; key != "" {
		return []string{key}
	}
	return nil
}

func TestOnlyKeysThatAnAccountPublishesAreTold(t *testing.T) {
	t.Parallel()
	c, _, _ := newCatalog(t)
	made, err := c.MakeKeys(t.Context(), "mail")
	require.NoError(t, err)
	require.Equal(t, map[string]string{"key": "made for mail"}, made)
	for name, story := range map[string]struct {
		account notify.Integration
		want    []string
	}{
		"one with a key": {notify.Integration{ID: "int_1", Provider: "text", Enabled: true, Settings: map[string]string{"public": "half"}}, []string{"half"}},
		"one without":    {notify.Integration{ID: "int_2", Provider: "text", Enabled: true}, nil},
		"one out of use": {notify.Integration{ID: "int_3", Provider: "text", Settings: map[string]string{"public": "half"}}, nil},
	} {
		_, err := c.Save(t.Context(), story.account)
		require.NoError(t, err, name)
		keys, err := c.PublicKeys(t.Context(), story.account.ID)
		require.Equal(t, story.want, keys, name)
		require.Equal(t, story.want == nil, err != nil, name)
	}
	_, err = c.PublicKeys(t.Context(), "int_none")
	require.ErrorIs(t, err, notify.ErrNotFound)
}
