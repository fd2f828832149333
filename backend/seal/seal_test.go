package seal_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/seal"
)

func TestSealedTextOpensOnlyWithItsKeyAndPlace(t *testing.T) {
	t.Parallel()
	s, err := seal.New([]byte("a master key of some length"))
	require.NoError(t, err)
	other, err := seal.New([]byte("another key of some length!"))
	require.NoError(t, err)

	sealed, err := s.Seal([]byte("SG.secret"), "int_1")
	require.NoError(t, err)
	require.NotContains(t, sealed, "secret")
	again, err := s.Seal([]byte("SG.secret"), "int_1")
	require.NoError(t, err)
	require.NotEqual(t, sealed, again, "two seals of one text differ")

	plain, err := s.Open(sealed, "int_1")
	require.NoError(t, err)
	require.Equal(t, "SG.secret", string(plain))

	for name, open := range map[string]func() ([]byte, error){
		"another place":  func() ([]byte, error) { return s.Open(sealed, "int_2") },
		"another key":    func() ([]byte, error) { return other.Open(sealed, "int_1") },
		"a flipped bit":  func() ([]byte, error) { return s.Open(flip(sealed), "int_1") },
		"not sealed":     func() ([]byte, error) { return s.Open("SG.secret", "int_1") },
		"cut off":        func() ([]byte, error) { return s.Open("v1.AAAA", "int_1") },
		"not base64 now": func() ([]byte, error) { return s.Open("v1.%%%", "int_1") },
	} {
		t.Run(name, func(t *testing.T) {
			_, err := open()
			require.Error(t, err)
			require.NotContains(t, err.Error(), "SG.secret")
		})
	}
	_, err = seal.New([]byte("short"))
	require.Error(t, err)
}

func flip(s string) string {
	last := s[len(s)-2]
	swap := byte('A')
	if last == 'A' {
		swap = 'B'
	}
	return strings.TrimSuffix(s, s[len(s)-2:]) + string(swap) + s[len(s)-1:]
}
